"""One attempt at one pack, with a model whose every answer is written down here."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from engine import gates
from engine.pipeline import (
    LAST_ROUND,
    PackOutcome,
    PackSegment,
    SegmentOutcome,
    Verdict,
    attempt,
    give_up,
    tier_of,
)
from engine.ports import ModelError
from engine.prompts import Context
from engine.values import (
    Brief,
    Finding,
    Form,
    ModelErrorKind,
    ModelReply,
    ModelRequest,
    Syntax,
    Tier,
)

BRIEF = Brief(source="en", target="de", tier=Tier.FAST, salt="s" * 32)
SAVE = "Press {name} to save your work."
SAVED = "Drücken Sie ⟦1⟧, um Ihre Arbeit zu sichern."
LOST = "Drücken Sie hier, um Ihre Arbeit zu sichern."
ODD = "Drücken Sie ⟦1⟧ ⟦9⟧, um Ihre Arbeit zu sichern."
COUNT = "The file has 12 pages and 3 pictures."
COUNTED = "Die Datei hat 12 Seiten und 3 Bilder."
MISCOUNTED = "Die Datei hat 13 Seiten und 3 Bilder."


class ScriptedModel:
    """Answers by a table or a function of ids, and remembers what it was asked."""

    def __init__(
        self, texts: dict[str, str] | Callable[[str], str], *, stop: Any = "complete"
    ) -> None:
        self.texts = texts
        self.stop = stop
        self.requests: list[ModelRequest] = []

    def complete(self, request: ModelRequest) -> ModelReply:
        self.requests.append(request)
        return ModelReply(
            text="" if self.stop == "refused" else self._written(request),
            stop=self.stop,
            model="scripted",
            input_tokens=1,
            output_tokens=1,
            cost=Decimal(0),
        )

    def _written(self, request: ModelRequest) -> str:
        if not isinstance(self.texts, dict):
            return self.texts(request.user)
        rows = [{"id": one, "text": text} for one, text in self.texts.items()]
        return json.dumps({"segments": rows}, ensure_ascii=False)

    def asked(self) -> list[dict[str, Any]]:
        """The segments of the only request."""
        [request] = self.requests
        return list(json.loads(request.user)["segments"])


def segment(text: str = SAVE, *, key: str = "s1", **more: Any) -> PackSegment:
    return PackSegment(id=key, syntax=Syntax.TEXT, forms=(Form("", text),), **more)


def run(
    segments: list[PackSegment],
    model: ScriptedModel,
    *,
    round_number: int = 0,
    brief: Brief = BRIEF,
) -> PackOutcome:
    return attempt(segments, brief=brief, context=Context(), round_number=round_number, model=model)


def only(outcome: PackOutcome) -> SegmentOutcome:
    [one] = outcome.outcomes
    return one


def codes(one: SegmentOutcome) -> list[str]:
    return [finding.code for finding in one.findings]


def drafted(reply: str, text: str = SAVE) -> PackSegment:
    """A segment on its second attempt: its draft and what the first attempt found in it."""
    first = only(run([segment(text)], ScriptedModel({"1": reply})))
    assert first.verdict is Verdict.RETRY
    return segment(text, draft=first.draft, findings=first.findings)


class TestFirstRound:
    def test_it_passes_an_answer_without_findings_and_restores_its_code(self) -> None:
        one = only(run([segment()], ScriptedModel({"1": SAVED})))
        assert (one.verdict, one.findings) == (Verdict.PASSED, ())
        assert one.forms == ("Drücken Sie {name}, um Ihre Arbeit zu sichern.",)

    def test_it_asks_once_for_the_whole_pack_with_short_ids(self) -> None:
        model = ScriptedModel({"1": SAVED, "2": COUNTED})
        outcome = run([segment(), segment(COUNT, key="s2")], model)
        assert [row["id"] for row in model.asked()] == ["1", "2"]
        assert [one.id for one in outcome.outcomes] == ["s1", "s2"]
        assert {one.verdict for one in outcome.outcomes} == {Verdict.PASSED}

    def test_it_never_shows_the_model_a_placeholder(self) -> None:
        model = ScriptedModel({"1": SAVED})
        run([segment()], model)
        assert "{name}" not in model.requests[0].user
        assert model.asked()[0]["text"] == "Press ⟦1⟧ to save your work."

    def test_it_keys_answers_by_id_not_by_position(self) -> None:
        model = ScriptedModel({"2": COUNTED, "1": SAVED})
        outcome = run([segment(), segment(COUNT, key="s2")], model)
        assert outcome.outcomes[1].forms == (COUNTED,)

    @pytest.mark.parametrize(
        ("answers", "code", "found"),
        [
            ({}, "segment_count", 0),
            ({"9": SAVED}, "segment_count", 0),
            ({"1": LOST}, "placeholder_set", None),
            ({"1": ODD}, "placeholder_set", None),
            ({"1": ""}, "empty_target", None),
        ],
    )
    def test_it_sends_what_is_wrong_to_the_next_round(
        self, answers: dict[str, str], code: str, found: int | None
    ) -> None:
        outcome = run([segment()], ScriptedModel(answers))
        one = only(outcome)
        assert (one.verdict, codes(one), outcome.next_round) == (Verdict.RETRY, [code], 1)
        if found is not None:
            assert one.findings[0].evidence["found"] == found

    def test_it_takes_neither_of_two_answers_for_one_segment(self) -> None:
        entries = [{"id": "1", "text": SAVED}, {"id": "1", "text": LOST}]
        model = ScriptedModel(lambda _: json.dumps({"segments": entries}))
        one = only(run([segment()], model))
        assert (one.verdict, codes(one)) == (Verdict.RETRY, ["segment_count"])
        assert one.findings[0].evidence["found"] == 2
        assert one.forms == ()

    def test_it_asks_a_repair_for_a_warning(self) -> None:
        one = only(run([segment(COUNT)], ScriptedModel({"1": MISCOUNTED})))
        assert (one.verdict, codes(one)) == (Verdict.RETRY, ["number_equal"])
        assert not gates.is_blocking(one.findings)

    def test_it_keeps_what_came_whole_before_an_answer_was_cut(self) -> None:
        whole = json.dumps({"segments": [{"id": "1", "text": SAVED}, {"id": "2", "text": COUNTED}]})
        model = ScriptedModel(lambda _: whole[:-20], stop="truncated")
        outcome = run([segment(), segment(COUNT, key="s2")], model)
        assert [one.verdict for one in outcome.outcomes] == [Verdict.PASSED, Verdict.RETRY]
        assert not outcome.split

    def test_it_lets_a_model_error_through(self) -> None:
        class Away:
            def complete(self, _: ModelRequest) -> ModelReply:
                raise ModelError(ModelErrorKind.OVERLOADED, "away")

        with pytest.raises(ModelError):
            attempt([segment()], brief=BRIEF, context=Context(), round_number=0, model=Away())


class TestRepair:
    def test_it_puts_draft_and_findings_into_the_prompt(self) -> None:
        model = ScriptedModel({"1": SAVED})
        run([drafted(LOST)], model, round_number=1)
        [row] = model.asked()
        assert row["draft"] == LOST
        [told] = row["findings"]
        assert "{name}" in told
        assert model.requests[0].purpose == "repair"

    def test_it_passes_a_mended_draft(self) -> None:
        one = only(run([drafted(LOST)], ScriptedModel({"1": SAVED}), round_number=1))
        assert (one.verdict, one.findings) == (Verdict.PASSED, ())

    @pytest.mark.parametrize(
        "worse",
        [
            LOST,  # as bad as before
            "Drücken Sie 3 mal hier, um Ihre Arbeit zu sichern.",  # and a number on top
            "",
        ],
    )
    def test_it_keeps_the_draft_unless_the_new_text_is_strictly_better(self, worse: str) -> None:
        before = drafted(LOST)
        one = only(run([before], ScriptedModel({"1": worse}), round_number=1))
        assert (one.verdict, one.draft, one.findings) == (
            Verdict.RETRY,
            before.draft,
            before.findings,
        )

    def test_it_keeps_the_draft_where_the_repair_gave_no_answer(self) -> None:
        before = drafted(LOST)
        one = only(run([before], ScriptedModel({}), round_number=1))
        assert (one.draft, one.findings) == (before.draft, before.findings)

    def test_it_delivers_a_warned_draft_that_no_repair_improved(self) -> None:
        before = drafted(MISCOUNTED, COUNT)
        one = only(run([before], ScriptedModel({"1": "Kurz."}), round_number=1))
        assert (one.verdict, one.forms, codes(one)) == (
            Verdict.PASSED,
            (MISCOUNTED,),
            ["number_equal"],
        )

    def test_it_takes_any_whole_text_over_an_incomplete_draft(self) -> None:
        plural = PackSegment(
            id="s1",
            syntax=Syntax.CATALOGUE,
            forms=(Form("n:plural=one", "%d file in 2 parts"), Form("n:plural=other", "%d files")),
        )
        first = only(run([plural], ScriptedModel({"1.1": "⟦1⟧ Datei in 2 Teilen"})))
        again = PackSegment(
            id="s1",
            syntax=plural.syntax,
            forms=plural.forms,
            draft=first.draft,
            findings=first.findings,
        )
        replies = {"1.1": "⟦1⟧ Datei in 3 Teilen", "1.2": "⟦1⟧ Dateien"}
        one = only(run([again], ScriptedModel(replies), round_number=1))
        assert (one.verdict, codes(one)) == (Verdict.PASSED, ["number_equal"])
        assert one.forms == ("%d Datei in 3 Teilen", "%d Dateien")


class TestRounds:
    @pytest.mark.parametrize(
        ("round_number", "tier", "verdict"),
        [
            (0, Tier.FAST, Verdict.RETRY),
            (1, Tier.FAST, Verdict.RETRY),
            (2, Tier.FAST, Verdict.RETRY),
            (3, Tier.STANDARD, Verdict.HELD),
        ],
    )
    def test_it_repairs_twice_then_asks_a_higher_tier_then_a_person(
        self, round_number: int, tier: Tier, verdict: Verdict
    ) -> None:
        model = ScriptedModel({"1": LOST})
        before = drafted(LOST) if round_number else segment()
        one = only(run([before], model, round_number=round_number))
        assert (model.requests[0].tier, one.verdict) == (tier, verdict)

    def test_it_asks_no_higher_tier_than_the_best(self) -> None:
        best = Brief(source="en", target="de", tier=Tier.BEST, salt="")
        assert tier_of(best, LAST_ROUND) is Tier.BEST
        one = only(run([drafted(LOST)], ScriptedModel({"1": LOST}), round_number=2, brief=best))
        assert one.verdict is Verdict.HELD

    def test_it_holds_a_text_back_with_its_findings(self) -> None:
        one = only(run([drafted(LOST)], ScriptedModel({"1": LOST}), round_number=3))
        assert (one.verdict, one.forms, codes(one)) == (
            Verdict.HELD,
            (LOST,),
            ["placeholder_set"],
        )

    def test_it_holds_an_unanswered_segment_without_a_text(self) -> None:
        one = only(run([segment()], ScriptedModel({}), round_number=3))
        assert (one.verdict, one.forms, codes(one)) == (Verdict.HELD, (), ["segment_count"])

    def test_it_lets_a_profile_make_a_warning_block(self) -> None:
        strict = Brief(
            source="en", target="de", tier=Tier.FAST, salt="", blocking=frozenset({"number_equal"})
        )
        model = ScriptedModel({"1": MISCOUNTED})
        one = only(run([segment(COUNT)], model, round_number=3, brief=strict))
        assert one.verdict is Verdict.HELD


class TestRefusal:
    def test_it_halves_a_refused_pack_in_the_same_round(self) -> None:
        outcome = run([segment(), segment(COUNT, key="s2")], ScriptedModel({}, stop="refused"))
        assert (outcome.split, outcome.next_round) == (True, 0)
        assert {one.verdict for one in outcome.outcomes} == {Verdict.RETRY}

    def test_it_asks_a_higher_tier_for_one_that_is_refused_alone(self) -> None:
        outcome = run([segment()], ScriptedModel({}, stop="refused"))
        assert (outcome.split, outcome.next_round) == (False, LAST_ROUND)
        assert only(outcome).verdict is Verdict.RETRY

    def test_it_ends_as_refused_where_the_higher_tier_refuses_too(self) -> None:
        one = only(run([segment()], ScriptedModel({}, stop="refused"), round_number=LAST_ROUND))
        assert (one.verdict, one.forms, one.findings) == (Verdict.REFUSED, (), ())

    def test_it_keeps_the_draft_of_a_refused_repair(self) -> None:
        before = drafted(LOST)
        outcome = run(
            [before, segment(key="s2")], ScriptedModel({}, stop="refused"), round_number=1
        )
        assert outcome.outcomes[0].draft == before.draft
        assert outcome.outcomes[0].findings == before.findings

    @pytest.mark.parametrize(
        ("reply", "text", "verdict"),
        [(MISCOUNTED, COUNT, Verdict.PASSED), (LOST, SAVE, Verdict.HELD)],
    )
    def test_it_falls_back_on_the_draft_when_the_last_repair_is_refused(
        self, reply: str, text: str, verdict: Verdict
    ) -> None:
        before = drafted(reply, text)
        one = only(run([before], ScriptedModel({}, stop="refused"), round_number=LAST_ROUND))
        assert (one.verdict, one.forms, one.findings) == (verdict, (reply,), before.findings)


class TestGiveUp:
    def test_it_delivers_warned_drafts_holds_blocked_ones_and_refuses_the_rest(self) -> None:
        ended = give_up([drafted(MISCOUNTED, COUNT), drafted(LOST), segment()])
        assert [one.verdict for one in ended] == [Verdict.PASSED, Verdict.HELD, Verdict.REFUSED]
        assert [one.forms for one in ended] == [(MISCOUNTED,), (LOST,), ()]


class TestForms:
    def plural(self, **more: Any) -> PackSegment:
        labels = ("one", "few", "many", "other")
        texts = ("%d file", "%d files", "%d files", "%d files")
        forms = tuple(
            Form(f"n:plural={label}", text) for label, text in zip(labels, texts, strict=True)
        )
        return PackSegment(id="p", syntax=Syntax.CATALOGUE, forms=forms, **more)

    def test_it_asks_for_each_form_by_a_number_of_its_own(self) -> None:
        model = ScriptedModel({})
        run([segment(), segment(COUNT, key="s2"), self.plural()], model)
        asked = model.asked()
        assert [row["id"] for row in asked] == ["1", "2", "3.1", "3.2", "3.3", "3.4"]
        assert [row.get("form") for row in asked[2:4]] == ["n:plural=one", "n:plural=few"]

    def test_it_puts_answers_back_by_form(self) -> None:
        words = ["plik", "pliki", "plików", "pliku"]
        replies = {f"1.{n + 1}": f"⟦1⟧ {word}" for n, word in enumerate(words)}
        polish = Brief(source="en", target="pl", tier=Tier.FAST, salt="")
        one = only(run([self.plural()], ScriptedModel(replies), brief=polish))
        assert one.verdict is Verdict.PASSED
        assert one.forms == tuple(f"%d {word}" for word in words)

    def test_it_names_the_form_that_is_missing(self) -> None:
        replies = {f"1.{n}": "⟦1⟧ Dateien" for n in (1, 2, 4)}
        one = only(run([self.plural()], ScriptedModel(replies)))
        assert [(finding.code, finding.form) for finding in one.findings] == [
            ("segment_count", "n:plural=many")
        ]
        assert (one.forms, one.draft[2]) == ((), "")

    def test_it_tells_only_the_form_concerned_of_its_finding(self) -> None:
        finding = Finding(
            code="placeholder_set",
            category="accuracy/placeholder",
            severity="critical",
            blocking=True,
            form="n:plural=few",
            evidence={"missing_placeholders": ["%d"]},
        )
        model = ScriptedModel({})
        draft = ("⟦1⟧ Datei", "Dateien", "⟦1⟧ Dateien", "⟦1⟧ Dateien")
        run([self.plural(draft=draft, findings=(finding,))], model, round_number=1)
        assert [len(row.get("findings", ())) for row in model.asked()] == [0, 1, 0, 0]


class TestRequest:
    def test_it_leaves_room_for_the_whole_answer(self) -> None:
        long = "word " * 4_000
        model = ScriptedModel({})
        run([segment(), segment(long, key="s2")], model)
        assert model.requests[0].max_output_tokens > len(long) / 2
        run([segment()], model)
        assert model.requests[1].max_output_tokens >= 4_096

    def test_it_makes_the_same_request_of_the_same_pack(self) -> None:
        model = ScriptedModel({"1": SAVED})
        run([segment(), segment(COUNT, key="s2")], model)
        run([segment(), segment(COUNT, key="s2")], model)
        assert model.requests[0] == model.requests[1]
