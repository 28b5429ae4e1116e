"""Mails: rows first, sent once, tried again, emptied when done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as django_mail

from accounts.models import Mail
from accounts.services import mail

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def templates(settings: Any, tmp_path: Any) -> None:
    place = tmp_path / "emails" / "greeting"
    place.mkdir(parents=True)
    (place / "subject.txt").write_text("Hello,\n{{ name|safe }}\n")
    (place / "body.txt").write_text("Go to {{ product_url }}.")
    (place / "body.html").write_text("<p>{{ name }}</p>")
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]


@pytest.fixture
def posted(templates: None) -> Any:
    def post(name: str = "Ann") -> Any:
        return mail.post(to="ann@acme.example", name="greeting", context={"name": name}, now=NOW)

    return post


class TestSend:
    def test_it_sends_text_and_html_and_keeps_neither(self, posted: Any) -> None:
        assert mail.send(mail_id=posted("<b>"), now=NOW)
        [sent] = django_mail.outbox
        assert (sent.to, sent.subject) == (["ann@acme.example"], "Hello, <b>")
        assert sent.body == "Go to http://localhost:8000/.\n"
        assert sent.alternatives[0].content == "<p>&lt;b&gt;</p>"
        row = Mail.objects.get()
        assert (row.subject, row.text, row.html) == ("", "", "")
        assert row.sent_at is not None

    def test_it_makes_one_line_of_a_subject_with_line_breaks(self, posted: Any) -> None:
        mail.send(mail_id=posted("Ann\r\nBcc: all@acme.example"), now=NOW)
        assert django_mail.outbox[0].subject == "Hello, Ann Bcc: all@acme.example"

    def test_it_sends_once_however_often_it_is_asked(self, posted: Any) -> None:
        mail_id = posted()
        assert [mail.send(mail_id=mail_id, now=NOW) for _ in range(3)] == [True, False, False]
        assert len(django_mail.outbox) == 1

    def test_it_leaves_a_mail_to_whoever_is_trying_it(self, posted: Any) -> None:
        mail_id = posted()
        Mail.objects.update(ready_at=NOW + mail.LEASE)
        assert not mail.send(mail_id=mail_id, now=NOW)
        assert mail.send(mail_id=mail_id, now=NOW + mail.LEASE)


class TestFailure:
    @pytest.fixture
    def away(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    def test_it_tries_again_for_a_day_and_then_gives_up(self, posted: Any, away: None) -> None:
        mail_id = posted()
        moment, tries = NOW, 0
        while mail.due_mails(now=moment + timedelta(days=2)):
            moment = Mail.objects.get().ready_at
            assert not mail.send(mail_id=mail_id, now=moment)
            tries += 1
            assert tries < 20
        row = Mail.objects.get()
        assert row.attempts == tries == len(mail.WAITS) + 1
        assert (row.failed_at, row.text) == (moment, "")
        assert timedelta(hours=20) < moment - NOW < timedelta(hours=26)

    def test_it_is_found_when_its_message_was_lost(self, posted: Any) -> None:
        mail_id = posted()
        assert mail.due_mails(now=NOW) == [mail_id]
        assert mail.due_mails(now=NOW - timedelta(seconds=1)) == []
