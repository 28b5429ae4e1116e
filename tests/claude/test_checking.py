"""The model check: what we are set to use against what the vendor lists."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from claude.services import check_models, readiness
from common import redis
from tests.claude_sandbox import Sandbox
from tests.wire import Reply

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
IN_USE = ("claude-haiku-5-5", "claude-opus-5-5", "claude-sonnet-5-5")
Serve = Callable[..., Any]


def listed(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": name,
        "type": "model",
        "display_name": name,
        "created_at": "2026-10-07T00:00:00Z",
        "lifecycle": "active",
        "retires_at": None,
        "max_tokens": 128_000,
        "capabilities": {"structured_outputs": {"supported": True}},
        **changes,
    }


def models(*, without: str = "", **changes: Any) -> Reply:
    """The vendor's list of the models in use, with something amiss with Haiku."""
    rows = [
        listed(name, **(changes if name == IN_USE[0] else {})) for name in IN_USE if name != without
    ]
    return Reply(
        body={
            "data": rows,
            "has_more": False,
            "first_id": rows[0]["id"],
            "last_id": rows[-1]["id"],
        }
    )


@pytest.fixture
def unreachable_redis(settings: Any) -> Iterator[None]:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    redis.client.cache_clear()
    yield
    redis.client.cache_clear()


@pytest.fixture(autouse=True)
def _planted(edited_catalogue: Any) -> Iterator[None]:
    """Every test starts from the planted models and prices, and leaves no verdict behind."""
    yield
    redis.client().delete("claude:models")


class TestCheckModels:
    def test_it_finds_every_model_in_use_usable(self, scripted: Serve) -> None:
        scripted(models())
        check = check_models(now=NOW)
        assert [(line.model, line.level) for line in check.lines] == [(m, "ok") for m in IN_USE]
        assert check.checked_at == NOW
        assert readiness() == (True, "All models are usable.")

    @pytest.mark.parametrize(
        ("reply", "level", "sentence"),
        [
            (models(without=IN_USE[0]), "error", "does not name 'claude-haiku-5-5'"),
            (models(lifecycle="retired"), "error", "is retired: calls of it fail"),
            (models(max_tokens=64_000), "error", "writes at most 64,000 tokens"),
            (
                models(capabilities={"structured_outputs": {"supported": False}}),
                "error",
                "has no structured outputs",
            ),
            (
                models(lifecycle="deprecated", retires_at="2026-11-30T12:00:00Z"),
                "warning",
                "retires on 2026-11-30, in 8 days.",
            ),
            (
                models(lifecycle="deprecated", retires_at="2026-06-15T00:00:00Z"),
                "warning",
                "its retirement on 2026-06-15 is overdue",
            ),
            (models(lifecycle="deprecated"), "warning", "is deprecated. Move its tier on."),
        ],
    )
    def test_it_tells_what_is_amiss(
        self, scripted: Serve, reply: Reply, level: str, sentence: str
    ) -> None:
        scripted(reply)
        check = check_models(now=NOW)
        (line,) = [line for line in check.lines if line.level != "ok"]
        assert (line.model, line.level) == (IN_USE[0], level)
        assert sentence in line.sentence
        assert readiness() == (level == "warning", line.sentence)

    def test_it_takes_an_untold_limit_for_a_good_one(self, scripted: Serve) -> None:
        scripted(models(max_tokens=None, capabilities=None))
        assert {line.level for line in check_models(now=NOW).lines} == {"ok"}

    @pytest.mark.parametrize(
        ("edit", "sentence"),
        [
            ("delete from claude_tier where slug = 'best'", "'best' is mapped to no model"),
            (
                "update claude_model set active = false where id = 'claude-opus-5-5'",
                "'claude-opus-5-5', which is switched off",
            ),
            (
                "delete from claude_price where model_id = 'claude-opus-5-5'",
                "No price row serves the model 'claude-opus-5-5'",
            ),
            (
                "delete from claude_price where input_rate = 0.5",
                "No price row serves the model 'claude-haiku-5-5'",
            ),
        ],
    )
    def test_it_tells_what_is_amiss_on_our_side(
        self, scripted: Serve, edited_catalogue: Any, edit: str, sentence: str
    ) -> None:
        edited_catalogue(edit)
        scripted(models())
        (line,) = check_models(now=NOW).of("error")
        assert sentence in line.sentence
        assert readiness().ok is False

    @pytest.mark.parametrize("reply", [Reply(529), Reply(hang_up=True), Reply(body=b"<html>")])
    def test_it_calls_nothing_wrong_where_nobody_answers(
        self, scripted: Serve, reply: Reply
    ) -> None:
        scripted(reply)
        (line,) = check_models(now=NOW).lines
        assert line.level == "unverified"
        assert readiness().ok

    @pytest.mark.parametrize("status", [401, 402, 403])
    def test_it_calls_a_refused_key_an_error(self, scripted: Serve, status: int) -> None:
        scripted(Reply(status))
        (line,) = check_models(now=NOW).lines
        assert line.level == "error"
        assert not readiness().ok


class TestReadiness:
    @pytest.mark.parametrize(
        ("hosts", "key", "ok"),
        [
            (["localhost", "127.0.0.1", "[::1]", ".localhost", "demo.localhost"], "", True),
            (["web", "10.0.0.5", "nas.local", "translate.internal"], "", True),
            (["translate.example.com"], "", False),
            ([".example.com"], "", False),
            (["localhost", "*"], "", False),
            (["8.8.8.8"], "", False),
            (["[2606:4700::1111]"], "", False),
            (["translate.example.com"], "sk-ant-1", True),
        ],
    )
    def test_it_refuses_to_serve_the_public_from_the_sandbox(
        self, settings: Any, scripted: Serve, hosts: list[str], key: str, ok: bool
    ) -> None:
        scripted(models())
        settings.ALLOWED_HOSTS = hosts
        settings.ANTHROPIC_API_KEY = key
        check_models(now=NOW)
        assert readiness().ok is ok

    def test_it_says_so_where_nobody_has_checked(self, redis_server: None) -> None:
        redis.client().delete("claude:models")
        assert readiness() == (True, "Models have not been checked lately.")

    def test_it_goes_on_without_redis(self, unreachable_redis: None, scripted: Serve) -> None:
        scripted(models(lifecycle="retired"))
        assert check_models(now=NOW).of("error")
        assert readiness().ok

    def test_it_is_a_condition_of_the_probe(self, client: Client, scripted: Serve) -> None:
        scripted(models(lifecycle="retired"), models())
        check_models(now=NOW)
        response = client.get("/readyz")
        assert response.status_code == 503
        assert "is retired" in response.json()["checks"]["claude"]
        check_models(now=NOW)
        assert client.get("/readyz").json()["checks"]["claude"] == "ok"


class TestTheCommand:
    def test_it_prints_a_line_for_each_model(self, scripted: Serve) -> None:
        scripted(models())
        out = io.StringIO()
        call_command("check_models", stdout=out)
        lines = out.getvalue().splitlines()
        assert [line.split()[:2] for line in lines] == [["ok", name] for name in IN_USE]

    def test_it_fails_on_errors_after_printing_them(self, scripted: Serve) -> None:
        scripted(models(lifecycle="retired"))
        out = io.StringIO()
        with pytest.raises(CommandError, match="1 error; no call"):
            call_command("check_models", stdout=out)
        assert "is retired" in out.getvalue()

    def test_it_passes_the_sandbox(self, claude_sandbox: Sandbox) -> None:
        out = io.StringIO()
        call_command("check_models", stdout=out)
        assert out.getvalue().count("is usable.") == 3
