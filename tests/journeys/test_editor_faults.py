"""What people write in the editor outlives lost connections, stopped servers and other tabs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import session_of
from tests.journeys.editing import (
    earlier_of,
    field_of,
    forms_of,
    open_editor,
    saved,
    state_of,
    translated,
    write,
)
from tests.site import running_site

pytestmark = pytest.mark.browser


@pytest.fixture
def job(member: Any, site: Any) -> Any:
    return translated(member, segments=12)["de"]


class TestNoConnection:
    def test_it_keeps_what_is_typed_while_the_server_is_stopped(
        self, member: Any, job: Any, open_page: Any, sandbox: Any
    ) -> None:
        page = open_page(member.user)
        with running_site(sandbox.url) as first:
            address = f"http://127.0.0.1:{first.port}/jobs/{job}"
            page.goto(f"{address}#s2")
            before = forms_of(member, job, 2)
            write(page, field_of(page, 2), " Erst.")
            expect(saved(page)).to_have_text("Saved")
        write(page, field_of(page, 2), " Dann.")
        expect(saved(page)).to_have_text("No connection: 1 text kept on this device")
        expect(state_of(page, 2)).to_contain_text("Not saved yet")
        page.keyboard.press("Control+Enter")
        page.keyboard.type(" Weiter.")
        expect(saved(page)).to_have_text("No connection: 2 texts kept on this device")
        with running_site(sandbox.url, port=first.port):
            expect(saved(page)).to_have_text("Saved")
            assert forms_of(member, job, 2) == [f"{before[0]} Erst. Dann."]
            expect(state_of(page, 2)).to_contain_text("Reviewed")
            assert forms_of(member, job, 3)[0].endswith(" Weiter.")

    def test_it_keeps_it_also_when_the_tab_is_gone(
        self, member: Any, job: Any, open_page: Any
    ) -> None:
        page = open_page(member.user)
        write(page, open_editor(page, job, 1), " Ein Satz.")
        page.context.set_offline(True)
        write(page, field_of(page, 1), " Noch einer.")
        page.close()
        assert not forms_of(member, job, 1)[0].endswith("Noch einer.")
        page.context.set_offline(False)
        again = page.context.new_page()
        field = open_editor(again, job, 1)
        expect(field).to_contain_text("Ein Satz. Noch einer.")
        expect(saved(again)).to_have_text("Saved")
        expect(state_of(again, 1)).not_to_contain_text("Not saved yet")
        assert forms_of(member, job, 1)[0].endswith(" Ein Satz. Noch einer.")

    def test_it_saves_once_where_the_answer_was_lost(
        self, member: Any, job: Any, open_page: Any
    ) -> None:
        page = open_page(member.user)
        field = open_editor(page, job, 1)
        lost: list[int] = []

        def lose(route: Any) -> None:
            if lost:
                return route.continue_()
            lost.append(route.fetch().status)
            return route.abort()

        page.route("**/targets/*", lose)
        before = forms_of(member, job, 1)
        write(page, field, " Einmal.")
        expect(saved(page)).to_have_text("Saved")
        assert lost == [200]
        assert forms_of(member, job, 1) == [f"{before[0]} Einmal."]
        assert earlier_of(member, job, 1) == [before]


class TestSession:
    def test_it_goes_on_after_signing_in_again(self, member: Any, job: Any, open_page: Any) -> None:
        from django.contrib.sessions.models import Session

        page = open_page(member.user)
        field = open_editor(page, job, 1)
        Session.objects.all().delete()
        write(page, field, " Trotzdem.")
        expect(page.get_by_text("You are signed out.")).to_be_visible()
        expect(saved(page)).to_have_text("Signed out: 1 text kept on this device")
        self.sign_in(page, member)
        expect(saved(page)).to_have_text("Saved")
        assert forms_of(member, job, 1)[0].endswith(" Trotzdem.")

    def sign_in(self, page: Page, member: Any) -> None:
        from tests.journeys.conftest import PASSWORD

        with page.context.expect_page() as opened:
            page.get_by_role("link", name="Sign in again").click()
        other = opened.value
        other.get_by_label("E-mail").fill(member.user.email)
        other.get_by_label("Password").fill(PASSWORD)
        other.get_by_role("button", name="Sign in").click()
        expect(other).to_have_url(re.compile("/jobs/"))
        other.close()


class TestTwoTabs:
    def test_they_lose_no_text_of_one_segment(
        self, member: Any, teammate: Any, job: Any, open_page: Any
    ) -> None:
        mine, theirs = self.conflict(member, teammate, job, open_page)
        merge = mine.locator("#s1 .ed-merge")
        expect(merge).to_contain_text("changed this segment while you were writing")
        expect(merge).to_contain_text("Von Timo.")
        expect(merge).to_contain_text("Von mir.")
        write(mine, field_of(mine, 1), " Und danach.")
        merge.get_by_role("button", name="Edit both").click()
        expect(saved(mine)).to_have_text("Saved")
        [both] = forms_of(member, job, 1)
        assert "Von mir. Und danach." in both
        assert "Von Timo." in both
        assert any("Von Timo." in forms[0] for forms in earlier_of(member, job, 1))
        expect(theirs.locator("#s1")).to_contain_text("Von Timo.")

    def test_one_text_stays_and_the_other_can_be_brought_back(
        self, member: Any, teammate: Any, job: Any, open_page: Any
    ) -> None:
        mine, _ = self.conflict(member, teammate, job, open_page)
        mine.get_by_role("button", name="Take theirs").click()
        expect(field_of(mine, 1)).to_contain_text("Von Timo.")
        expect(saved(mine)).to_have_text("Saved")
        mine.get_by_role("button", name="Undo").click()
        expect(field_of(mine, 1)).to_contain_text("Von mir.")
        expect(saved(mine)).to_have_text("Saved")
        assert forms_of(member, job, 1)[0].endswith("Von mir.")
        assert any("Von Timo." in forms[0] for forms in earlier_of(member, job, 1))

    def test_my_text_goes_on_top_of_theirs(
        self, member: Any, teammate: Any, job: Any, open_page: Any
    ) -> None:
        mine, _ = self.conflict(member, teammate, job, open_page)
        mine.get_by_role("button", name="Keep mine").click()
        expect(saved(mine)).to_have_text("Saved")
        assert forms_of(member, job, 1)[0].endswith("Von mir.")
        assert any("Von Timo." in forms[0] for forms in earlier_of(member, job, 1))

    def test_two_tabs_of_one_person_each_keep_their_own(
        self, member: Any, job: Any, open_page: Any
    ) -> None:
        first = open_page(member.user)
        second = first.context.new_page()
        for page in (first, second):
            open_editor(page, job, 1)
        first.route("**/targets/*", lambda route: route.abort())
        write(first, field_of(first, 1), " Links.")
        write(second, field_of(second, 1), " Rechts.")
        expect(saved(second)).to_have_text("Saved")
        first.unroute("**/targets/*")
        merge = first.locator("#s1 .ed-merge")
        expect(merge).to_contain_text("Links.")
        expect(merge).to_contain_text("Rechts.")
        assert forms_of(member, job, 1)[0].endswith(" Rechts.")

    def conflict(self, member: Any, teammate: Any, job: Any, open_page: Any) -> tuple[Page, Page]:
        """Both have the segment open; Timo's text arrives first, and mine was begun before it."""
        mine, theirs = open_page(member.user), open_page(teammate.user)
        open_editor(mine, job, 1)
        open_editor(theirs, job, 1)
        mine.context.set_offline(True)
        write(mine, field_of(mine, 1), " Von mir.")
        write(theirs, field_of(theirs, 1), " Von Timo.")
        expect(saved(theirs)).to_have_text("Saved")
        mine.context.set_offline(False)
        expect(mine.locator("#s1 .ed-merge")).to_be_visible()
        return mine, theirs


def test_it_is_read_only_for_a_viewer(member: Any, job: Any, open_page: Any) -> None:
    from accounts.services import Role, add_member, create_user

    viewer = create_user(email="vera@northwind.example", name="Vera")
    add_member(actor=member.actor, user=viewer, role=Role.VIEWER)
    assert session_of(viewer)
    page = open_page(viewer)
    field = open_editor(page, job, 1)
    expect(field).to_have_attribute("aria-readonly", "true")
    expect(page.get_by_text("Your role does not include editing.")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm", exact=True)).to_have_count(0)
