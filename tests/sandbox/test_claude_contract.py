"""The stand-in as the real SDK meets it: what it retries, what it raises, what it reads."""

from __future__ import annotations

import json
import time
from datetime import datetime
from itertools import pairwise

import anthropic
import pytest
from pydantic import BaseModel

# faults scripted, class raised, attempts, least gap in seconds between attempts
RETRIED = [
    ("429", {"retry_after": "0.3"}, anthropic.RateLimitError, 0.3),
    ("429", {"retry_after": "0"}, anthropic.RateLimitError, 0.36),
    ("429", {"retry_after_ms": 30, "retry_after": "5"}, anthropic.RateLimitError, 0.03),
    ("429", {}, anthropic.RateLimitError, 0.36),
    ("spend_cap", {"retry_after_ms": 20}, anthropic.EnforcedSpendLimitReachedError, 0.02),
    ("contract_cap", {"retry_after_ms": 20}, anthropic.ContractSpendLimitReachedError, 0.02),
    ("ramp", {"retry_after_ms": 20}, anthropic.RampLimitExceededError, 0.02),
    ("408", {"retry_after_ms": 20}, anthropic.RequestTimeoutError, 0.02),
    ("409", {"retry_after_ms": 20}, anthropic.ConflictError, 0.02),
    ("500", {"retry_after_ms": 20}, anthropic.InternalServerError, 0.02),
    ("502", {"retry_after_ms": 20}, anthropic.InternalServerError, 0.02),
    ("503", {"retry_after_ms": 20}, anthropic.ServiceUnavailableError, 0.02),
    ("504", {"retry_after_ms": 20}, anthropic.GatewayTimeoutError, 0.02),
    ("529", {"retry_after_ms": 20}, anthropic.OverloadedError, 0.02),
    ("reset", {}, anthropic.APIConnectionError, 0.36),
    ("close", {}, anthropic.APIConnectionError, 0.36),
    ("cut_body", {}, anthropic.APIConnectionError, 0.36),
]
FINAL = [
    ("400", {}, anthropic.BadRequestError, "invalid_request_error"),
    ("workspace_cap", {}, anthropic.BadRequestError, "invalid_request_error"),
    ("401", {}, anthropic.AuthenticationError, "authentication_error"),
    ("402", {}, anthropic.PaymentRequiredError, "billing_error"),
    ("403", {}, anthropic.PermissionDeniedError, "permission_error"),
    ("404", {}, anthropic.NotFoundError, "not_found_error"),
    ("413", {}, anthropic.ContentTooLargeError, "request_too_large"),
    ("422", {}, anthropic.UnprocessableEntityError, "invalid_request_error"),
    ("429", {"should_retry": False}, anthropic.RateLimitError, "rate_limit_error"),
]


class TestRetries:
    @pytest.mark.parametrize(("fault", "options", "raised", "gap"), RETRIED)
    def test_it_fails_three_times_and_then_for_good(
        self, running, ask, fault, options, raised, gap
    ):
        running.control("faults", script=[{"fault": fault, **options}] * 3)
        with pytest.raises(raised) as caught:
            ask()
        counters = running.counters()
        assert type(caught.value) is raised
        assert [one["attempt"] for one in counters["recent"]] == [0, 1, 2]
        assert counters["request_faults"] == {fault: 3}
        times = [one["at_ms"] for one in counters["recent"]]
        gaps = [after - before for before, after in pairwise(times)]
        assert min(gaps) >= gap * 1000 - 5

    @pytest.mark.parametrize(("fault", "options", "raised", "kind"), FINAL)
    def test_it_fails_once_where_repeating_is_pointless(
        self, running, ask, fault, options, raised, kind
    ):
        running.control("faults", script=[{"fault": fault, **options}] * 3)
        with pytest.raises(raised) as caught:
            ask()
        assert running.counters()["requests"] == 1
        assert caught.value.type == kind
        assert caught.value.request_id == caught.value.body["request_id"]
        assert caught.value.response.headers["x-should-retry"] == "false"

    @pytest.mark.parametrize("told", ["nan", "-5", "abc"])
    def test_it_can_send_a_retry_after_that_means_nothing(self, running, ask, told):
        running.control("faults", script=[{"fault": "429", "retry_after": told}])
        ask(max_retries=1)
        first, second = running.counters()["recent"]
        assert second["at_ms"] - first["at_ms"] >= 360

    def test_it_can_send_retry_after_as_a_date(self, running, ask):
        running.control("faults", script=[{"fault": "429", "retry_after_date": 2}])
        ask()
        first, second = running.counters()["recent"]
        assert second["at_ms"] - first["at_ms"] >= 900

    def test_it_lets_the_milliseconds_win_over_the_seconds(self, running, ask):
        running.control(
            "faults", script=[{"fault": "429", "retry_after_ms": 10, "retry_after": "30"}]
        )
        started = time.monotonic()
        ask()
        assert time.monotonic() - started < 10

    def test_it_hangs_until_the_client_gives_up(self, running, ask):
        running.control("faults", script=["hang"] * 3)
        with pytest.raises(anthropic.APITimeoutError):
            ask(timeout=0.15)
        assert running.counters()["requests_by_status"] == {"none": 3}

    def test_it_answers_a_slow_request_in_the_end(self, running, ask):
        running.control("faults", script=[{"fault": "slow", "seconds": 0.2}])
        started = time.monotonic()
        assert ask().stop_reason == "end_turn"
        assert time.monotonic() - started >= 0.19

    def test_it_sends_a_proxys_page_for_a_502(self, running, ask):
        running.control("faults", script=["502"])
        with pytest.raises(anthropic.InternalServerError) as caught:
            ask(max_retries=0)
        assert "<html>" in caught.value.body
        assert caught.value.type is None

    def test_it_says_the_class_of_a_spend_limit_in_the_details(self, running, ask):
        running.control("faults", script=["spend_cap"])
        with pytest.raises(anthropic.RateLimitError) as caught:
            ask(max_retries=0)
        assert caught.value.error_code == "enforced_spend_limit_reached"
        assert "retry-after" not in caught.value.response.headers


class TestMessages:
    def test_it_answers_a_message_with_every_usage_field(self, ask):
        message = ask()
        usage = message.usage
        assert (message.type, message.role, message.model) == (
            "message",
            "assistant",
            "claude-haiku-5-5",
        )
        assert message.stop_reason == "end_turn"
        assert message.id.startswith("msg_")
        assert usage.input_tokens > 0
        assert usage.output_tokens > 0
        assert usage.cache_creation_input_tokens == usage.cache_read_input_tokens == 0
        assert usage.cache_creation.ephemeral_5m_input_tokens == 0
        assert usage.cache_creation.ephemeral_1h_input_tokens == 0
        assert usage.output_tokens_details.thinking_tokens == 0
        assert (usage.inference_geo, usage.service_tier) == ("global", "standard")

    def test_it_names_the_request_and_the_organization(self, client):
        raw = client.messages.with_raw_response.create(
            model="claude-haiku-5-5", max_tokens=9, messages=[{"role": "user", "content": "Hi"}]
        )
        assert raw.headers["request-id"].startswith("req_")
        assert raw.parse()._request_id == raw.headers["request-id"]
        assert raw.headers["anthropic-organization-id"]
        assert raw.headers["anthropic-workspace-id"]

    def test_it_resolves_an_alias(self, ask):
        assert ask(model="claude-haiku-4-5").model == "claude-haiku-4-5-20251001"

    def test_it_still_serves_a_deprecated_model(self, ask):
        with pytest.warns(DeprecationWarning, match="claude-sonnet-4-5"):
            assert ask(model="claude-sonnet-4-5").model == "claude-sonnet-4-5-20250929"

    @pytest.mark.parametrize("model", ["claude-nonesuch-9", "claude-3-7-sonnet-20250219"])
    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_it_knows_no_unknown_or_retired_model(self, ask, model):
        with pytest.raises(anthropic.NotFoundError, match=model):
            ask(model=model)

    def test_it_reads_neighbours_of_one_role_as_one_turn(self, ask):
        turn = {"role": "user", "content": "Hello"}
        assert ask(messages=[turn, turn]).stop_reason == "end_turn"

    def test_it_stops_at_max_tokens(self, ask):
        message = ask(max_tokens=3, messages=[{"role": "user", "content": "word " * 50}])
        assert message.stop_reason == "max_tokens"
        assert message.usage.output_tokens <= 3
        assert ("word " * 50).startswith(message.content[0].text)

    def test_it_only_warms_the_cache_for_no_tokens(self, ask):
        message = ask(max_tokens=0)
        assert (message.content, message.usage.output_tokens) == ([], 0)

    def test_it_stops_at_a_stop_sequence(self, ask):
        message = ask(
            messages=[{"role": "user", "content": "one two three"}], stop_sequences=["two"]
        )
        assert (message.stop_reason, message.stop_sequence) == ("stop_sequence", "two")
        assert message.content[0].text == "one "

    def test_it_thinks_first_where_asked(self, ask):
        message = ask(thinking={"type": "adaptive"})
        assert [block.type for block in message.content] == ["thinking", "text"]
        assert message.usage.output_tokens_details.thinking_tokens > 0

    def test_it_refuses_with_an_empty_answer(self, running, ask):
        running.control("faults", script=["refuse"])
        message = ask()
        assert (message.stop_reason, message.content) == ("refusal", [])
        assert message.stop_details.type == "refusal"

    def test_it_can_answer_nothing_at_all(self, running, ask):
        running.control("faults", script=["empty_content"])
        message = ask()
        assert (message.stop_reason, message.content) == ("end_turn", [])

    def test_it_runs_where_it_was_told(self, ask):
        assert ask(inference_geo="us").usage.inference_geo == "us"


class TestStructuredOutput:
    class Animal(BaseModel):
        name: str
        legs: int
        tame: bool
        friends: list[str]

    def test_it_conforms_to_a_schema_it_knows_nothing_about(self, client):
        message = client.messages.parse(
            model="claude-haiku-5-5",
            max_tokens=500,
            messages=[{"role": "user", "content": "Describe a cat"}],
            output_format=self.Animal,
        )
        assert message.parsed_output == self.Animal(name="text", legs=0, tame=False, friends=[])

    def test_it_answers_segments_under_a_schema_with_references(self, client):
        class Segment(BaseModel):
            id: str
            text: str
            confident: bool

        class Reply(BaseModel):
            segments: list[Segment]
            remark: str

        asked = {"target_language": "fr", "segments": [{"id": "a", "text": "Good day"}]}
        message = client.messages.parse(
            model="claude-haiku-5-5",
            max_tokens=500,
            messages=[{"role": "user", "content": f"Translate this:\n{json.dumps(asked)}"}],
            output_format=Reply,
        )
        [segment] = message.parsed_output.segments
        assert segment.id == "a"
        assert segment.text not in ("Good day", "text")

    def test_it_cuts_json_at_max_tokens(self, ask):
        asked = {"target_language": "de", "segments": [{"id": "1", "text": "A longer text here"}]}
        message = ask(max_tokens=8, messages=[{"role": "user", "content": json.dumps(asked)}])
        assert message.stop_reason == "max_tokens"
        with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
            json.loads(message.content[0].text)


class TestModels:
    def test_it_lists_active_and_deprecated_models_only(self, client):
        found = {one.id: one.lifecycle for one in client.models.list(limit=1000)}
        assert set(found.values()) == {"active", "deprecated"}
        assert "claude-haiku-5-5" in found

    def test_it_shows_retired_models_on_request(self, client):
        found = list(client.models.list(lifecycle=["retired"]))
        assert [one.lifecycle for one in found] == ["retired"]
        assert found[0].retires_at < datetime.now(found[0].retires_at.tzinfo)

    def test_it_pages_forwards_without_losing_one(self, client):
        whole = [one.id for one in client.models.list(limit=1000)]
        assert [one.id for one in client.models.list(limit=4)] == whole

    def test_it_pages_backwards(self, client):
        whole = [one.id for one in client.models.list(limit=1000)]
        page = client.models.list(limit=2, before_id=whole[5])
        assert [one.id for one in page.data] == whole[3:5]
        assert page.has_more

    def test_it_has_an_overdue_model(self, client):
        deprecated = list(client.models.list(lifecycle=["deprecated"]))
        assert min(one.retires_at for one in deprecated).year == 2026
        assert len(deprecated) == 2

    def test_it_says_what_a_model_can(self, client):
        model = client.models.retrieve("claude-haiku-4-5")
        assert model.id == "claude-haiku-4-5-20251001"
        assert model.capabilities.structured_outputs.supported
        assert not model.capabilities.effort.supported
        assert not model.capabilities.thinking.types.adaptive.supported
        assert model.max_tokens == 64_000

    def test_it_shows_a_retired_model_by_id(self, client):
        assert client.models.retrieve("claude-3-7-sonnet-20250219").lifecycle == "retired"

    def test_it_knows_no_unknown_id(self, client):
        with pytest.raises(anthropic.NotFoundError):
            client.models.retrieve("claude-nonesuch")


class TestKeys:
    def call(self, running, headers):
        body = {"model": "claude-haiku-5-5", "max_tokens": 5, "messages": []}
        return running.call("POST", "/v1/messages", body, headers)

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"x-api-key": "nothing"},
            {"authorization": "Bearer sk-other-1"},
            {"authorization": "Basic sk-ant-x"},
            {"x-api-key": "sk-ant-revoked-1"},
        ],
    )
    def test_it_wants_a_key_that_holds(self, running, headers):
        status, _, body = self.call(running, {**headers, "anthropic-version": "2026-10-21"})
        assert (status, body["error"]["type"]) == (401, "authentication_error")

    @pytest.mark.parametrize(
        "headers", [{"x-api-key": "sk-ant-x"}, {"authorization": "Bearer sk-ant-x"}]
    )
    def test_it_takes_the_key_in_either_header(self, running, headers):
        status, _, body = self.call(running, {**headers, "anthropic-version": "2026-10-21"})
        assert (status, body["error"]["type"]) == (400, "invalid_request_error")
        assert "messages" in body["error"]["message"]

    @pytest.mark.parametrize("version", [None, "2020-01-01"])
    def test_it_wants_a_version_it_knows(self, running, version):
        headers = {"x-api-key": "sk-ant-x"}
        if version:
            headers["anthropic-version"] = version
        status, _, body = self.call(running, headers)
        assert status == 400
        assert body["error"]["message"].startswith("anthropic-version")

    def test_it_raises_the_sdks_class_for_a_revoked_key(self, running):
        with (
            anthropic.Anthropic(base_url=running.url, api_key="sk-ant-revoked-7") as client,
            pytest.raises(anthropic.AuthenticationError),
        ):
            client.models.list()
