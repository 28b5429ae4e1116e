"""The real house: PostgreSQL, Redis, sandbox, tables, web, workers, beat."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import redis

from config.addresses import redis_address, require_database, require_redis
from config.embedded.keeping import last_lines
from config.embedded.postgres import Postgres
from config.embedded.redis import Redis
from config.embedded.spawn import spawn
from config.errors import StartRefused
from config.supervisor.family import Child, Family
from config.supervisor.ports import Listener, listen_anywhere, listen_for_pages
from config.supervisor.running import Supervisor

# Stages of stopping, highest first; with their graces they sum up to less than 15 s.
DATABASE, BROKER, SANDBOX, WORK, SCHEDULE = range(5)
SERVER_SECONDS = 40.0
PREPARE_SECONDS = 120.0
PARTS_SECONDS = 60.0
# Open event streams would hold the server until they end by themselves.
STREAM_GRACE_SECONDS = 3


class House:
    """Plan of one house by the settings; `url`, `sandbox_url` and `timings` are there when it runs.

    `timings` holds seconds: initdb (folders, cluster and server), migrate (roles and tables),
    first_page and all from the start.
    """

    def __init__(self, settings: Any, tell: Callable[[str], None]) -> None:
        self._settings = settings
        self._tell = tell
        self._var: Path = settings.VAR_DIR
        self._boot = secrets.token_hex(4)
        self._pages: Listener | None = None
        self._sandbox: Listener | None = None
        self._started = time.monotonic()
        self.timings: dict[str, float] = {}

    @property
    def url(self) -> str:
        """Where the pages are."""
        return self._pages.url if self._pages else ""

    @property
    def sandbox_url(self) -> str:
        """Where the stand-in for Claude is; empty when there is a key or an address of its own."""
        return self._sandbox.url if self._sandbox else ""

    def bind(self) -> None:
        """Take the ports."""
        self._pages = listen_for_pages(self._settings.BIND_ADDRESS, self._settings.PORT)
        if self._settings.CLAUDE_SANDBOX and not self._settings.ANTHROPIC_BASE_URL:
            self._sandbox = listen_anywhere()

    def release(self) -> None:
        """Give the ports back."""
        for listener in (self._pages, self._sandbox):
            if listener:
                listener.close()

    def set_up(self, family: Family, pause: Callable[[], None]) -> None:
        """Start everything; servers first, then tables, then whoever uses them."""
        self._started = time.monotonic()
        # It loads Django meanwhile, and waits for the database by itself.
        preparing = self._spawn("prepare", ["-m", "config.supervisor.prepare"], "migrate")
        family.add_helper(preparing)
        self._start_servers(family, pause)
        self._prepared(preparing, pause)
        self._start_parts(family)
        _until(self._shows_a_page, PARTS_SECONDS, self._silent("web"), pause)
        self.timings["first_page"] = self._elapsed()
        self._tell(f"pages: {self.url}")
        if self._settings.CLAUDE_SANDBOX:
            self._tell("Claude: sandbox, pseudo-translation only; set ANTHROPIC_API_KEY for Claude")
        _until(self._works, PARTS_SECONDS, self._silent("worker-1"), pause)
        self.timings["all"] = self._elapsed()

    def _start_servers(self, family: Family, pause: Callable[[], None]) -> None:
        settings = self._settings
        postgres: Postgres = settings.EMBEDDED_POSTGRES
        if self._sandbox:
            family.add(self._sandbox_child(self._sandbox))
        if settings.REDIS_IS_EMBEDDED:
            family.add(_redis_child(settings.EMBEDDED_REDIS))
        else:
            require_redis("REDIS_URL", redis_address(settings.REDIS_URL))
        began = time.monotonic()
        if settings.DATABASE_IS_EMBEDDED:
            family.add(_postgres_child(postgres))
            _until(postgres.answers, SERVER_SECONDS, self._silent("postgres"), pause)
            postgres.bootstrap()
        else:
            self._require_own_database()
        self.timings["initdb"] = round(time.monotonic() - began, 2)
        if settings.REDIS_IS_EMBEDDED:
            redis_server: Redis = settings.EMBEDDED_REDIS
            _until(redis_server.answers, SERVER_SECONDS, self._silent("redis"), pause)

    def _require_own_database(self) -> None:
        if not self._settings.DATABASE_OWNER_URL:
            sentence = (
                "DATABASE_URL is set without DATABASE_OWNER_URL; the start migrates the tables and"
                " needs the address of the role that owns them."
            )
            raise StartRefused(sentence)
        require_database("DATABASE_OWNER_URL", self._settings.DATABASE_OWNER_URL)
        require_database("DATABASE_URL", self._settings.DATABASE_URL)

    def _prepared(self, preparing: subprocess.Popen[bytes], pause: Callable[[], None]) -> None:
        began = time.monotonic()
        sentence = self._silent("prepare")
        _until(lambda: preparing.poll() is not None, PREPARE_SECONDS, sentence, pause)
        if preparing.returncode:
            end = last_lines(self._log("prepare"), 12)
            raise StartRefused(f"tables and static files could not be brought up to date:\n{end}")
        self.timings["migrate"] = round(time.monotonic() - began, 2)

    def _start_parts(self, family: Family) -> None:
        family.add(self._web_child())
        for number in range(1, self._settings.WORKER_PROCESSES + 1):
            threads = self._settings.WORKER_THREADS
            family.add(
                self._worker_child(
                    f"worker-{number}", "worker", "interactive,standard,bulk", threads
                )
            )
        family.add(self._worker_child("housekeeping", "housekeeping", "sweep,mail,imports", 3))
        threads = self._settings.WEBHOOK_THREADS
        family.add(self._worker_child("webhooks", "webhooks", "webhooks", threads))
        family.add(self._beat_child())

    def _web_child(self) -> Child:
        pages = self._pages
        if pages is None:
            raise StartRefused("the port of the pages is not bound")
        arguments = ["-m", "uvicorn", "config.asgi:application", "--fd", str(pages.fd)]
        options = ["--lifespan", "off", "--no-access-log", "--log-level", "warning"]
        options += ["--http", "config.patience:PatientProtocol"]
        grace = ["--timeout-graceful-shutdown", str(STREAM_GRACE_SECONDS)]
        return Child(
            "web",
            lambda: self._spawn("web", [*arguments, *options, *grace], "web", (pages.fd,)),
            self._log("web"),
            WORK,
            grace_seconds=5.0,
        )

    def _worker_child(self, name: str, process: str, queues: str, threads: int) -> Child:
        arguments = ["-m", "celery", "-A", "config.celery", "worker", "-n", self._node(name)]
        arguments += ["-P", "threads", "-c", str(threads), "-Q", queues]
        arguments += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        arguments += ["--loglevel", self._settings.LOG_LEVEL]
        return Child(
            name,
            lambda: self._spawn(name, arguments, process),
            self._log(name),
            WORK,
            grace_seconds=6.0,
        )

    def _beat_child(self) -> Child:
        schedule = str(self._var / "run" / "beat-schedule")
        arguments = ["-m", "celery", "-A", "config.celery", "beat", "-s", schedule, "--pidfile="]
        arguments += ["--loglevel", self._settings.LOG_LEVEL]
        return Child(
            "beat",
            lambda: self._spawn("beat", arguments, "beat"),
            self._log("beat"),
            SCHEDULE,
            grace_seconds=1.0,
        )

    def _sandbox_child(self, listener: Listener) -> Child:
        arguments = ["-m", "sandbox.claude", "--fd", str(listener.fd)]
        return Child(
            "sandbox",
            lambda: self._spawn("sandbox", arguments, "command", (listener.fd,)),
            self._log("sandbox"),
            SANDBOX,
            grace_seconds=1.0,
        )

    def _spawn(
        self, name: str, arguments: Sequence[str], process: str, pass_fds: Sequence[int] = ()
    ) -> subprocess.Popen[bytes]:
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "VAR_DIR": str(self._var),
            "PROCESS": process,
        }
        if not env.get("PUBLIC_URL"):
            env["PUBLIC_URL"] = self.url
        if self._sandbox:
            env["ANTHROPIC_BASE_URL"] = self._sandbox.url
        return spawn(
            [sys.executable, *arguments],
            log=self._log(name),
            env=env,
            pass_fds=pass_fds,
            cwd=self._settings.BASE_DIR,
        )

    def _shows_a_page(self) -> bool:
        place = urlsplit(self.url)
        hosts = [host.lstrip(".") for host in self._settings.ALLOWED_HOSTS if host != "*"]
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=1.0)
        try:
            connection.request("GET", "/healthz", headers={"Host": [*hosts, "localhost"][0]})
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _works(self) -> bool:
        from config.celery import ready_key

        processes = range(1, self._settings.WORKER_PROCESSES + 1)
        names = [*(f"worker-{number}" for number in processes), "housekeeping", "webhooks"]
        try:
            with redis.Redis.from_url(self._settings.REDIS_URL, socket_timeout=2) as client:
                keys = [ready_key(self._node(name)) for name in names]
                return bool(client.exists(*keys) == len(keys))
        except redis.RedisError:
            return False

    def _node(self, name: str) -> str:
        """Return a Celery node name that no earlier start had."""
        return f"{name}@{self._boot}"

    def _log(self, name: str) -> Path:
        return self._var / "log" / f"{name}.log"

    def _silent(self, name: str) -> Callable[[], str]:
        return lambda: f"{name} did not get ready in time:\n{last_lines(self._log(name))}"

    def _elapsed(self) -> float:
        return round(time.monotonic() - self._started, 2)


def house_supervisor(settings: Any, tell: Callable[[str], None]) -> Supervisor[House]:
    """Return the supervisor of the house these settings describe."""
    return Supervisor(settings.VAR_DIR, House(settings, tell), tell)


def _postgres_child(postgres: Postgres) -> Child:
    def launch() -> subprocess.Popen[bytes]:
        postgres.prepare()
        return postgres.launch()

    return Child(
        "postgres",
        launch,
        postgres.log,
        DATABASE,
        stop_signal=signal.SIGINT,
        kill_signal=signal.SIGQUIT,
        grace_seconds=3.5,
    )


def _redis_child(server: Redis) -> Child:
    def launch() -> subprocess.Popen[bytes]:
        server.prepare()
        return server.launch()

    return Child("redis", launch, server.log, BROKER, grace_seconds=2.0)


def _until(
    condition: Callable[[], bool],
    seconds: float,
    sentence: Callable[[], str],
    pause: Callable[[], None],
) -> None:
    """Return when `condition` holds; raise `sentence` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise StartRefused(sentence())
        pause()
