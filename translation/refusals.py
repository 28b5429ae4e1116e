"""The engine's refusals as errors of the product, with the file they speak of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from common.errors import DomainError
from engine.errors import EngineError


@contextmanager
def engine_errors(file_name: str = "") -> Iterator[None]:
    """Turns an EngineError into a DomainError of the same kind and code."""
    try:
        yield
    except EngineError as error:
        named = not file_name or file_name in error.message
        message = error.message if named else f"“{file_name}”: {error.message}"
        raise DomainError(error.kind, error.code, message, detail=error.detail) from error
