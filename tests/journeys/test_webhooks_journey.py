"""A webhook from its page to a receiver, to a job's end, and on when the receiver has failed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.translation.posting import deliver, verified
from tests.translation.receivers import receiving, status

pytestmark = pytest.mark.browser


def test_it_tells_a_receiver_that_a_job_has_ended(
    member: Any, open_page: Any, settings: Any, sandbox: Any
) -> None:
    from translation.services.intake import Upload, submit_files
    from translation.services.work import drain

    settings.WEBHOOK_PRIVATE_TARGETS = True
    page = open_page(member.user)
    with receiving(status(503)) as receiver:
        page.goto("/preferences")
        page.get_by_role("navigation", name="Settings").get_by_role("link", name="Webhooks").click()
        page.get_by_role("link", name="Make a webhook").click()
        page.get_by_label("Address").fill(receiver.url)
        page.get_by_label("A document is gone for good").uncheck()
        page.get_by_role("button", name="Make the webhook").click()
        page.get_by_role("button", name="Show the secret").click()
        secret = page.get_by_label("Secret that signs now").input_value()
        page.get_by_role("button", name="Send a test event").click()
        expect(page.get_by_role("heading", name="Not tried yet")).to_be_visible()
        deliver()
        page.reload()
        expect(page.get_by_text("503", exact=True)).to_be_visible()
        receiver.answer = status(204)
        page.get_by_role("button", name="Send once more").click()
        expect(page.get_by_text("It is sent once more.")).to_be_visible()
        deliver()
        page.reload()
        expect(page.get_by_text("The receiver has it.")).to_be_visible()
        submit_files(
            actor=member.actor,
            uploads=[Upload(name="letter.txt", data=b"Hello there.")],
            source_language="en",
            target_languages=["de"],
        )
        drain("standard", stop=threading.Event())
        deliver()
        page.get_by_role("link", name="Webhook", exact=True).click()
        page.get_by_role("link", name="job.finished").click()
        expect(page.get_by_text("The receiver has it.")).to_be_visible()
    kinds = [verified(got, secret)["type"] for got in receiver.got]
    assert kinds == ["webhook.test", "webhook.test", "job.finished"]
