"""What stops the house from starting, as one sentence the operator can act on."""

from __future__ import annotations


class StartRefused(Exception):
    """Nothing was started or all was stopped again; `str()` is the sentence, without traceback."""

    exit_code = 1


class SettingInvalid(StartRefused):
    """A setting holds a value it does not accept; the sentence names it and the choice."""

    exit_code = 2
