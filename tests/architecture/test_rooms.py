"""The rules between rooms hold, and each of them is seen to fail when it is broken.

The offences are planted in a copy of the sources, never in the checkout.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture import offences
from tests.architecture.offences import ROOMS, ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    """The rooms and their contracts, to be spoilt."""
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for room in ROOMS:
        ours = (path for path in offences.sources(ROOT / room))
        for path in ours:
            place = tmp_path / path.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
    yield tmp_path
    shutil.rmtree(tmp_path)


def lint_imports(checkout: Path) -> tuple[int, str]:
    done = subprocess.run(
        [str(LINT_IMPORTS), "--no-cache", "--no-logo"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": ""},
    )
    return done.returncode, done.stdout + done.stderr


def plant(path: Path, lines: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + lines, encoding="utf-8")


def function_of(lines: int) -> str:
    return "\n\ndef planted() -> None:\n" + "    pass\n" * (lines - 1)


class TestImports:
    def test_it_keeps_every_contract(self, copy: Path) -> None:
        status, said = lint_imports(copy)
        assert (status, "BROKEN" in said) == (0, False), said

    def test_it_fails_when_the_engine_imports_django(self, copy: Path) -> None:
        plant(copy / "engine" / "packs.py", "\nimport django\n")
        status, said = lint_imports(copy)
        assert status == 1
        assert "The engine and prices reach no framework, vendor or database BROKEN" in said
        assert "engine.packs -> django" in said

    def test_it_fails_when_a_room_imports_its_neighbour(self, copy: Path) -> None:
        plant(copy / "glossaries" / "queries" / "__init__.py", "\nfrom claude import services\n")
        status, said = lint_imports(copy)
        assert status == 1
        assert "imports go down only, strangers stay strangers BROKEN" in said
        assert "glossaries.queries -> claude.services" in said

    def test_it_fails_when_the_import_hides_in_a_function(self, copy: Path) -> None:
        hidden = "\n\ndef planted():\n    from translation.services import intake\n"
        plant(copy / "billing" / "queries.py", hidden)
        status, said = lint_imports(copy)
        assert status == 1
        assert "billing.queries -> translation.services.intake" in said

    def test_it_has_a_contract_for_every_room(self) -> None:
        folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}
        assert folders == set(ROOMS)


class TestLengths:
    def test_it_finds_no_file_over_400_lines(self) -> None:
        assert offences.long_files(ROOT) == []

    def test_it_finds_no_function_over_80_lines(self) -> None:
        assert offences.long_functions(ROOT) == []

    def test_it_fails_with_a_function_of_81_lines(self, copy: Path) -> None:
        plant(copy / "engine" / "packs.py", function_of(80))
        assert offences.long_functions(copy) == []
        plant(copy / "engine" / "answers.py", function_of(81))
        assert offences.long_functions(copy) == ["engine/answers.py planted has 81 lines"]

    def test_it_fails_with_a_file_of_401_lines(self, copy: Path) -> None:
        (copy / "engine" / "long.py").write_text("x = 1\n" * 401)
        (copy / "engine" / "enough.py").write_text("x = 1\n" * 400)
        (copy / "billing" / "migrations").mkdir(exist_ok=True)
        (copy / "billing" / "migrations" / "0009_long.py").write_text("x = 1\n" * 500)
        assert offences.long_files(copy) == ["engine/long.py has 401 lines"]


class TestWalkarounds:
    def test_it_finds_no_way_around_the_ladder(self) -> None:
        assert offences.walkarounds(ROOT) == []

    @pytest.mark.parametrize(
        "line",
        [
            "\nfrom django.apps import apps\nModel = apps.get_model('billing', 'Plan')\n",
            "\nfrom django.utils.module_loading import import_string\n",
            "\nfrom django.utils import module_loading\nx = module_loading.import_string('a.b')\n",
        ],
    )
    def test_it_fails_when_a_room_goes_around(self, copy: Path, line: str) -> None:
        plant(copy / "claude" / "queries.py", line)
        [found] = offences.walkarounds(copy)
        assert found.startswith("claude/queries.py:")
