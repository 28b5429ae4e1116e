"""The REST API of webhooks."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.translation.posting import deliver, happen, verified
from tests.translation.receivers import receiving, status

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("open_walls")]

PLACE = "/api/v1/webhooks"
WANTED = {"url": "https://hooks.northwind.example/in", "events": ["job.finished"]}


@pytest.fixture
def call(owner: Any) -> Any:
    client = Client()

    def called(
        method: str, path: str = "", body: Any = None, person: Any = owner, match: str = "*"
    ) -> Any:
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        headers = person.headers | ({"If-Match": match} if method == "patch" else {})
        return getattr(client, method)(f"{PLACE}{path}", headers=headers, **sent)

    return called


class TestWebhooks:
    def test_it_is_made_changed_and_deleted(self, call: Any) -> None:
        made = call("post", "", {**WANTED, "description": "Shop"})
        assert made.status_code == 201
        told = made.json()
        assert told["secret"].startswith("whsec_")
        assert (told["state"], told["events"]) == ("enabled", ["job.finished"])
        place = f"/{told['id']}"
        wish = {"events": ["job.failed", "job.finished"], "enabled": False}
        seen = call("get", place)["ETag"]
        changed = call("patch", place, wish, match=seen)
        assert changed.json()["events"] == ["job.finished", "job.failed"]
        assert changed.json()["disabled_reason"] == "person"
        assert "secret" not in changed.json()
        assert changed["ETag"] == call("get", place)["ETag"] != seen
        assert call("patch", place, wish, match=seen).status_code == 412
        assert call("patch", place, wish, match="").status_code == 428
        [listed] = call("get").json()["webhooks"]
        assert listed == call("get", place).json() == changed.json()
        assert call("delete", place).status_code == 204
        assert call("get", place).status_code == 404
        assert call("get").json() == {"webhooks": []}

    @pytest.mark.parametrize(
        ("body", "status_code", "code"),
        [
            ({"url": WANTED["url"]}, 400, "request_malformed"),
            ({**WANTED, "secret": "whsec_x"}, 400, "request_malformed"),
            ({**WANTED, "events": "job.finished"}, 400, "request_malformed"),
            ({**WANTED, "url": ["x"]}, 400, "request_malformed"),
            ([], 400, "request_malformed"),
            ({**WANTED, "url": "ftp://x/"}, 422, "webhook_url_invalid"),
            ({**WANTED, "events": ["job.begun"]}, 422, "webhook_events_invalid"),
        ],
    )
    def test_it_refuses_bad_input(self, call: Any, body: Any, status_code: int, code: str) -> None:
        refused = call("post", "", body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (status_code, code)
        assert call("get").json() == {"webhooks": []}

    def test_it_shows_and_rotates_the_secret(self, call: Any) -> None:
        made = call("post", "", WANTED).json()
        shown = call("get", f"/{made['id']}/secret")
        assert shown.json() == {"secret": made["secret"]}
        assert shown["Cache-Control"] == "no-store"
        rotated = call("post", f"/{made['id']}/rotate").json()
        assert rotated["secret"] != made["secret"]
        assert rotated["rotated_at"] is not None
        assert call("get", f"/{made['id']}/secret").json() == {"secret": rotated["secret"]}

    def test_it_is_closed_to_whoever_lacks_the_right(self, call: Any, teammate: Any) -> None:
        browser = Client()
        browser.force_login(teammate.user)
        answer = browser.get(PLACE)
        assert (answer.status_code, answer.json()["error"]["detail"]) == (
            403,
            {"missing": "webhooks:manage"},
        )


class TestDeliveries:
    def test_it_tells_how_it_went_and_does_it_again(self, call: Any, owner: Any) -> None:
        with receiving(status(500)) as receiver:
            made = call("post", "", {**WANTED, "url": receiver.url}).json()
            place = f"/{made['id']}/deliveries"
            event = str(happen(owner))
            deliver()
            [row] = call("get", place).json()["deliveries"]
            assert (row["event_id"], row["event"], row["state"]) == (
                *(event, "job.finished"),
                "pending",
            )
            assert (row["tries"], row["status"], row["error"]) == (1, 500, "status")
            assert row["next_at"] is not None
            receiver.answer = status(200)
            replayed = call("post", f"{place}/{row['id']}/replay")
            assert (replayed.status_code, replayed.json()["state"]) == (202, "pending")
            deliver()
            detail = call("get", f"{place}/{row['id']}").json()
        assert detail["delivery"]["state"] == "delivered"
        assert [one["status"] for one in detail["attempts"]] == [200, 500]
        assert detail["body"].encode() == receiver.got[0].body
        assert verified(receiver.got[1], made["secret"])["type"] == "job.finished"

    def test_it_sends_a_test(self, call: Any) -> None:
        with receiving() as receiver:
            made = call("post", "", {**WANTED, "url": receiver.url}).json()
            sent = call("post", f"/{made['id']}/test")
            assert (sent.status_code, sent.json()["event"]) == (202, "webhook.test")
            deliver()
        told = verified(receiver.got[0], made["secret"])
        assert (told["type"], told["data"]) == ("webhook.test", {"webhook_id": made["id"]})

    def test_it_is_read_page_by_page(self, call: Any, owner: Any) -> None:
        made = call("post", "", WANTED).json()
        events = [str(happen(owner)) for _ in range(5)]
        place = f"/{made['id']}/deliveries"
        seen: list[str] = []
        cursor = None
        while seen == [] or cursor is not None:
            turn = f"&cursor={cursor}" if cursor else ""
            page = call("get", f"{place}?limit=2{turn}").json()
            seen += [one["event_id"] for one in page["deliveries"]]
            cursor = page["next_cursor"]
        assert seen == events[::-1]
        failed = call("get", f"{place}?state=failed").json()
        assert failed == {"deliveries": [], "next_cursor": None}
        [told] = call("get", f"{place}?state=lost").json()["error"]["detail"]["errors"]
        assert told["parameter"] == "state"
        assert call("get", f"{place}?cursor=x").status_code == 400

    def test_it_replays_what_failed(self, call: Any, owner: Any) -> None:
        with receiving(status(410)) as receiver:
            made = call("post", "", {**WANTED, "url": receiver.url}).json()
            happen(owner)
            deliver()
        place = f"/{made['id']}"
        since = {"since": "2026-01-01T00:00:00Z"}
        off = call("post", f"{place}/replay", since)
        assert (off.status_code, off.json()["error"]["code"]) == (409, "webhook_disabled")
        call("patch", place, {"enabled": True})
        done = call("post", f"{place}/replay", since)
        assert (done.status_code, done.json()) == (202, {"replayed": 1})
        assert call("post", f"{place}/replay", {"since": "soon"}).status_code == 400

    def test_it_shows_a_delivery_of_its_own_webhook_only(self, call: Any, owner: Any) -> None:
        first, second = (call("post", "", WANTED).json() for _ in range(2))
        sent = call("post", f"/{first['id']}/test").json()
        for path in ("", "/replay"):
            place = f"/{second['id']}/deliveries/{sent['id']}{path}"
            answer = call("post" if path else "get", place)
            assert answer.json()["error"]["code"] == "delivery_not_found"
