"""A folder of its own for each house."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def house_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o711)  # PostgreSQL may run as another user and has to pass
    return folder / "var"
