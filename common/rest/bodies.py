"""Bodies of requests in JSON, read strictly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, Final

from django.conf import settings
from rest_framework.parsers import BaseParser

from common.errors import Malformed, TooLarge
from common.shapes import MAX_TOLD, UNSTORABLE, escaped, malformed

MAX_JSON_BYTES: Final = 2 * 1024 * 1024
MAX_DEPTH: Final = 32
_TOO_DEEP: Final = f"Lists and objects are nested more than {MAX_DEPTH} deep."
_INFINITE: Final = (float("inf"), float("-inf"))


class StrictJson(BaseParser):
    """Reads JSON as RFC 8259 has it: UTF-8, no key twice, bounded in length and depth."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - the framework's shape
    ) -> Any:
        """The value of the body; raises TooLarge, or Malformed with the place of each fault."""
        most = min(MAX_JSON_BYTES, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        body = stream.read(most + 1)
        if len(body) > most:
            raise TooLarge(
                "request_too_large",
                f"The request is larger than the limit of {most:,} bytes at this address."
                " Nothing was stored.",
                detail={"max_bytes": most},
            )
        return read_json(body, media_type or "")


def read_json(body: bytes, media_type: str = "") -> Any:
    """The value of a JSON text; raises Malformed with the place of each fault."""
    charset = re.search(r"charset\s*=\s*\"?([\w.-]+)", media_type, re.ASCII)
    if charset is not None and charset[1].lower() not in {"utf-8", "utf8"}:
        raise fault("JSON is sent in UTF-8; name no other charset.")
    try:
        text = body.decode()
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_Constant)
    except json.JSONDecodeError as error:
        if body.startswith(b"\xef\xbb\xbf"):
            raise fault("The body begins with a byte order mark; send it without.") from None
        raise fault(f"This is not JSON: see line {error.lineno}, column {error.colno}.") from None
    except UnicodeDecodeError as error:
        raise fault(f"This is not UTF-8: see byte {error.start}.") from None
    except RecursionError:
        raise fault(_TOO_DEEP) from None
    except ValueError:
        raise fault("A number has more digits than can be read.") from None
    faults = []
    for place, sentence in _faults(value, []):
        faults.append({"pointer": place, "message": sentence})
        if len(faults) >= MAX_TOLD:
            break
    if faults:
        raise malformed(faults)
    return value


def fault(sentence: str) -> Malformed:
    """The refusal of a whole body."""
    return malformed([{"pointer": "", "message": sentence}])


class _Constant(str):
    """NaN or an infinity, which Python reads and JSON does not have."""

    __slots__ = ()


class _Doubled(dict[str, Any]):
    """An object in which a key stands twice."""

    key = ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    doubled = _Doubled(value)
    seen: set[str] = set()
    doubled.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return doubled


def _faults(value: Any, path: list[str | int]) -> Iterator[tuple[str, str]]:
    """What no endpoint takes, with its JSON Pointer, in the order of the text."""
    match value:
        case _Constant():
            yield _pointer(path), f"{value} is no number in JSON."
        case str() if UNSTORABLE.search(value):
            yield _pointer(path), "A character of it is no Unicode text."
        case float() if value in _INFINITE:
            yield _pointer(path), "The number is out of range."
        case dict() | list() if len(path) >= MAX_DEPTH:
            yield _pointer(path), _TOO_DEEP
        case dict():
            if isinstance(value, _Doubled):
                yield _pointer([*path, value.key]), "This key stands here twice."
            for key, one in value.items():
                inner = [*path, key]
                if UNSTORABLE.search(key):
                    yield _pointer(inner), "A character of this key is no Unicode text."
                yield from _faults(one, inner)
        case list():
            for number, one in enumerate(value):
                if isinstance(one, (str, float, dict, list)):
                    yield from _faults(one, [*path, number])


def _pointer(path: Sequence[str | int]) -> str:
    return "".join(f"/{escaped(one)}" for one in path)
