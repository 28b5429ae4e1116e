"""`make bench [ONLY=group]`: prints the load, then one JSON line a figure, best of three rounds."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module

GROUPS = ("house", "editor", "pages", "api", "assets")


def main() -> int:
    wanted = sys.argv[1:] or list(GROUPS)
    unknown = [name for name in wanted if name not in GROUPS]
    if unknown:
        print(f"There is no group {unknown[0]}. Groups: {', '.join(GROUPS)}.", file=sys.stderr)
        return 2
    if len(wanted) > 1:
        # A house of its own each: settings are read once a process.
        return max(subprocess.call([sys.executable, "-m", "tests.bench", one]) for one in wanted)
    print(f"# load {os.getloadavg()[0]:.2f}, {os.cpu_count()} cores", flush=True)
    import_module(f"tests.bench.{wanted[0]}").run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
