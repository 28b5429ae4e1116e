"""What journeys through the editor share: a translated file, and what stands on the page."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

from playwright.sync_api import Locator, Page, expect

LINES = (
    "Safety information",
    "Read this manual before you use the pump for the first time.",
    "If the battery falls below {level} %, the pump sounds every {interval}.",
    "Set the <b>dose rate</b> to no more than 2.5 mL/h for {weight_limit}.",
    "The pump stores the last 500 alarms with date and time.",
)


def translated(
    member: Any, *, segments: int, targets: tuple[str, ...] = ("de",), repeated: bool = False
) -> dict[str, UUID]:
    """Jobs by language over a page of so many paragraphs, each with a number of its own."""
    from translation.services.intake import Upload, submit_files
    from translation.services.work import drain

    number = "" if repeated else " ({})"
    body = "".join(
        f"<p>{LINES[one % len(LINES)]}{number.format(one)}</p>\n" for one in range(segments)
    )
    [stored] = submit_files(
        actor=member.actor,
        uploads=[Upload(name="manual.html", data=f"<html><body>{body}</body></html>".encode())],
        source_language="en",
        target_languages=list(targets),
    )
    drain("standard", stop=threading.Event())
    return dict(stored.job_ids)


def open_editor(page: Page, job_id: UUID, ordinal: int = 0) -> Locator:
    """Opens the editor at a segment; gives its field."""
    page.goto(f"/jobs/{job_id}#s{ordinal}")
    field = field_of(page, ordinal)
    expect(field).to_be_visible()
    return field


def field_of(page: Page, ordinal: int) -> Locator:
    return page.locator(f"#s{ordinal} [role=textbox]")


def state_of(page: Page, ordinal: int) -> Locator:
    return page.locator(f"#s{ordinal} .ed-state")


def saved(page: Page) -> Locator:
    return page.locator("#ed-saved")


def write(page: Page, field: Locator, text: str) -> None:
    """Adds to the end of a field, by keyboard."""
    field.press("Control+End")
    page.keyboard.type(text)


def forms_of(member: Any, job_id: UUID, ordinal: int) -> list[str]:
    """The target as the database holds it."""
    from accounts.tenancy import organization_scope
    from translation.models import Target

    with organization_scope(member.organization_id):
        found = Target.objects.get(
            organization_id=member.organization_id, job_id=job_id, ordinal=ordinal
        )
    return list(found.forms)


def earlier_of(member: Any, job_id: UUID, ordinal: int) -> list[list[str]]:
    """What the target held before, oldest first."""
    from accounts.tenancy import organization_scope
    from translation.models import TargetVersion

    with organization_scope(member.organization_id):
        return list(
            TargetVersion.objects.filter(
                organization_id=member.organization_id,
                target__job_id=job_id,
                target__ordinal=ordinal,
            )
            .order_by("version")
            .values_list("forms", flat=True)
        )
