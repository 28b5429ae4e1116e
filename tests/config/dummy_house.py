"""A house of small programs for the supervisor's tests: `dummy_house.py VAR_DIR JSON`.

The JSON lists children (`name`, `code`) and may hold `hold` (code of a set-up step that waits),
`port`, `grace` (seconds), and `body` (end the body at once).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from config.embedded.spawn import spawn
from config.errors import StartRefused
from config.supervisor.family import Child, Family
from config.supervisor.ports import Listener, listen_for_pages
from config.supervisor.running import Supervisor


class DummyHouse:
    def __init__(self, var_dir: Path, shape: dict[str, Any]) -> None:
        self.var_dir = var_dir
        self.shape = shape
        self.listener: Listener | None = None

    def bind(self) -> None:
        if "port" in self.shape:
            self.listener = listen_for_pages("127.0.0.1", self.shape["port"])

    def release(self) -> None:
        if self.listener:
            self.listener.close()

    def set_up(self, family: Family, pause: Callable[[], None]) -> None:
        for stage, entry in enumerate(self.shape["children"]):
            family.add(self.child(entry, stage))
        tell("children " + " ".join(str(child.process.pid) for child in family.children))
        while "hold" in self.shape:
            pause()

    def child(self, entry: dict[str, str], stage: int) -> Child:
        log = self.var_dir / "log" / f"{entry['name']}.log"
        command = [sys.executable, "-u", "-c", entry["code"], str(self.var_dir)]
        return Child(
            entry["name"],
            lambda: spawn(command, log=log),
            log,
            stage,
            grace_seconds=self.shape.get("grace", 0.5),
        )


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    var_dir, shape = Path(sys.argv[1]), json.loads(sys.argv[2])
    supervisor = Supervisor(var_dir, DummyHouse(var_dir, shape), tell)
    try:
        with supervisor.running() as house:
            tell("up " + (house.listener.url if house.listener else ""))
            if "body" not in shape:
                supervisor.wait()
    except StartRefused as error:
        tell(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        tell("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
