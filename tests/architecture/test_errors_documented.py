"""Every stable error code stands in docs/errors.md with its HTTP status, and nothing else does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from common import errors

ROOT = Path(__file__).parent.parent.parent
ROOMS = (
    "engine",
    "common",
    "accounts",
    "billing",
    "claude",
    "glossaries",
    "translation",
    "compat",
    "config",
)
ENTRY = re.compile(r"^### `([a-z0-9_]+)`\n(\d{3})\. (.+?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^### `([a-z0-9_]+)`$", re.MULTILINE)
# Refusals of the web framework, which have a status of their own: see common/http.py.
FRAMEWORK = {
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "media_type_unknown": 415,
    "head_too_large": 431,
    "request_too_slow": 408,
    "server_error": 500,
}
# The two places where a code is passed on that was raised elsewhere.
PASSED_ON = {"translation/refusals.py", "common/errors.py"}
ENGINE_STATUS = {"invalid": 422, "malformed": 400, "too_large": 413}


def kinds() -> dict[str, int]:
    """HTTP status by the name of the class that is raised."""
    classes = [one for one in vars(errors).values() if isinstance(one, type)]
    return {
        one.__name__: errors.STATUS[one.own_kind] for one in classes if hasattr(one, "own_kind")
    }


def raised() -> Iterator[tuple[str, int, str]]:
    """Code, HTTP status and place of every refusal in the product's source."""
    statuses = kinds()
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            place = str(path.relative_to(ROOT))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name, arguments = _raised_class(node)
                if name == "EngineError":
                    yield _code(arguments, place), ENGINE_STATUS[_kind(node)], place
                elif name in statuses:
                    yield _code(arguments, place), statuses[name], place
                elif name == "DomainError" and place not in PASSED_ON:
                    raise AssertionError(f"{place}: raise one of the classes of common.errors")


def _raised_class(call: ast.Call) -> tuple[str, list[ast.expr]]:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="errors"), attr=name):
            return name, call.args
        case ast.Attribute(value=ast.Name(id=name), attr="__init__"):
            return name, call.args[1:]
    return "", []


def _code(arguments: list[ast.expr], place: str) -> str:
    first = arguments[0] if arguments else None
    assert isinstance(first, ast.Constant), f"{place}: a code is written where it is raised"
    assert isinstance(first.value, str)
    return first.value


def _kind(call: ast.Call) -> str:
    for keyword in call.keywords:
        if keyword.arg == "kind":
            assert isinstance(keyword.value, ast.Constant)
            return str(keyword.value.value)
    return "invalid"


def documented() -> dict[str, tuple[int, str]]:
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    return {code: (int(status), words) for code, status, words in ENTRY.findall(text)}


def test_it_finds_every_code_in_the_catalogue_and_no_other() -> None:
    assert set(documented()) == {code for code, _, _ in raised()} | set(FRAMEWORK)


def test_it_finds_the_true_status_of_every_code() -> None:
    told = {code: status for code, (status, _) in documented().items()}
    wrong = [(code, status, place) for code, status, place in raised() if told.get(code) != status]
    assert wrong == []
    assert FRAMEWORK.items() <= told.items()


def test_it_finds_a_code_once_and_with_words() -> None:
    headings = HEADING.findall((ROOT / "docs" / "errors.md").read_text(encoding="utf-8"))
    assert sorted(headings) == sorted(set(headings)) == sorted(documented())
    assert [code for code, (_, words) in documented().items() if words.rstrip()[-1] != "."] == []


def test_it_knows_the_codes_of_the_framework() -> None:
    source = (ROOT / "common" / "http.py").read_text(encoding="utf-8")
    assert all(f'"{code}"' in source for code in FRAMEWORK)


def test_it_finds_every_message_to_be_a_sentence() -> None:
    """What can be read off the source: it begins like a sentence and ends like one."""
    offenders = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name, arguments = _raised_class(node)
                if name in {*kinds(), "EngineError"} and len(arguments) > 1:
                    words = _literal_end(arguments[1])
                    if words and not words.endswith((".", "}")):
                        offenders.append(f"{path.relative_to(ROOT)}: {words}")
    assert offenders == []


def _literal_end(message: ast.expr) -> str:
    match message:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=[*_, ast.Constant(value=str(text))]):
            return text
    return ""
