"""What `make` says before anything is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TOOLS = ("make", "sh", "sed", "awk", "date", "rm", "mv", "touch", "cat", "echo")


def make(checkout: Path, *arguments: str, path: Path) -> tuple[int, str]:
    done = subprocess.run(
        [str(path / "make"), "-f", str(ROOT / "Makefile"), *arguments],
        capture_output=True,
        check=False,
        text=True,
        timeout=30,
        cwd=checkout,
        env={"PATH": str(path)},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A PATH with the usual tools, an ordinary user, and neither Chromium nor a good Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    for name, says in (("id", "echo 1000"), ("python3", "echo 'wrong python'; exit 1")):
        (folder / name).write_text(f"#!/bin/sh\n{says}\n")
        (folder / name).chmod(0o755)
    return folder


def test_it_lists_every_command_of_the_house(tmp_path: Path, bare: Path) -> None:
    status, said = make(tmp_path, path=bare)
    assert status == 0
    listed = [line.split()[1] for line in said.splitlines()]
    assert {"setup", "demo", "serve", "seed", "test", "check", "bench", "soak", "help"} <= {*listed}


def test_it_names_the_one_command_that_brings_chromium(tmp_path: Path, bare: Path) -> None:
    status, said = make(tmp_path, "test", path=bare)
    assert status != 0
    first = said.splitlines()[0]
    assert first == "The browser tests need Chromium: sudo apt-get install -y chromium"
    assert not (tmp_path / ".venv").exists()


def test_it_makes_nothing_with_a_python_that_will_not_do(tmp_path: Path, bare: Path) -> None:
    (tmp_path / "requirements.txt").touch()
    status, said = make(tmp_path, "setup", path=bare)
    assert status != 0
    assert "wrong python" in said
    assert not (tmp_path / ".venv").exists()
