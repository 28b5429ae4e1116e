"""The languages on offer."""

from __future__ import annotations

from collections.abc import Sequence

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.rest.endpoints import Endpoint
from engine.languages import LANGUAGES, SOURCE_ONLY
from translation.serializers.texts import LanguageList


class LanguagesView(Endpoint):
    """The languages on offer."""

    authentication_classes: Sequence[type] = ()
    permission_classes: Sequence[type] = ()

    @extend_schema(operation_id="list_languages", responses=LanguageList, auth=[])
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the languages texts can be translated into and from."""
        return Response(LanguageList({"languages": LANGUAGES, "source_only": SOURCE_ONLY}).data)
