"""`make demo ONCE=1` as a newcomer runs it; its outputs opened by readers that are not ours."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import django
import docx
import html5lib
import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "config" / "demo" / "samples"
LANGUAGES = ("de", "ja", "ar")
PYTHON_FORMAT = re.compile(r"%\(\w+\)[sdi]|%[sd]")
BRACES = re.compile(r"\{\w+(?:, \w+(?:, [\w:/-]+)?)?\}")
TAG = re.compile(r"</?[a-z][^<>]*>")
ADDRESS = re.compile(r"https?://[!-~]+[\w/]|[\w.]+@[\w.]+\.example", re.ASCII)
PLURALS = {"de": 2, "ja": 1, "ar": 6}
SUMS = [
    *("documents", "segments", "repeats", "passed", "repaired", "needs_review", "failed"),
    *("billed_characters", "input_tokens", "output_tokens", "cost_usd", "wall_seconds"),
    *("install", "initdb", "migrate", "first_segment", "last_file"),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """The demo's last line, and the folder of its outputs."""
    home = tmp_path_factory.mktemp("demo")
    for each in (home, *home.parents[:2]):
        each.chmod(0o711)  # PostgreSQL may run as another user and has to pass
    clean = ("VAR_", "DATABASE", "REDIS", "ANTHROPIC", "DJANGO", "PYTEST", "SECRET", "API_KEY")
    env = {key: value for key, value in os.environ.items() if not key.startswith(clean)}
    done = subprocess.run(
        [sys.executable, "manage.py", "demo", "--once"],
        cwd=ROOT,
        env=env | {"VAR_DIR": str(home / "var"), "STATIC_MANIFEST": "false"},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1]), home / "var" / "demo"


@pytest.mark.timeout(180)
def test_it_tells_the_sums_and_fails_nothing(told: tuple[dict[str, Any], Path]) -> None:
    line, _ = told
    assert list(line) == SUMS
    assert line["documents"] == 6 * len(LANGUAGES)
    assert line["failed"] == 0
    assert line["passed"] + line["repaired"] + line["needs_review"] <= line["segments"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_keeps_every_placeholder_of_the_catalogue(
    told: tuple[dict[str, Any], Path], language: str
) -> None:
    source = polib.pofile(
        str(Path(django.__file__).parent / "conf/locale/en/LC_MESSAGES/django.po")
    )
    target = polib.pofile(str(told[1] / language / "django.po"))
    assert target.metadata["Language"] == language
    assert f"nplurals={PLURALS[language]}" in target.metadata["Plural-Forms"]
    assert [entry.msgid for entry in target] == [entry.msgid for entry in source]
    for entry in target:
        wanted = [entry.msgid_plural or entry.msgid, entry.msgid]
        texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
        assert len(texts) == (PLURALS[language] if entry.msgid_plural else 1)
        for text in texts:
            found = Counter(PYTHON_FORMAT.findall(text))
            assert found in [Counter(PYTHON_FORMAT.findall(one)) for one in wanted], entry.msgid


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_keeps_shape_and_arguments_of_the_json_catalogue(
    told: tuple[dict[str, Any], Path], language: str
) -> None:
    source = json.loads((SAMPLES / "shop.json").read_text())
    target = json.loads((told[1] / language / "shop.json").read_text())
    pairs = list(_pairs(source, target))
    assert len(pairs) == 17
    for before, after in pairs:
        if not isinstance(before, str):
            assert before == after
        elif "plural" in before or "select" in before:
            assert after.split(",")[:2] == before[before.index("{") :].split(",")[:2]
            assert " other {" in after
        else:
            assert Counter(BRACES.findall(before)) == Counter(BRACES.findall(after))
            assert TAG.findall(before) == TAG.findall(after)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_keeps_every_element_and_link_of_the_page(
    told: tuple[dict[str, Any], Path], language: str
) -> None:
    source = _elements((SAMPLES / "release.html").read_bytes())
    target = _elements((told[1] / language / "release.html").read_bytes())
    assert [name for name, _ in target] == [name for name, _ in source]
    kept = ("href", "src", "charset")
    assert [[one.get(key) for key in kept] for _, one in target] == [
        [one.get(key) for key in kept] for _, one in source
    ]
    root = target[0][1]
    assert root["lang"] == language
    assert root.get("dir") == ("rtl" if language == "ar" else None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_keeps_the_build_of_the_word_file(
    told: tuple[dict[str, Any], Path], language: str
) -> None:
    source = docx.Document(str(SAMPLES / "guide.docx"))
    target = docx.Document(str(told[1] / language / "guide.docx"))
    assert [one.style.name for one in target.paragraphs] == [
        one.style.name for one in source.paragraphs
    ]
    assert len(target.tables[0].rows) == len(source.tables[0].rows)
    assert target.sections[0].header.paragraphs[0].text != "Halden H-200 quick guide"
    assert sum("{days}" in one.text for one in target.paragraphs) == 1
    links = [link.address for one in target.paragraphs for link in one.hyperlinks]
    assert links == ["https://support.halden.example/h-200"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_keeps_addresses_and_code_of_texts(
    told: tuple[dict[str, Any], Path], language: str
) -> None:
    letter = (SAMPLES / "letter.txt").read_text()
    out = (told[1] / language / "letter.txt").read_text()
    assert Counter(ADDRESS.findall(letter)) == Counter(ADDRESS.findall(out))
    assert out.count("{serial}") == 1
    readme = (ROOT / "README.md").read_text()
    other = (told[1] / language / "README.md").read_text()
    assert re.findall(r"`[^`\n]+`", readme) == re.findall(r"`[^`\n]+`", other)
    assert re.findall(r"\]\(([^)]+)\)", readme) == re.findall(r"\]\(([^)]+)\)", other)
    assert re.findall(r"```\n.*?```", readme, re.S) == re.findall(r"```\n.*?```", other, re.S)


def _pairs(source: Any, target: Any) -> Any:
    if isinstance(source, dict):
        assert list(source) == list(target)
        for key in source:
            yield from _pairs(source[key], target[key])
    else:
        yield source, target


def _elements(data: bytes) -> list[tuple[str, dict[str, str]]]:
    tree = html5lib.parse(data, namespaceHTMLElements=False)
    return [(one.tag, dict(one.attrib)) for one in tree.iter() if isinstance(one.tag, str)]
