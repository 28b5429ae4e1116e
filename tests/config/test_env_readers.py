"""Typed readers of environment variables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import env
from config.errors import SettingInvalid

GOOD: list[tuple[Callable[..., Any], str, dict[str, Any], Any]] = [
    (env.env_text, "", {"default": "x"}, "x"),
    (env.env_text, " y ", {"default": "x"}, "y"),
    (env.env_bool, "", {"default": True}, True),
    (env.env_bool, "Yes", {"default": False}, True),
    (env.env_bool, "1", {"default": False}, True),
    (env.env_bool, "off", {"default": True}, False),
    (env.env_int, "", {"default": 3, "low": 1, "high": 9}, 3),
    (env.env_int, "9", {"default": 3, "low": 1, "high": 9}, 9),
    (env.env_choice, "", {"default": "a", "choices": ("a", "b")}, "a"),
    (env.env_choice, "b", {"default": "a", "choices": ("a", "b")}, "b"),
    (env.env_list, "", {"default": ["a"], "accepts": "names"}, ["a"]),
    (env.env_list, "a, b ,,c", {"default": [], "accepts": "names"}, ["a", "b", "c"]),
    (env.env_url, "", {"default": "http://x", "schemes": ("http",)}, "http://x"),
    (env.env_url, "unix:///a/b", {"default": "", "schemes": ("unix",)}, "unix:///a/b"),
    (env.env_secret, "s" * 32, {"make": str, "shown_default": "made"}, "s" * 32),
    (env.env_secret, "", {"make": lambda: "made", "shown_default": "made"}, "made"),
]


@pytest.mark.parametrize(("reader", "text", "options", "expected"), GOOD)
def test_it_reads(
    reader: Callable[..., Any], text: str, options: dict[str, Any], expected: Any
) -> None:
    assert reader("NAME", **options, source={"NAME": text}) == expected


BAD: list[tuple[Callable[..., Any], str, dict[str, Any], str]] = [
    (env.env_bool, "maybe", {"default": True}, "NAME is 'maybe', but accepts one of 1, true, yes"),
    (env.env_int, "ten", {"default": 3, "low": 1, "high": 9}, "a whole number from 1 to 9."),
    (env.env_int, "10", {"default": 3, "low": 1, "high": 9}, "NAME is '10', but accepts"),
    (env.env_int, "0", {"default": 3, "low": 1, "high": 9}, "NAME is '0', but accepts"),
    (env.env_int, "-3", {"default": 3, "low": 1, "high": 9}, "NAME is '-3', but accepts"),
    (env.env_int, "1_0", {"default": 3, "low": 1, "high": 99}, "NAME is '1_0', but accepts"),
    (env.env_int, "٣", {"default": 3, "low": 1, "high": 9}, "NAME is '٣', but accepts"),
    (env.env_int, "9" * 5000, {"default": 3, "low": 1, "high": 9}, "but accepts a whole number"),
    (env.env_choice, "c", {"default": "a", "choices": ("a", "b")}, "but accepts one of a, b."),
    (env.env_url, "x", {"default": "", "schemes": ("redis",)}, "names no scheme; it accepts"),
    (
        env.env_url,
        "ftp://x",
        {"default": "", "schemes": ("redis",)},
        "begins with ftp:; it accepts",
    ),
    (env.env_url, "redis://", {"default": "", "schemes": ("redis",)}, "names no host; it accepts"),
    (env.env_url, "redis://h:x", {"default": "", "schemes": ("redis",)}, "is not an address"),
    (env.env_secret, "short", {"make": str, "shown_default": ""}, "has 5 characters; it accepts"),
]


@pytest.mark.parametrize(("reader", "text", "options", "sentence"), BAD)
def test_it_refuses_and_names_the_variable_and_what_it_accepts(
    reader: Callable[..., Any], text: str, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(SettingInvalid) as refused:
        reader("NAME", **options, source={"NAME": text})
    assert sentence in str(refused.value)
    assert "NAME" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    ("reader", "text", "options"),
    [
        (env.env_url, "ftp://me:swordfish@host/x", {"default": "", "schemes": ("redis",)}),
        (env.env_url, "redis://me:swordfish@host:port", {"default": "", "schemes": ("redis",)}),
        (env.env_secret, "swordfish", {"make": str, "shown_default": ""}),
    ],
)
def test_it_never_shows_what_may_be_secret(
    reader: Callable[..., Any], text: str, options: dict[str, Any]
) -> None:
    with pytest.raises(SettingInvalid) as refused:
        reader("NAME", **options, source={"NAME": text})
    assert "swordfish" not in str(refused.value)


def test_it_takes_a_folder_that_is_still_to_be_made(tmp_path: Path) -> None:
    wanted = tmp_path / "later"
    assert env.env_path("NAME", tmp_path, source={"NAME": str(wanted)}) == wanted


def test_it_refuses_a_file_as_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SettingInvalid, match="accepts the path of a folder"):
        env.env_path("NAME", tmp_path, source={"NAME": str(file)})


@given(st.text(max_size=20), st.integers(0, 10**6), st.integers(0, 10**6))
def test_it_returns_a_number_within_bounds_or_refuses(text: str, one: int, other: int) -> None:
    low, high = sorted((one, other))
    try:
        number = env.env_int("NAME", low, low=low, high=high, source={"NAME": text})
    except SettingInvalid:
        return
    assert low <= number <= high


def test_it_lists_what_was_declared() -> None:
    env.env_int("DECLARED_HERE", 3, low=1, high=9, source={})
    assert env.declared()["DECLARED_HERE"].default == "3"
    assert env.declared()["DECLARED_HERE"].accepts == "a whole number from 1 to 9"
