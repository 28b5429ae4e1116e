"""What translation needs: the stand-in for Claude, files, and a worker in this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.claude_sandbox import Sandbox, running_sandbox

LETTER = (
    "Hello world. Press {name} to go on.\n\n"
    "Read https://halden.example/a?b=1 before you start. Press {name} to go on.\n"
)


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[Sandbox]:
    with running_sandbox(latency_ms=0) as sandbox:
        yield sandbox


@pytest.fixture
def claude_sandbox(sandbox_server: Sandbox, settings: Any) -> Iterator[Sandbox]:
    """The stand-in, where Claude is, without faults and with its counters at zero."""
    sandbox_server.reset()
    settings.ANTHROPIC_BASE_URL = sandbox_server.url
    settings.ANTHROPIC_API_KEY = ""
    yield sandbox_server
    sandbox_server.reset()


@pytest.fixture
def submit(transactional_db: None, owner: Any) -> Callable[..., Any]:
    """Takes in one file for the owner's organization; what was stored."""
    from translation.services.intake import Upload, submit_files

    def one(
        text: str = LETTER,
        name: str = "letter.txt",
        targets: tuple[str, ...] = ("de",),
        *,
        actor: Any = None,
        lane: str = "standard",
    ) -> Any:
        [stored] = submit_files(
            actor=actor or owner.actor,
            uploads=[Upload(name=name, data=text.encode())],
            source_language="en",
            target_languages=targets,
            lane=lane,
        )
        return stored

    return one


@pytest.fixture
def drain(claude_sandbox: Sandbox) -> Callable[[], int]:
    """Works in this thread until nothing is ready; how many packs."""
    from translation.services.work import drain as work

    return lambda: work("standard", stop=threading.Event())


@pytest.fixture
def rows(admin: psycopg.Connection[Any]) -> Callable[..., list[dict[str, Any]]]:
    """Asks the database behind every policy; rows by column name."""

    def ask(query: str, *values: Any) -> list[dict[str, Any]]:
        with admin.cursor(row_factory=dict_row) as cursor:
            cursor.execute(query, values)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    return ask


@pytest.fixture
def stored_files(settings: Any) -> Callable[[], set[str]]:
    """The files that lie in storage now."""
    root = Path(settings.MEDIA_ROOT)
    return lambda: {str(path) for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def open_walls(settings: Any) -> None:
    """Webhooks may go to this machine."""
    settings.WEBHOOK_PRIVATE_TARGETS = True
