"""Tokens, prompt cache and rate limits as the real SDK reads them."""

from __future__ import annotations

from datetime import datetime

import anthropic
import pytest


class TestTokens:
    def test_it_counts_what_a_message_then_costs(self, client, ask):
        asked = {
            "model": "claude-haiku-5-5",
            "system": "Be brief.",
            "messages": [{"role": "user", "content": "How many tokens are these?"}],
        }
        counted = client.messages.count_tokens(**asked).input_tokens
        assert counted == ask(**asked).usage.input_tokens
        assert counted == client.messages.count_tokens(**asked).input_tokens

    def test_it_counts_more_for_a_newer_tokenizer(self, client):
        turn = [{"role": "user", "content": "word " * 1000}]
        old, new = (
            client.messages.count_tokens(model=model, messages=turn).input_tokens
            for model in ("claude-sonnet-4-6", "claude-sonnet-5-5")
        )
        assert new == pytest.approx(1.3 * old, rel=0.01)

    def test_it_limits_counting_apart_from_messages(self, running, client, ask):
        running.control("limits", count_requests_per_minute=1)
        turn = [{"role": "user", "content": "Hi"}]
        bare = client.with_options(max_retries=0)
        bare.messages.count_tokens(model="claude-haiku-5-5", messages=turn)
        with pytest.raises(anthropic.RateLimitError):
            bare.messages.count_tokens(model="claude-haiku-5-5", messages=turn)
        assert ask().stop_reason == "end_turn"


class TestCache:
    LONG = "Style rule. " * 600  # about 1,800 plain tokens

    def system(self, *texts, ttl="5m"):
        control = {"type": "ephemeral", "ttl": ttl}
        return [{"type": "text", "text": text, "cache_control": control} for text in texts]

    def test_it_writes_first_and_reads_then(self, ask):
        first = ask(system=self.system(self.LONG)).usage
        second = ask(system=self.system(self.LONG)).usage
        assert first.cache_creation_input_tokens > 1024
        assert first.cache_read_input_tokens == 0
        assert second.cache_read_input_tokens == first.cache_creation_input_tokens
        assert second.cache_creation_input_tokens == 0
        assert second.input_tokens == first.input_tokens

    def test_it_adds_up_to_the_count(self, client, ask):
        asked = {
            "model": "claude-haiku-5-5",
            "system": self.system(self.LONG, "More " * 900),
            "messages": [{"role": "user", "content": "Hi"}],
        }
        counted = client.messages.count_tokens(**asked).input_tokens
        for _ in range(2):
            usage = ask(**asked).usage
            parts = (
                usage.input_tokens,
                usage.cache_creation_input_tokens,
                usage.cache_read_input_tokens,
            )
            assert sum(parts) == counted

    def test_it_splits_writes_by_lifetime(self, ask):
        hour = self.system(self.LONG, ttl="1h")
        usage = ask(system=[*hour, *self.system("More " * 900)]).usage
        assert usage.cache_creation.ephemeral_1h_input_tokens > 0
        assert usage.cache_creation.ephemeral_5m_input_tokens > 0
        assert usage.cache_creation_input_tokens == (
            usage.cache_creation.ephemeral_1h_input_tokens
            + usage.cache_creation.ephemeral_5m_input_tokens
        )

    def test_it_caches_nothing_below_the_minimum(self, ask):
        for _ in range(2):
            usage = ask(system=self.system("Too short.")).usage
            assert usage.cache_creation_input_tokens == usage.cache_read_input_tokens == 0

    def test_it_shares_the_first_block_only(self, ask):
        ask(system=self.system(self.LONG, "Organization A " * 400))
        usage = ask(system=self.system(self.LONG, "Organization B " * 400)).usage
        assert usage.cache_read_input_tokens > 1024
        assert usage.cache_creation_input_tokens > 1024

    def test_it_never_shares_between_keys_or_models(self, running, ask):
        ask(system=self.system(self.LONG))
        other_model = ask(system=self.system(self.LONG), model="claude-sonnet-5-5").usage
        with anthropic.Anthropic(base_url=running.url, api_key="sk-ant-other") as other:
            other_key = other.messages.create(
                model="claude-haiku-5-5",
                max_tokens=10,
                system=self.system(self.LONG),
                messages=[{"role": "user", "content": "Hi"}],
            ).usage
        assert other_model.cache_read_input_tokens == other_key.cache_read_input_tokens == 0

    def test_it_keeps_the_system_cached_when_the_schema_changes(self, ask):
        ask(system=self.system(self.LONG))
        schema = {"type": "object", "properties": {}, "additionalProperties": False}
        output = {"format": {"type": "json_schema", "schema": schema}}
        assert ask(system=self.system(self.LONG), output_config=output).usage.input_tokens > 0
        again = ask(system=self.system(self.LONG), output_config=output)
        assert again.usage.cache_read_input_tokens > 0

    def test_it_marks_the_last_block_when_caching_is_automatic(self, ask):
        turn = [{"role": "user", "content": self.LONG}]
        control = {"type": "ephemeral"}
        assert ask(messages=turn, cache_control=control).usage.cache_creation_input_tokens > 1024
        assert ask(messages=turn, cache_control=control).usage.cache_read_input_tokens > 1024

    def test_it_writes_nothing_for_a_request_that_failed(self, running, ask):
        running.control("faults", script=[{"fault": "529", "retry_after_ms": 1}])
        assert ask(system=self.system(self.LONG)).usage.cache_read_input_tokens == 0

    def test_it_says_why_the_cache_missed(self, ask):
        first = ask(system=self.system(self.LONG), diagnostics={"previous_message_id": None})
        assert first.diagnostics is None
        again = ask(system=self.system(self.LONG), diagnostics={"previous_message_id": first.id})
        assert again.diagnostics is None
        other = ask(
            system=self.system(self.LONG + "!"), diagnostics={"previous_message_id": first.id}
        )
        reason = other.diagnostics.cache_miss_reason
        assert reason.type == "system_changed"
        assert reason.cache_missed_input_tokens > 1024
        lost = ask(diagnostics={"previous_message_id": "msg_unknown"})
        assert lost.diagnostics.cache_miss_reason.type == "previous_message_not_found"


class TestLimits:
    NAMES = ("requests", "tokens", "input-tokens", "output-tokens")

    def headers(self, client):
        raw = client.messages.with_raw_response.create(
            model="claude-haiku-5-5", max_tokens=50, messages=[{"role": "user", "content": "Hi"}]
        )
        return raw.headers

    def test_it_sends_the_twelve_headers(self, client):
        headers = self.headers(client)
        for name in self.NAMES:
            limit = int(headers[f"anthropic-ratelimit-{name}-limit"])
            assert 0 <= int(headers[f"anthropic-ratelimit-{name}-remaining"]) <= limit
            reset = headers[f"anthropic-ratelimit-{name}-reset"]
            assert datetime.fromisoformat(reset).tzinfo is not None

    def test_it_counts_down(self, running, client):
        running.control("limits", requests_per_minute=10)
        left = [
            int(self.headers(client)["anthropic-ratelimit-requests-remaining"]) for _ in range(3)
        ]
        assert left == [9, 8, 7]

    def test_it_refuses_what_is_beyond_the_bucket(self, running, ask):
        running.control("limits", requests_per_minute=2)
        ask()
        ask()
        with pytest.raises(anthropic.RateLimitError) as caught:
            ask(max_retries=0)
        assert 1 <= int(caught.value.response.headers["retry-after"]) <= 30
        assert caught.value.response.headers["anthropic-ratelimit-requests-remaining"] == "0"
        assert ask(model="claude-sonnet-5-5").stop_reason == "end_turn"  # a bucket of its own

    def test_it_answers_again_once_the_wait_is_over(self, running, ask):
        running.control("limits", requests_per_minute=60)
        for _ in range(60):
            ask(max_retries=0)
        assert ask(max_retries=2).stop_reason == "end_turn"
        assert running.counters()["requests_by_status"]["429"] >= 1

    def test_it_counts_uncached_input_only(self, running, ask):
        system = [{"type": "text", "text": "Rule. " * 2000, "cache_control": {"type": "ephemeral"}}]
        cost = sum((ask(system=system).usage.cache_creation_input_tokens, ask().usage.input_tokens))
        running.control("limits", input_tokens_per_minute=cost + 200)
        ask(system=system)
        assert ask(system=system, max_retries=0).usage.cache_read_input_tokens > 0
