"""Every setting stands in docs/operations.md with its default, and nothing else does."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

from config import env

ROOT = Path(__file__).parent.parent.parent
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.*?) \| (.+?) \|$", re.MULTILINE)


def documented() -> dict[str, tuple[str, str]]:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = text.split("\n## Settings\n", 1)[1].split("\n## ", 1)[0]
    return {name: (default, sentence) for name, default, sentence in ROW.findall(section)}


def read_by_settings() -> set[str]:
    importlib.import_module("config.settings")
    source = (ROOT / "config" / "settings.py").read_text(encoding="utf-8")
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id.startswith("env_")
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


def test_it_finds_every_setting_that_is_read_in_the_table() -> None:
    assert set(documented()) == read_by_settings()


def test_it_registers_every_setting_that_is_read() -> None:
    assert read_by_settings() <= set(env.declared())


def test_it_finds_the_true_default_of_every_setting() -> None:
    declared = env.declared()
    shown = {name: default.strip("`") for name, (default, _) in documented().items()}
    assert shown == {name: declared[name].default or "empty" for name in shown}


def test_it_finds_a_sentence_for_every_setting() -> None:
    unfinished = [name for name, (_, sentence) in documented().items() if sentence[-1] not in ".)"]
    assert unfinished == []


def test_it_finds_no_other_reader_of_the_environment() -> None:
    rooms = ("accounts", "billing", "claude", "common", "engine", "glossaries", "translation")
    offenders = [
        str(path.relative_to(ROOT))
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text(encoding="utf-8"))
    ]
    assert offenders == []
