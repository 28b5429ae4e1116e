"""Django's own checks for production find nothing to say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
PRODUCTION = {
    "HTTPS": "true",
    "ALLOWED_HOSTS": "translate.example.com",
    "PUBLIC_URL": "https://translate.example.com",
    "SECRET_KEY": "k3Vx8Zq1Lw7Rt5Yb9Nc2Md4Pf6Gh0Jsj7Ae1Uo5Iy3Tz8Xv2Wq",
    "API_KEY_PEPPER": "p8Ls2Kd4Jf6Hg0Qw9Er7Ty5Ui3Op1Azx8Cv6Bn4Mm2Lk0Jh",
    "EMAIL_HOST": "smtp.example.com",
    "DEFAULT_FROM_EMAIL": "hello@example.com",
}


def check_deploy(**changed: str) -> subprocess.CompletedProcess[str]:
    # Browser tests of the same process set this one; a server never has it.
    surroundings = {k: v for k, v in os.environ.items() if k != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**surroundings, **PRODUCTION, **changed},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_it_finds_nothing_in_production(db: Any) -> None:
    done = check_deploy()
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout + done.stderr


def test_it_would_find_something(db: Any) -> None:
    done = check_deploy(HTTPS="false")
    assert done.returncode == 1
    assert "security.W004" in done.stderr
