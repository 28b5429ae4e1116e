"""Starts the stand-in: `python -m sandbox.claude --port N` or `--fd N`.

SANDBOX_CLAUDE_SEED (whole number, default 1) seeds latency and scripted faults;
SANDBOX_CLAUDE_LATENCY_MS (default 300) is the base of the latency, 0 answers at once.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import math
import os
import signal
import socket
import sys

from sandbox.claude.api import Api
from sandbox.claude.http import HttpServer
from sandbox.claude.latency import DEFAULT_BASE_MS, MAX_MS
from sandbox.claude.state import State

HOST = "127.0.0.1"
DEFAULT_PORT = 8790


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit code; a wrong setting names itself."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.claude", description=__doc__)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 takes a free one")
    where.add_argument("--fd", type=int, help="an inherited listening socket")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    try:
        state = State(
            seed=_number("SANDBOX_CLAUDE_SEED", 1),
            base_latency_ms=_milliseconds("SANDBOX_CLAUDE_LATENCY_MS", DEFAULT_BASE_MS),
        )
        listener = _inherited(options.fd) if options.fd is not None else _bound(options.port)
    except (OSError, OverflowError, ValueError) as error:
        sys.stderr.write(f"sandbox.claude: {error}\n")
        return 2
    asyncio.run(_serve(state, listener))
    return 0


async def _serve(state: State, listener: socket.socket) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    server = HttpServer(Api(state))
    await server.start(listener)
    if listener.family == socket.AF_INET:
        sys.stdout.write(f"Claude stand-in on http://{HOST}:{listener.getsockname()[1]}\n")
        sys.stdout.flush()
    await stop.wait()
    await server.stop()


def _bound(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    return listener


def _inherited(number: int) -> socket.socket:
    listener = socket.socket(fileno=number)
    address = listener.getsockname()
    local = listener.family == socket.AF_UNIX or address[0] in (HOST, "::1")
    if not local:
        raise ValueError(f"--fd {number} is bound to {address[0]}; only loopback will do")
    return listener


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, "") or str(default)
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{name} must be a whole number, not {text!r}") from None


def _milliseconds(name: str, default: float) -> float:
    text = os.environ.get(name, "") or str(default)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= MAX_MS:
        raise ValueError(f"{name} must be a number of milliseconds from 0, not {text!r}")
    return value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
