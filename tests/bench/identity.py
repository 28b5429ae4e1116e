"""Reads and writes back real files: the bytes must be the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import django

from engine.errors import EngineError
from engine.formats.registry import format_for
from engine.languages import find_source
from tests.bench.figures import show

ENDINGS = (".po", ".json", ".html", ".md", ".txt")
MAX_BYTES = 5_000_000


def format_identity() -> None:
    """Every fixture and every file of these kinds in the installed packages."""
    packages = Path(django.__file__).parents[1]
    here = Path(__file__).parents[2]
    files = [path for root in (packages, here / "tests", here / "config") for path in _files(root)]
    outcomes: Counter[str] = Counter()
    refused: list[str] = []
    for path in files:
        outcome, reason = _outcome(path)
        outcomes[outcome] += 1
        if outcome != "same":
            refused.append(f"{outcome} {path.relative_to(path.parents[2])}: {reason}")
    read = outcomes["same"] + outcomes["changed"]
    for line in refused:
        print(f"# {line}")
    show(
        "format_identity",
        outcomes["same"] / read,
        "share",
        "byte-identical of the files read; 1.0, at least 500 files, at most 2 % refused",
        files=len(files),
        refused=outcomes["refused"],
        refused_share=round(outcomes["refused"] / len(files), 4),
    )


def _files(root: Path) -> list[Path]:
    found = [path for path in root.rglob("*") if path.suffix in ENDINGS and path.is_file()]
    found += root.rglob("*.docx")
    return sorted(path for path in found if 0 < path.stat().st_size <= MAX_BYTES)


def _outcome(path: Path) -> tuple[str, str]:
    data = path.read_bytes()
    try:
        chosen = format_for(path.name, data)
        parsed = chosen.read(data, source=find_source("en"))
    except EngineError as error:
        return "refused", error.code
    targets = {
        number: unit.current if unit.current is not None else tuple(f.text for f in unit.forms)
        for number, unit in enumerate(parsed.units)
    }
    same = chosen.write(parsed, targets, target=None) == data
    return ("same" if same else "changed"), ""
