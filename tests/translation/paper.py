"""A model on paper: answers at once, in turned letters, and as badly as it is told to."""

from __future__ import annotations

import codecs
import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any, Literal, TypeVar

from django.db import connection

from accounts.tenancy import organization_scope
from engine.pipeline import PackOutcome, attempt
from engine.values import ModelReply, ModelRequest
from translation.queries.packs import Claim, PackInput, claim_next, load_pack

T = TypeVar("T")
# Gives an answer other than the turned text; None leaves the segment out.
Spoil = Callable[[str, str], str | None]
PATIENCE_SECONDS = 30


class PaperModel:
    """Turns every letter by thirteen, so that marks, numbers and length stay."""

    def __init__(
        self,
        spoil: Spoil = lambda _, text: text,
        *,
        stop: Literal["complete", "truncated", "refused"] = "complete",
    ) -> None:
        self._spoil = spoil
        self._stop = stop
        self.requests: list[ModelRequest] = []

    def complete(self, request: ModelRequest) -> ModelReply:
        self.requests.append(request)
        rows = [
            {"id": row["id"], "text": answer}
            for row in json.loads(request.user)["segments"]
            if (answer := self._spoil(row["text"], turned(row["text"]))) is not None
        ]
        return ModelReply(
            text=json.dumps({"segments": rows}, ensure_ascii=False),
            stop=self._stop,
            model="paper",
            input_tokens=1,
            output_tokens=1,
            cost=Decimal(0),
        )


def turned(text: str) -> str:
    """What the model on paper makes of a text."""
    return codecs.encode(text, "rot13")


def lost(_: str, text: str) -> str:
    """An answer that has lost its placeholder."""
    return text.replace("⟦1⟧", "qva")


def claimed(owner: str = "tests", lease_seconds: float = 60.0) -> Claim:
    """The next pack."""
    claim = claim_next(lanes=("interactive", "standard"), owner=owner, lease_seconds=lease_seconds)
    assert claim is not None
    return claim


def loaded(claim: Claim) -> PackInput:
    """What a claimed pack carries."""
    with organization_scope(claim.organization_id):
        pack = load_pack(claim)
    assert pack is not None
    return pack


def answered(claim: Claim, pack: PackInput, model: PaperModel | None = None) -> PackOutcome:
    """What the model on paper makes of a pack."""
    return attempt(
        pack.segments,
        brief=pack.brief,
        context=pack.context,
        round_number=claim.round,
        model=model or PaperModel(),
    )


def at_once(work: Sequence[Callable[[], T]]) -> list[T | BaseException]:
    """Does everything at the same time, each in a thread with a connection of its own."""
    barrier = threading.Barrier(len(work))

    def one(do: Callable[[], T]) -> T | BaseException:
        try:
            barrier.wait(PATIENCE_SECONDS)
            return do()
        except BaseException as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as threads:
        return list(threads.map(one, work))


def until(condition: Callable[[], Any], seconds: float = 10.0) -> Any:
    """What the condition gives as soon as it gives something; asked every 20 ms."""
    clock = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if found := condition():
            return found
        clock.wait(0.02)
    raise AssertionError("nothing happened in time")
