"""Scripted faults: what they do to segments and requests, how they repeat, what is counted."""

from __future__ import annotations

import json
import re

import anthropic
import pytest

MARK = re.compile(r"⟦/?\d+⟧")
TEXTS = [
    "Open ⟦1⟧the settings⟦/1⟧ page now",
    "You have 12 new messages from ⟦1⟧",
    "A plain sentence about the weather",
]


def texts(entries):
    return [entry["text"] for entry in entries]


class TestSegments:
    def only(self, running, fault):
        running.control("faults", segment={fault: 1})

    def test_it_answers_every_segment_once_without_a_fault(self, translate):
        entries = translate(TEXTS)
        assert [entry["id"] for entry in entries] == ["1", "2", "3"]
        for source, target in zip(TEXTS, texts(entries), strict=True):
            assert sorted(MARK.findall(source)) == sorted(MARK.findall(target))
            assert source != target

    def test_it_loses_one_placeholder_where_there_is_one(self, running, translate):
        self.only(running, "lose_placeholder")
        left = [len(MARK.findall(text)) for text in texts(translate(TEXTS))]
        assert left == [1, 0, 0]
        assert running.counters()["segment_faults"] == {"lose_placeholder": 2}

    def test_it_drops_segments(self, running, translate):
        self.only(running, "drop")
        assert translate(TEXTS) == []
        counters = running.counters()
        assert counters["segment_faults"] == {"drop": 3}
        assert (counters["segments_received"], counters["segments_answered"]) == (3, 0)

    def test_it_answers_an_id_twice_with_different_texts(self, running, translate):
        self.only(running, "duplicate")
        entries = translate(TEXTS[:1])
        assert [entry["id"] for entry in entries] == ["1", "1"]
        assert entries[0]["text"] != entries[1]["text"]

    def test_it_merges_a_segment_with_the_next(self, running, translate):
        apart = texts(translate(TEXTS))
        self.only(running, "merge")
        entries = translate(TEXTS)
        assert [entry["id"] for entry in entries] == ["1", "3"]
        assert entries[0]["text"] == f"{apart[0]} {apart[1]}"
        assert running.counters()["segment_faults"] == {"merge": 1}

    def test_it_echoes_the_source(self, running, translate):
        self.only(running, "echo")
        assert texts(translate(TEXTS)) == TEXTS

    @pytest.mark.parametrize(("target", "letters"), [("de", r"[а-яё]"), ("ja", r"[a-zäöüß]")])
    def test_it_answers_in_another_script(self, running, translate, target, letters):
        self.only(running, "wrong_language")
        for text in texts(translate(TEXTS, target)):
            words = MARK.sub("", text)
            assert len(re.findall(letters, words)) > len(words) / 2

    def test_it_answers_nothing_for_a_segment(self, running, translate):
        self.only(running, "empty")
        assert texts(translate(TEXTS)) == ["", "", ""]

    def test_it_invents_a_placeholder(self, running, translate):
        self.only(running, "invent_placeholder")
        for source, target in zip(TEXTS, texts(translate(TEXTS)), strict=True):
            assert len(set(MARK.findall(target)) - set(MARK.findall(source))) == 1

    def test_it_changes_a_number_where_there_is_one(self, running, translate):
        self.only(running, "change_number")
        found = [re.findall(r"\d+", MARK.sub("", text)) for text in texts(translate(TEXTS))]
        assert found == [[], ["13"], []]
        assert running.counters()["segment_faults"] == {"change_number": 1}

    def test_it_comments_on_its_work(self, running, translate):
        self.only(running, "commentary")
        assert all(one.startswith("Here is the translation: ") for one in texts(translate(TEXTS)))

    @pytest.mark.parametrize(
        "fault", ["lose_placeholder", "echo", "wrong_language", "duplicate", "change_number"]
    )
    def test_it_leaves_alone_what_a_fault_cannot_touch(self, running, translate, fault):
        self.only(running, fault)
        assert texts(translate(["…", "--"])) == ["…", "--"]
        assert running.counters()["segment_faults"] == {}


class TestDraws:
    PLAN = {"lose_placeholder": 0.3, "drop": 0.2, "duplicate": 0.1}

    def run(self, running, translate, seed, requests=6):
        running.control("faults", seed=seed, segment=self.PLAN, request={"empty_content": 0})
        return [translate(TEXTS * 4) for _ in range(requests)]

    def test_it_repeats_itself_under_the_same_seed(self, running, translate):
        first = self.run(running, translate, seed=3)
        counted = running.counters()["segment_faults"]
        running.control("reset")
        assert self.run(running, translate, seed=3) == first
        assert running.counters()["segment_faults"] == counted

    def test_it_differs_under_another_seed(self, running, translate):
        assert self.run(running, translate, seed=3) != self.run(running, translate, seed=4)

    def test_it_draws_anew_at_every_attempt(self, running, translate):
        answers = self.run(running, translate, seed=3)
        assert len({json.dumps(one) for one in answers}) > 1

    def test_it_keeps_to_the_chances_it_was_given(self, running, translate):
        self.run(running, translate, seed=5, requests=100)
        counters = running.counters()
        faults = counters["segment_faults"]
        assert counters["segments_received"] == 1200
        assert faults["drop"] == pytest.approx(240, rel=0.25)
        assert faults["lose_placeholder"] == pytest.approx(0.3 * 800, rel=0.25)
        assert counters["segments_answered"] == 1200 - faults["drop"]

    def test_it_fails_requests_by_chance(self, running, ask):
        running.control("faults", seed=1, request={"529": {"p": 0.3, "retry_after_ms": 1}})
        for _ in range(60):
            ask(max_retries=9)
        counters = running.counters()
        assert counters["requests_ok"] == counters["requests_by_status"]["200"] == 60
        failed = counters["requests_by_status"]["529"]
        assert failed == counters["request_faults"]["529"]
        assert failed / counters["requests"] == pytest.approx(0.3, abs=0.15)

    def test_it_works_off_the_script_first(self, running, ask):
        running.control("faults", script=["ok", "refuse", "ok", "empty_content"])
        found = [ask().stop_reason for _ in range(5)]
        assert found == ["end_turn", "refusal", "end_turn", "end_turn", "end_turn"]
        assert running.counters()["request_faults"] == {"refuse": 1, "empty_content": 1}


class TestTruncation:
    def raw(self, running, ask, fault):
        running.control("faults", segment={"lose_placeholder": 1}, script=[fault])
        asked = {
            "target_language": "de",
            "segments": [{"id": str(n), "text": f"Number {n} is ⟦1⟧"} for n in range(40)],
        }
        return ask(max_tokens=20_000, messages=[{"role": "user", "content": json.dumps(asked)}])

    @pytest.mark.parametrize(
        ("fault", "stop"), [("truncate", "max_tokens"), ("bad_json", "end_turn")]
    )
    def test_it_cuts_the_answer_and_counts_what_is_whole(self, running, ask, fault, stop):
        message = self.raw(running, ask, fault)
        text = message.content[0].text
        assert message.stop_reason == stop
        with pytest.raises(ValueError, match=r"Unterminated|Expecting|Extra|Invalid"):
            json.loads(text)
        whole = len(re.findall(r'\{"id":"\d+","text":"[^"]*"\}', text))
        counters = running.counters()
        assert 0 < whole < 40
        assert counters["segments_answered"] == whole
        assert counters["segment_faults"] == {"lose_placeholder": whole}

    @pytest.mark.parametrize("fault", ["refuse", "empty_content"])
    def test_it_counts_no_segment_of_an_empty_answer(self, running, ask, fault):
        self.raw(running, ask, fault)
        counters = running.counters()
        assert counters["segments_received"] == 40
        assert (counters["segments_answered"], counters["segment_faults"]) == (0, {})

    def test_it_counts_no_segment_of_an_answer_lost_on_the_way(self, running, ask):
        with pytest.raises(anthropic.APIConnectionError):
            self.raw(running, lambda **asked: ask(max_retries=0, **asked), "cut_body")
        counters = running.counters()
        assert counters["requests_ok"] == 0
        assert (counters["segments_answered"], counters["segment_faults"]) == (0, {})

    def test_it_thinks_before_an_answer(self, running, ask):
        running.control("faults", script=["think_first"])
        assert [block.type for block in ask().content] == ["thinking", "text"]


class TestCounters:
    def test_it_tells_distinct_segments_and_repairs(self, running, translate):
        translate(["One text", "One text", "Another text"])
        translate([{"text": "One text", "draft": "Ein", "findings": ["too short"]}])
        translate([{"text": "One text", "findings": ["no answer came"]}], "fr")
        counters = running.counters()
        assert counters["segments_received"] == 5
        assert counters["segments_distinct"] == 3
        assert counters["repair_segments"] == 2

    def test_it_adds_up_tokens_as_the_replies_say(self, running, ask):
        usages = [ask(messages=[{"role": "user", "content": "word " * n}]).usage for n in (5, 50)]
        counters = running.counters()
        assert counters["input_tokens"] == sum(one.input_tokens for one in usages)
        assert counters["output_tokens"] == sum(one.output_tokens for one in usages)

    def test_it_remembers_the_last_fifty_without_text(self, running, ask):
        for _ in range(52):
            ask()
        counters = running.counters()
        assert counters["requests"] == 52
        assert [one["number"] for one in counters["recent"]] == list(range(2, 52))
        assert "Good morning" not in json.dumps(counters)

    def test_it_counts_what_is_no_message_apart(self, running, client):
        client.models.list()
        counters = running.counters()
        assert (counters["requests"], counters["other_requests"]) == (0, {"models": 1})

    def test_it_forgets_on_reset(self, running, ask):
        running.control("faults", script=["refuse"] * 5)
        ask()
        running.control("reset")
        assert ask().stop_reason == "end_turn"
        assert running.counters()["requests"] == 1


class TestControl:
    @pytest.mark.parametrize(
        ("name", "body", "words"),
        [
            ("faults", {"segment": {"vanish": 1}}, "unknown fault vanish"),
            ("faults", {"segment": {"drop": 2}}, "between 0 and 1"),
            ("faults", {"segment": {"drop": 0.6, "echo": 0.6}}, "more than 1"),
            ("faults", {"request": {"418": 0.1}}, "unknown fault 418"),
            ("faults", {"request": {"429": {"p": 0.1, "retry": 1}}}, "option retry"),
            ("faults", {"script": ["often"]}, "unknown fault often"),
            ("faults", {"script": [5]}, "a script entry"),
            ("faults", {"seed": "x"}, "seed"),
            ("faults", {"sead": 1}, "unknown part sead"),
            ("limits", {"requests_per_minute": 0}, "1 or more"),
            ("limits", {"requests": 5}, "unknown limit"),
            ("latency", {"base_ms": -1}, "between 0 and"),
            ("latency", {"speed": 1}, "unknown number"),
        ],
    )
    def test_it_says_what_it_cannot_do(self, running, name, body, words):
        status, _, answer = running.call("POST", f"/_control/{name}", body)
        assert status == 400
        assert words in answer["error"]["message"]

    def test_it_keeps_the_plan_when_the_next_one_is_wrong(self, running, ask):
        running.control("faults", script=["refuse"])
        running.call("POST", "/_control/faults", {"script": ["often"]})
        assert ask().stop_reason == "refusal"

    def test_it_needs_no_key(self, running):
        assert running.call("GET", "/_control/health")[2] == {"status": "ok"}
        assert running.call("GET", "/_control/faults")[0] == 405
        assert running.call("GET", "/_control/nothing")[0] == 404

    def test_it_takes_its_time_when_told(self, running, ask):
        running.control("latency", base_ms=120, per_token_ms=0, spread=0)
        ask()
        ask()
        first, second = running.counters()["recent"]
        assert second["at_ms"] - first["at_ms"] >= 120

    def test_it_takes_longer_for_a_longer_answer(self, running, ask):
        running.control("latency", base_ms=0, per_token_ms=2, spread=0)
        tokens = ask(messages=[{"role": "user", "content": "word " * 60}]).usage.output_tokens
        ask()
        first, second = running.counters()["recent"]
        assert second["at_ms"] - first["at_ms"] >= 2 * tokens
