"""What the REST API costs beside what it is made of: a bare view, a bare model call."""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.figures import ROUNDS, best, median, show
from tests.bench.lodging import Lodging, _cpu_seconds, lodging
from tests.bench.pipeline import bodies_of, raise_cap

REQUESTS = 600
TRANSLATIONS = 40
CHECKS = 500
START_SECONDS = 30.0
ROOT = Path(__file__).parents[2]
TOTAL = re.compile(r"total;dur=([0-9.]+)")
# A line of PostgreSQL's log: which backend, and what it was asked.
STATEMENT = re.compile(r"\[(\d+)\] LOG:\s+(?:statement|execute [^:]*): (.*)")


class Asked:
    """One address that is asked again and again over one connection."""

    def __init__(self, port: int, path: str, authorization: str) -> None:
        self.port = port
        self._path = path
        self._headers = {"Authorization": authorization}

    def ask(self, times: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        for _ in range(times):
            connection.request("GET", self._path, headers=self._headers)
            answer = connection.getresponse()
            told = answer.read()
            assert answer.status == 200, told
        connection.close()


def run() -> None:
    """Prints every figure of the group."""
    os.environ["REQUESTS_PER_MINUTE"] = "1000000"
    with lodging() as house:
        raise_cap(house)
        with bare_site() as (port, token):
            api_overhead(house, port, token)
        translate_overhead(house)
        key_check(house)


def api_overhead(house: Lodging, bare_port: int, token: str) -> None:
    """CPU of the two web processes for the same number of requests, in turns."""
    ours = Asked(urlsplit(house.url).port or 0, "/api/v1/usage", f"Bearer {house.account.key}")
    bare = Asked(bare_port, "/bare", f"Token {token}")
    for one in (ours, bare):
        one.ask(REQUESTS // 4)  # warm: imports, pools, plans
    rounds = [(_cpu_of(ours), _cpu_of(bare)) for _ in range(ROUNDS)]
    statements = _statements(house, ours)
    show(
        "api_overhead",
        max(theirs / mine for mine, theirs in rounds),
        "ratio",
        "CPU of a bare DRF view with token auth and one query / of usage; at least 0.4",
        usage_us=round(min(mine for mine, _ in rounds) * 1e6),
        bare_us=round(min(theirs for _, theirs in rounds) * 1e6),
    )
    show(
        "api_statements",
        len(statements),
        "statements",
        "what PostgreSQL is asked for one usage by key, BEGIN and COMMIT included; at most 6",
        asked=statements,
    )


def translate_overhead(house: Lodging) -> None:
    """Server time of a sentence, with a model that answers at once, against the model's call."""
    house.latency(0)
    port = urlsplit(house.url).port or 0
    headers = {
        "Authorization": f"Bearer {house.account.key}",
        "Content-Type": "application/json",
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(5):
        _translated(connection, headers)
    bare = _Bare(house.house.sandbox_url)
    rounds = []
    for _ in range(ROUNDS):
        ours = median([_translated(connection, headers) for _ in range(TRANSLATIONS)])
        rounds.append((ours, median([bare.call() for _ in range(TRANSLATIONS)])))
    connection.close()
    show(
        "translate_overhead",
        min(ours / theirs for ours, theirs in rounds),
        "ratio",
        "our server time of a sync translate of one sentence / a bare SDK call of its pack; <= 10",
        translate_ms=round(1000 * min(ours for ours, _ in rounds), 1),
        bare_ms=round(1000 * min(theirs for _, theirs in rounds), 2),
    )


def key_check(house: Lodging) -> None:
    """One key checked, its statement included."""
    from accounts.services import authenticate_key

    def once() -> float:
        began = time.perf_counter()
        for _ in range(CHECKS):
            authenticate_key(house.account.key)
        return (time.perf_counter() - began) / CHECKS

    once()
    show("key_check_us", best(once, highest=False) * 1e6, "us", "nothing; the lower the better")


def _translated(connection: http.client.HTTPConnection, headers: dict[str, str]) -> float:
    """Seconds a new sentence took, by the server's own watch."""
    sentence = f"Close the valve {secrets.token_hex(4)} before you open the housing."
    asked = {"texts": [sentence], "source_language": "en", "target_language": "de"}
    connection.request("POST", "/api/v1/translate", json.dumps(asked), headers)
    answer = connection.getresponse()
    told = answer.read()
    assert answer.status == 200, told
    found = TOTAL.search(answer.headers["Server-Timing"])
    assert found is not None
    return float(found[1]) / 1000


class _Bare:
    """The SDK and nothing else, asking for the pack of one such sentence."""

    def __init__(self, url: str) -> None:
        import anthropic

        self._client = anthropic.Anthropic(
            api_key="sk-ant-bench", base_url=url, max_retries=0, timeout=60.0
        )
        sentence = "Close the valve 0a1b2c3d before you open the housing."
        [self._body] = bodies_of([[sentence]])
        for _ in range(5):
            self.call()

    def call(self) -> float:
        began = time.perf_counter()
        self._client.messages.create(**self._body)
        return time.perf_counter() - began


def _cpu_of(asked: Asked) -> float:
    """CPU seconds of the web process for one request."""
    pid = _pid_at(asked.port)
    before = _cpu_seconds(pid)
    asked.ask(REQUESTS)
    return (_cpu_seconds(pid) - before) / REQUESTS


def _pid_at(port: int) -> int:
    """The process that listens there."""
    sockets = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
    }
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        if b"uvicorn" not in (process / "cmdline").read_bytes():
            continue
        links = {os.readlink(one) for one in (process / "fd").iterdir()}
        found += [int(process.name)] if links & {f"socket:[{one}]" for one in sockets} else []
    [pid] = found
    return pid


@contextmanager
def bare_site() -> Iterator[tuple[int, str]]:
    """A bare Django with a database of its own on the same server; gives its port and a token."""
    from django.conf import settings

    postgres = settings.EMBEDDED_POSTGRES
    with postgres.connect("postgres", "postgres") as admin:
        admin.autocommit = True
        admin.execute("create database bare")
    place = settings.DATABASES["default"]
    database = {
        "HOST": place["HOST"],
        "PORT": place["PORT"],
        "NAME": "bare",
        "USER": "postgres",
        "PASSWORD": postgres.password("postgres"),
    }
    env = {
        **os.environ,
        "BARE_DATABASE": "\n".join(f"{name}={value}" for name, value in database.items()),
        "PYTHONPATH": str(ROOT),
    }
    del env["DJANGO_SETTINGS_MODULE"]
    made = [sys.executable, "-m", "tests.bench.bare_site"]
    token = subprocess.run(made, env=env, capture_output=True, text=True, check=True).stdout
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        arguments = ["tests.bench.bare_site:application", "--fd", str(listener.fileno())]
        options = ["--lifespan", "off", "--no-access-log", "--log-level", "warning"]
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", *arguments, *options],
            env=env,
            pass_fds=[listener.fileno()],
        )
        try:
            port = listener.getsockname()[1]
            Asked(port, "/bare", f"Token {token}").ask(1)
            yield port, token
        finally:
            process.terminate()
            process.wait(10)


def _statements(house: Lodging, asked: Asked) -> list[str]:
    """What PostgreSQL was asked for one request, by its own log, the commonest of several."""
    from django.conf import settings

    log = house.var / "log" / "postgres.log"
    with settings.EMBEDDED_POSTGRES.connect("postgres", "postgres") as admin:
        admin.autocommit = True
        admin.execute("alter system set log_line_prefix = '[%p] '")
        admin.execute("alter system set log_statement = 'all'")
        admin.execute("select pg_reload_conf()")
        time.sleep(0.5)
        begins_at = log.stat().st_size
        for _ in range(9):
            asked.ask(1)
        admin.execute("alter system reset log_statement")
        admin.execute("select pg_reload_conf()")
    by_backend: dict[str, list[str]] = defaultdict(list)
    for backend, statement in STATEMENT.findall(log.read_bytes()[begins_at:].decode()):
        by_backend[backend].append(statement[:60])
    seen: Counter[tuple[str, ...]] = Counter()
    for statements in by_backend.values():
        # Only the web process looks keys up; each look-up begins a request.
        starts = [at for at, one in enumerate(statements) if "api_key_bearer" in one]
        ends = [*starts[1:], len(statements)][: len(starts)]
        seen.update(tuple(statements[start:end]) for start, end in zip(starts, ends, strict=True))
    [(commonest, _)] = seen.most_common(1)
    return list(commonest)
