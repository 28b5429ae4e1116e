"""The supervisor over small dummy children, as a process of its own that signals reach."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.supervisor import strays

SCRIPT = Path(__file__).with_name("dummy_house.py")
ROOT = Path(__file__).parent.parent.parent

SLEEPER = "import time\nwhile True: time.sleep(60)"
STUBBORN = (
    "import pathlib, signal, sys, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "(pathlib.Path(sys.argv[1]) / 'stubborn').touch()\n"
    "while True: time.sleep(60)"
)
# Notes its number of starts and, when asked to stop, its own name.
NOTING = (
    "import pathlib, signal, sys, time\n"
    "folder = pathlib.Path(sys.argv[1])\n"
    "def leave(*_):\n"
    "    with (folder / 'order').open('a') as file: file.write('NAME\\n')\n"
    "    sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, leave)\n"
    "with (folder / 'NAME').open('a') as file: file.write('x')\n"
    "while True: time.sleep(60)"
)


def noting(name: str) -> dict[str, str]:
    return {"name": name, "code": NOTING.replace("NAME", name)}


class Run:
    """One dummy house, with what it has said so far."""

    def __init__(self, var_dir: Path, children: list[dict[str, str]], **shape: Any) -> None:
        self.var_dir = var_dir
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [
                sys.executable,
                str(SCRIPT),
                str(var_dir),
                json.dumps({"children": children, **shape}),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def until(self, beginning: str) -> str:
        """Read lines up to one with that beginning; the pipe's end fails the test."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))
            if line.startswith(beginning):
                return line.rstrip("\n")
        pytest.fail(f"no line {beginning!r} in {self.said}")

    def children(self) -> list[int]:
        return [int(pid) for pid in self.until("children ").split()[1:]]

    def finish(self) -> int:
        assert self.process.stdout is not None
        self.said += self.process.stdout.read().splitlines()
        return self.process.wait(20)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def run(children: list[dict[str, str]], var: str = "var", **shape: Any) -> Run:
        runs.append(Run(tmp_path / var, children, **shape))
        return runs[-1]

    yield run
    for each in runs:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait(10)
        assert each.process.stdout is not None
        each.process.stdout.close()


def until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_gone(pid: int) -> bool:
    return strays.birth_mark(pid) is None


def test_it_starts_a_killed_child_again(start: Callable[..., Run], tmp_path: Path) -> None:
    run = start([noting("one")])
    [pid] = run.children()
    run.until("up")
    starts = tmp_path / "var" / "one"
    assert until(starts.exists)
    os.kill(pid, signal.SIGKILL)
    assert run.until("one ended") == "one ended (signal SIGKILL); starting it again in 0 s"
    assert until(lambda: starts.read_text() == "xx")


def test_it_stops_everything_after_five_deaths_with_the_last_log_lines(
    start: Callable[..., Run],
) -> None:
    run = start([noting("well"), {"name": "ill", "code": "print('no disk'); raise SystemExit(3)"}])
    well, _ = run.children()
    assert run.finish() == 1
    said = "\n".join(run.said)
    assert "ill ended 5 times within a minute (last: exit status 3); everything was stopped" in said
    assert said.endswith("    no disk")
    assert is_gone(well)


def test_it_stops_in_reverse_order_at_ctrl_c_and_says_zero(
    start: Callable[..., Run], tmp_path: Path
) -> None:
    run = start([noting("first"), noting("second"), noting("third")])
    pids = run.children()
    run.until("up")
    assert until(lambda: all((tmp_path / "var" / n).exists() for n in ("first", "second", "third")))
    run.process.send_signal(signal.SIGINT)
    assert run.finish() == 0
    assert (tmp_path / "var" / "order").read_text().split() == ["third", "second", "first"]
    assert all(is_gone(pid) for pid in pids)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_during_set_up(start: Callable[..., Run], number: signal.Signals) -> None:
    run = start([noting("one"), noting("two")], hold=True)
    pids = run.children()
    run.process.send_signal(number)
    assert run.finish() == 0
    assert not any(line.startswith("up") for line in run.said)
    assert all(is_gone(pid) for pid in pids)


def test_it_ends_a_child_that_does_not_stop(start: Callable[..., Run], tmp_path: Path) -> None:
    run = start([{"name": "stubborn", "code": STUBBORN}])
    [pid] = run.children()
    run.until("up")
    assert until((tmp_path / "var" / "stubborn").exists)
    run.process.send_signal(signal.SIGTERM)
    assert run.finish() == 0
    assert "stubborn did not stop in 0.5 s; ending it" in run.said
    assert is_gone(pid)


def test_it_kills_at_the_second_signal(start: Callable[..., Run], tmp_path: Path) -> None:
    run = start([{"name": "stubborn", "code": STUBBORN}], grace=15.0)
    pids = run.children()
    run.until("up")
    assert until((tmp_path / "var" / "stubborn").exists)
    began = time.monotonic()
    run.process.send_signal(signal.SIGINT)
    run.until("stopping")
    run.process.send_signal(signal.SIGINT)
    assert run.finish() == 0
    assert time.monotonic() - began < 10.0
    assert all(is_gone(pid) for pid in pids)


def test_it_stops_when_the_body_is_finished(start: Callable[..., Run]) -> None:
    run = start([noting("one")], body=True)
    [pid] = run.children()
    assert run.finish() == 0
    assert is_gone(pid)


def test_it_refuses_a_second_start_and_names_the_first(start: Callable[..., Run]) -> None:
    first = start([noting("one")])
    first.until("up")
    second = start([noting("one")])
    assert second.finish() == 1
    assert len(second.said) == 1
    assert f"(process {first.process.pid}); stop that one first" in second.said[0]
    assert first.process.poll() is None


def test_it_leaves_no_stray_after_a_kill_and_a_new_start(start: Callable[..., Run]) -> None:
    children = [noting("one"), {"name": "stubborn", "code": STUBBORN}]
    killed = start(children)
    pids = killed.children()
    killed.until("up")
    killed.process.kill()
    killed.process.wait(10)
    again = start(children)
    again.until("up")
    assert until(lambda: all(is_gone(pid) for pid in pids))
    again.process.send_signal(signal.SIGINT)
    assert again.finish() == 0


def test_it_clears_strays_of_a_killed_run(start: Callable[..., Run], tmp_path: Path) -> None:
    stray = subprocess.Popen([sys.executable, "-c", SLEEPER], start_new_session=True)
    strays.note(tmp_path / "var" / "run" / "children.json", [stray.pid])
    run = start([noting("one")])
    assert run.until("ended") == "ended 1 processes left by a killed run"
    assert stray.wait(10) == -signal.SIGKILL


def test_it_spares_a_stranger_with_the_number_of_a_stray(tmp_path: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", SLEEPER])
    noted = tmp_path / "children.json"
    noted.write_text(json.dumps({str(stranger.pid): "another-boot:1"}))
    try:
        assert strays.clear(noted) == []
        assert stranger.poll() is None
        assert not noted.exists()
    finally:
        stranger.kill()
        stranger.wait(10)


@pytest.mark.parametrize("content", ["", "{", "null-ish"])
def test_it_starts_with_a_torn_list_of_strays(tmp_path: Path, content: str) -> None:
    noted = tmp_path / "children.json"
    noted.write_text(content)
    assert strays.clear(noted) == []


def test_it_refuses_a_taken_port_that_was_asked_for(start: Callable[..., Run]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = start([noting("one")], port=port)
        assert run.finish() == 1
    assert run.said == [
        f"PORT is {port}, but port {port} is taken; set PORT to a free one, or leave it out."
    ]


def test_it_takes_the_next_free_port_when_none_was_asked_for(start: Callable[..., Run]) -> None:
    first = start([noting("one")], port=0)
    address = first.until("up").split()[1]
    other = start([noting("one")], var="other", port=0).until("up").split()[1]
    assert address.startswith("http://127.0.0.1:80")
    assert address != other
