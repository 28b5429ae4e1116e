"""What goes to Claude and what comes back, as plain values. Pure: no vendor type in or out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from claude.catalogue import ServedModel
from claude.pricing import Usage, estimate_tokens
from engine.ports import ModelError
from engine.values import ModelErrorKind, ModelRequest, PromptBlock

Stop = Literal["complete", "truncated", "refused"]

# No worker waits longer on a vendor's word; the shared schedule asks again after that.
MAX_RETRY_AFTER_SECONDS = 3_600.0

_STOPS: Mapping[str, Stop] = {
    "end_turn": "complete",
    "stop_sequence": "complete",
    "refusal": "refused",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A reply with status 200. `usage` is None where the vendor did not count."""

    text: str
    stop: Stop
    model: str
    usage: Usage | None
    request_id: str


class CallFailed(ModelError):
    """A call without a reply. `may_be_billed`: it was sent and nobody told how it ended."""

    def __init__(
        self,
        kind: ModelErrorKind,
        message: str,
        *,
        retry_after: float | None = None,
        status: int | None = None,
        request_id: str = "",
        may_be_billed: bool = False,
    ) -> None:
        super().__init__(kind, message, retry_after=retry_after)
        self.status = status
        self.request_id = request_id
        self.may_be_billed = may_be_billed


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedModel:
    """One model of the vendor's list. None stands for what the list did not tell."""

    id: str
    lifecycle: str
    retires_at: datetime | None
    max_output_tokens: int | None
    structured_outputs: bool | None


def body_for(request: ModelRequest, model: ServedModel) -> dict[str, object]:
    """The keyword arguments of one `messages.create`: same request, same bytes.

    The answer's schema travels as structured output, never as a forced tool. `max_tokens` is capped
    by what the model can write. There is nothing to sample with: the API has no such parameters.
    """
    config: dict[str, object] = {"format": {"type": "json_schema", "schema": request.schema}}
    if model.effort:  # a model without one refuses the word
        config["effort"] = request.effort or model.effort
    body: dict[str, object] = {
        "model": model.id,
        "max_tokens": min(request.max_output_tokens, model.max_output_tokens),
        "messages": [{"role": "user", "content": request.user}],
        "output_config": config,
    }
    system = _system(request.system, model.min_cache_tokens)
    if system:
        body["system"] = system
    if model.thinking:
        body["thinking"] = {"type": model.thinking}
    return body


def expected_usage(request: ModelRequest) -> Usage:
    """A guess at the tokens of a request, nothing cached: an answer is about as long as its data.

    It stands in a call record until the vendor's count replaces it.
    """
    asked = estimate_tokens(request.user)
    return Usage(
        input=asked + sum(estimate_tokens(block.text) for block in request.system),
        output=min(asked, request.max_output_tokens),
    )


def stop_of(stop_reason: str | None) -> Stop:
    """How a reply ended. Whatever is not known to be a proper end is taken for cut short."""
    return _STOPS.get(stop_reason or "", "truncated")


def retry_after_seconds(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """The wait a response asks for, at most an hour; None where it names none that makes sense.

    `headers` is looked up in lower case. A date counts from the response's own Date where it has
    one, so that our clock does not matter, else from `now`.
    """
    millis = _positive(headers.get("retry-after-ms"))
    if millis is not None:
        return min(millis / 1_000, MAX_RETRY_AFTER_SECONDS)
    told = headers.get("retry-after")
    seconds = _positive(told)
    if seconds is None:
        moment = _http_date(told)
        if moment is not None:
            wait = moment - (_http_date(headers.get("date")) or now)
            seconds = wait.total_seconds() if wait > timedelta() else None
    return None if seconds is None else min(seconds, MAX_RETRY_AFTER_SECONDS)


def _system(blocks: Sequence[PromptBlock], min_cache_tokens: int) -> list[dict[str, object]]:
    """Text blocks; a breakpoint only where the prefix up to it is long enough to be cached."""
    system: list[dict[str, object]] = []
    prefix_tokens = 0
    for block in blocks:
        if not block.text.strip():
            continue  # the API answers 400 to a blank block
        prefix_tokens += estimate_tokens(block.text)
        part: dict[str, object] = {"type": "text", "text": block.text}
        if block.breakpoint and prefix_tokens >= min_cache_tokens:
            part["cache_control"] = {"type": "ephemeral"}
        system.append(part)
    return system


def _positive(value: str | None) -> float | None:
    try:
        number = float(value) if value else 0.0
    except ValueError:
        return None
    return number if number > 0 and not math.isnan(number) else None


def _http_date(value: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value) if value else None
    except (ValueError, OverflowError):
        return None
    if moment is None:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
