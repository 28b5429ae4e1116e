"""An organization's own settings, what a night deletes of it, and its end."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, Organization
from accounts.queries import memberships_of
from accounts.queries.audit import Narrowing, events_page
from accounts.queries.organizations import organization_told
from accounts.roles import Role
from accounts.services import closing, invitations, mail, organizations, retention
from accounts.tenancy import organization_scope
from translation.models import Document
from translation.services.intake import Upload, submit_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server")]

NOW = datetime(2026, 11, 25, 2, 10, tzinfo=UTC)
FORM = {"name": "Northwind", "source_language": "en", "target_languages": ["de", "fr"]}


@pytest.fixture
def browser(owner: Any) -> Client:
    client = Client()
    client.force_login(owner.user)
    return client


@pytest.fixture
def upload(owner: Any) -> Any:
    """A document that was uploaded some days before the night."""

    def uploaded(person: Any, days: float, name: str = "letter.txt") -> Any:
        [stored] = submit_files(
            actor=person.actor,
            uploads=[Upload(name=name, data=b"One line.")],
            source_language="en",
            target_languages=["de"],
        )
        with organization_scope(person.organization_id):
            at = NOW - timedelta(days=days)
            document = Document.objects.get(
                organization_id=person.organization_id, pk=stored.document_id
            )
            Document.objects.filter(pk=document.pk).update(created_at=at)
            document.revision_set.update(created_at=at)
        return stored.document_id

    return uploaded


def names_of(person: Any) -> list[str]:
    with organization_scope(person.organization_id):
        return list(
            Document.objects.filter(organization_id=person.organization_id)
            .order_by("name")
            .values_list("name", flat=True)
        )


def keep(person: Any, days: int | None) -> None:
    organizations.change_organization(actor=person.actor, wanted={"retention_days": days})


class TestPage:
    def test_it_keeps_what_is_chosen(self, browser: Client, owner: Any) -> None:
        form = FORM | {"name": "  North   Wind ", "keep": "days", "retention_days": "90"}
        assert browser.post("/settings/organization", form).status_code == 302
        told = organization_told(owner.organization_id)
        assert (told.name, told.source_language) == ("North Wind", "en")
        assert (told.target_languages, told.retention_days) == (("de", "fr"), 90)
        page = browser.get("/settings/organization").content.decode()
        assert 'value="North Wind"' in page
        assert 'name="target_languages" value="fr" checked' in page
        [event] = events_page(
            owner.organization_id, wanted=Narrowing(action="organization.change"), limit=9
        )
        assert event.detail["retention_days"] == 90

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"name": ""}, "1 to 200 characters"),
            ({"name": "x" * 201}, "1 to 200 characters"),
            ({"name": "Go to https://evil.example"}, "no web addresses"),
            ({"name": "dniw\u202ehtroN"}, "no invisible characters"),
            ({"source_language": "xx"}, "is no language on offer"),
            ({"target_languages": ["de", "klingon"]}, "is no language on offer"),
            ({"keep": "days", "retention_days": "0"}, "1 to 3,650 days"),
            ({"keep": "days", "retention_days": "ten"}, "1 to 3,650 days"),
            ({"keep": "days", "retention_days": "3651"}, "1 to 3,650 days"),
            ({"keep": "days", "retention_days": ""}, "1 to 3,650 days"),
        ],
    )
    def test_it_refuses_and_keeps_what_was_typed(
        self, browser: Client, owner: Any, changed: dict[str, Any], sentence: str
    ) -> None:
        before = organization_told(owner.organization_id)
        form = FORM | {"keep": "for_good", "source_language": "sv"} | changed
        answer = browser.post("/settings/organization", form)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert sentence in page
        if "source_language" not in changed:
            assert '<option value="sv" selected>' in page
        assert organization_told(owner.organization_id) == before

    def test_it_asks_before_a_night_deletes(self, browser: Client, owner: Any, upload: Any) -> None:
        upload(owner, 400)
        form = FORM | {"keep": "days", "retention_days": "30"}
        page = browser.post("/settings/organization", form).content.decode()
        assert "In the next night 1 document older than 30 days would be deleted" in page
        assert organization_told(owner.organization_id).retention_days is None
        # A yes to another number is none to this one.
        browser.post("/settings/organization", form | {"sure": "60"})
        assert organization_told(owner.organization_id).retention_days is None
        browser.post("/settings/organization", form | {"sure": "30"})
        assert organization_told(owner.organization_id).retention_days == 30


class TestApi:
    def test_it_changes_what_is_named(self, browser: Client, owner: Any) -> None:
        browser.post("/settings/organization", FORM | {"keep": "for_good"})
        wish = {"data": json.dumps({"retention_days": 7}), "content_type": "application/json"}
        seen = {"If-Match": browser.get("/api/v1/organization")["ETag"]}
        assert browser.patch("/api/v1/organization", **wish).status_code == 428
        answer = browser.patch("/api/v1/organization", headers=seen, **wish)
        assert answer.json()["retention_days"] == 7
        assert answer.json()["target_languages"] == ["de", "fr"]
        asked = Client().get("/api/v1/organization", headers=owner.headers)
        assert asked.json() == answer.json()
        assert asked["ETag"] == answer["ETag"] != seen["If-Match"]
        assert browser.patch("/api/v1/organization", headers=seen, **wish).status_code == 412

    @pytest.mark.parametrize(
        "body", [{"retention_days": 0}, {"target_languages": ["xx"]}, {"closed_at": None}]
    )
    def test_it_refuses(self, browser: Client, body: dict[str, Any]) -> None:
        answer = browser.patch(
            "/api/v1/organization", json.dumps(body), content_type="application/json"
        )
        assert answer.status_code == 400
        assert answer.json()["error"]["detail"]["errors"][0]["pointer"].startswith("/")


class TestNight:
    def test_it_deletes_what_is_older_and_nothing_else(
        self, owner: Any, outsider: Any, upload: Any
    ) -> None:
        for days, name in [(31, "old.txt"), (29, "young.txt")]:
            upload(owner, days, name)
            upload(outsider, days, name)
        keep(owner, 30)
        assert retention.clean(now=NOW)
        assert names_of(owner) == ["young.txt"]
        assert names_of(outsider) == ["old.txt", "young.txt"]
        [event] = events_page(
            owner.organization_id, wanted=Narrowing(action="retention.delete"), limit=9
        )
        assert event.detail == {"documents": 1, "retention_days": 30}
        assert event.who == ""

    def test_it_counts_from_the_newest_upload(self, owner: Any, upload: Any) -> None:
        document_id = upload(owner, 400)
        with organization_scope(owner.organization_id):
            document = Document.objects.get(organization_id=owner.organization_id, pk=document_id)
            document.revision_set.update(created_at=NOW - timedelta(days=1))
        keep(owner, 30)
        retention.clean(now=NOW)
        assert names_of(owner) == ["letter.txt"]

    def test_it_reads_what_is_kept_at_the_last_moment(self, owner: Any, upload: Any) -> None:
        upload(owner, 400)
        keep(owner, 30)
        keep(owner, None)
        assert retention.delete_overdue(organization_id=owner.organization_id, now=NOW) == 0
        assert names_of(owner) == ["letter.txt"]

    def test_it_goes_on_where_time_ran_out(self, owner: Any, upload: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr(retention, "DOCUMENTS_A_BATCH", 2)
        for number in range(5):
            upload(owner, 40 + number, f"{number}.txt")
        keep(owner, 30)
        ticks = iter(range(1_000))
        assert not retention.clean(now=NOW, seconds=1.5, clock=lambda: float(next(ticks)))
        left = names_of(owner)
        assert 0 < len(left) < 5
        # The oldest went first.
        assert left == [f"{number}.txt" for number in range(len(left))]
        assert retention.clean(now=NOW)
        assert names_of(owner) == []

    def test_it_clears_away_what_the_house_keeps_for_a_while(self, owner: Any) -> None:
        long_ago = NOW - timedelta(days=120)
        invitations.invite(
            actor=owner.actor, email="gabi@guest.example", role="viewer", now=long_ago
        )
        invitations.invite(actor=owner.actor, email="hal@guest.example", role="viewer", now=NOW)
        [first, *_] = mail.due_mails()
        mail.send(mail_id=first, now=long_ago)
        retention.clean(now=NOW)
        with organization_scope(owner.organization_id):
            kept = Invitation.objects.filter(organization_id=owner.organization_id)
            assert [one.email for one in kept] == ["hal@guest.example"]


class TestEnd:
    def test_it_wants_the_name(self, browser: Client, owner: Any, teammate: Any) -> None:
        answer = browser.post("/settings/organization/delete", {"typed_name": "Southwind"})
        assert answer.status_code == 422
        assert memberships_of(owner.user.pk)

    def test_it_is_closed_at_once_and_erased_afterwards(
        self, browser: Client, owner: Any, teammate: Any, outsider: Any, upload: Any
    ) -> None:
        upload(owner, 1)
        page = browser.get("/settings/organization/delete").content.decode()
        assert "1 documents" in page
        answer = browser.post("/settings/organization/delete", {"typed_name": " Northwind "})
        assert answer["Location"] == "/organizations/new"
        assert memberships_of(teammate.user.pk) == []
        assert Client().get("/api/v1/usage", headers=owner.headers).status_code == 401
        assert browser.get("/documents")["Location"] == "/organizations/new"
        closing.erase_closed(organization_id=owner.organization_id)
        with organization_scope(owner.organization_id):
            assert not Organization.objects.filter(pk=owner.organization_id).exists()
            assert not Document.objects.filter(organization_id=owner.organization_id).exists()
        assert memberships_of(outsider.user.pk)

    def test_it_takes_nobody_in_any_more(self, owner: Any) -> None:
        asked = invitations.invite(
            actor=owner.actor,
            email="gabi@guest.example",
            role=Role.VIEWER.value,
            randomness=lambda _: "the-secret",
        )
        organizations.close_organization(actor=owner.actor, typed_name="Northwind")
        with organization_scope(owner.organization_id):
            row = Invitation.objects.get(organization_id=owner.organization_id, pk=asked.pk)
        assert row.withdrawn_at is not None
        assert row.withdrawn_at <= timezone.now()
