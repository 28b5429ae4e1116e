"""What a person has written stays, whatever the machinery does meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import DomainError
from engine.ports import ModelError
from engine.values import ModelErrorKind
from tests.translation.paper import PaperModel, answered, claimed, loaded, lost
from translation.queries.packs import claim_next
from translation.services.commit import commit_failure, commit_outcome
from translation.services.documents import cancel_job
from translation.services.ending import settle_if_done
from translation.services.requeue import after_error
from translation.services.retry import retry_failed
from translation.services.sweep import sweep

LINES = "\n\n".join(
    [
        *(f"Press {{key{n}}} to open valve {n} here." for n in range(24)),
        "Press {key3} to open valve 3 here.",
    ]
)
KEPT = "ordinal, state, sub_state, origin, forms, draft, round, deliverable, version, pack_id"
_WRITE = """
update translation_target
   set origin = %s, state = %s, sub_state = %s, forms = '{Von Hand.}', deliverable = true,
       version = version + 1, updated_by = nullif(%s, '')::uuid
 where ordinal = any(%s)
"""
SOMEBODY = "01900000-0000-7000-8000-000000000001"
# Drafts too are a person's text: the state alone must not be what protects it.
STATES = [
    ("person", "translated", "", SOMEBODY),
    ("person", "reviewed", "", SOMEBODY),
    ("person", "final", "", ""),
    ("person", "initial", "queued", ""),
    ("person", "initial", "", ""),
    # What people confirmed, flagged or handed on is not to be written over either.
    ("model", "reviewed", "", SOMEBODY),
    ("model", "final", "", ""),
    ("model", "translated", "needs_review", SOMEBODY),
    ("repeat", "translated", "", SOMEBODY),
]
THEIRS = "(t.origin = 'person' or t.state in ('reviewed', 'final') or t.updated_by is not null)"

Step = Callable[[Any, Any, Callable[[], None]], None]


def _with_claim(act: Callable[[Any, Any], None]) -> Step:
    def step(owner: Any, job: Any, write: Callable[[], None]) -> None:
        claim = claim_next(lanes=("standard",), owner="a", lease_seconds=60)
        if claim is None:
            write()
            return
        pack = loaded(claim)
        write()
        act(claim, pack)
        settle_if_done(claim.organization_id, claim.run_id)

    return step


def _answer(model: PaperModel) -> Step:
    return _with_claim(
        lambda claim, pack: commit_outcome(claim, pack, answered(claim, pack, model))
    )


def _error(kind: ModelErrorKind) -> Step:
    def act(claim: Any, pack: Any) -> None:
        after_error(claim, pack, ModelError(kind, "not now"), now=timezone.now())

    return _with_claim(act)


def _expires(owner: Any, job: Any, write: Callable[[], None]) -> None:
    claim_next(lanes=("standard",), owner="a", lease_seconds=-1)
    write()
    sweep()


def _cancels(owner: Any, job: Any, write: Callable[[], None]) -> None:
    write()
    if claim_next(lanes=("standard",), owner="a", lease_seconds=60):
        cancel_job(actor=owner.actor, job_id=job)


def _retries(owner: Any, job: Any, write: Callable[[], None]) -> None:
    write()
    try:
        retry_failed(actor=owner.actor, job_id=job)
    except DomainError:
        return


STEPS: dict[str, Step] = {
    "passes": _answer(PaperModel()),
    "repairs": _answer(PaperModel(lost)),
    "drops": _answer(PaperModel(lambda _, text: None)),
    "refuses": _answer(PaperModel(stop="refused")),
    "fails": _with_claim(lambda claim, pack: commit_failure(claim, pack, "model_rejected")),
    "splits": _error(ModelErrorKind.TOO_LARGE),
    "waits": _error(ModelErrorKind.OVERLOADED),
    "expires": _expires,
    "cancels": _cancels,
    "retries": _retries,
}


def kept(rows: Any) -> list[dict[str, Any]]:
    return list(rows(f"select {KEPT} from translation_target t where {THEIRS} order by ordinal"))


def findings(rows: Any) -> list[dict[str, Any]]:
    return list(
        rows(
            "select f.id from translation_finding f join translation_target t on t.id = f.target_id"
            f" where {THEIRS} order by f.id"
        )
    )


class TestPersons:
    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        steps=st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=8),
        written=st.lists(
            st.tuples(
                st.integers(0, 7), st.sets(st.integers(0, 24), max_size=6), st.sampled_from(STATES)
            ),
            min_size=1,
            max_size=4,
        ),
    )
    def test_it_never_writes_over_what_a_person_wrote(
        self, owner: Any, submit: Any, rows: Any, steps: list[str], written: Any
    ) -> None:
        rows("delete from translation_pack")
        rows("delete from translation_document")
        stored = submit(LINES)
        for number, name in enumerate(steps):
            rows("update translation_pack set ready_at = now() where state in ('ready', 'waiting')")
            before: list[Any] = []

            def write(place: int = number, kept_before: list[Any] = before) -> None:
                for when, ordinals, state in written:
                    if when == place:
                        rows(_WRITE, *state, list(ordinals))
                kept_before += [kept(rows), findings(rows)]

            STEPS[name](owner, stored.job_ids["de"], write)
            assert [kept(rows), findings(rows)] == before
        _drained(rows)
        lines = rows("select coalesce(sum(units), 0) as n from billing_ledgerline")
        billed = rows("select coalesce(sum(billed_chars), 0) as n from translation_target")
        assert lines[0]["n"] >= billed[0]["n"]

    @pytest.mark.parametrize("state", STATES[:5])
    def test_it_asks_no_model_where_people_wrote_everything(
        self,
        submit: Any,
        rows: Any,
        drain: Any,
        claude_sandbox: Any,
        state: tuple[str, str, str, str],
    ) -> None:
        submit("Hello there.\n\nGood morning.")
        rows(_WRITE, *state, [0, 1])
        before = kept(rows)
        assert drain() == 1
        assert kept(rows) == before
        assert claude_sandbox.counters()["requests"] == 0
        [run] = rows("select state, billed_chars from translation_run")
        assert run == {"state": "finished", "billed_chars": 0}

    def test_it_bills_nothing_a_person_wrote_over(self, submit: Any, rows: Any) -> None:
        submit("Hello there.\n\nGood morning.")
        claim = claimed()
        pack = loaded(claim)
        commit_outcome(claim, pack, answered(claim, pack))
        rows(_WRITE, "person", "translated", "", "", [0])
        settle_if_done(claim.organization_id, claim.run_id)
        [line] = rows("select units from billing_ledgerline")
        assert line["units"] == len("Good morning.")


def _drained(rows: Any) -> None:
    """Does what is left to do; whatever a person wrote stays as it is."""
    before = kept(rows)
    for _ in range(60):
        rows("update translation_pack set ready_at = now(), expires_at = now()")
        sweep()
        claim = claim_next(lanes=("standard",), owner="a", lease_seconds=60)
        if claim is not None:
            pack = loaded(claim)
            commit_outcome(claim, pack, answered(claim, pack))
        elif not rows("select 1 from translation_run where state = 'open'"):
            break
    assert rows("select 1 from translation_run where state = 'open'") == []
    assert kept(rows) == before
