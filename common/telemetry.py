"""Structured logs with ids of request, run and organization, and never a customer's text."""

from __future__ import annotations

import logging
import logging.config
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final, Literal

import structlog
from structlog.contextvars import bound_contextvars, get_contextvars, merge_contextvars
from structlog.typing import Processor

Format = Literal["json", "console"]
_EventDict = MutableMapping[str, Any]

MAX_VALUE_CHARS: Final = 300
MAX_FRAMES: Final = 40
MAX_CAUSES: Final = 5


def configure(level: str, fmt: str) -> None:
    """Sends structlog and the standard library's logs to stderr in one form; may be repeated."""
    # A line that cannot be written would be printed whole, with its exception's message.
    logging.raiseExceptions = False
    shared: list[Processor] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _bounded,
        _without_messages,
    ]
    last: Processor = (
        structlog.dev.ConsoleRenderer(colors=False)
        if fmt == "console"
        else structlog.processors.JSONRenderer(default=str)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"house": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "house"}},
            "root": {"handlers": ["stderr"], "level": level},
            # HTTP libraries log addresses and headers at these levels.
            "loggers": {
                name: {"level": "WARNING"}
                for name in (
                    "httpx",
                    "httpx2",
                    "httpcore",
                    "httpcore2",
                    "anthropic",
                    "urllib3",
                    "axes",
                )
            },
        }
    )


@contextmanager
def bound(
    *,
    request_id: str | None = None,
    run_id: object = None,
    organization_id: object = None,
) -> Iterator[None]:
    """Puts the ids that are given into every log line inside."""
    given = {"request_id": request_id, "run_id": run_id, "organization_id": organization_id}
    with bound_contextvars(**{key: str(value) for key, value in given.items() if value}):
        yield


def request_id() -> str:
    """The id of the request being answered, or an empty text outside of one."""
    return str(get_contextvars().get("request_id", ""))


def _without_messages(_logger: object, _method: str, event: _EventDict) -> _EventDict:
    """Replaces an exception by types and places: its message may quote what a customer wrote."""
    info = event.pop("exc_info", None)
    if info is True:
        import sys

        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_outline(error))
    return event


def _outline(error: BaseException) -> Iterator[str]:
    current: BaseException | None = error
    for _ in range(MAX_CAUSES):
        if current is None:
            return
        code = getattr(current, "code", None)
        yield type(current).__qualname__ + (f" {code}" if isinstance(code, str) else "")
        yield from _places(current.__traceback__)
        current = current.__cause__ or current.__context__


def _places(trace: TracebackType | None) -> Iterator[str]:
    frames = traceback.extract_tb(trace, limit=-MAX_FRAMES)
    yield from (f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)


def _bounded(_logger: object, _method: str, event: _EventDict) -> _EventDict:
    for key, value in event.items():
        if isinstance(value, str) and len(value) > MAX_VALUE_CHARS:
            event[key] = value[:MAX_VALUE_CHARS] + "…"
    return event
