"""What the engine needs from outside, as protocols the shell fills."""

from __future__ import annotations

from typing import Protocol

from engine.values import ModelErrorKind, ModelReply, ModelRequest


class ModelError(Exception):
    """A model call that gave no reply. `retry_after` is in seconds, None where not told."""

    def __init__(
        self, kind: ModelErrorKind, message: str, *, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after = retry_after


class Model(Protocol):
    """Something that answers prompts."""

    def complete(self, request: ModelRequest) -> ModelReply:
        """Answer once, without retrying; raises ModelError."""
        ...
