"""Writes `src/interlinear/shapes.py`: what answers look like, from the API's own description.

python manage.py spectacular --format openapi-json | python clients/python/shapes.py
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

TARGET: Final = Path(__file__).parent / "src" / "interlinear" / "shapes.py"
HEAD: Final = '''"""What answers look like. Written by `shapes.py` from the API's description."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict
'''
PLAIN: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


def written(schema: Mapping[str, Any]) -> str:
    """The module's text: a TypedDict for each shape that an answer holds, by name."""
    shapes = schema["components"]["schemas"]
    wanted = sorted(name for name in _answered(schema) if "properties" in shapes[name])
    text = HEAD + "".join(_class(name, shapes[name], shapes) for name in wanted)
    return text if "NotRequired[" in text else text.replace("NotRequired, ", "")


def _answered(schema: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting = [
        answer
        for path in schema["paths"].values()
        for operation in path.values()
        for status, answer in operation["responses"].items()
        if status < "400"
    ]
    while waiting:
        for name in _refs(waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(schema["components"]["schemas"][name])
    return found


def _refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value and "/schemas/" in value["$ref"]:
            yield value["$ref"].rsplit("/", 1)[1]
        for one in value.values():
            yield from _refs(one)
    elif isinstance(value, list):
        for one in value:
            yield from _refs(one)


def _class(name: str, shape: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
    required = set(shape.get("required", ()))
    lines = []
    for field, value in shape["properties"].items():
        kind = _kind(value, shapes)
        lines.append(f"    {field}: {kind if field in required else f'NotRequired[{kind}]'}")
    told = " ".join(shape.get("description", f"The shape {name}.").split())
    return "\n".join(["\n", f"class {name}(TypedDict):", f'    """{told}"""', "", *lines, ""])


def _kind(value: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
    kind = _known(value, shapes)
    return f"{kind} | None" if value.get("nullable") and kind != "Any" else kind


def _known(value: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[1]
        return name if "properties" in shapes[name] else _known(shapes[name], shapes)
    for joined in ("allOf", "oneOf", "anyOf"):
        if len(value.get(joined, ())) == 1:
            return _kind(value[joined][0], shapes)
    if value.get("type") == "array":
        return f"list[{_kind(value['items'], shapes)}]"
    if isinstance(value.get("additionalProperties"), dict) and value["additionalProperties"]:
        return f"dict[str, {_kind(value['additionalProperties'], shapes)}]"
    if value.get("type") == "object":
        return "dict[str, Any]"
    return PLAIN.get(value.get("type", ""), "Any")


if __name__ == "__main__":
    TARGET.write_text(written(json.load(sys.stdin)), encoding="utf-8")
