"""A folder of its own for each house."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def house_folder() -> Iterator[Path]:
    # Not one of pytest's own: another run of it closes the folder that all of them share.
    with tempfile.TemporaryDirectory(prefix="interlinear-house-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL may run as another user and has to pass
        yield folder / "var"
