"""Live progress: what a stream tells, to whom, what it never misses, and what it does not hold."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.tenancy import organization_scope
from translation.streams import MAX_WAITING_EVENTS, READY, Hub, _Listener

SOON = 10.0
START = f"retry: 2000\n{READY}"


def by_frames(scenario: Callable[[], Awaitable[Any]]) -> Any:
    return asyncio.run(asyncio.wait_for(scenario(), 30))


async def in_thread(call: Callable[..., Any], *arguments: Any) -> Any:
    """Runs something that asks the database, and gives the thread's connection back."""

    def done() -> Any:
        from django.db import connection

        try:
            return call(*arguments)
        finally:
            connection.close()

    return await asyncio.to_thread(done)


def event(frame: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in frame.strip().splitlines())


async def next_event(frames: AsyncIterator[str]) -> dict[str, Any]:
    """The next progress event, comments passed over."""
    while True:
        told = await asyncio.wait_for(anext(frames), SOON)
        if told.startswith("id: "):
            return event(told)


@pytest.fixture
def hub() -> Hub:
    return Hub(poll_seconds=0.05)


def cancel(owner: Any, stored: Any) -> None:
    from translation.services.documents import cancel_document

    cancel_document(actor=owner.actor, document_id=stored.document_id)


class TestWhatIsTold:
    def test_it_begins_with_a_word_that_it_listens(self, hub: Hub, owner: Any, submit: Any) -> None:
        async def scenario() -> str:
            async with aclosing(hub.listen(owner.organization_id, "")) as frames:
                return await anext(frames)

        assert by_frames(scenario) == START

    def test_it_tells_ids_and_numbers_of_a_change(self, hub: Hub, owner: Any, submit: Any) -> None:
        stored = submit()

        async def scenario() -> dict[str, Any]:
            async with aclosing(hub.listen(owner.organization_id, "")) as frames:
                assert await anext(frames) == START
                first = await next_event(frames)
                await in_thread(cancel, owner, stored)
                second = await next_event(frames)
            return {"first": json.loads(first["data"]), "second": json.loads(second["data"])}

        told = by_frames(scenario)
        same = {"run": str(stored.run_ids["de"]), "job": str(stored.job_ids["de"]), "segments": 4}
        assert told["first"] == same | {"state": "open", "done": 0, "needs_review": 0, "failed": 0}
        assert {name: told["second"][name] for name in ("run", "state")} == {
            "run": same["run"],
            "state": "cancelled",
        }

    def test_it_tells_every_step_up_to_the_end(
        self, hub: Hub, owner: Any, submit: Any, drain: Any
    ) -> None:
        submit("".join(f"Line {number} of it.\n\n" for number in range(50)))

        async def scenario() -> list[dict[str, Any]]:
            told = []
            async with aclosing(hub.listen(owner.organization_id, "")) as frames:
                await anext(frames)
                work = asyncio.create_task(in_thread(drain))
                while not told or told[-1]["state"] == "open":
                    told.append(json.loads((await next_event(frames))["data"]))
                await work
            return told

        told = by_frames(scenario)
        done = [one["done"] for one in told]
        assert done == sorted(done)
        assert done[-1] == told[-1]["segments"] == 50
        assert told[-1]["state"] == "finished"

    def test_it_tells_nobody_else(self, hub: Hub, owner: Any, outsider: Any, submit: Any) -> None:
        async def scenario() -> tuple[str, bool]:
            mine = hub.listen(owner.organization_id, "")
            theirs = hub.listen(outsider.organization_id, "")
            async with aclosing(mine), aclosing(theirs):
                await anext(mine)
                await anext(theirs)
                await in_thread(submit)
                told = await next_event(mine)
                waiting = asyncio.ensure_future(anext(theirs))
                await asyncio.wait([waiting], timeout=0.5)
                heard = waiting.done()
                waiting.cancel()
                await asyncio.gather(waiting, return_exceptions=True)
                return told["event"], heard

        assert by_frames(scenario) == ("progress", False)

    def test_it_keeps_the_line_open_when_nothing_happens(self, owner: Any, submit: Any) -> None:
        quick = Hub(heartbeat_seconds=0.05)

        async def scenario() -> list[str]:
            async with aclosing(quick.listen(owner.organization_id, "")) as frames:
                return [await anext(frames) for _ in range(3)]

        assert by_frames(scenario) == [START, ": still here\n\n", ": still here\n\n"]


class TestWhatIsNotMissed:
    def test_it_catches_up_from_the_last_event(
        self, hub: Hub, owner: Any, outsider: Any, submit: Any
    ) -> None:
        stored = submit()
        cancel(owner, stored)
        last = (datetime.now(UTC) - timedelta(seconds=30)).isoformat()

        async def scenario(organization_id: Any) -> list[str]:
            frames = Hub(heartbeat_seconds=0.1).listen(organization_id, last)
            async with aclosing(frames):
                return [await anext(frames) for _ in range(2)]

        mine = by_frames(lambda: scenario(owner.organization_id))
        assert json.loads(event(mine[1])["data"])["state"] == "cancelled"
        assert by_frames(lambda: scenario(outsider.organization_id))[1] == ": still here\n\n"

    @pytest.mark.parametrize(
        "last",
        [
            "",
            "yesterday",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "2020-01-01T00:00:00+00:00",
            "x" * 9_000,
        ],
    )
    def test_it_begins_anew_after_an_id_that_leads_nowhere(
        self, owner: Any, submit: Any, last: str
    ) -> None:
        async def scenario() -> list[str]:
            frames = Hub(heartbeat_seconds=0.05).listen(owner.organization_id, last)
            async with aclosing(frames):
                return [await anext(frames) for _ in range(2)]

        assert by_frames(scenario) == [START, ": still here\n\n"]

    def test_it_tells_a_slow_reader_to_ask_rather_than_lose_an_ending(self, owner: Any) -> None:
        async def scenario() -> list[str]:
            listener = _Listener(owner.organization_id)
            for number in range(MAX_WAITING_EVENTS + 1):
                listener.tell(f"id: {number}\n\n")
            listener.tell("id: last\n\n")
            return [listener.events.get_nowait() for _ in range(listener.events.qsize())]

        assert by_frames(scenario) == [READY, "id: last\n\n"]


class TestWhatIsNotHeld:
    def test_it_leaves_with_its_reader_and_then_asks_no_more(
        self, hub: Hub, owner: Any, submit: Any
    ) -> None:
        async def scenario() -> None:
            frames = [hub.listen(owner.organization_id, "") for _ in range(3)]
            for one in frames:
                await anext(one)
            assert hub.listeners == 3
            for one in frames:
                await one.aclose()
            assert hub.listeners == 0
            watching = hub._task
            assert watching is not None
            await asyncio.wait_for(watching, SOON)

        by_frames(scenario)

    def test_it_lives_on_when_the_database_is_away_for_a_moment(
        self, hub: Hub, owner: Any, submit: Any, admin: Any
    ) -> None:
        async def scenario() -> str:
            async with aclosing(hub.listen(owner.organization_id, "")) as frames:
                await anext(frames)
                for _ in range(3):
                    admin.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity"
                        " where usename = 'interlinear_web' and datname = current_database()"
                    )
                    await asyncio.sleep(0.06)
                await in_thread(submit)
                return str((await next_event(frames))["event"])

        from django.db import connection

        connection.close()
        assert by_frames(scenario) == "progress"


class TestProgress:
    """The question that stands in for a stream."""

    def test_it_answers_of_ones_own_runs_only(
        self, client: Any, owner: Any, outsider: Any, submit: Any
    ) -> None:
        stored = submit()
        run = str(stored.run_ids["de"])
        client.force_login(owner.user)
        [told] = client.get("/progress", {"run": [run]}).json()["runs"]
        assert (told["run"], told["state"], told["segments"]) == (run, "open", 4)
        client.force_login(outsider.user)
        assert client.get("/progress", {"run": [run]}).json() == {"runs": []}

    @pytest.mark.parametrize(
        ("query", "status"), [("", 200), ("run=", 400), ("run=abc", 400), ("run=1&run=2", 400)]
    )
    def test_it_takes_ids_only(
        self, client: Any, owner: Any, submit: Any, query: str, status: int
    ) -> None:
        client.force_login(owner.user)
        answer = client.get(f"/progress?{query}")
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/json"

    def test_it_answers_the_same_counts_after_the_end(
        self, client: Any, owner: Any, submit: Any, drain: Any
    ) -> None:
        stored = submit()
        drain()
        client.force_login(owner.user)
        [told] = client.get("/progress", {"run": [str(stored.run_ids["de"])]}).json()["runs"]
        assert (told["state"], told["done"], told["segments"]) == ("finished", 4, 4)
        with organization_scope(owner.organization_id):
            from translation.models import Run

            run = Run.objects.get(organization_id=owner.organization_id, pk=stored.run_ids["de"])
        assert (told["needs_review"], told["failed"]) == (run.needs_review, run.failed)
