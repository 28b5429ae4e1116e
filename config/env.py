"""Typed readers of environment variables: a bad value stops the start with one sentence.

Settings are read through these functions only, so `declared()` is the full list of what can be
set; a test compares it with docs/operations.md. An empty value counts as not set.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from config.errors import SettingInvalid

TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off")
SHORTEST_SECRET = 32


@dataclass(frozen=True)
class Setting:
    """One variable: its name, its default as shown to people, and what it accepts."""

    name: str
    default: str
    accepts: str

    def refuse(self, given: str) -> SettingInvalid:
        """Return the error for a value that may be shown."""
        return SettingInvalid(f"{self.name} is {given!r}, but accepts {self.accepts}.")

    def refuse_unseen(self, what: str) -> SettingInvalid:
        """Return the error for a value that may hold a secret: `what` tells what is wrong."""
        return SettingInvalid(f"{self.name} {what}; it accepts {self.accepts}.")


_declared: dict[str, Setting] = {}


def declared() -> Mapping[str, Setting]:
    """Return every setting that was read so far, by name."""
    return dict(_declared)


def _declare(name: str, default: str, accepts: str) -> Setting:
    _declared[name] = Setting(name, default, accepts)
    return _declared[name]


def _given(name: str, source: Mapping[str, str] | None) -> str:
    return (os.environ if source is None else source).get(name, "").strip()


def env_text(
    name: str, default: str, *, accepts: str = "any text", source: Mapping[str, str] | None = None
) -> str:
    """Return a text as it stands."""
    _declare(name, default, accepts)
    return _given(name, source) or default


def env_bool(name: str, *, default: bool, source: Mapping[str, str] | None = None) -> bool:
    """Return a switch; several spellings of yes and no are understood."""
    setting = _declare(name, "true" if default else "false", f"one of {', '.join(TRUE + FALSE)}")
    given = _given(name, source)
    if not given:
        return default
    if given.lower() not in TRUE + FALSE:
        raise setting.refuse(given)
    return given.lower() in TRUE


def env_int(
    name: str, default: int, *, low: int, high: int, source: Mapping[str, str] | None = None
) -> int:
    """Return a whole number within both bounds."""
    setting = _declare(name, str(default), f"a whole number from {low} to {high}")
    given = _given(name, source)
    if not given:
        return default
    # isdecimal alone would take digits of any script, and int() also 1_000.
    if not (given.isascii() and given.isdecimal() and len(given) <= 18):
        raise setting.refuse(given)
    if not low <= int(given) <= high:
        raise setting.refuse(given)
    return int(given)


def env_choice(
    name: str, default: str, choices: Sequence[str], *, source: Mapping[str, str] | None = None
) -> str:
    """Return one of a few words."""
    setting = _declare(name, default, f"one of {', '.join(choices)}")
    given = _given(name, source) or default
    if given not in choices:
        raise setting.refuse(given)
    return given


def env_list(
    name: str, default: Sequence[str], *, accepts: str, source: Mapping[str, str] | None = None
) -> list[str]:
    """Return values given with commas between them; spaces around them do not count."""
    _declare(name, ",".join(default), accepts)
    given = _given(name, source)
    if not given:
        return list(default)
    return [item.strip() for item in given.split(",") if item.strip()]


def env_url(
    name: str,
    default: str,
    schemes: Sequence[str],
    *,
    shown_default: str | None = None,
    source: Mapping[str, str] | None = None,
) -> str:
    """Return an address with one of `schemes`; it is never shown, for it may hold a password."""
    known = ", ".join(f"{scheme}://" for scheme in schemes)
    shown = default if shown_default is None else shown_default
    setting = _declare(name, shown, f"an address that begins with {known}")
    given = _given(name, source)
    if not given:
        return default
    try:
        parts = urlsplit(given)
        _ = parts.port
    except ValueError as error:
        raise setting.refuse_unseen("is not an address") from error
    if parts.scheme not in schemes:
        begins = f"begins with {parts.scheme}:" if parts.scheme else "names no scheme"
        raise setting.refuse_unseen(begins)
    if not parts.netloc and not parts.path.strip("/"):
        raise setting.refuse_unseen("names no host")
    return given


def env_path(name: str, default: Path, *, source: Mapping[str, str] | None = None) -> Path:
    """Return a folder as an absolute path; it need not exist yet, but must not be a file."""
    setting = _declare(name, default.name, "the path of a folder")
    given = _given(name, source)
    path = Path(given).expanduser().absolute() if given else default
    if path.exists() and not path.is_dir():
        raise setting.refuse(given or str(path))
    return path


def env_secret(
    name: str,
    make: Callable[[], str],
    *,
    shown_default: str,
    source: Mapping[str, str] | None = None,
) -> str:
    """Return a secret of 32 characters or more; `make` is called only where none is given."""
    setting = _declare(name, shown_default, f"a text of at least {SHORTEST_SECRET} characters")
    given = _given(name, source)
    if given and len(given) < SHORTEST_SECRET:
        raise setting.refuse_unseen(f"has {len(given)} characters")
    return given or make()
