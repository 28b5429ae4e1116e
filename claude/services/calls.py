"""One question to Claude: recorded before it is asked, completed whatever becomes of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import structlog

from claude.catalogue import Catalogue, UnknownModel
from claude.exchange import Answer, CallFailed, body_for, expected_usage
from claude.pricing import PriceRow, UnknownPrice, Usage, cost_of
from claude.services import records
from claude.services.current import current_catalogue, current_client
from claude.services.records import Errand, Outcome
from common.database import connection_released
from common.ids import uuid7
from engine.ports import Model, ModelError
from engine.values import ModelErrorKind, ModelReply, ModelRequest

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time as a recorded call sees it: the moment (UTC), a steady count of seconds, and waiting."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    steady: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def model_for(
    *,
    organization_id: UUID,
    run_id: UUID,
    pack_id: UUID,
    attempt: int,
    clock: Clock | None = None,
) -> Model:
    """A model whose every call is recorded and priced for this run and pack.

    `complete` must be called outside a transaction: it gives the thread's database connection back
    while it waits for a call slot and for Claude. It raises ModelError, never retries, and refuses
    a tier without a model or a price before anything is sent.
    """
    errand = Errand(
        organization_id=organization_id, run_id=run_id, pack_id=pack_id, attempt=attempt
    )
    return _RecordedModel(errand, clock or Clock())


@dataclass(frozen=True, slots=True)
class _RecordedModel:
    errand: Errand
    clock: Clock

    def complete(self, request: ModelRequest) -> ModelReply:
        """Answer once, without retrying; raises ModelError."""
        started_at = self.clock.now()
        catalogue = current_catalogue()
        guess = expected_usage(request)
        try:
            model = catalogue.serving(request.tier)
            price = catalogue.price(model.id, on=started_at.date(), prompt_tokens=guess.prompt)
        except (UnknownModel, UnknownPrice) as error:
            _log.error("tier_unusable", tier=request.tier.value, cause=str(error))
            raise ModelError(ModelErrorKind.UNKNOWN_MODEL, str(error)) from error
        record_id = uuid7()
        records.start(record_id, self.errand, request.purpose, guess, price, now=started_at)
        with connection_released():
            answer, latency_ms = self._ask(record_id, body_for(request, model))
        outcome = _outcome(answer, catalogue, guess, price, started_at)
        records.finish(
            record_id,
            outcome,
            latency_ms=latency_ms,
            now=self.clock.now(),
            sleep=self.clock.sleep,
        )
        return ModelReply(
            text=answer.text,
            stop=answer.stop,
            model=answer.model,
            input_tokens=outcome.usage.prompt,
            output_tokens=outcome.usage.output,
            cost=outcome.cost,
        )

    def _ask(self, record_id: UUID, body: dict[str, object]) -> tuple[Answer, int]:
        """The answer and its latency without the wait for a slot; a failure is recorded."""
        begun = self.clock.steady()
        try:
            client = current_client()
            with client.slot():
                begun = self.clock.steady()
                answer = client.call(body)
                return answer, self._since(begun)
        except CallFailed as failure:
            self._record_failure(record_id, failure, begun)
            raise
        except Exception:
            self._record_failure(record_id, None, begun)
            raise

    def _record_failure(self, record_id: UUID, failure: CallFailed | None, begun: float) -> None:
        records.fail(
            record_id,
            failure,
            latency_ms=self._since(begun),
            now=self.clock.now(),
            sleep=self.clock.sleep,
        )

    def _since(self, begun: float) -> int:
        return round((self.clock.steady() - begun) * 1_000)


def _outcome(
    answer: Answer, catalogue: Catalogue, guess: Usage, price: PriceRow, started_at: datetime
) -> Outcome:
    """What the call came to by the vendor's count; by our guess, and marked so, without one."""
    usage = answer.usage or guess
    priced = answer.usage is not None
    try:
        price = catalogue.price(price.model, on=started_at.date(), prompt_tokens=usage.prompt)
    except UnknownPrice as error:
        # It has been paid for, so it is accounted by the nearest row rather than thrown away.
        _log.error("price_missing", model=price.model, cause=str(error))
        priced = False
    return Outcome(
        request_id=answer.request_id,
        model=answer.model,
        usage=usage,
        price=price,
        cost=cost_of(usage, price),
        estimated=not priced,
    )
