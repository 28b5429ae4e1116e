"""`/_control`: sets faults, limits and latency, and reports counters. Loopback only, so no key."""

from __future__ import annotations

from dataclasses import asdict

from sandbox.claude.errors import ApiError, bad_request
from sandbox.claude.faults import read_plan
from sandbox.claude.http import Reply, Request
from sandbox.claude.replies import json_reply
from sandbox.claude.state import State
from sandbox.claude.validation import parse_body

PREFIX = "/_control/"
_GETS = frozenset({"health", "counters"})
_POSTS = frozenset({"faults", "limits", "latency", "reset"})


def control(state: State, request: Request) -> Reply:
    """Carry out one control request. Raises a 400, 404 or 405 with a sentence."""
    name = request.path.removeprefix(PREFIX)
    if name not in _GETS | _POSTS:
        raise ApiError(404, f"no control {name!a}; there are {', '.join(sorted(_GETS | _POSTS))}")
    if request.method != ("GET" if name in _GETS else "POST"):
        raise ApiError(405, f"{name} does not take {request.method}")
    if name == "health":
        return json_reply({"status": "ok"})
    if name == "counters":
        return json_reply(state.counters.as_json())
    if name == "reset":
        state.reset()
        return json_reply({"status": "ok"})
    return json_reply(_changed(state, name, request.body))


def _changed(state: State, name: str, raw: bytes) -> dict[str, object]:
    body = parse_body(raw)
    try:
        if name == "faults":
            state.plan = read_plan({"seed": state.seed, **body})
            return {"status": "ok", "seed": state.plan.seed}
        if name == "limits":
            state.limiter.set_limits(state.limiter.limits.changed(body))
            return asdict(state.limiter.limits)
        state.latency = state.latency.changed(body)
        return asdict(state.latency)
    except ValueError as error:
        raise bad_request(str(error)) from None
