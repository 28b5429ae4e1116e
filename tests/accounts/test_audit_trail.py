"""The audit trail: everything noted has words, and it is narrowed, paged and exported."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.actions import ACTIONS, GROUPS
from accounts.queries import audit as reads
from accounts.services import record, staff
from accounts.tenancy import organization_scope
from common.errors import Invalid, NotFound
from tests.accounts.door import PASSWORD, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server")]

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def browser(owner: Any) -> Client:
    client = Client()
    client.force_login(owner.user)
    return client


def note(person: Any, action: str, *, minutes: int = 0, **detail: Any) -> None:
    with organization_scope(person.organization_id):
        record(
            actor=person.actor,
            action=action,
            detail=detail,
            now=NOW - timedelta(minutes=minutes),
        )


def listed(page: str) -> list[str]:
    return re.findall(r"</bdi></td><td>(.*?)<p", page)


def test_it_has_words_for_everything_that_is_noted() -> None:
    text = "".join(
        path.read_text()
        for app in ("accounts", "translation", "glossaries", "billing")
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts and path.name != "actions.py"
    )
    groups = "|".join(GROUPS)
    quoted = set(re.findall(rf'"((?:{groups})\.[a-z_]+)"', text))
    # What carries a dot as well: events of webhooks, and lines of the log.
    others = {
        *("job.finished", "job.failed", "job.needs_review", "document.deleted"),
        *("webhook.disabled", "webhook.fenced", "organization.erased", "retention.deleted"),
    }
    assert quoted - others == set(ACTIONS)
    assert {action.split(".")[0] for action in ACTIONS} == set(GROUPS)


class TestPage:
    def test_it_narrows_by_person_kind_and_day(
        self, browser: Client, owner: Any, teammate: Any
    ) -> None:
        note(owner, "key.issue")
        note(teammate, "document.upload", minutes=24 * 60)
        note(teammate, "job.cancel", minutes=48 * 60)
        me = teammate.user.pk
        everything = listed(browser.get(f"/settings/audit?person={me}").content.decode())
        assert everything[-2:] == [
            "Uploaded a document",
            "Cancelled a translation",
        ]
        page = browser.get(f"/settings/audit?person={me}&group=job").content.decode()
        assert listed(page) == ["Cancelled a translation"]
        page = browser.get("/settings/audit?since=2026-11-24&until=2026-11-24").content.decode()
        assert listed(page) == ["Uploaded a document"]

    def test_it_turns_pages_without_a_gap(
        self, browser: Client, owner: Any, monkeypatch: Any
    ) -> None:
        from accounts.views import audit as views

        monkeypatch.setattr(views, "EVENTS", 4)
        for number in range(10):
            note(owner, "job.cancel", minutes=number // 3, number=number)  # three at one moment
        address, seen = "/settings/audit?group=job", []
        for _ in range(3):
            page = browser.get(address).content.decode()
            seen += [int(one) for one in re.findall(r"number: (\d+)", page)]
            older = re.search(r'rel="next" href="([^"]+)"', page)
            address = "/settings/audit" + (older[1].replace("&amp;", "&") if older else "")
        assert sorted(seen) == list(range(10))
        assert older is None

    @pytest.mark.parametrize(
        "query", ["person=x", "group=nothing", "since=yesterday", "until=9999-12-31", "cursor=x"]
    )
    def test_it_refuses_a_filter_it_cannot_read(self, browser: Client, query: str) -> None:
        assert browser.get(f"/settings/audit?{query}").status_code == 400

    def test_it_shows_failed_sign_ins_and_new_browsers(
        self, browser: Client, owner: Any, client: Client
    ) -> None:
        owner.user.set_password(PASSWORD)
        owner.user.save()
        client.force_login(owner.user)
        browser = Client()
        sign_in(browser, owner.user.email, "wrong wrong wrong")
        sign_in(browser, owner.user.email)
        sign_in(Client(), owner.user.email)
        page = browser.get("/settings/audit?group=person").content.decode()
        said = listed(page)
        assert "Wrong password or code" in said
        assert "Signed in with a new browser" in said

    def test_it_shows_nothing_of_another_organization(self, browser: Client, outsider: Any) -> None:
        note(outsider, "key.revoke")
        assert "Revoked an API key" not in listed(browser.get("/settings/audit").content.decode())
        asked = browser.get(f"/settings/audit?person={outsider.user.pk}").content.decode()
        assert listed(asked) == []


class TestExport:
    def test_it_holds_what_the_page_is_narrowed_to(self, browser: Client, owner: Any) -> None:
        note(owner, "key.issue", minutes=1)
        for number in range(5):
            note(owner, "job.cancel", number=number)
        answer = browser.get("/settings/audit.csv?group=job")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        text = answer.content.decode()
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [row["action"] for row in rows] == ["job.cancel"] * 5
        assert {row["user_id"] for row in rows} == {str(owner.user.pk)}
        assert sorted(row["detail"] for row in rows)[0] == '{"number": 0}'

    def test_it_goes_past_a_batch_and_ends_at_its_bound(self, owner: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr(reads, "EXPORT_BATCH", 3)
        for number in range(10):
            note(owner, "job.cancel", minutes=number, number=number)
        wanted = reads.Narrowing(group="job")
        told = list(reads.all_events(owner.organization_id, wanted=wanted))
        assert [one.detail["number"] for one in told] == list(range(10))
        told = list(reads.all_events(owner.organization_id, wanted=wanted, most=7))
        assert len(told) == 7

    def test_it_gives_spreadsheets_no_formula(self, browser: Client, owner: Any) -> None:
        owner.user.name = '=HYPERLINK("https://evil.example")'
        owner.user.save()
        note(owner, "job.cancel")
        text = browser.get("/settings/audit.csv").content.decode()
        who = {row["who"] for row in csv.DictReader(io.StringIO(text))}
        assert who == {'\'=HYPERLINK("https://evil.example")'}


class TestApi:
    def test_it_lists_by_key(self, owner: Any) -> None:
        for number in range(3):
            note(owner, "job.cancel", minutes=number, number=number)
        client = Client()
        first = client.get("/api/v1/audit?group=job&limit=2", headers=owner.headers).json()
        assert [one["detail"]["number"] for one in first["events"]] == [0, 1]
        more = f"/api/v1/audit?group=job&limit=2&cursor={first['next_cursor']}"
        last = client.get(more, headers=owner.headers).json()
        assert [one["detail"]["number"] for one in last["events"]] == [2]
        assert last["next_cursor"] is None
        since = (NOW - timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
        found = client.get(f"/api/v1/audit?action=job.cancel&since={since}", headers=owner.headers)
        assert len(found.json()["events"]) == 2

    def test_it_holds_a_cursor_to_its_list(self, owner: Any) -> None:
        for number in range(3):
            note(owner, "job.cancel", minutes=number)
        client = Client()
        first = client.get("/api/v1/audit?group=job&limit=1", headers=owner.headers).json()
        other = f"/api/v1/audit?group=key&limit=1&cursor={first['next_cursor']}"
        assert client.get(other, headers=owner.headers).status_code == 400


class TestStaff:
    @pytest.fixture
    def looking(self, outsider: Any) -> Client:
        outsider.user.is_staff = True
        outsider.user.save()
        client = Client()
        client.force_login(outsider.user)
        return client

    def enter(self, client: Client, person: Any, reason: str = "Ticket 4711, a lost file") -> Any:
        form = {"organization_id": str(person.organization_id), "reason": reason}
        return client.post("/staff", form)

    def test_it_looks_and_changes_nothing(
        self, looking: Client, browser: Client, owner: Any
    ) -> None:
        assert b"Northwind" not in looking.get("/").content
        assert self.enter(looking, owner).status_code == 302
        page = looking.get("/documents").content.decode()
        assert "You see Northwind as staff until" in page
        assert looking.get("/settings/audit").status_code == 200
        for method, address in [
            ("POST", "/api/v1/translate"),
            ("GET", "/settings/keys"),
            ("GET", "/settings/organization"),
            ("POST", "/settings/members/invite"),
        ]:
            answer = looking.generic(method, address, "{}", content_type="application/json")
            assert answer.status_code == 403, address
        told = browser.get("/settings/audit?group=staff").content.decode()
        assert listed(told) == ["Looked in as staff"]
        assert "Ticket 4711, a lost file" in told
        looking.post("/staff/leave")
        assert b"Northwind" not in looking.get("/").content
        assert listed(browser.get("/settings/audit?group=staff").content.decode()) == [
            "Left as staff",
            "Looked in as staff",
        ]

    def test_it_ends_with_its_hour_and_with_the_post(
        self, looking: Client, owner: Any, outsider: Any
    ) -> None:
        self.enter(looking, owner)
        session = looking.session
        kept = session["staff_visit"]
        session["staff_visit"] = [kept[0], (datetime.now(UTC) - timedelta(seconds=1)).isoformat()]
        session.save()
        assert b"Northwind" not in looking.get("/").content
        self.enter(looking, owner)
        assert b"Northwind" in looking.get("/").content
        outsider.user.is_staff = False
        outsider.user.save()
        assert b"Northwind" not in looking.get("/").content

    @pytest.mark.parametrize("reason", ["", "why", "x" * 501, " " * 20])
    def test_it_wants_a_reason(self, looking: Client, owner: Any, reason: str) -> None:
        assert self.enter(looking, owner, reason).status_code == 422
        assert b"Northwind" not in looking.get("/").content

    def test_it_is_not_there_for_others(self, browser: Client, owner: Any, outsider: Any) -> None:
        assert browser.get("/staff").status_code == 404
        assert self.enter(browser, outsider).status_code == 404
        with pytest.raises(NotFound):
            staff.enter(user=owner.user, organization_id=outsider.organization_id, reason="x" * 20)

    def test_it_knows_no_other_organization(self, outsider: Any) -> None:
        outsider.user.is_staff = True
        with pytest.raises(Invalid):
            staff.enter(user=outsider.user, organization_id=outsider.organization_id, reason="")
        with pytest.raises(NotFound):
            staff.enter(user=outsider.user, organization_id=outsider.user.pk, reason="x" * 20)
