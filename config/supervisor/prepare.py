"""Brings static files and tables up to date, in a process of its own, as the owner role.

Started first: Django loads while the servers do. `python -m config.supervisor.prepare`
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from pathlib import Path

DATABASE_SECONDS = 60.0
POLL_SECONDS = 0.05


def prepare() -> None:
    """Collect static files if any changed, wait for the database, and migrate."""
    import django
    from django.core.management import call_command

    django.setup()
    collect_static()
    wait_for_database()
    call_command("migrate", interactive=False, verbosity=1)


def collect_static() -> None:
    """Copy static files under their hashed names, unless the same ones were copied before."""
    from django.conf import settings
    from django.core.management import call_command

    if not settings.STATIC_MANIFEST:
        return
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".collected"
    wanted = _static_fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    stamp.unlink(missing_ok=True)
    root.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted, encoding="ascii")


def _static_fingerprint() -> str:
    """Name, size and change of every source file."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: str(found[0])):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def wait_for_database() -> None:
    """Return when the owner role can connect: the role itself may be made only just now."""
    from django.db import OperationalError, connection

    deadline = time.monotonic() + DATABASE_SECONDS
    while True:
        try:
            connection.ensure_connection()
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_SECONDS)
        else:
            return


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["PROCESS"] = "migrate"
    prepare()
    sys.exit(0)
