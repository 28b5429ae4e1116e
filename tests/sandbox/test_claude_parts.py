"""Cache, buckets and draws with a clock in hand: what would take minutes over HTTP."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.claude.cache import PromptCache
from sandbox.claude.faults import draw, read_plan
from sandbox.claude.latency import Latency
from sandbox.claude.limits import Bucket, Limiter, Limits, utc
from sandbox.claude.prompt import Piece
from sandbox.claude.tokens import count_tokens, first_tokens


class TestPromptCache:
    def use(self, cache, pieces, now, scope="org:model", minimum=100):
        use = cache.look_up(scope, pieces, minimum=minimum, now=now)
        cache.store(use, now=now)
        return use

    def test_it_lets_five_minutes_pass_and_no_more(self):
        cache, pieces = PromptCache(), [Piece("a", 200, "5m"), Piece("b", 10)]
        assert self.use(cache, pieces, 0).written_5m == 200
        assert self.use(cache, pieces, 299).read == 200
        assert self.use(cache, pieces, 299 + 299).read == 200  # reading renews
        assert self.use(cache, pieces, 299 + 299 + 301).read == 0

    def test_it_keeps_an_hour_where_asked(self):
        cache, pieces = PromptCache(), [Piece("a", 200, "1h")]
        assert self.use(cache, pieces, 0).written_1h == 200
        assert self.use(cache, pieces, 3599).read == 200

    def test_it_reads_nothing_before_the_first_response_starts(self):
        cache, pieces = PromptCache(), [Piece("a", 200, "5m")]
        first = cache.look_up("s", pieces, minimum=100, now=0)
        second = cache.look_up("s", pieces, minimum=100, now=1)
        assert first.written == second.written == 200
        cache.store(first, now=2)
        assert cache.look_up("s", pieces, minimum=100, now=3).read == 200

    def test_it_counts_a_short_prefix_as_no_breakpoint(self):
        pieces = [Piece("a", 50, "5m"), Piece("b", 60, "5m"), Piece("c", 5)]
        use = self.use(PromptCache(), pieces, 0)
        assert (use.written, use.uncached, len(use.entries)) == (110, 5, 1)

    def test_it_finds_an_earlier_end_within_twenty_blocks(self):
        cache = PromptCache()
        head = [Piece("a", 200, "5m")]
        self.use(cache, head, 0)
        near = [Piece("a", 200), *[Piece(f"n{n}", 1) for n in range(19)], Piece("z", 1, "5m")]
        far = [Piece("a", 200), *[Piece(f"f{n}", 1) for n in range(20)], Piece("z", 1, "5m")]
        assert self.use(cache, near, 1).read == 200
        assert self.use(cache, far, 1).read == 0

    def test_it_wants_the_same_bytes_in_the_same_scope(self):
        cache = PromptCache()
        self.use(cache, [Piece("ab", 200), Piece("c", 1, "5m")], 0)
        assert self.use(cache, [Piece("a", 200), Piece("bc", 1, "5m")], 1).read == 0
        assert self.use(cache, [Piece("ab", 200), Piece("c", 1, "5m")], 1, scope="x").read == 0

    @given(st.lists(st.tuples(st.integers(0, 300), st.booleans()), min_size=1, max_size=12))
    def test_it_divides_and_never_loses_a_token(self, rows):
        cache = PromptCache()
        pieces = [
            Piece(str(n), size, "5m" if mark else None) for n, (size, mark) in enumerate(rows)
        ]
        for now in (0, 1):
            use = self.use(cache, pieces, now)
            assert use.uncached + use.read + use.written == sum(size for size, _ in rows)
        assert use.written == 0


class TestBuckets:
    def test_it_refills_evenly_and_never_overflows(self):
        bucket = Bucket(60, 60.0, at=0.0)
        bucket.level = 0.0
        bucket.refill(10.0)
        assert bucket.level == pytest.approx(10)
        bucket.refill(1000.0)
        assert bucket.level == 60

    def test_it_says_how_long_until_there_is_enough(self):
        bucket = Bucket(60, 0.0, at=0.0)
        assert bucket.wait_for(5) == pytest.approx(5)
        assert bucket.wait_for(600) == pytest.approx(60)  # more than fits: a full bucket will do

    def test_it_takes_nothing_from_whom_it_turns_away(self):
        limiter = Limiter()
        limiter.set_limits(Limits(requests_per_minute=10, input_tokens_per_minute=100))
        buckets = limiter.buckets("k", "m", 0.0)
        assert buckets.admit(80, 0.0) == 0
        assert buckets.admit(80, 0.0) == pytest.approx(36)
        assert buckets.requests.level == 9
        assert buckets.admit(80, 36.1) == 0

    def test_it_turns_away_until_the_output_is_paid_back(self):
        limiter = Limiter()
        limiter.set_limits(Limits(output_tokens_per_minute=60))
        buckets = limiter.buckets("k", "m", 0.0)
        buckets.output_tokens.level -= 90
        assert buckets.admit(1, 0.0) == pytest.approx(31)

    def test_it_names_the_tightest_tokens_and_when_they_are_back(self):
        limiter = Limiter()
        limiter.set_limits(Limits(input_tokens_per_minute=600_000, output_tokens_per_minute=6_000))
        buckets = limiter.buckets("k", "m", 0.0)
        buckets.output_tokens.level -= 3_000
        headers = dict(buckets.headers(0.0, utc(1_800_000_000)))
        assert headers["anthropic-ratelimit-tokens-limit"] == "6000"
        assert headers["anthropic-ratelimit-output-tokens-remaining"] == "3000"
        assert headers["anthropic-ratelimit-tokens-reset"] == "2027-01-15T08:00:30Z"
        assert len(headers) == 12


class TestTokens:
    @given(st.text(max_size=200), st.sampled_from([1.0, 1.3]))
    def test_it_counts_nothing_for_nothing_only(self, text, factor):
        assert (count_tokens(text, factor) == 0) == (text == "")

    @given(st.text(max_size=200), st.integers(0, 100), st.sampled_from([1.0, 1.3]))
    def test_it_cuts_to_what_is_allowed(self, text, tokens, factor):
        cut = first_tokens(text, tokens, factor)
        assert text.startswith(cut)
        assert count_tokens(cut, factor) <= tokens or not cut


class TestDraws:
    def test_it_depends_on_every_argument(self):
        draws = {
            draw(1, 0, "a"), draw(2, 0, "a"), draw(1, 1, "a"), draw(1, 0, "b"), draw(1, 0, "a", 1)
        }  # fmt: skip
        assert len(draws) == 5

    def test_it_is_even(self):
        found = [draw(1, number, "x") for number in range(2_000)]
        assert all(0 <= one < 1 for one in found)
        assert sum(found) / 2_000 == pytest.approx(0.5, abs=0.03)

    def test_it_says_the_same_of_a_segment_whatever_was_asked_before(self):
        plans = [read_plan({"seed": 9, "segment": {"drop": 0.5}}) for _ in range(2)]
        for position in range(20):
            plans[0].segment_fault(2, position)
        first, second = ([plan.segment_fault(3, n) for n in range(20)] for plan in plans)
        assert first == second
        assert set(first) == {"drop", None}


class TestLatency:
    def test_it_answers_at_once_from_a_base_of_nothing(self):
        assert Latency.from_base(0).answer_seconds(5_000, seed=1, number=0) == 0

    def test_it_spreads_by_seed_within_its_bounds(self):
        latency = Latency(base_ms=100, per_token_ms=1, spread=0.25)
        found = [latency.answer_seconds(100, seed=1, number=number) for number in range(200)]
        assert 0.15 <= min(found) < max(found) <= 0.25
        assert found[:5] == [latency.answer_seconds(100, seed=1, number=n) for n in range(5)]
        assert found[0] != latency.answer_seconds(100, seed=2, number=0)
