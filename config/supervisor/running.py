"""Runs a house around the caller's own work: signals, the thread that tends it, and the end."""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from config.supervisor import strays
from config.supervisor.family import Family
from config.supervisor.lock import folder_lock

TEND_SECONDS = 0.1
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked the house to stop while it was being set up."""


class Plan(Protocol):
    """What a house is made of."""

    def bind(self) -> None:
        """Take the ports; called first, in the caller's thread."""

    def set_up(self, family: Family, pause: Callable[[], None]) -> None:
        """Start everything, return when all is ready; call `pause` wherever it has to wait."""

    def release(self) -> None:
        """Give the ports back; called last."""


P = TypeVar("P", bound=Plan)


class Supervisor(Generic[P]):
    """Keeps one house on the folder `var_dir`; `tell` gets a line for people now and then."""

    def __init__(self, var_dir: Path, plan: P, tell: Callable[[str], None]) -> None:
        self._var_dir = var_dir
        self._plan = plan
        self._tell = tell
        self._pid_file = var_dir / "run" / "children.json"
        self._family = Family(self._pid_file, tell=tell)
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._done = threading.Event()
        self._error: BaseException | None = None

    @contextmanager
    def running(self) -> Iterator[P]:
        """Set the house up, keep it while the body runs, stop it afterwards, whatever happens.

        The body may be ended by KeyboardInterrupt: somebody pressed Ctrl-C or sent SIGTERM, which
        is not an error and goes on to the caller. When the house itself falls, StartRefused comes.
        """
        with folder_lock(self._var_dir), self._signals():
            self._clear_strays()
            # The thread lives as long as the children: Linux ends them with their starter.
            keeper = threading.Thread(target=self._keep, name="house", daemon=True)
            try:
                self._plan.bind()
                keeper.start()
                while not self._ready.wait(TEND_SECONDS):
                    self._raise_error()
                yield self._plan
            except KeyboardInterrupt:
                self._raise_error()
                raise
            finally:
                self._stop.set()
                while keeper.is_alive():
                    keeper.join(TEND_SECONDS)
                self._plan.release()

    def wait(self) -> None:
        """Return only by KeyboardInterrupt or when the house falls."""
        while not self._done.wait(1.0):
            pass
        self._raise_error()

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def _keep(self) -> None:
        """Set up, tend until asked to stop, and stop; the life of the house in one thread."""
        try:
            self._plan.set_up(self._family, self._pause)
            self._ready.set()
            while True:
                self._pause()
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread
            self._error = error
        finally:
            self._end_house()

    def _end_house(self) -> None:
        try:
            self._family.stop()
        finally:
            self._done.set()
            if self._error is not None and not self._stop.is_set():
                _thread.interrupt_main()

    def _pause(self) -> None:
        self._family.tend()
        if self._stop.wait(TEND_SECONDS / 2):
            raise Stopped

    def _clear_strays(self) -> None:
        cleared = strays.clear(self._pid_file)
        if cleared:
            self._tell(f"ended {len(cleared)} processes left by a killed run")

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Turn the first signal into KeyboardInterrupt and the second into a killing."""
        before = {number: signal.signal(number, self._first) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _first(self, *_: object) -> None:
        # Before anything is said: whoever reads it may send the second signal at once.
        for each in SIGNALS:
            signal.signal(each, self._second)
        if self._error is None:
            self._tell("stopping (once more to kill)")
        raise KeyboardInterrupt

    def _second(self, *_: object) -> None:
        self._family.kill()
