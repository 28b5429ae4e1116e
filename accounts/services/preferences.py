"""What a person prefers: how pages look, times read and keys act."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from uuid import UUID
from zoneinfo import available_timezones

from django.db import transaction

from accounts.models import User
from accounts.services.founding import MAX_NAME_CHARS
from common.errors import Invalid
from engine.languages import LANGUAGES

CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "theme": {"system": "As the system", "paper": "Paper", "ink": "Ink"},
    "density": {"comfortable": "Comfortable", "compact": "Compact"},
    "date_format": {
        "day_month": "18 Nov 2026",
        "month_day": "Nov 18, 2026",
        "iso": "2026-11-18",
    },
}
NAMES: Final = (*CHOICES, "name", "language", "time_zone", "single_keys")
# Readers of plain English need not say whose.
READERS: Final = frozenset({"en", *(language.code for language in LANGUAGES)})
MAX_SHORTCUTS: Final = 100
MAX_RECENT: Final = 8
_ACTION: Final = re.compile(r"[a-z_]{1,40}(\.[a-z_]{1,40})?")
_KEYS: Final = re.compile(
    r"((Ctrl|Cmd|Mod|Alt|Shift)\+){0,4}"
    r"([A-Za-z0-9]|F[1-9]|F1[0-2]|Enter|Space|Tab|Backspace|Delete|Insert|Home|End|PageUp|PageDown"
    r"|ArrowUp|ArrowDown|ArrowLeft|ArrowRight|Up|Down|Left|Right|[!-/:-@\[-`{-~])"
)


@lru_cache(maxsize=1)
def time_zones() -> tuple[str, ...]:
    """Names of the time zones a person can choose, by the alphabet; "UTC" first."""
    named = sorted(
        name for name in available_timezones() if "/" in name and not name.startswith("Etc/")
    )
    return ("UTC", *named)


def change(
    *,
    user_id: UUID,
    wanted: Mapping[str, Any],
    check: Callable[[User], None] | None = None,
) -> None:
    """Keeps what `wanted` names of `NAMES`.

    `check` sees the person as they are, held so that nobody else changes them, and may raise.

    Raises Invalid, naming the field, and keeps nothing where one value is none of its choices.
    """
    values: dict[str, object] = {}
    for name, choices in CHOICES.items():
        if name in wanted:
            if wanted[name] not in choices:
                raise Invalid(
                    "preference_invalid",
                    f"Choose one of: {', '.join(choices.values())}.",
                    detail={"field": name, "choices": list(choices)},
                )
            values[name] = wanted[name]
    if "time_zone" in wanted:
        if wanted["time_zone"] not in time_zones():
            raise Invalid(
                "preference_invalid",
                "Choose a time zone of the list, such as Europe/Oslo.",
                detail={"field": "time_zone"},
            )
        values["time_zone"] = wanted["time_zone"]
    if "language" in wanted:
        if wanted["language"] not in READERS:
            raise Invalid(
                "preference_invalid",
                "Choose a language of the list.",
                detail={"field": "language"},
            )
        values["language"] = wanted["language"]
    if "name" in wanted:
        values["name"] = _name(wanted["name"])
    if "single_keys" in wanted:
        values["single_keys"] = wanted["single_keys"] in {True, "on", "true"}
    with transaction.atomic():
        if check is not None:
            check(User.objects.select_for_update(no_key=True).get(pk=user_id))
        if values:
            User.objects.filter(pk=user_id).update(**values)


def _name(wanted: object) -> str:
    name = " ".join(str(wanted).split())
    if len(name) > MAX_NAME_CHARS or not name.isprintable():
        raise Invalid(
            "preference_invalid",
            f"Type a name of at most {MAX_NAME_CHARS} characters.",
            detail={"field": "name"},
        )
    return name


def remap(*, user_id: UUID, shortcuts: object) -> dict[str, str]:
    """Keeps the keys a person has given to actions; raises Invalid for what is no key or taken."""
    if not isinstance(shortcuts, Mapping) or len(shortcuts) > MAX_SHORTCUTS:
        raise Invalid("shortcuts_invalid", "Send the keys as an object of action and key.")
    kept: dict[str, str] = {}
    owner: dict[str, str] = {}
    for action, keys in shortcuts.items():
        if not isinstance(keys, str) or not isinstance(action, str):
            raise Invalid("shortcuts_invalid", "Send the keys as an object of action and key.")
        if not _ACTION.fullmatch(action) or not _KEYS.fullmatch(keys):
            raise Invalid(
                "shortcuts_invalid",
                f"“{keys[:40]}” is no key we know. Press the keys you mean, such as Ctrl+Enter.",
                detail={"action": action[:40]},
            )
        if keys in owner:
            raise Invalid(
                "shortcut_taken",
                f"{keys} is given to two actions. Give one of them another key.",
                detail={"actions": [owner[keys], action]},
            )
        owner[keys] = action
        kept[action] = keys
    User.objects.filter(pk=user_id).update(shortcuts=kept)
    return kept


def remember_languages(*, user_id: UUID, source: str, targets: Sequence[str]) -> None:
    """Offers the languages a person has just used before the others, the newest first."""
    person = User.objects.only("recent_sources", "recent_targets").get(pk=user_id)
    sources = _newest_first([source], person.recent_sources)
    wanted = _newest_first(targets, person.recent_targets)
    if (sources, wanted) != (person.recent_sources, person.recent_targets):
        User.objects.filter(pk=user_id).update(recent_sources=sources, recent_targets=wanted)


def _newest_first(used: Sequence[str], known: Sequence[str]) -> list[str]:
    return list(dict.fromkeys((*used, *known)))[:MAX_RECENT]
