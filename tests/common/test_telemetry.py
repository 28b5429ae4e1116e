"""Logs: ids in every line, and nothing a customer wrote."""

from __future__ import annotations

import json
import logging

import pytest
import structlog

from common import telemetry
from common.errors import Invalid

SECRET_TEXT = "our unreleased product is called Aurora"


@pytest.fixture(autouse=True)
def restored():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    telemetry.configure("WARNING", "json")
    root.handlers[:], root.level = handlers, level


def lines(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def fail() -> None:
    try:
        int(SECRET_TEXT)
    except ValueError as error:
        raise Invalid("not_so", SECRET_TEXT) from error


def test_it_puts_the_ids_into_every_line_inside(capsys):
    telemetry.configure("INFO", "json")
    with telemetry.bound(request_id="req-1", run_id=7, organization_id=None):
        assert telemetry.request_id() == "req-1"
        structlog.get_logger("house").info("began", n=1)
        logging.getLogger("django.house").warning("plain")
    structlog.get_logger("house").info("after")
    ours, plain, after = lines(capsys)
    assert (ours["event"], ours["request_id"], ours["run_id"], ours["n"]) == (
        "began",
        "req-1",
        "7",
        1,
    )
    assert (plain["event"], plain["level"], plain["request_id"]) == ("plain", "warning", "req-1")
    assert "request_id" not in after
    assert "organization_id" not in ours
    assert telemetry.request_id() == ""


@pytest.mark.parametrize("log", [structlog.get_logger("house"), logging.getLogger("django.house")])
@pytest.mark.parametrize("fmt", ["json", "console"])
def test_it_tells_where_an_error_was_but_not_what_it_said(capsys, log, fmt):
    telemetry.configure("INFO", fmt)
    try:
        fail()
    except Invalid:
        log.exception("failed")
    said = capsys.readouterr().err
    assert SECRET_TEXT not in said
    assert "Aurora" not in said
    for part in ("Invalid not_so", "ValueError", "test_telemetry.py", "failed"):
        assert part in said


def test_it_cuts_long_values(capsys):
    telemetry.configure("INFO", "json")
    structlog.get_logger("house").info("long", value="x" * 5_000)
    assert len(lines(capsys)[0]["value"]) < 310


def test_it_is_silent_below_the_level(capsys):
    telemetry.configure("WARNING", "json")
    structlog.get_logger("house").info("quiet")
    logging.getLogger("httpx2").info("GET https://example.com/?secret=1")
    assert lines(capsys) == []


def test_it_may_be_configured_again(capsys):
    telemetry.configure("INFO", "json")
    telemetry.configure("INFO", "json")
    structlog.get_logger("house").info("once")
    assert len(lines(capsys)) == 1
