"""Settings as an operator meets them: `manage.py` in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def manage(tmp_path: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    """Run a command with an environment that holds nothing but `variables`."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var"), **variables},
    )
    return done.returncode, done.stdout + done.stderr


APP = {"DATABASE_URL": "postgresql://me:pw@127.0.0.1/house"}


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DB_POOL_SIZE": "many"}, "DB_POOL_SIZE is 'many', but accepts a whole number from 2 to"),
        ({"PORT": "99999"}, "PORT is '99999', but accepts a whole number from 0 to 65535."),
        (
            {"REDIS_URL": "localhost"},
            "REDIS_URL names no scheme; it accepts an address that begins",
        ),
        ({"DATABASE_OWNER_URL": APP["DATABASE_URL"]}, "DATABASE_OWNER_URL is set without DATABASE"),
        (
            {"WORKER_CALL_SLOTS": "30"},
            "WORKER_CALL_SLOTS is 30, but accepts at most WORKER_THREADS",
        ),
        ({"PACK_LEASE_SECONDS": "20"}, "PACK_HEARTBEAT_SECONDS is 15, but accepts at most half of"),
        ({"CSRF_TRUSTED_ORIGINS": "x.example"}, "CSRF_TRUSTED_ORIGINS holds 'x.example', but acc"),
    ],
)
def test_it_stops_with_a_sentence_about_a_wrong_setting(
    tmp_path: Path, variables: dict[str, str], sentence: str
) -> None:
    status, said = manage(tmp_path, "check", **variables)
    assert status == 2
    assert said.startswith(sentence)
    assert len(said.splitlines()) == 1


def test_it_asks_for_the_owner_before_it_migrates(tmp_path: Path) -> None:
    status, said = manage(tmp_path, "migrate", **APP)
    assert status == 2
    assert said.startswith("DATABASE_OWNER_URL is not set; migrations need")


def test_it_refuses_to_serve_on_a_database_without_its_owner(tmp_path: Path) -> None:
    status, said = manage(tmp_path, "serve", **APP, ANTHROPIC_API_KEY="k")
    assert status == 1
    assert "DATABASE_URL is set without DATABASE_OWNER_URL" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("name", ["DATABASE", "REDIS"])
def test_it_says_what_does_not_answer_when_it_serves(tmp_path: Path, name: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    database = f"postgresql://me:pw@{place}/house"
    variables = (
        {"REDIS_URL": f"redis://{place}/0"}
        if name == "REDIS"
        else {"DATABASE_URL": database, "DATABASE_OWNER_URL": database}
    )
    status, said = manage(tmp_path, "serve", **variables, ANTHROPIC_API_KEY="k")
    assert status == 1
    assert "Traceback" not in said
    assert "does not answer" in said.splitlines()[-1]
    assert place in said.splitlines()[-1]


def test_it_says_how_to_start_the_database_a_command_needs(tmp_path: Path) -> None:
    status, said = manage(tmp_path, "showmigrations")
    assert status == 1
    assert said.startswith("The database does not answer")
    assert "make serve" in said
    assert "Traceback" not in said
