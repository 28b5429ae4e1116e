"""The demo organization's month: believable, counted right, and made once."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

pytestmark = pytest.mark.django_db(transaction=True)


def built(owner: Any) -> int:
    from config.demo.seed.build import build

    return build(actor=owner.actor, now=timezone.now())


class TestSeed:
    def test_it_fills_an_organization_once(self, owner: Any, admin: Any) -> None:
        from config.demo.seed.build import MONTH

        assert built(owner) == len(MONTH)
        assert built(owner) == 0
        self.check_the_books(owner, admin)
        self.check_there_is_something_of_everything(admin)
        self.check_right_answers_have_no_findings(admin)
        self.check_there_is_one_glossary(owner)

    def check_the_books(self, owner: Any, admin: Any) -> None:
        """The ledger says what the targets say, by job; periods say what the ledger says."""
        by_job = dict(
            admin.execute("select job_id, sum(units) from billing_ledgerline group by 1").fetchall()
        )
        by_targets = dict(
            admin.execute(
                "select job_id, sum(billed_chars) from translation_target"
                " where billed_chars is not null group by 1"
            ).fetchall()
        )
        assert by_job == by_targets
        assert len(by_job) > 30
        wrong = admin.execute(
            "select p.id from billing_usageperiod p where p.settled_chars <> (select"
            " coalesce(sum(units), 0) from billing_ledgerline l where l.period_id = p.id)"
        ).fetchall()
        assert wrong == []
        outside = admin.execute(
            "select 1 from billing_ledgerline l join billing_usageperiod p on p.id = l.period_id"
            " where not (l.occurred_at >= p.starts_at and l.occurred_at < p.ends_at)"
        ).fetchall()
        assert outside == []
        held = admin.execute(
            "select sum(reserved_chars), (select sum(units) from billing_reservation"
            " where state = 'reserved') from billing_usageperiod"
        ).fetchone()
        assert held[0] == held[1] > 0

    def check_there_is_one_glossary(self, owner: Any) -> None:
        from config.demo.seed.assets import KEPT, TERMS
        from glossaries.queries.glossaries import glossaries_of

        [glossary] = glossaries_of(owner.organization_id)
        assert glossary.concepts == len(TERMS) + len(KEPT)

    def check_there_is_something_of_everything(self, admin: Any) -> None:
        def values(query: str) -> set[str]:
            return {value for (value,) in admin.execute(query).fetchall()}

        assert values("select state from translation_run") == {"open", "finished", "cancelled"}
        assert values("select sub_state from translation_target") >= {"failed", "needs_review", ""}
        assert values("select origin from translation_target") >= {"model", "repeat", "person", ""}
        kinds = values("select kind from translation_notification where read_at is null")
        assert kinds
        assert values("select kind from translation_notification") == {
            "finished",
            "failed",
            "needs_review",
        }
        assert values("select format from translation_document") >= {"text", "markdown", "html"}
        (most,) = admin.execute("select max(segments) from translation_revision").fetchone()
        assert most >= 200
        (versions,) = admin.execute("select count(*) from translation_targetversion").fetchone()
        assert versions > 20

    def check_right_answers_have_no_findings(self, admin: Any) -> None:
        """What gates found was spoiled on purpose; a lost placeholder can leave a short text."""
        codes = dict(
            admin.execute("select code, count(*) from translation_finding group by 1").fetchall()
        )
        spoiled = {"placeholder_set", "number_equal"}
        assert spoiled <= set(codes) <= spoiled | {"length_ratio"}
        assert codes.get("length_ratio", 0) < 20

    def test_it_shows_on_the_home_page(self, owner: Any, client: Any) -> None:
        from translation.queries.home import home_work

        built(owner)
        work = home_work(owner.organization_id, now=timezone.now())
        assert len(work.waiting) > 3
        assert [one.name for one in work.running] == ["service-handbook.md"]
        assert 0 < work.running[0].percent < 100
        assert len(work.weeks) == 8
        assert {code for code, _ in work.gates} >= {"placeholder_set", "number_equal"}
        client.force_login(owner.user)
        assert client.get("/").status_code == 200

    def test_every_page_of_it_opens_and_every_file_comes(
        self, owner: Any, client: Any, admin: Any
    ) -> None:
        built(owner)
        client.force_login(owner.user)
        jobs = admin.execute(
            "select j.id, r.state from translation_job j join translation_run r on r.job_id = j.id"
        ).fetchall()
        for job_id, state in jobs:
            for path in ("", "/report", "/index"):
                assert client.get(f"/jobs/{job_id}{path}").status_code == 200, path
            answer = client.get(f"/jobs/{job_id}/download")
            assert answer.status_code == (302 if state == "open" else 200)
            if answer.streaming:
                assert b"".join(answer.streaming_content)
        assert client.get("/documents").status_code == 200
        assert client.get("/notifications").status_code == 200
