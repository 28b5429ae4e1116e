"""`make bench [ONLY=group]`: prints the load, then one JSON line a figure, best of three rounds."""

from __future__ import annotations

import os
import sys
from importlib import import_module

GROUPS = ("house", "editor", "pages")


def main() -> int:
    wanted = sys.argv[1:] or list(GROUPS)
    unknown = [name for name in wanted if name not in GROUPS]
    if unknown:
        print(f"There is no group {unknown[0]}. Groups: {', '.join(GROUPS)}.", file=sys.stderr)
        return 2
    print(f"# load {os.getloadavg()[0]:.2f}, {os.cpu_count()} cores", flush=True)
    for name in wanted:
        import_module(f"tests.bench.{name}").run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
