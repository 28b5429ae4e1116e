"""Who is told how a run ended, and what the run keeps of its findings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.translation.paper import PaperModel, answered, loaded, lost
from translation.queries.notices import notices_for, unread_count
from translation.queries.packs import claim_next
from translation.services.commit import commit_failure, commit_outcome
from translation.services.documents import cancel_job
from translation.services.ending import settle_if_done
from translation.services.notices import mark_read

TEXT = "Press {name} to go on.\n\nRead this first.\n\nPress {name} to go on."


def worked(model: PaperModel | None) -> None:
    """Works through all packs; without a model every pack fails."""
    while claim := claim_next(lanes=("standard",), owner="a", lease_seconds=60):
        pack = loaded(claim)
        if model is None:
            commit_failure(claim, pack, "model_rejected")
        else:
            commit_outcome(claim, pack, answered(claim, pack, model))
        settle_if_done(claim.organization_id, claim.run_id)


class TestNotices:
    @pytest.mark.parametrize(
        ("model", "kind"),
        [(PaperModel(), "finished"), (PaperModel(lost), "needs_review"), (None, "failed")],
    )
    def test_it_tells_who_asked_once(
        self, owner: Any, teammate: Any, submit: Any, rows: Any, model: Any, kind: str
    ) -> None:
        stored = submit(TEXT)
        worked(model)
        settle_if_done(owner.organization_id, stored.run_ids["de"])
        [notice] = notices_for(owner.organization_id, owner.user.pk)
        assert (notice.kind, notice.name, notice.target_language) == (kind, "letter.txt", "de")
        assert (notice.job_id, notice.read_at) == (stored.job_ids["de"], None)
        assert notices_for(owner.organization_id, teammate.user.pk) == []
        assert len(rows("select 1 from translation_notification")) == 1

    def test_it_tells_nobody_of_what_was_cancelled(self, owner: Any, submit: Any) -> None:
        stored = submit(TEXT)
        cancel_job(actor=owner.actor, job_id=stored.job_ids["de"])
        assert unread_count(owner.organization_id, owner.user.pk) == 0

    def test_it_counts_what_was_not_read(
        self, owner: Any, teammate: Any, outsider: Any, submit: Any
    ) -> None:
        submit(TEXT, targets=("de", "fr", "it"))
        worked(PaperModel())
        mine = (owner.organization_id, owner.user.pk)
        newest, *_ = notices_for(*mine)
        for stranger in (teammate, outsider):
            assert mark_read(actor=stranger.actor, ids=[newest.id]) == 0
        assert unread_count(*mine) == 3
        assert mark_read(actor=owner.actor, ids=[newest.id]) == 1
        assert unread_count(*mine) == 2
        assert mark_read(actor=owner.actor) == 2
        assert unread_count(*mine) == 0
        assert notices_for(outsider.organization_id, owner.user.pk) == []

    def test_it_forgets_a_document_that_was_deleted(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        submit(TEXT)
        worked(PaperModel())
        rows("update translation_document set deleted_at = now()")
        assert notices_for(owner.organization_id, owner.user.pk) == []
        assert unread_count(owner.organization_id, owner.user.pk) == 0


class TestFindings:
    def test_it_counts_findings_by_gate_when_the_run_ends(self, submit: Any, rows: Any) -> None:
        submit(TEXT)
        worked(PaperModel(lost))
        [run] = rows("select findings from translation_run")
        assert run["findings"] == {"placeholder_set": 2}
