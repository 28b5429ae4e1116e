"""Tells browsers and measurements how long an answer took: the header Server-Timing."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.db import connections
from django.db.backends.signals import connection_created
from django.http import HttpRequest
from django.http.response import HttpResponseBase


@dataclass(slots=True)
class _Tally:
    """What one request has asked of the database so far; shared by all threads it runs in."""

    began: float
    statements: int = 0
    seconds: float = 0.0


_current: ContextVar[_Tally | None] = ContextVar("timing", default=None)


class ServerTimingMiddleware:
    """Names the whole time on every answer; statements and their time to operators only.

    How many statements a page takes tells a stranger about data that is not theirs to see.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        connection_created.connect(_count_statements, dispatch_uid="timing")
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if iscoroutinefunction(self):
            return self._answer_async(request)
        # Opened before we listened, perhaps; those of other threads are opened anew.
        _count_statements(connections["default"])
        tally = _Tally(time.perf_counter())
        token = _current.set(tally)
        try:
            return _stamped(request, self.get_response(request), tally)
        finally:
            _current.reset(token)

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        tally = _Tally(time.perf_counter())
        token = _current.set(tally)
        try:
            return _stamped(request, await self.get_response(request), tally)
        finally:
            _current.reset(token)


def _stamped(request: HttpRequest, response: HttpResponseBase, tally: _Tally) -> HttpResponseBase:
    told = [f"total;dur={1000 * (time.perf_counter() - tally.began):.1f}"]
    # Who is asking is known by now, or was never asked; asking here would cost a query.
    user = getattr(request, "_cached_user", None)
    if settings.DEBUG or getattr(user, "is_staff", False):
        told.append(f'db;dur={1000 * tally.seconds:.1f};desc="{tally.statements} statements"')
    response["Server-Timing"] = ", ".join(told)
    return response


def _count_statements(connection: Any, **_: object) -> None:
    if _timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(_timed)


def _timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    tally = _current.get()
    if tally is None:
        return execute(sql, params, many, context)
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        tally.statements += 1
        tally.seconds += time.perf_counter() - began
