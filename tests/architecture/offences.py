"""Finds what the house forbids in a tree of sources: each checker returns its offenders.

They take the tree's root, so that a test can plant an offence in a copy and see it found.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = (
    "accounts",
    "billing",
    "claude",
    "common",
    "config",
    "engine",
    "glossaries",
    "sandbox",
    "translation",
)
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 80

# Not ours, or made by running: never part of the repository.
_NOT_OURS = {"var", "__pycache__", "node_modules"}
_MAX_TEXT_BYTES = 2_000_000
# Ways to reach another room that the import contracts cannot see.
_WALKAROUNDS = {"get_model", "import_string"}
# Folders of people's and build machines' own. Written in parts, or this file would name them.
_MACHINE_PATH = re.compile(
    r"(?<![\w.~/-])/(?:" + "|".join(("home", "root", "Users", "workspace", "work", "opt")) + r")/\w"
)


def sources(root: Path) -> Iterator[Path]:
    """Every Python file of ours below a root."""
    return (path for path in files(root) if path.suffix == ".py")


def files(root: Path) -> Iterator[Path]:
    """Every file of ours below a root; hidden folders hold tools, caches and history."""
    for folder, names, found in os.walk(root):
        names[:] = [name for name in names if name not in _NOT_OURS and name[0] != "."]
        yield from (Path(folder, name) for name in sorted(found))


WRITTEN_BY_A_PROGRAM = Path("clients/python/src/interlinear/shapes.py")


def long_files(root: Path) -> list[str]:
    """Python files of more than 400 lines; a migration is as long as its tables.

    Neither counts what a program of ours has written.
    """
    return sorted(
        f"{path.relative_to(root)} has {lines} lines"
        for path in sources(root)
        if "migrations" not in path.parts
        and path.relative_to(root) != WRITTEN_BY_A_PROGRAM
        and (lines := path.read_text(encoding="utf-8").count("\n")) > MAX_FILE_LINES
    )


def long_functions(root: Path) -> list[str]:
    """Functions of more than 80 lines, decorators left out."""
    return sorted(
        f"{path.relative_to(root)} {node.name} has {lines} lines"
        for path, node in nodes(root)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION_LINES
    )


def walkarounds(root: Path) -> list[str]:
    """Uses of apps.get_model and import_string outside of migrations."""
    return sorted(
        f"{path.relative_to(root)}:{node.lineno} {name}"
        for path, node in nodes(root)
        for name in _used_names(node)
        if isinstance(node, ast.expr | ast.alias) and name in _WALKAROUNDS
    )


def machine_paths(root: Path) -> list[str]:
    """Lines that name a folder of some machine."""
    return sorted(
        f"{path.relative_to(root)}:{number}"
        for path in files(root)
        if path.stat().st_size <= _MAX_TEXT_BYTES
        for number, line in enumerate(path.read_bytes().splitlines(), start=1)
        if _MACHINE_PATH.search(line.decode("utf-8", "replace"))
    )


def nodes(root: Path) -> Iterator[tuple[Path, ast.AST]]:
    """Every node of every source file, migrations left out."""
    for path in sources(root):
        if "migrations" not in path.parts:
            tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
            yield from ((path, node) for node in ast.walk(tree))


def _used_names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.alias(name=name):
            yield name
