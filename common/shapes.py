"""What the shapes of the REST API have in common: they take exactly what they say, and no more.

JSON has types, so a number is no text and "true" is no truth. A query string has none: what stands
in it is read the one way its field allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.http import QueryDict
from rest_framework import serializers

from common.errors import Malformed

UNKNOWN: Final = "There is no such field."
MAX_TOLD: Final = 20
MAX_NAME_CHARS: Final = 100
# What a field takes in JSON; the first that fits a field's class counts.
_TYPES: Final[Sequence[tuple[type[Any], tuple[type, ...], str]]] = (
    (serializers.BooleanField, (bool,), "Send true or false."),
    (serializers.IntegerField, (int,), "Send a whole number."),
    (serializers.FloatField, (int, float), "Send a number."),
    (serializers.ListField, (list, tuple), "Send a list."),
    (serializers.ListSerializer, (list, tuple), "Send a list."),
    (serializers.DictField, (dict,), "Send an object."),
    (serializers.BaseSerializer, (dict,), "Send an object."),
    (serializers.CharField, (str,), "Send text."),
    (serializers.ChoiceField, (str,), "Send text."),
    (serializers.UUIDField, (str,), "Send an id as we gave it."),
    (serializers.DateTimeField, (str,), "Send a time such as 2026-01-31T12:00:00Z."),
    (serializers.DateField, (str,), "Send a day such as 2026-01-31."),
)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


class Strict(serializers.Serializer):  # type: ignore[type-arg]
    """Refuses fields it does not know and values of another type, naming each by its place."""

    def to_internal_value(self, data: Any) -> Any:
        """The known fields, or a ValidationError that names what is wrong."""
        if isinstance(data, Mapping) and not isinstance(data, QueryDict):
            wrong = {name: [UNKNOWN] for name in data if name not in self.fields}
            for name, field in self.fields.items():
                if name in data and (found := _ill_typed(field, data[name])) is not None:
                    wrong[name] = found
            if wrong:
                raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """A time with its zone, as RFC 3339 writes it; given back in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def to_internal_value(self, value: Any) -> datetime:
        """The moment; years that leave the calendar with their zone are none."""
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            try:
                return datetime.fromisoformat(value.upper()).astimezone(UTC)
            except (ValueError, OverflowError):
                pass
        raise serializers.ValidationError("Send a time such as 2026-01-31T12:00:00Z.")


def _ill_typed(field: Any, value: Any) -> Any:
    """What is wrong with a value's type, in the shape of DRF's errors; None where nothing is."""
    if value is None:
        return None  # the field knows whether it may be
    for kind, types, sentence in _TYPES:
        if isinstance(field, kind):
            if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
                return [sentence]
            break
    if isinstance(field, serializers.UUIDField) and not _UUID.fullmatch(value):
        return ["Send an id as we gave it."]
    if isinstance(field, serializers.ListField):
        return _ill_typed_items(field.child, enumerate(value))
    if isinstance(field, serializers.DictField):
        return _ill_typed_items(field.child, value.items())
    return None


def _ill_typed_items(child: Any, items: Any) -> Any:
    wrong = {key: found for key, one in items if (found := _ill_typed(child, one)) is not None}
    return wrong or None


def complaints(detail: Any, *, pointer: str = "") -> Iterator[dict[str, str]]:
    """The errors of a serializer, each with the JSON Pointer (RFC 6901) of what it is about."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            place = pointer if name == "non_field_errors" else f"{pointer}/{escaped(name)}"
            yield from complaints(inner, pointer=place)
    elif isinstance(detail, (list, tuple)):
        for number, inner in enumerate(detail):
            is_word = not isinstance(inner, (Mapping, list, tuple))
            yield from complaints(inner, pointer=pointer if is_word else f"{pointer}/{number}")
    else:
        yield {"pointer": pointer, "message": str(detail)}


def escaped(name: object) -> str:
    """One step of a JSON Pointer, cut where it is longer than anybody reads."""
    text = str(name)[:MAX_NAME_CHARS].replace("~", "~0").replace("/", "~1")
    return UNSTORABLE.sub("\ufffd", text)


def malformed(errors: Sequence[Mapping[str, str]]) -> Malformed:
    """The one refusal of a request that has not the shape its address takes."""
    return Malformed(
        "request_malformed",
        "The request does not have the shape this address takes; see `detail.errors`.",
        detail={"errors": list(errors[:MAX_TOLD])},
    )


def read_query(given: QueryDict, shape: type[Strict] | None) -> dict[str, Any]:
    """The parameters of a query string as `shape` has them; raises Malformed naming the wrong ones.

    Without a shape there may be none.
    """
    fields = shape().fields if shape is not None else {}
    wrong: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, texts in given.lists():
        field = fields.get(name)
        if field is None:
            wrong[name] = "There is no such parameter."
        elif isinstance(field, serializers.ListField):
            values[name] = [_typed(field.child, text) for text in texts]
        elif len(texts) != 1:
            wrong[name] = "Send this parameter once."
        else:
            values[name] = _typed(field, texts[0])
        if any(UNSTORABLE.search(text) for text in texts):
            wrong[name] = "A character of it is no Unicode text."
    if not wrong and shape is not None:
        read = shape(data=values)
        if read.is_valid():
            return dict(read.validated_data)
        wrong = {one["pointer"]: one["message"] for one in complaints(read.errors)}
        wrong = {place.removeprefix("/").split("/")[0]: told for place, told in wrong.items()}
    if wrong:
        raise malformed(
            [
                {"parameter": UNSTORABLE.sub("\ufffd", name[:MAX_NAME_CHARS]), "message": told}
                for name, told in wrong.items()
            ]
        )
    return values


def _typed(field: Any, text: str) -> Any:
    """The value a text stands for where the field's type is no text; else the text itself."""
    if isinstance(field, serializers.BooleanField):
        return {"true": True, "false": False}.get(text, text)
    if isinstance(field, serializers.IntegerField):
        return int(text) if _WHOLE.fullmatch(text) else text
    return text
