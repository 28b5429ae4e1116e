"""The ground of every endpoint: nothing is taken that its tables do not name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.parsers import BaseParser, FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from common.rest.bodies import StrictJson, fault
from common.shapes import Strict, read_query


class Endpoint(APIView):
    """An address of the REST API.

    `asks` and `takes` hold the shapes of query strings and bodies by method. What no shape names is
    refused, and so is a body where none is taken; the API's description reads the same tables.
    """

    parser_classes = [StrictJson]
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    asks: ClassVar[Mapping[str, type[Strict]]] = {}
    takes: ClassVar[Mapping[str, type[BaseSerializer[Any]]]] = {}
    query: dict[str, Any]

    def get_parsers(self) -> list[BaseParser]:
        """Where no body is taken an empty one of any kind does no harm."""
        request = getattr(self, "request", None)
        if request is None or request.method in self.takes:
            return super().get_parsers()
        return [StrictJson(), FormParser(), MultiPartParser()]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuses what the address does not take, once it is known who asks."""
        super().initial(request, *args, **kwargs)
        # A person's zone is for pages: programs read UTC.
        timezone.deactivate()
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in self.allowed_methods:
            # Before what the address does not take is looked at: nothing of it would be right.
            self.http_method_not_allowed(request)
        self.query = read_query(request.query_params, self.asks.get(method))
        if method not in self.takes and method != "GET" and request.data:
            raise fault("This address takes no body.")

    def body(self) -> dict[str, Any]:
        """The body as its shape has it; raises ValidationError, or Malformed where it is none."""
        shape = self.takes[str(self.request.method)](data=self.request.data)
        shape.is_valid(raise_exception=True)
        return dict(shape.validated_data)
