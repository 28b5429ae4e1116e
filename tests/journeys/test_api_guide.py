"""docs/api/README.md: what it tells people to type works, as it stands there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

GUIDE = Path(__file__).parent.parent.parent / "docs" / "api" / "README.md"
KEYS = GUIDE.parent / "keys.md"
SECONDS = 60


def snippets(language: str) -> str:
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    assert blocks
    return "\n".join(blocks)


@pytest.fixture
def run(site: Any, owner: Any, workers: Any, tmp_path: Path) -> Any:
    def run_it(*command: str) -> str:
        env = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "INTERLINEAR_URL": site.url,
            "INTERLINEAR_KEY": owner.key,
        }
        with workers():
            done = subprocess.run(
                command,
                check=False,
                cwd=tmp_path,
                env=env,
                capture_output=True,
                text=True,
                timeout=SECONDS,
            )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run_it


def test_it_works_with_curl(run: Any, tmp_path: Path) -> None:
    told = run("bash", "-euo", "pipefail", "-c", snippets("sh"))
    assert '"code":"de"' in told
    assert "{name}" in told
    translated = (tmp_path / "letter.de.txt").read_text()
    assert re.fullmatch(r".*\{name\}.*\n\n.+\n", translated)
    assert "Hello" not in translated


def test_it_works_in_python(run: Any, tmp_path: Path) -> None:
    script = tmp_path / "guide.py"
    script.write_text(snippets("python"))
    told = run(sys.executable, "-W", "error", str(script))
    assert re.search(r"^ja ready \d+ characters$", told, re.MULTILINE)
    assert "characters left" in told
    arabic = json.loads((tmp_path / "shop.ar.json").read_text())
    assert "{name}" in arabic["greeting"]
    # Arabic has six plural categories.
    assert arabic["items"].count("{") == 1 + 6


def test_it_lists_the_scopes_there_are() -> None:
    from accounts.services import SCOPES

    assert set(re.findall(r"^\| `([a-z:]+)` \|", KEYS.read_text(), re.MULTILINE)) == {
        scope.value for scope in SCOPES
    }


def test_it_tells_the_true_limits() -> None:
    from engine.sources import MAX_CHARS, MAX_SEGMENTS
    from translation.services import intake, languages

    limits = GUIDE.read_text().split("## Limits")[1]
    assert f"| {intake.MAX_FILES}, each {intake.MAX_FILE_BYTES:,} bytes |" in limits
    assert f"| {languages.MAX_TARGETS} |" in limits
    assert f"| {MAX_SEGMENTS:,} segments, {MAX_CHARS:,} characters |" in limits
    assert f"| {intake.MAX_TEXTS} texts, together {intake.MAX_TEXT_BYTES // 1024} KiB |" in limits
