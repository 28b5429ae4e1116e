"""REST API v1 of usage."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import Permission, actor_of, require
from billing.queries import usage_now
from common.rest.endpoints import Endpoint
from common.shapes import Moment


class UsageShape(serializers.Serializer):  # type: ignore[type-arg]
    """This month's usage in source characters."""

    plan = serializers.CharField()
    starts_at = Moment()
    ends_at = Moment(help_text="When the allowance resets.")
    cap_chars = serializers.IntegerField()
    used_chars = serializers.IntegerField()
    reserved_chars = serializers.IntegerField(help_text="Held for runs that have not ended.")
    left_chars = serializers.IntegerField()


class UsageView(Endpoint):
    """What was used and what is left."""

    @extend_schema(operation_id="get_usage", responses=UsageShape)
    def get(self, request: Request) -> Response:
        """Ask for this month's characters."""
        actor = require(actor_of(request), Permission.USAGE_READ)
        return Response(UsageShape(usage_now(actor.organization_id, now=timezone.now())).data)
