"""Shapes of what people are told of their translations."""

from __future__ import annotations

from rest_framework import serializers

from common.paging import PageQuery
from common.shapes import Moment, Strict
from translation.queries.notices import MAX_NOTICES


class NoticeQuery(PageQuery):
    """Which notifications to list."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_NOTICES, default=MAX_NOTICES, help_text="Rows of a page."
    )


class NoticeShape(serializers.Serializer):  # type: ignore[type-arg]
    """How something that was asked for has ended."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(["finished", "failed", "needs_review"])
    created_at = Moment()
    read_at = Moment(allow_null=True)
    job_id = serializers.UUIDField()
    name = serializers.CharField(help_text="Of the document.")
    target_language = serializers.CharField()
    segments = serializers.IntegerField()
    needs_review = serializers.IntegerField()
    failed = serializers.IntegerField()


class NoticePage(serializers.Serializer):  # type: ignore[type-arg]
    """Notifications, newest first."""

    notifications = NoticeShape(many=True)
    unread = serializers.IntegerField(help_text="Of all, not of this page.")
    next_cursor = serializers.CharField(allow_null=True)


class ReadRequest(Strict):
    """Which notifications were read."""

    notifications = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=MAX_NOTICES,
        help_text="Left out: all of them.",
    )


class MarkedShape(serializers.Serializer):  # type: ignore[type-arg]
    """How many of them were unread."""

    marked = serializers.IntegerField()
