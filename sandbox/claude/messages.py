"""`POST /v1/messages`: check, admit, answer or fail as scripted, and account for it."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from email.utils import formatdate

from sandbox.claude.answers import Answer, answer_other, answer_question, fits, read_question
from sandbox.claude.cache import CacheUse
from sandbox.claude.callers import Caller
from sandbox.claude.counters import Counters, RequestSummary
from sandbox.claude.errors import ApiError, bad_request
from sandbox.claude.faults import ERRORS, FaultPlan, RequestFault, draw
from sandbox.claude.http import Ending, Reply, Request
from sandbox.claude.limits import Buckets, utc
from sandbox.claude.models import Model
from sandbox.claude.prompt import (
    has_breakpoints,
    input_tokens,
    last_user_text,
    output_schema,
    prompt_pieces,
)
from sandbox.claude.replies import Written, error_reply, json_reply, message_body, write_answer
from sandbox.claude.state import State
from sandbox.claude.validation import Body, check_message, parse_body

_ENDINGS = {"reset": Ending.RESET, "close": Ending.CLOSE, "hang": Ending.HANG}


@dataclass(slots=True)
class _Exchange:
    """One request on its way. Counters and plan are those in force when it came in."""

    state: State
    request: Request
    caller: Caller
    request_id: str
    counters: Counters
    plan: FaultPlan
    summary: RequestSummary
    buckets: Buckets | None = None

    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers of any reply, with the rate limits once the model is known."""
        plain = self.caller.headers(self.request_id)
        if self.buckets is None:
            return plain
        return plain + self.buckets.headers(self.state.clock(), utc(self.state.wall()))

    async def wait_until(self, seconds: float) -> None:
        """Sleep until so many seconds after the request came in."""
        left = self.request.received + seconds - self.state.clock()
        if left > 0:
            await asyncio.sleep(left)


async def answer_message(state: State, request: Request, caller: Caller, request_id: str) -> Reply:
    """The reply to one message request, whatever becomes of it; counted in any case."""
    counters = state.counters
    attempt = request.headers.get("x-stainless-retry-count", "")
    summary = RequestSummary(
        number=counters.enter(),
        at_ms=round((request.received - state.started) * 1000),
        attempt=int(attempt) if attempt.isascii() and attempt.isdigit() else None,
    )
    exchange = _Exchange(state, request, caller, request_id, counters, state.plan, summary)
    try:
        reply = await _answered(exchange)
        if reply.ending in (Ending.WHOLE, Ending.CUT):
            summary.status = reply.status
    except ApiError as error:
        summary.status = error.status
        await exchange.wait_until(state.latency.error_seconds())
        reply = error_reply(error, request_id, exchange.headers())
    finally:
        counters.leave(summary)
    return reply


async def _answered(exchange: _Exchange) -> Reply:
    state, caller, summary = exchange.state, exchange.caller, exchange.summary
    body = parse_body(exchange.request.body)
    model = check_message(body, caller.version, state.catalogue)
    summary.model = model.id
    pieces = prompt_pieces(body, model)
    total = input_tokens(pieces)
    if total > model.max_input_tokens:
        raise bad_request(f"prompt is too long: {total} tokens > {model.max_input_tokens} maximum")
    buckets = exchange.buckets = state.limiter.buckets(caller.key, model.id, state.clock())
    number, fault = exchange.plan.next_request()
    if fault is not None:
        summary.fault = fault.name
        if fault.name in _ENDINGS:
            ending = _ENDINGS[fault.name]
            return Reply(status=0, body=b"", ending=ending, hang_seconds=fault.seconds)
        if fault.name in ERRORS:
            raise _scripted_error(fault, state.wall())
    use = CacheUse(uncached=total)
    if has_breakpoints(body):
        scope = f"{caller.organization}:{caller.workspace}:{model.id}"
        minimum = model.cache_minimum_tokens
        use = state.cache.look_up(scope, pieces, minimum=minimum, now=state.clock())
    _admit(buckets, use, state.clock())
    chance = draw(exchange.plan.seed, number, "cut")
    written = write_answer(_composed(exchange, body, number), body, model, fault, chance=chance)
    seconds = state.latency.answer_seconds(written.output_tokens, seed=state.seed, number=number)
    await exchange.wait_until(seconds + _delay(fault))
    buckets.output_tokens.level -= written.output_tokens
    return _delivered(exchange, body, model, use, written)


def _scripted_error(fault: RequestFault, wall: float) -> ApiError:
    status, error_code, message = ERRORS[fault.name]
    headers: list[tuple[str, str]] = []
    if fault.retry_after is not None:
        headers.append(("retry-after", fault.retry_after))
    if fault.retry_after_date is not None:
        headers.append(("retry-after", formatdate(wall + fault.retry_after_date, usegmt=True)))
    if fault.retry_after_ms is not None:
        headers.append(("retry-after-ms", fault.retry_after_ms))
    if fault.should_retry is not None:
        headers.append(("x-should-retry", "true" if fault.should_retry else "false"))
    return ApiError(status, message, error_code=error_code, headers=tuple(headers))


def _admit(buckets: Buckets, use: CacheUse, now: float) -> None:
    """Take a request from its buckets; cache reads are free. Raises a 429."""
    wait = buckets.admit(use.uncached + use.written, now)
    if wait > 0:
        raise ApiError(
            429,
            "This request would exceed the rate limit of your organization",
            headers=(("retry-after", str(math.ceil(wait))),),
        )


def _composed(exchange: _Exchange, body: Body, number: int) -> Answer:
    text, schema = last_user_text(body), output_schema(body)
    question = read_question(text)
    if question is None or not fits(schema):
        return answer_other(text, schema)
    for segment in question.segments:
        exchange.counters.saw_segment(
            question.target, segment.form, segment.text, repair=segment.repair
        )
    exchange.summary.segments = len(question.segments)
    exchange.summary.repair_segments = sum(segment.repair for segment in question.segments)
    return answer_question(question, schema, exchange.plan, number)


def _delay(fault: RequestFault | None) -> float:
    return fault.seconds if fault is not None and fault.name == "slow" else 0.0


def _delivered(
    exchange: _Exchange, body: Body, model: Model, use: CacheUse, written: Written
) -> Reply:
    """The answer as a reply, entered in the books as its response starts."""
    state, summary = exchange.state, exchange.summary
    state.cache.store(use, now=state.clock())
    summary.input_tokens = use.uncached + use.written + use.read
    summary.cache_read_tokens = use.read
    summary.cache_written_tokens = use.written
    summary.output_tokens = written.output_tokens
    summary.stop_reason = written.stop_reason
    message_id = f"msg_{state.new_id()}"
    message = message_body(body, model, use, written, message_id)
    message["diagnostics"] = state.diagnoses.diagnose(
        body, message_id=message_id, missed_tokens=use.uncached + use.written
    )
    reply = json_reply(message, exchange.headers())
    if summary.fault == "cut_body":
        return Reply(status=200, body=reply.body, headers=reply.headers, ending=Ending.CUT)
    exchange.counters.delivered(written.entries)
    return reply
