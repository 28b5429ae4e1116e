"""The queue of packs: who gets what, when, and whose answer counts."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from engine.ports import ModelError
from engine.values import ModelErrorKind
from tests.translation.paper import (
    PaperModel,
    answered,
    at_once,
    claimed,
    loaded,
    lost,
    until,
)
from translation.queries.packs import Claim, claim_next
from translation.services.commit import Fenced, commit_failure, commit_outcome
from translation.services.heartbeat import Heartbeat
from translation.services.requeue import after_error
from translation.services.sweep import sweep

LINES = "\n\n".join(f"Press {{key{n}}} to open valve {n} here." for n in range(60))


def finish(claim: Claim, model: PaperModel | None = None) -> None:
    pack = loaded(claim)
    commit_outcome(claim, pack, answered(claim, pack, model))


def error(kind: ModelErrorKind, **more: Any) -> ModelError:
    return ModelError(kind, "not now", **more)


def states(rows: Any) -> list[tuple[str, str]]:
    found = rows("select state, sub_state from translation_target order by ordinal")
    return [(row["state"], row["sub_state"]) for row in found]


def packs(rows: Any) -> list[dict[str, Any]]:
    return list(rows("select * from translation_pack order by id"))


class TestClaim:
    def test_it_hands_packs_out_by_tag(self, submit: Any, rows: Any) -> None:
        submit(LINES)
        tags = [claimed().tag for _ in range(3)]
        assert tags == sorted(tags)
        assert claim_next(lanes=("standard",), owner="a", lease_seconds=60) is None

    def test_it_asks_the_first_lane_first(self, submit: Any) -> None:
        submit(LINES)
        submit("Hello there.", lane="interactive")
        assert claimed().lane == "interactive"

    def test_it_serves_two_organizations_in_turn(self, submit: Any, outsider: Any) -> None:
        submit(LINES)
        submit(LINES, actor=outsider.actor)
        found = [claimed().organization_id for _ in range(4)]
        assert len(set(found[:2])) == len(set(found[2:])) == 2

    def test_it_never_gives_one_pack_to_two_workers(self, submit: Any, rows: Any) -> None:
        submit("\n\n".join(f"Line number {n} here." for n in range(400)))

        def all_there_is() -> list[Any]:
            got = []
            while claim := claim_next(lanes=("standard",), owner="a", lease_seconds=60):
                got.append(claim.id)
            return got

        taken = [one for got in at_once([all_there_is] * 8) for one in got]  # type: ignore[union-attr]
        assert len(taken) == len(set(taken)) == 20

    def test_it_leaves_alone_what_is_not_due(self, submit: Any, rows: Any) -> None:
        submit("Hello there.")
        rows("update translation_pack set ready_at = now() + interval '1 hour'")
        assert claim_next(lanes=("standard",), owner="a", lease_seconds=60) is None


class TestLease:
    def test_it_gives_an_expired_claim_to_somebody_else(self, submit: Any) -> None:
        submit("Hello there.")
        first = claimed("one", lease_seconds=-1)
        sweep()
        second = claimed("two")
        assert (second.id, second.fence, second.attempts) == (first.id, first.fence + 1, 2)

    def test_it_leaves_a_live_claim_alone(self, submit: Any) -> None:
        submit("Hello there.")
        claimed()
        sweep()
        assert claim_next(lanes=("standard",), owner="two", lease_seconds=60) is None

    def test_it_is_renewed_by_a_heartbeat_only_for_its_holder(self, submit: Any, rows: Any) -> None:
        submit(LINES)
        kept, stolen = claimed(lease_seconds=-1), claimed(lease_seconds=-1)
        heart = Heartbeat(lease_seconds=60, every_seconds=3600)
        heart.hold(kept.id, kept.fence)
        heart.hold(stolen.id, stolen.fence - 1)
        assert heart.renew() == 1
        sweep()
        found = rows("select id from translation_pack where state = 'claimed'")
        assert [row["id"] for row in found] == [kept.id]

    def test_it_stops_being_renewed_once_dropped(self, submit: Any) -> None:
        submit("Hello there.")
        claim = claimed()
        heart = Heartbeat(lease_seconds=60, every_seconds=3600)
        heart.hold(claim.id, claim.fence)
        heart.drop(claim.id)
        assert heart.renew() == 0


class TestFence:
    def test_it_turns_a_stale_answer_away_and_writes_nothing(self, submit: Any, rows: Any) -> None:
        submit("Press {name}.\n\nHello there.")
        slow = claimed("slow", lease_seconds=-1)
        pack = loaded(slow)
        late = answered(slow, pack, PaperModel(lost))
        sweep()
        finish(claimed("quick"))
        tables = ("translation_target", "translation_finding", "translation_pack")
        before = [rows(f"select * from {table} order by id") for table in tables]
        for attempt in (
            lambda: commit_outcome(slow, pack, late),
            lambda: commit_failure(slow, pack, "late"),
            lambda: after_error(slow, pack, error(ModelErrorKind.SERVER), now=timezone.now()),
            lambda: after_error(slow, pack, error(ModelErrorKind.TOO_LARGE), now=timezone.now()),
        ):
            with pytest.raises(Fenced):
                attempt()
        assert [rows(f"select * from {table} order by id") for table in tables] == before

    def test_it_lets_one_of_two_workers_forced_onto_one_pack_write(
        self, submit: Any, rows: Any
    ) -> None:
        submit("Hello there.\n\nGood morning.\n\nHello there.")
        claims = [claimed("w", lease_seconds=-1)]
        for _ in range(5):
            sweep()
            claims.append(claimed("w", lease_seconds=-1))
        ready = [(claim, pack := loaded(claim), answered(claim, pack)) for claim in claims]
        got = at_once([lambda one=one: commit_outcome(*one) for one in ready])  # type: ignore[misc]
        assert [type(one) for one in got] == [Fenced] * 5 + [type(None)]
        assert states(rows) == [("translated", "")] * 3
        assert {row["version"] for row in rows("select version from translation_target")} == {2}

    def test_it_commits_again_when_the_connection_was_lost_midway(
        self, submit: Any, rows: Any, admin: Any, app_address: str, drain: Any
    ) -> None:
        submit("Hello there.")
        with psycopg.connect(admin.info.dsn, password=admin.info.password) as holder:
            holder.execute("select 1 from translation_target for update")
            worker = threading.Thread(target=drain)
            worker.start()
            until(lambda: terminated(rows))
        worker.join(20)
        assert states(rows) == [("translated", "")]
        [line] = rows("select units from billing_ledgerline")
        assert line["units"] == len("Hello there.")

    def test_it_takes_its_own_commit_for_done_when_the_answer_was_lost(
        self, submit: Any, rows: Any, admin: Any, drain: Any
    ) -> None:
        """The first try reached the database; only the worker does not know."""
        submit("Hello there.")
        with psycopg.connect(admin.info.dsn, password=admin.info.password) as holder:
            holder.execute("select 1 from translation_target for update")
            worker = threading.Thread(target=drain)
            worker.start()
            until(lambda: waiting(rows))
            holder.execute("update translation_target set state = 'translated', forms = '{Hallo}'")
            until(lambda: terminated(rows))
            holder.execute("update translation_pack set state = 'done', finished_at = now()")
        worker.join(20)
        [target] = rows("select forms, version from translation_target")
        assert target == {"forms": ["Hallo"], "version": 1}


def waiting(rows: Any) -> list[int]:
    """Connections of ours that wait for a row somebody else holds."""
    found = rows(
        "select pid from pg_stat_activity where usename = 'interlinear_web'"
        " and wait_event_type = 'Lock' and datname = current_database()"
    )
    return [row["pid"] for row in found]


def terminated(rows: Any) -> bool:
    return any(rows("select pg_terminate_backend(%s)", pid) for pid in waiting(rows))


class TestOutcomes:
    def test_it_writes_repeats_with_their_leader(self, submit: Any, rows: Any) -> None:
        submit("Hello there.\n\nGood morning.\n\nHello there.")
        finish(claimed())
        found = rows("select origin, forms from translation_target order by ordinal")
        assert [row["origin"] for row in found] == ["model", "model", "repeat"]
        assert found[0]["forms"] == found[2]["forms"] == ["Uryyb gurer."]
        [pack] = packs(rows)
        assert (pack["state"], pack["passed"]) == ("done", 3)

    def test_it_keeps_findings_and_draft_of_what_goes_on(self, submit: Any, rows: Any) -> None:
        submit("Press {name} here.")
        finish(claimed(), PaperModel(lost))
        [target] = rows("select * from translation_target")
        assert (target["sub_state"], target["round"]) == ("queued", 1)
        assert (target["forms"], target["draft"]) == ([], ["Cerff qva urer."])
        [finding] = rows("select code, blocking from translation_finding")
        assert finding == {"code": "placeholder_set", "blocking": True}

    def test_it_clears_findings_once_they_are_mended(self, submit: Any, rows: Any) -> None:
        submit("Press {name} here.")
        finish(claimed(), PaperModel(lost))
        rows("update translation_pack set state = 'ready' where state = 'gathering'")
        finish(claimed())
        assert rows("select 1 from translation_finding") == []
        [target] = rows("select forms, repaired, deliverable from translation_target")
        assert target == {"forms": ["Cerff {name} urer."], "repaired": True, "deliverable": True}

    def test_it_holds_back_what_no_round_could_mend(self, submit: Any, rows: Any) -> None:
        submit("Press {name} here.\n\nPress {name} here.")
        for _ in range(4):
            finish(claimed(), PaperModel(lost))
            rows("update translation_pack set state = 'ready' where state = 'gathering'")
        assert states(rows) == [("translated", "needs_review")] * 2
        assert {row["deliverable"] for row in rows("select * from translation_target")} == {False}

    def test_it_stores_any_text_a_model_can_give(self, submit: Any, rows: Any) -> None:
        odd = "\\ \"x\" {1,2} \u2028 \U0001f600 \x01 %s '{}' "
        submit("Hello there.")
        finish(claimed(), PaperModel(lambda _, text: text + odd + "NULL"))
        [target] = rows("select draft, forms from translation_target")
        assert (target["draft"] or target["forms"])[0].startswith("Uryyb gurer." + odd)


class TestErrors:
    @pytest.mark.parametrize(
        ("kind", "retry_after", "state", "retries"),
        [
            (ModelErrorKind.OVERLOADED, None, "ready", 1),
            (ModelErrorKind.SERVER, 7.0, "ready", 1),
            (ModelErrorKind.RATE_LIMITED, 5.0, "ready", 0),
            (ModelErrorKind.RATE_LIMITED, 300.0, "waiting", 0),
            (ModelErrorKind.SPEND_CAP, None, "waiting", 0),
            (ModelErrorKind.AUTHENTICATION, None, "waiting", 0),
        ],
    )
    def test_it_waits_by_the_row_and_gives_the_pack_back(
        self,
        submit: Any,
        rows: Any,
        kind: ModelErrorKind,
        retry_after: float | None,
        state: str,
        retries: int,
    ) -> None:
        submit("Hello there.")
        claim = claimed()
        after_error(claim, loaded(claim), error(kind, retry_after=retry_after), now=timezone.now())
        [pack] = packs(rows)
        assert (pack["state"], pack["retries"], pack["attempts"]) == (state, retries, 0)
        assert pack["ready_at"] > timezone.now() + timedelta(seconds=(retry_after or 0.2) - 0.5)
        assert (pack["owner"], pack["expires_at"], pack["tag"]) == (None, None, claim.tag)
        assert claim_next(lanes=("standard",), owner="a", lease_seconds=60) is None

    def test_it_brings_long_waits_back_when_they_are_over(self, submit: Any, rows: Any) -> None:
        submit("Hello there.")
        claim = claimed()
        after_error(claim, loaded(claim), error(ModelErrorKind.SPEND_CAP), now=timezone.now())
        sweep()
        assert [pack["state"] for pack in packs(rows)] == ["waiting"]
        rows("update translation_pack set ready_at = now()")
        sweep()
        assert claimed().fence == 2

    def test_it_halves_a_pack_that_is_too_large(self, submit: Any, rows: Any) -> None:
        submit("\n\n".join(f"Line number {n} here." for n in range(7)))
        claim = claimed()
        after_error(claim, loaded(claim), error(ModelErrorKind.TOO_LARGE), now=timezone.now())
        whole, *halves = packs(rows)
        assert (whole["state"], whole["last_error"]) == ("done", "split")
        assert [half["segments"] for half in halves] == [4, 3]
        assert {half["tag"] for half in halves} == {claim.tag}
        for _ in halves:
            finish(claimed())
        assert states(rows) == [("translated", "")] * 7

    def test_it_halves_a_refused_pack_until_one_stands_alone(self, submit: Any, rows: Any) -> None:
        submit("\n\n".join(f"Line number {n} here." for n in range(3)))
        refusing = PaperModel(stop="refused")
        for _ in range(5):  # 3, then 2 and 1, then 1 and 1
            finish(claimed(), refusing)
        [last] = rows("select * from translation_pack where state = 'gathering'")
        assert (last["round"], last["segments"]) == (3, 3)

    def test_it_fails_a_pack_the_model_rejects(self, submit: Any, rows: Any) -> None:
        submit("Hello there.\n\nHello there.")
        claim = claimed()
        after_error(claim, loaded(claim), error(ModelErrorKind.BAD_REQUEST), now=timezone.now())
        [pack] = packs(rows)
        assert (pack["state"], pack["failed"], pack["last_error"]) == (
            "failed",
            2,
            "model_rejected",
        )
        assert states(rows) == [("initial", "failed")] * 2

    def test_it_delivers_the_drafts_of_a_repair_that_is_given_up(
        self, submit: Any, rows: Any
    ) -> None:
        submit("Take 12 of these.\n\nPress {name} here.\n\nHello there.")
        finish(claimed(), PaperModel(spoiled))
        rows("update translation_pack set state = 'ready' where state = 'gathering'")
        claim = claimed()
        after_error(claim, loaded(claim), error(ModelErrorKind.BAD_REQUEST), now=timezone.now())
        found = rows(
            "select forms, sub_state, deliverable from translation_target order by ordinal"
        )
        assert [row["forms"] for row in found] == [["Gnxr 13 bs gurfr."], ["Cerff qva urer."], []]
        assert [row["sub_state"] for row in found] == ["", "needs_review", "failed"]
        assert [row["deliverable"] for row in found] == [True, False, False]


def spoiled(source: str, text: str) -> str | None:
    """A wrong number, a lost placeholder, no answer."""
    return None if source == "Hello there." else lost(source, text).replace("12", "13")


class TestDeadLetter:
    def test_it_gives_up_a_pack_that_five_claims_brought_no_outcome(
        self, submit: Any, rows: Any, drain: Any, claude_sandbox: Any
    ) -> None:
        submit("Hello there.\n\nHello there.")
        for _ in range(5):
            claimed(lease_seconds=-1)
            sweep()
        assert drain() == 1
        [pack] = packs(rows)
        assert (pack["state"], pack["last_error"], pack["failed"]) == ("failed", "dead_letter", 2)
        assert claude_sandbox.counters()["requests"] == 0
        [run] = rows("select state, failed, billed_chars from translation_run")
        assert run == {"state": "finished", "failed": 2, "billed_chars": 0}

    def test_it_gives_up_a_pack_whose_rows_are_not_whole(
        self, submit: Any, rows: Any, drain: Any
    ) -> None:
        submit("Hello there.\n\nGood morning.")
        rows("update translation_target set pack_id = null where ordinal = 0")
        for _ in range(6):
            assert drain() == 1
            rows("update translation_pack set expires_at = now() where state = 'claimed'")
            sweep()
        assert [pack["state"] for pack in packs(rows)] == ["failed"]
        [run] = rows("select state, failed from translation_run")
        assert run == {"state": "finished", "failed": 2}

    def test_it_counts_no_attempt_that_had_an_answer(self, submit: Any, rows: Any) -> None:
        submit("Hello there.")
        for _ in range(8):
            claim = claimed()
            assert claim.attempts == 1
            after_error(claim, loaded(claim), error(ModelErrorKind.OVERLOADED), now=timezone.now())
            rows("update translation_pack set ready_at = now(), state = 'ready'")

    def test_it_takes_a_pack_without_a_run_out_of_the_queue(
        self, submit: Any, rows: Any, drain: Any
    ) -> None:
        submit("Hello there.")
        rows("update translation_run set state = 'cancelled'")
        assert drain() == 1
        assert [pack["state"] for pack in packs(rows)] == ["cancelled"]
