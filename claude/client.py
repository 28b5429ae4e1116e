"""The adapter to Anthropic: the only file that imports its SDK. No vendor type leaves it.

Importing this costs about a second of CPU and 80 MB, so whoever may never call Claude, the web
process above all, imports it only on the way to a call.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import anthropic
import httpx2
from anthropic.types import Message, ModelInfo
from anthropic.types import Usage as CountedUsage

from claude.exchange import Answer, CallFailed, ListedModel, retry_after_seconds, stop_of
from claude.pricing import Usage
from engine.values import ModelErrorKind

CONNECT_SECONDS: Final = 5.0
LIST_SECONDS: Final = 20.0
KEEPALIVE_SECONDS: Final = 60.0
MAX_LIST_PAGES: Final = 20

_BY_STATUS: Final = {
    400: ModelErrorKind.BAD_REQUEST,
    401: ModelErrorKind.AUTHENTICATION,
    402: ModelErrorKind.BILLING,
    403: ModelErrorKind.PERMISSION,
    404: ModelErrorKind.UNKNOWN_MODEL,
    408: ModelErrorKind.TIMEOUT,
    409: ModelErrorKind.SERVER,
    413: ModelErrorKind.TOO_LARGE,
    499: ModelErrorKind.SERVER,
    504: ModelErrorKind.TIMEOUT,
}
_SENTENCES: Final = {
    ModelErrorKind.RATE_LIMITED: "Claude's rate limit of this key is reached.",
    ModelErrorKind.SPEND_CAP: "This Anthropic key has reached its spend limit; raise it to go on.",
    ModelErrorKind.OVERLOADED: "Claude is overloaded at the moment.",
    ModelErrorKind.SERVER: "Claude failed to answer.",
    ModelErrorKind.TIMEOUT: "Claude did not answer in time.",
    ModelErrorKind.CONNECTION: "The connection to Claude failed.",
    ModelErrorKind.TOO_LARGE: "The request is larger than Claude accepts.",
    ModelErrorKind.BAD_REQUEST: "Claude rejected the request.",
    ModelErrorKind.AUTHENTICATION: "Anthropic does not accept ANTHROPIC_API_KEY.",
    ModelErrorKind.PERMISSION: "This Anthropic key may not do that.",
    ModelErrorKind.BILLING: "Anthropic reports a billing problem of this account.",
    ModelErrorKind.UNKNOWN_MODEL: "Anthropic does not know this model, or the key may not use it.",
}
_SPEND_LIMITS: Final = (
    anthropic.ContractSpendLimitReachedError,
    anthropic.EnforcedSpendLimitReachedError,
    anthropic.LinkedOrganizationSpendLimitReachedError,
)
_NEVER_SENT: Final = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.UnsupportedProtocol,
)
# Left to the environment these would log request bodies, which are customers' texts.
_WIRE_LOGGERS: Final = ("anthropic", "httpx2", "httpcore2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where and as whom to call, and how many calls may be under way at once."""

    base_url: str
    api_key: str = field(repr=False)
    timeout_seconds: float
    connections: int


class Client:
    """One SDK client and its connection pool. Safe to share between threads."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._sdk = _sdk(endpoint)
        self._slots = threading.BoundedSemaphore(endpoint.connections)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Holds one of the process's call slots. Raises CallFailed where none falls free in time.

        There are more working threads than slots, so that a slot never idles while its thread
        computes; hold one around the call only.
        """
        if not self._slots.acquire(timeout=self.endpoint.timeout_seconds):
            raise CallFailed(ModelErrorKind.TIMEOUT, "No call slot fell free in time.")
        try:
            yield
        finally:
            self._slots.release()

    def call(self, body: dict[str, Any]) -> Answer:
        """Sends one message, once. Raises CallFailed for everything that is not a reply."""
        with _mapped_errors():
            message = self._sdk.messages.create(**body)
            return _answer(message)

    def listed_models(self) -> tuple[ListedModel, ...]:
        """Every model the key can see, in any stage of life. Raises CallFailed."""
        listed: list[ListedModel] = []
        with _mapped_errors():
            first = self._sdk.models.list(
                lifecycle=["active", "deprecated", "retired"], limit=1000, timeout=LIST_SECONDS
            )
            for number, page in enumerate(first.iter_pages(), start=1):
                listed += map(_listed, page.data)
                if number == MAX_LIST_PAGES:
                    break
        return tuple(listed)

    def close(self) -> None:
        """Gives the connections back. The client cannot be used afterwards."""
        self._sdk.close()


_lock = threading.Lock()
_shared: Client | None = None


def shared_client(endpoint: Endpoint) -> Client:
    """The one client of this process, made at first use, and anew if the endpoint has changed."""
    global _shared  # noqa: PLW0603 - one pool per process is the point
    found = _shared
    if found is not None and found.endpoint == endpoint:
        return found
    with _lock:
        if _shared is None or _shared.endpoint != endpoint:
            if _shared is not None:
                _shared.close()
            _shared = Client(endpoint)
        return _shared


def _sdk(endpoint: Endpoint) -> anthropic.Anthropic:
    for name in _WIRE_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    timeout = httpx2.Timeout(endpoint.timeout_seconds, connect=CONNECT_SECONDS)
    sdk = anthropic.Anthropic(
        api_key=endpoint.api_key,
        base_url=endpoint.base_url,
        timeout=timeout,
        max_retries=0,
        open_telemetry=False,
        http_client=httpx2.Client(
            timeout=timeout, transport=_transport(endpoint.connections), trust_env=False
        ),
    )
    # The constructor took in ANTHROPIC_CUSTOM_HEADERS and has no argument against it. A stray
    # variable on a host must not be able to send customers' texts under another account.
    sdk._custom_headers = {}
    return sdk


def _transport(connections: int) -> httpx2.HTTPTransport:
    """A pool that keeps every slot's connection warm and reads neither proxies nor netrc."""
    return httpx2.HTTPTransport(
        trust_env=False,
        limits=httpx2.Limits(
            max_connections=connections + 2,  # two beside the slots, for listing models
            max_keepalive_connections=connections + 2,
            keepalive_expiry=KEEPALIVE_SECONDS,
        ),
        socket_options=[(socket.SOL_SOCKET, socket.SO_KEEPALIVE, True)],
    )


@contextmanager
def _mapped_errors() -> Iterator[None]:
    """Turns what the SDK raises into CallFailed; narrow classes before the ones they belong to."""
    try:
        yield
    except _SPEND_LIMITS as error:
        raise _by_status(error, ModelErrorKind.SPEND_CAP) from error
    except anthropic.RateLimitError as error:
        raise _by_status(error, ModelErrorKind.RATE_LIMITED) from error
    except anthropic.OverloadedError as error:
        raise _by_status(error, ModelErrorKind.OVERLOADED) from error
    except anthropic.APITimeoutError as error:
        raise _unanswered(error, ModelErrorKind.TIMEOUT) from error
    except anthropic.APIConnectionError as error:
        raise _unanswered(error, ModelErrorKind.CONNECTION) from error
    except anthropic.APIStatusError as error:
        raise _by_status(error, _kind_of(error)) from error
    except UnicodeEncodeError as error:
        sentence = "The request holds a lone surrogate, which cannot be sent."
        raise CallFailed(ModelErrorKind.BAD_REQUEST, sentence) from error
    except (anthropic.AnthropicError, ValueError, AttributeError, TypeError) as error:
        # A body with status 200 that is not a message, as a proxy may send it.
        sentence = f"Claude's answer could not be read ({type(error).__name__})."
        raise CallFailed(ModelErrorKind.SERVER, sentence, may_be_billed=True) from error


def _kind_of(error: anthropic.APIStatusError) -> ModelErrorKind:
    if error.type == "billing_error":
        return ModelErrorKind.BILLING
    fallback = ModelErrorKind.SERVER if error.status_code >= 500 else ModelErrorKind.BAD_REQUEST
    return _BY_STATUS.get(error.status_code, fallback)


def _by_status(error: anthropic.APIStatusError, kind: ModelErrorKind) -> CallFailed:
    """The vendor's own words are left out: they may quote the request."""
    cause = error.error_code or error.type or "no type"
    request_id = error.request_id or ""
    facts = f"HTTP {error.status_code}, {cause}, request {request_id or 'unknown'}"
    return CallFailed(
        kind,
        f"{_SENTENCES[kind]} ({facts})",
        retry_after=retry_after_seconds(error.response.headers, now=datetime.now(UTC)),
        status=error.status_code,
        request_id=request_id,
    )


def _unanswered(error: anthropic.APIConnectionError, kind: ModelErrorKind) -> CallFailed:
    cause = error.__cause__
    never_sent = isinstance(cause, _NEVER_SENT)
    return CallFailed(
        kind, f"{_SENTENCES[kind]} ({type(cause).__name__})", may_be_billed=not never_sent
    )


def _answer(message: Message) -> Answer:
    return Answer(
        text="".join(block.text for block in message.content if block.type == "text"),
        stop=stop_of(message.stop_reason),
        model=str(message.model),
        usage=_usage(message.usage),
        request_id=message._request_id or "",
    )


def _usage(counted: CountedUsage | None) -> Usage | None:
    """Tokens by kind. Cache writes the vendor does not split are taken for five-minute ones."""
    if counted is None:
        return None
    written = counted.cache_creation_input_tokens or 0
    split = counted.cache_creation
    details = counted.output_tokens_details
    one_hour = split.ephemeral_1h_input_tokens if split else 0
    return Usage(
        input=int(counted.input_tokens),
        output=int(counted.output_tokens),
        cache_read=counted.cache_read_input_tokens or 0,
        cache_write_5m=split.ephemeral_5m_input_tokens if split else written,
        cache_write_1h=one_hour,
        thinking=details.thinking_tokens if details else 0,
    )


def _listed(model: ModelInfo) -> ListedModel:
    can = model.capabilities
    return ListedModel(
        id=model.id,
        lifecycle=model.lifecycle,
        retires_at=model.retires_at,
        max_output_tokens=model.max_tokens,
        structured_outputs=can.structured_outputs.supported if can else None,
    )
