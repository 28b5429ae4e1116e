"""The documents say what is true: links lead somewhere, names exist, and nothing is left out."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.architecture import offences
from tests.architecture.offences import ROOMS, ROOT

DOCS = ROOT / "docs"
ARCHITECTURE = DOCS / "architecture.md"
GLOSSARY = DOCS / "glossary.md"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))

LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
# `translation.services.intake.submit_files`, and nothing with a slash, a bracket or a space.
DOTTED = re.compile(rf"`((?:{'|'.join(ROOMS)})(?:\.\w+)+)`")
# `translation/services/work.py`, `tests/soak/`
PLACE = re.compile(rf"`((?:{'|'.join((*ROOMS, 'tests', 'docs', 'templates'))})/[\w./-]*)`")

TERMS = """
organization | membership | role | glossary | concept | term | style guide | domain profile | brief
document | revision | unit | segment | form | job | run | target | origin | pack | gathering pack
leader | repeat | prefilled | translation unit | translation memory | placeholder | inline tag
mark | gate | finding | severity | blocking | held back | draft | round | repair | judge | review
lane | nudge | claim | lease | fence | heartbeat | sweep | dead letter | waiting | meter
ledger line | reservation | usage period | tier | call record | call slot | sandbox | scope
tenant table | platform table | skeleton | salt | source key | actor
"""


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def anchors(path: Path) -> set[str]:
    """The names under which a page's headings can be linked to."""
    headings = HEADING.findall(FENCED.sub("", text_of(path)))
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


def broken_links(page: Path) -> Iterator[str]:
    for link in LINK.findall(FENCED.sub("", text_of(page))):
        place, _, anchor = link.partition("#")
        if "://" in place or place.startswith("mailto:"):
            continue
        found = (page.parent / place).resolve() if place else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            yield link


class TestPages:
    @pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
    def test_it_leads_somewhere_with_every_link(self, page: Path) -> None:
        assert list(broken_links(page)) == []

    @pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
    def test_it_names_only_places_that_are_there(self, page: Path) -> None:
        named = PLACE.findall(FENCED.sub("", text_of(page)))
        assert [place for place in named if not (ROOT / place).exists()] == []

    @pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
    def test_it_names_only_what_the_code_has(self, page: Path) -> None:
        assert [name for name in DOTTED.findall(text_of(page)) if not exists(name)] == []

    def test_it_has_a_page_that_links_to_every_decision(self) -> None:
        linked = set(LINK.findall(text_of(ARCHITECTURE)))
        assert [one.name for one in DECISIONS if f"decisions/{one.name}" not in linked] == []

    def test_it_finds_what_is_broken(self, tmp_path: Path) -> None:
        page = tmp_path / "page.md"
        page.write_text("# A `b` c\n[1](#a-b-c) [2](#d) [3](page.md#a-b-c) [4](e.md)\n")
        assert list(broken_links(page)) == ["#d", "e.md"]
        assert not exists("engine.packs.cut_and_run")
        assert exists("engine.packs.cut")


def exists(name: str) -> bool:
    """Whether a dotted name leads to a module, or to something inside of one."""
    parts = name.split(".")
    with suppress(ModuleNotFoundError):
        # Found without being run: importing `config.asgi` would start a server's half.
        if find_spec(name) is not None:
            return True
    for split in range(len(parts) - 1, 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:split]))
        except ModuleNotFoundError:
            continue
        for part in parts[split:]:
            if not hasattr(found, part) and part not in getattr(found, "__annotations__", {}):
                return False
            found = getattr(found, part, None)
        return True
    return False


class TestContents:
    def test_it_describes_every_room(self) -> None:
        contracts = ConfigParser()
        contracts.read(ROOT / ".importlinter")
        rooms = contracts["importlinter"]["root_packages"].split()
        described = dict(re.findall(r"^\| `(\w+)/` \| (.+?) \|$", text_of(ARCHITECTURE), re.M))
        assert sorted(described) == sorted(rooms)
        assert all(len(sentence.split()) >= 5 for sentence in described.values())

    def test_it_explains_every_term(self) -> None:
        rows = dict(re.findall(r"^\| \*\*(.+?)\*\* \| (.+?) \|$", text_of(GLOSSARY), re.M))
        explained = {one.strip() for names in rows for one in names.split(",")}
        wanted = {term.strip() for term in re.split(r"[|\n]", TERMS) if term.strip()}
        assert sorted(wanted - explained) == []
        assert [name for name, sentence in rows.items() if not sentence.endswith(".")] == []

    def test_it_explains_every_setting_of_the_sandbox(self) -> None:
        source = "".join(map(text_of, offences.sources(ROOT / "sandbox")))
        read = set(re.findall(r"\bSANDBOX_[A-Z_]+\b", source))
        told = set(re.findall(r"^\| `(SANDBOX_[A-Z_]+)` \|", text_of(DOCS / "operations.md"), re.M))
        assert told == read

    def test_it_explains_every_line_that_is_logged_as_trouble(self) -> None:
        told = text_of(DOCS / "operations.md")
        assert sorted(event for event in troubles() if f"`{event}`" not in told) == []

    def test_it_gives_a_reason_for_every_dependency(self) -> None:
        [record] = (DOCS / "decisions").glob("*-dependencies.md")
        lines = text_of(ROOT / "requirements.in").splitlines()
        names = [re.split(r"[\[<>=; ]", line)[0] for line in lines if line and line[0] != "#"]
        reasons = dict(re.findall(r"^\| `([\w-]+)` \| (.+?) \|$", text_of(record), re.M))
        assert sorted(reasons) == sorted(names)


class TestCommands:
    @pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
    def test_it_names_only_commands_there_are(self, page: Path) -> None:
        from django.core.management import get_commands

        targets = set(re.findall(r"^(\w+):", text_of(ROOT / "Makefile"), re.M))
        named = re.findall(r"[`\n]make (\w+)", text_of(page))
        assert sorted(set(named) - targets) == []
        asked = re.findall(r"manage\.py (\w+)", text_of(page))
        assert sorted(set(asked) - {*get_commands(), "help"}) == []

    @pytest.mark.django_db
    def test_it_gives_operators_sql_that_the_database_takes(self) -> None:
        from django.db import connection

        blocks = re.findall(r"^```sql\n(.*?)^```", text_of(DOCS / "operations.md"), re.M | re.S)
        without_remarks = re.sub(r"^--.*$", "", "".join(blocks), flags=re.M)
        asked = [one.strip() for one in without_remarks.split(";")]
        asked = [one for one in asked if one.split(" ")[0] in {"select", "insert", "update"}]
        assert len(asked) >= 8
        with connection.cursor() as cursor:
            for one in asked:
                cursor.execute(f"explain {one}")


def troubles() -> set[str]:
    """Events our own code logs as a warning or worse."""
    levels = {"warning", "error", "exception"}
    return {
        call.args[0].value
        for room in ROOMS
        if room != "sandbox"
        for _, call in offences.nodes(ROOT / room)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in levels
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in {"log", "_log"}
        and isinstance(call.args[0], ast.Constant)
    }


class TestDecisions:
    def test_it_numbers_them_without_a_gap(self) -> None:
        numbers = [int(one.name[:4]) for one in DECISIONS]
        assert numbers == list(range(1, len(numbers) + 1))

    @pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
    def test_it_says_what_would_reopen_a_decision(self, page: Path) -> None:
        headings = HEADING.findall(text_of(page))
        assert headings[0].startswith(f"{page.name[:4]}: ")
        assert headings[1:] == ["Context", "Decision", "Consequence", "What would reopen it"]
        assert len(text_of(page).splitlines()) <= 80


class TestQueuedNames:
    def test_it_registers_every_task_that_is_queued(self) -> None:
        assert sorted(queued_names() - registered()) == []
        assert queued_names() >= {"translation.drain", "translation.sweep"}

    def test_it_spells_every_queued_name_out(self) -> None:
        assert [path for path, name in queueing() if not isinstance(name, ast.Constant)] == []

    def test_every_queue_has_a_worker_in_the_house_and_in_the_guide(self) -> None:
        from config.celery import app

        queues = {one.name for one in app.conf.task_queues}
        house = (ROOT / "config" / "supervisor" / "house.py").read_text(encoding="utf-8")
        guide = text_of(ROOT / "docs" / "operations.md")
        heard = {
            one
            for told in re.findall(r'"([a-z,]+)", (?:threads|\d)', house)
            for one in told.split(",")
        }
        named = {one for told in re.findall(r"-Q ([a-z,]+)", guide) for one in told.split(",")}
        assert queues == named
        assert queues <= heard

    def test_it_queues_every_task_of_ours(self) -> None:
        ours = {name for name in registered() if name.split(".")[0] in ROOMS}
        assert sorted(ours - queued_names()) == []

    def test_it_has_a_queue_for_every_lane_and_route(self) -> None:
        from config import celery
        from translation.services.work import LANES

        queues = {queue.name for queue in celery.app.conf.task_queues}
        routes = {route["queue"] for route in celery.app.conf.task_routes.values()}
        assert LANES == celery.LANES
        assert {*LANES, *routes} <= queues


def queueing() -> Iterator[tuple[str, ast.expr]]:
    """Where enqueue and drain_with are called, and the name given there."""
    for path, call in (found for room in ROOMS for found in offences.nodes(ROOT / room)):
        if isinstance(call, ast.Call):
            called = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if called in {"enqueue", "drain_with"}:
                yield str(path.relative_to(ROOT)), call.args[0]


def queued_names() -> set[str]:
    """Names given to enqueue and drain_with, scheduled, or routed."""
    from config.celery import app

    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    called = {name.value for _, name in queueing() if isinstance(name, ast.Constant)}
    return {*called, *scheduled, *app.conf.task_routes}


def registered() -> set[str]:
    from config.celery import app

    app.loader.import_default_modules()
    return set(app.tasks)


class TestNothingOfAMachine:
    def test_it_names_no_folder_of_a_machine(self) -> None:
        assert offences.machine_paths(ROOT) == []

    def test_it_sees_one(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(
            "fine: /healthz, var/log\nsee " + "/".join(("", "home", "x"))
        )
        assert offences.machine_paths(tmp_path) == ["a.md:2"]
