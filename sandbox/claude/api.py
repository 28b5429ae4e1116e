"""The stand-in as one application: routes, and an answer for everything that goes wrong."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass

from sandbox.claude.callers import Caller, identify
from sandbox.claude.control import PREFIX, control
from sandbox.claude.errors import ApiError
from sandbox.claude.http import Reply, Request
from sandbox.claude.messages import answer_message
from sandbox.claude.prompt import input_tokens, prompt_pieces
from sandbox.claude.replies import error_reply, json_reply
from sandbox.claude.state import State
from sandbox.claude.validation import check_count, parse_body

_log = logging.getLogger("sandbox.claude")
_METHODS = {
    "/v1/messages": "POST",
    "/v1/messages/count_tokens": "POST",
    "/v1/models": "GET",
}
_MODEL_PREFIX = "/v1/models/"


@dataclass(slots=True)
class Api:
    """Answers every request over one state."""

    state: State

    async def __call__(self, request: Request) -> Reply:
        request_id = f"req_{self.state.new_id()}"
        headers: tuple[tuple[str, str], ...] = (("request-id", request_id),)
        try:
            if request.path.startswith(PREFIX):
                return control(self.state, request)
            caller = identify(request)
            headers = caller.headers(request_id)
            return await self._routed(request, caller, request_id)
        except ApiError as error:
            return error_reply(error, request_id, headers)
        except Exception:  # noqa: BLE001 - a fault of our own has to look like the API's
            _log.exception("%s %s failed", request.method, request.path)
            return error_reply(ApiError(500, "Internal server error"), request_id, headers)

    async def _routed(self, request: Request, caller: Caller, request_id: str) -> Reply:
        path = request.path
        one_model = path.startswith(_MODEL_PREFIX) and "/" not in path[len(_MODEL_PREFIX) :]
        expected = "GET" if one_model else _METHODS.get(path)
        if expected is None:
            raise ApiError(404, f"Not found: {path}")
        if request.method != expected:
            raise ApiError(405, f"Method not allowed: {request.method} {path}")
        if path == "/v1/messages":
            return await answer_message(self.state, request, caller, request_id)
        headers = caller.headers(request_id)
        if path == "/v1/messages/count_tokens":
            self.state.counters.other_requests["count_tokens"] += 1
            return json_reply(self._count(request, caller), headers)
        self.state.counters.other_requests["models"] += 1
        if one_model:
            return json_reply(
                self.state.catalogue.find(path[len(_MODEL_PREFIX) :]).as_info(), headers
            )
        return json_reply(self.state.catalogue.page(request.query), headers)

    def _count(self, request: Request, caller: Caller) -> dict[str, int]:
        body = parse_body(request.body)
        model = check_count(body, caller.version, self.state.catalogue)
        wait = self.state.limiter.admit_count(caller.key, self.state.clock())
        if wait > 0:
            raise ApiError(
                429,
                "This request would exceed your rate limit for token counting",
                headers=(("retry-after", str(math.ceil(wait))),),
            )
        return {"input_tokens": input_tokens(prompt_pieces(body, model))}
