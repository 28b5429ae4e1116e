"""One call of a customer's receiver: a name resolved once, checked, and nothing else connected to.

A client library would resolve the name a second time, read what a stranger sends, or count its
time per read. Here one deadline holds over everything, and of the answer only the head is read.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Final

from translation.webhook_addresses import Target, is_public

Resolve = Callable[[str, int], Sequence[str]]
Connect = Callable[..., socket.socket]

CONNECT_SECONDS: Final = 5.0
WHOLE_SECONDS: Final = 15.0
# For the rest of a short answer, so that the receiver is not cut off in the middle of a word.
FAREWELL_SECONDS: Final = 0.5
MAX_HEAD_BYTES: Final = 16 * 1024
MAX_BODY_BYTES: Final = 4 * 1024
MAX_ADDRESSES: Final = 3
MAX_INTERIM: Final = 5
_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)(?: [^\r\n]*)?\r?\n")
_HEAD_ENDS: Final = re.compile(rb"\r?\n\r?\n")
_RETRY_AFTER: Final = re.compile(rb"\nretry-after:[ \t]*([^\r\n]{1,40})", re.IGNORECASE)

# What can go wrong, as it is kept and shown.
ERRORS: Final[Mapping[str, str]] = {
    "": "",
    "name_unknown": "The host's name could not be resolved.",
    "address_refused": "The name leads into a private network.",
    "not_connected": "No connection came about.",
    "certificate_refused": "The certificate does not hold.",
    "too_slow": "There was no answer within 15 seconds.",
    "no_answer": "The connection ended without an answer.",
    "answer_malformed": "What came back is no HTTP answer.",
    "redirected": "The answer sends us elsewhere; redirects are not followed.",
    "status": "The answer's status is not one from 200 to 299.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one call: `status` where there was an answer, `error` is empty for success."""

    status: int | None
    error: str
    duration_ms: int
    wish_seconds: float = 0.0

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver took it."""
        return not self.error


class _Failed(Exception):
    """Ends a call; the text is one of ERRORS."""


def send(
    target: Target,
    *,
    headers: Mapping[str, str],
    body: bytes,
    allow_private: bool,
    resolve: Resolve | None = None,
    connect: Connect = socket.create_connection,
    context: ssl.SSLContext | None = None,
    whole_seconds: float = WHOLE_SECONDS,
) -> Outcome:
    """Posts `body` once and says what came of it; raises nothing that a receiver could cause.

    `resolve` gives the addresses of a host; each of them has to be public, and the first that
    answers is connected to itself.
    """
    began = time.monotonic()
    deadline = began + whole_seconds
    status, error, wish = None, "", 0.0
    try:
        addresses = _checked(target, resolve or resolved, allow_private, deadline)
        with _connected(addresses, target.port, connect, deadline) as plain:
            stream = _encrypted(plain, target, context, deadline)
            with stream:
                stream.settimeout(_left(deadline))
                stream.sendall(_request(target, headers, body))
                status, wish = _answer(stream, deadline)
    except _Failed as failed:
        error = str(failed)
    except ssl.SSLCertVerificationError:
        error = "certificate_refused"
    except TimeoutError:
        error = "too_slow"
    except (OSError, ValueError):  # reset, closed, and every other fault of TLS
        error = "no_answer"
    if status is not None and not 200 <= status < 300:
        error = "redirected" if 300 <= status < 400 else "status"
    return Outcome(status, error, round((time.monotonic() - began) * 1000), wish)


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host by the system's resolver; raises OSError where there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _checked(
    target: Target, resolve: Resolve, allow_private: bool, deadline: float
) -> Sequence[str]:
    addresses = _resolved_within(target, resolve, min(CONNECT_SECONDS, _left(deadline)))
    if not addresses:
        raise _Failed("name_unknown")
    if not allow_private and not all(is_public(one) for one in addresses):
        raise _Failed("address_refused")
    return addresses[:MAX_ADDRESSES]


def _resolved_within(target: Target, resolve: Resolve, seconds: float) -> Sequence[str]:
    """Asks in a thread of its own: the system's resolver knows no deadline."""
    found: list[Sequence[str]] = []

    def ask() -> None:
        with suppress(OSError, UnicodeError):
            found.append(resolve(target.host, target.port))

    asking = threading.Thread(target=ask, name="resolve", daemon=True)
    asking.start()
    asking.join(seconds)
    return found[0] if found else ()


def _connected(
    addresses: Sequence[str], port: int, connect: Connect, deadline: float
) -> socket.socket:
    ends_at = min(deadline, time.monotonic() + CONNECT_SECONDS)
    for address in addresses:
        with suppress(OSError):
            return connect((address, port), timeout=_left(ends_at))
    raise _Failed("not_connected")


def _encrypted(
    plain: socket.socket, target: Target, context: ssl.SSLContext | None, deadline: float
) -> socket.socket:
    if target.scheme != "https":
        return plain
    # A socket's timeout holds over one operation, however many reads that takes: so the time that
    # is left is set before each.
    plain.settimeout(_left(deadline))
    return (context or _default_context()).wrap_socket(plain, server_hostname=target.host)


@cache
def _default_context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.host_header}",
        "User-Agent: Interlinear-Webhooks/1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Accept: */*",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _answer(stream: socket.socket, deadline: float) -> tuple[int, float]:
    """Status and the wait that is asked for; what follows the head is looked at no further."""
    held = b""
    for _ in range(MAX_INTERIM):
        while (end := _HEAD_ENDS.search(held)) is None:
            if len(held) > MAX_HEAD_BYTES:
                raise _Failed("answer_malformed")
            more = _read(stream, deadline)
            if not more:
                raise _Failed("answer_malformed" if held else "no_answer")
            held += more
        head, held = held[: end.end()], held[end.end() :]
        line = _STATUS.match(head)
        if line is None:
            raise _Failed("answer_malformed")
        status = int(line[1])
        if status >= 200:
            _take_leave(stream, len(held), deadline)
            return status, _wish(head)
    raise _Failed("answer_malformed")


def _read(stream: socket.socket, deadline: float) -> bytes:
    stream.settimeout(_left(deadline))
    return stream.recv(4096)


def _take_leave(stream: socket.socket, read: int, deadline: float) -> None:
    ends_at = min(deadline, time.monotonic() + FAREWELL_SECONDS)
    with suppress(OSError):
        while read < MAX_BODY_BYTES and (more := _read(stream, ends_at)):
            read += len(more)


def _wish(head: bytes) -> float:
    """Seconds of a Retry-After, a number or a date; 0 where there is none."""
    found = _RETRY_AFTER.search(head)
    text = found[1].decode("latin-1").strip() if found else ""
    if text.isascii() and text.isdigit():
        return float(text)
    with suppress(ValueError, TypeError, OverflowError):
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    return 0.0


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
