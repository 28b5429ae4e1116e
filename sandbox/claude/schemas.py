"""The JSON schema subset of structured output: what is refused, and a value that conforms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.claude.errors import ApiError, bad_request

MAX_DEPTH = 32
MAX_OPTIONAL = 24
MAX_UNIONS = 16
MAX_NODES = 5_000
_TYPES = frozenset({"object", "array", "string", "integer", "number", "boolean", "null"})
_ALLOWED = frozenset(
    {
        "type", "properties", "required", "additionalProperties", "items", "minItems",
        "enum", "const", "anyOf", "allOf", "$ref", "$defs", "definitions", "default",
        "format", "pattern", "description", "title", "examples", "$schema", "$id",
    }
)  # fmt: skip
_FANCY_PATTERN = re.compile(r"\\[1-9bB]|\(\?")
_EXAMPLES = {
    "date-time": "2026-01-02T03:04:05Z",
    "time": "03:04:05Z",
    "date": "2026-01-02",
    "duration": "P1D",
    "email": "name@example.org",
    "hostname": "example.org",
    "uri": "https://example.org/",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


@dataclass(slots=True)
class _Tally:
    """What the limits of one request count."""

    optional: int = 0
    unions: int = 0
    nodes: int = 0


def check_schema(schema: object) -> None:
    """Raise a 400 where a schema leaves the supported subset or its limits."""
    if not isinstance(schema, dict):
        raise _refused("must be an object")
    tally = _Tally()
    _check(schema, root=schema, tally=tally, open_refs=(), depth=0)
    if tally.optional > MAX_OPTIONAL:
        raise _refused(f"has {tally.optional} optional properties, at most {MAX_OPTIONAL} go")
    if tally.unions > MAX_UNIONS:
        raise _refused(f"has {tally.unions} union-typed properties, at most {MAX_UNIONS} go")


def conforming(schema: Mapping[str, Any], *, root: Mapping[str, Any] | None = None) -> Any:
    """The smallest value a checked schema accepts; `root` is what its references start from."""
    return _sample(schema, root or schema, 0)


def _refused(what: str) -> ApiError:
    return bad_request(f"output_config.format.schema: {what}")


def _check(
    node: object, *, root: dict[str, Any], tally: _Tally, open_refs: tuple[str, ...], depth: int
) -> None:
    tally.nodes += 1  # references are counted as often as they are followed
    if depth > MAX_DEPTH or tally.nodes > MAX_NODES:
        raise _refused("is too complex")
    if not isinstance(node, dict):
        raise _refused("every sub-schema must be an object")
    for name in node:
        if name not in _ALLOWED:
            raise _refused(f"'{name}' is not supported")
    _check_own(node, tally)
    if "$ref" in node:
        reference = node["$ref"]
        if reference in open_refs:
            raise _refused("recursive schemas are not supported")
        _check(
            resolved(reference, root),
            root=root,
            tally=tally,
            open_refs=(*open_refs, reference),
            depth=depth + 1,
        )
    for child in _children(node):
        _check(child, root=root, tally=tally, open_refs=open_refs, depth=depth + 1)


def _check_own(node: dict[str, Any], tally: _Tally) -> None:
    kind = node.get("type")
    kinds = kind if isinstance(kind, list) else [kind] if kind is not None else []
    if not all(isinstance(one, str) and one in _TYPES for one in kinds):
        raise _refused("has an unknown type")
    tally.unions += len(kinds) > 1 or "anyOf" in node
    if "object" in kinds:
        _check_object(node, tally)
    if node.get("minItems", 0) not in (0, 1):
        raise _refused("minItems goes only as 0 or 1")
    choices = node.get("enum", [])
    if not isinstance(choices, list) or any(isinstance(one, dict | list) for one in choices):
        raise _refused("enum goes only with a list of scalars")
    if "format" in node and node["format"] not in tuple(_EXAMPLES):
        raise _refused(f"format '{node['format']}' is not supported")
    pattern = node.get("pattern", "")
    if not isinstance(pattern, str) or _FANCY_PATTERN.search(pattern):
        raise _refused("pattern goes only without back-references, look-around and \\b")


def _check_object(node: dict[str, Any], tally: _Tally) -> None:
    if node.get("additionalProperties") is not False:
        raise _refused("for 'object' type, 'additionalProperties' must be false")
    properties = node.get("properties", {})
    required = node.get("required", [])
    if not isinstance(properties, dict) or not isinstance(required, list):
        raise _refused("'properties' must be an object and 'required' a list")
    if not all(isinstance(name, str) and name in properties for name in required):
        raise _refused("'required' names a property that is not there")
    tally.optional += len(properties) - len(set(required))


def _children(node: dict[str, Any]) -> list[object]:
    """Sub-schemas in place; definitions are visited where they are referred to."""
    properties = node.get("properties", {})
    children = list(properties.values()) if isinstance(properties, dict) else []
    for name in ("anyOf", "allOf"):
        branches = node.get(name, [])
        if not isinstance(branches, list):
            raise _refused(f"'{name}' must be a list")
        if name == "allOf" and any(isinstance(one, dict) and "$ref" in one for one in branches):
            raise _refused("'allOf' does not go with $ref")
        children += branches
    if "items" in node:
        children.append(node["items"])
    return children


def resolved(reference: object, root: Mapping[str, Any]) -> object:
    """What an internal $ref names. Raises a 400 where it leads nowhere."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        raise _refused("$ref goes only inside the schema")
    found: Any = root
    for step in reference.lstrip("#/").split("/"):
        if step and not (isinstance(found, dict) and step in found):
            raise _refused(f"$ref {reference} leads nowhere")
        found = found[step] if step else found
    return found


def _sample(node: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> Any:
    if depth > MAX_DEPTH:
        return None
    if "$ref" in node:
        target: Any = resolved(node["$ref"], root)
        return _sample(target, root, depth + 1)
    if "const" in node:
        return node["const"]
    if node.get("enum"):
        return node["enum"][0]
    for name in ("anyOf", "allOf"):
        if node.get(name):
            return _sample(node[name][0], root, depth + 1)
    kind = node.get("type", "object" if "properties" in node else "string")
    match kind[0] if isinstance(kind, list) else kind:
        case "object":
            properties = node.get("properties", {})
            return {
                name: _sample(properties[name], root, depth + 1)
                for name in node.get("required", ())
            }
        case "array":
            wanted = node.get("minItems", 0)
            return [_sample(node.get("items", {}), root, depth + 1)] * wanted
        case "integer" | "number":
            return 0
        case "boolean":
            return False
        case "null":
            return None
    return _EXAMPLES.get(node.get("format", ""), "text")
