"""What calls need: a run and pack to be made for, a scripted Claude, and the planted catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID, uuid4

import pytest

from engine.values import ModelRequest, PromptBlock, Purpose, Tier
from tests.claude_sandbox import Sandbox, running_sandbox
from tests.wire import Step, Wire, wire

SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {
        "segments": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": {"type": "string"}, "text": {"type": "string"}},
                "required": ["id", "text"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["segments"],
    "additionalProperties": False,
}


@pytest.fixture
def run_id() -> UUID:
    return uuid4()


@pytest.fixture
def ask(run_id: UUID, transactional_db: None) -> Callable[..., Any]:
    """Makes one recorded call for `run_id`; takes a clock and what a request may differ in."""
    from claude.services import model_for

    def make(
        *,
        tier: Tier = Tier.FAST,
        purpose: Purpose = "translate",
        user: str = '{"segments":[{"id":"1","text":"Good morning"}]}',
        attempt: int = 1,
        clock: Any = None,
    ) -> Any:
        model = model_for(
            organization_id=UUID(int=1),
            run_id=run_id,
            pack_id=UUID(int=2),
            attempt=attempt,
            clock=clock,
        )
        request = ModelRequest(
            tier=tier,
            purpose=purpose,
            system=(PromptBlock("Translate."),),
            user=user,
            schema=SCHEMA,
            max_output_tokens=1_000,
        )
        return model.complete(request)

    return make


@pytest.fixture
def scripted(settings: Any) -> Iterator[Callable[..., Wire]]:
    """Puts a server with these replies where Claude is."""
    with ExitStack() as stack:

        def serve(*script: Step) -> Wire:
            server = stack.enter_context(wire(*script))
            settings.ANTHROPIC_BASE_URL = server.url
            settings.CALL_TIMEOUT_SECONDS = 5
            return server

        yield serve


@pytest.fixture
def edited_catalogue(transactional_db: None) -> Iterator[Callable[..., None]]:
    """Runs statements against models, tiers and prices; all is as planted again afterwards."""
    from django.db import connection

    from claude.services import refresh_catalogue

    def edit(statement: str, *values: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
        refresh_catalogue()

    refresh_catalogue()
    yield edit
    edit("select test_support.reset()")


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
