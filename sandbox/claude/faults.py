"""Scripted faults: what may go wrong, with which chance, drawn anew at every attempt.

Draws are a hash of (seed, request number, position, purpose), so nothing depends on how many
draws came before. Request numbers count valid message requests since the plan was installed; the
n-th of two runs under one seed meets the same fault, in whichever thread it arrives.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MAX_SCRIPT = 10_000

# name: HTTP status, error_code, message
ERRORS: Final[Mapping[str, tuple[int, str | None, str]]] = {
    "400": (400, None, "Scripted: this request is refused"),
    "401": (401, None, "Scripted: this key is not accepted"),
    "402": (402, None, "Scripted: there is a problem with billing"),
    "403": (403, None, "Scripted: this key has no access"),
    "404": (404, None, "Scripted: not found"),
    "408": (408, None, "Scripted: the request took too long to arrive"),
    "409": (409, None, "Scripted: conflict"),
    "413": (413, None, "Scripted: the request is too large"),
    "422": (422, None, "Scripted: the request cannot be done"),
    "429": (429, None, "Scripted: this request would exceed a rate limit"),
    "500": (500, None, "Scripted: internal server error"),
    "502": (502, None, "Scripted: bad gateway"),
    "503": (503, None, "Scripted: service unavailable"),
    "504": (504, None, "Scripted: the request took too long"),
    "529": (529, None, "Scripted: overloaded"),
    "spend_cap": (429, "enforced_spend_limit_reached", "Scripted: monthly spend limit reached"),
    "contract_cap": (429, "contract_spend_limit_reached", "Scripted: contract limit reached"),
    "ramp": (429, "ramp_limit_exceeded", "Scripted: usage grows too fast"),
    "workspace_cap": (400, None, "Scripted: you have reached your specified API usage limits"),
}
WIRE: Final = ("reset", "close", "hang", "cut_body")
ANSWERS: Final = ("truncate", "refuse", "empty_content", "bad_json", "think_first", "slow")
REQUEST_FAULTS: Final = (*ERRORS, *WIRE, *ANSWERS)
SEGMENT_FAULTS: Final = (
    "lose_placeholder",
    "drop",
    "duplicate",
    "merge",
    "echo",
    "wrong_language",
    "empty",
    "invent_placeholder",
    "change_number",
    "commentary",
    "break_term",
)
NO_FAULT: Final = "ok"


class PlanError(ValueError):
    """A fault plan that cannot be installed; its text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFault:
    """One fault of a whole request.

    `retry_after` is sent as it is, `retry_after_date` as a date so many seconds ahead; `seconds`
    is how long `hang` holds the connection or `slow` delays the answer.
    """

    name: str
    retry_after: str | None = None
    retry_after_ms: str | None = None
    retry_after_date: float | None = None
    should_retry: bool | None = None
    seconds: float = 600.0


@dataclass(slots=True, kw_only=True)
class FaultPlan:
    """The faults in force. `script` is used up first, one entry a request."""

    seed: int = 0
    segment: tuple[tuple[str, float], ...] = ()
    request: tuple[tuple[RequestFault, float], ...] = ()
    script: deque[RequestFault | None] = field(default_factory=deque)
    requests_seen: int = 0

    def next_request(self) -> tuple[int, RequestFault | None]:
        """Number the next valid request and say what befalls it."""
        number = self.requests_seen
        self.requests_seen += 1
        if self.script:
            return number, self.script.popleft()
        if not self.request:
            return number, None
        chance = draw(self.seed, number, "request")
        for fault, probability in self.request:
            if chance < probability:
                return number, fault
            chance -= probability
        return number, None

    def segment_fault(self, number: int, position: int) -> str | None:
        """What befalls the segment at this position of a request."""
        if not self.segment:
            return None
        chance = draw(self.seed, number, "segment", position)
        for name, probability in self.segment:
            if chance < probability:
                return name
            chance -= probability
        return None


def draw(seed: int, number: int, purpose: str, position: int = 0) -> float:
    """An even number in [0, 1) that depends on nothing but its arguments."""
    text = f"{seed}:{number}:{position}:{purpose}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") / 2.0**64


def read_plan(asked: Mapping[str, object]) -> FaultPlan:
    """The plan of a control request. Raises PlanError."""
    unknown = set(asked) - {"seed", "segment", "request", "script"}
    if unknown:
        raise PlanError(
            f"unknown part {sorted(unknown)[0]}; there are seed, segment, request, script"
        )
    seed = asked.get("seed", 0)
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise PlanError("seed must be a whole number")
    segment = tuple(
        (_known(name, SEGMENT_FAULTS), _probability(name, value))
        for name, value in _mapping(asked, "segment").items()
    )
    request = tuple(
        (_request_fault(name, value), _probability(name, value))
        for name, value in _mapping(asked, "request").items()
    )
    for part, rows in (("segment", segment), ("request", request)):
        if sum(probability for _, probability in rows) > 1.0 + 1e-9:
            raise PlanError(f"the probabilities of {part} add up to more than 1")
    return FaultPlan(seed=seed, segment=segment, request=request, script=_script(asked))


def _mapping(asked: Mapping[str, object], name: str) -> dict[str, object]:
    value = asked.get(name, {})
    if not isinstance(value, dict):
        raise PlanError(f"{name} must be an object of names and probabilities")
    return value


def _known(name: str, names: tuple[str, ...]) -> str:
    if name not in names:
        raise PlanError(f"unknown fault {name}; there are {', '.join(names)}")
    return name


def _probability(name: str, value: object) -> float:
    asked = value.get("p") if isinstance(value, dict) else value
    if not isinstance(asked, int | float) or isinstance(asked, bool) or not 0 <= asked <= 1:
        raise PlanError(f"{name} needs a probability between 0 and 1")
    return float(asked)


def _script(asked: Mapping[str, object]) -> deque[RequestFault | None]:
    entries = asked.get("script", [])
    if not isinstance(entries, list) or len(entries) > MAX_SCRIPT:
        raise PlanError(f"script must be a list of at most {MAX_SCRIPT} faults")
    return deque(_script_entry(entry) for entry in entries)


def _script_entry(entry: object) -> RequestFault | None:
    match entry:
        case "ok":
            return None
        case str(name):
            return _request_fault(name, {})
        case {"fault": str(name), **options}:
            return _request_fault(name, options)
    raise PlanError('a script entry is a name, or an object with "fault" and its options')


def _request_fault(name: str, options: object) -> RequestFault:
    _known(name, REQUEST_FAULTS)
    if not isinstance(options, dict):
        return RequestFault(name=name)
    values: dict[str, object] = {}
    for option, value in options.items():
        match option, value:
            case "p", _:
                continue
            case "retry_after" | "retry_after_ms", str() | int() | float():
                values[option] = str(value)
            case "retry_after_date" | "seconds", int() | float():
                values[option] = float(value)
            case "should_retry", bool():
                values[option] = value
            case _:
                raise PlanError(f"{name}: option {option} is unknown or of the wrong kind")
    return RequestFault(name=name, **values)  # type: ignore[arg-type]
