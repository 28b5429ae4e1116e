"""Style guides made, drafted, published and rolled back. One call does one thing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from accounts import services as accounts_services
from accounts.services import Actor
from accounts.tenancy import organization_scope
from billing.queries import style_guide_limit
from common.database import take_turn
from common.errors import Conflict, Invalid, NotFound, OverAllowance
from engine.errors import EngineError
from engine.guide import Style
from engine.languages import find_target
from glossaries.models import StyleGuide, StyleGuideVersion
from glossaries.style_values import style_json, style_of, style_problems
from glossaries.values import pointed, searched

MAX_NAME_CHARS: Final = 100
MAX_NOTE_CHARS: Final = 200


def create_guide(
    *,
    actor: Actor,
    name: str,
    language: str,
    style: Style | None = None,
    now: datetime | None = None,
) -> StyleGuide:
    """Makes a guide whose draft is `style`; the first one of a language is its standard.

    Raises Invalid, Conflict for a name taken, OverAllowance where the plan has no room.
    """
    moment = now or timezone.now()
    code = _language(language)
    draft = _sound(style or Style())
    with organization_scope(actor.organization_id):
        mine = _mine_alone(actor)
        most, there = style_guide_limit(actor.organization_id), mine.count()
        if there >= most:
            raise OverAllowance(
                "style_guides_full",
                f"Your plan holds {most} style guides, and there are {there}: delete one first.",
                detail={"most": most, "there": there},
            )
        made = StyleGuide(
            organization_id=actor.organization_id,
            language=code,
            draft=draft,
            is_standard=not mine.filter(language=code).exists(),
            created_at=moment,
        )
        _name(made, name, mine)
        _touched(actor, made, moment)
        made.save(force_insert=True)
        _record(actor, "style.create", made.pk, {}, moment)
    return made


def change_guide(
    *,
    actor: Actor,
    guide_id: UUID,
    version: int,
    name: str,
    style: Style,
    is_standard: bool,
    now: datetime | None = None,
) -> StyleGuide:
    """Puts `style` in place of the draft that was read. What is published stays as it is.

    Raises NotFound, Invalid, and Conflict with both drafts where somebody else was quicker.
    """
    moment = now or timezone.now()
    draft = _sound(style)
    with organization_scope(actor.organization_id):
        mine = _mine_alone(actor)
        there = _locked(mine, guide_id)
        if there.version != version:
            raise Conflict(
                "style_guide_changed",
                "Somebody changed this style guide since you read it. Compare the two, then save"
                " yours again.",
                detail={
                    "version": there.version,
                    "yours_was": version,
                    "theirs": there.draft,
                    "yours": draft,
                },
            )
        before = there.name, there.draft, there.is_standard
        _name(there, name, mine.exclude(pk=guide_id))
        there.draft = draft
        if is_standard and not there.is_standard:
            mine.filter(language=there.language, is_standard=True).update(is_standard=False)
        there.is_standard = is_standard
        if (there.name, there.draft, there.is_standard) != before:
            there.version += 1
            _touched(actor, there, moment)
            there.save(force_update=True)
            _record(actor, "style.change", guide_id, {}, moment)
    return there


def publish_guide(
    *, actor: Actor, guide_id: UUID, note: str = "", now: datetime | None = None
) -> int:
    """Makes the draft count from the next run on; the number it is published under.

    Raises NotFound, Invalid, Conflict where that is what counts already.
    """
    moment = now or timezone.now()
    words = " ".join(note.split())
    if len(words) > MAX_NOTE_CHARS or not words.isprintable():
        raise Invalid(
            "style_note_invalid",
            f"Say what is new in at most {MAX_NOTE_CHARS} characters.",
            detail={"field": "note"},
        )
    with organization_scope(actor.organization_id):
        there = _locked(_mine_alone(actor), guide_id)
        return _published(actor, there, there.draft, words, moment)


def roll_back_guide(
    *, actor: Actor, guide_id: UUID, number: int, now: datetime | None = None
) -> int:
    """Publishes an earlier version anew, and makes it the draft; its new number."""
    moment = now or timezone.now()
    with organization_scope(actor.organization_id):
        there = _locked(_mine_alone(actor), guide_id)
        earlier = StyleGuideVersion.objects.filter(
            organization_id=actor.organization_id, guide_id=guide_id, number=number
        ).first()
        if earlier is None:
            raise NotFound("style_version_not_found", "The style guide has no such version.")
        there.draft = earlier.held
        there.version += 1
        return _published(actor, there, earlier.held, f"As version {number}", moment)


def delete_guide(*, actor: Actor, guide_id: UUID, now: datetime | None = None) -> None:
    """Removes a guide with its versions. Runs that began with it keep what it said."""
    with organization_scope(actor.organization_id):
        there = _locked(_mine_alone(actor), guide_id)
        StyleGuideVersion.objects.filter(
            organization_id=actor.organization_id, guide_id=guide_id
        ).delete()
        there.delete()
        _record(actor, "style.delete", guide_id, {}, now or timezone.now())


def _published(
    actor: Actor, there: StyleGuide, held: Mapping[str, Any], note: str, now: datetime
) -> int:
    versions = StyleGuideVersion.objects.filter(
        organization_id=actor.organization_id, guide_id=there.pk
    ).order_by("-number")
    last = versions.first()
    if last is not None and last.held == held:
        raise Conflict(
            "style_already_published", "This is what counts already: there is nothing to publish."
        )
    number = last.number + 1 if last else 1
    StyleGuideVersion.objects.create(
        organization_id=actor.organization_id,
        guide_id=there.pk,
        number=number,
        held=held,
        note=note,
        at=now,
        user_id=actor.user_id,
        api_key_id=actor.api_key_id,
    )
    there.published = number
    _touched(actor, there, now)
    there.save(force_update=True)
    _record(actor, "style.publish", there.pk, {"version": number}, now)
    return number


def _sound(style: Style) -> dict[str, Any]:
    found = style_problems(style)
    if found:
        raise Invalid("style_invalid", found[0].message, detail={"errors": pointed(found)})
    # What is read from the database again is what is compared with it.
    return style_json(style_of(style_json(style)))


def _language(code: str) -> str:
    try:
        return find_target(code.strip()).code
    except EngineError as error:
        base = code.strip()
        if error.code == "language_ambiguous" and base.isalpha():
            return base.lower()
        raise Invalid(
            "style_language_unknown",
            "Name the language the guide is for, such as de or pt-BR.",
            detail={"field": "language"},
        ) from None


def _name(row: StyleGuide, name: str, others: Any) -> None:
    words = " ".join(name.split())
    if not words or len(words) > MAX_NAME_CHARS or not words.isprintable():
        raise Invalid(
            "style_name_invalid",
            f"Name the style guide in 1 to {MAX_NAME_CHARS} characters.",
            detail={"field": "name"},
        )
    row.name, row.folded_name = words, searched(words)
    if others.filter(folded_name=row.folded_name).exists():
        raise Conflict(
            "style_name_taken",
            "Another style guide of your organization has this name: choose another.",
            detail={"field": "name"},
        )


def _touched(actor: Actor, row: StyleGuide, now: datetime) -> None:
    row.updated_at = now
    row.updated_by, row.updated_by_key = actor.user_id, actor.api_key_id


def _mine_alone(actor: Actor) -> Any:
    """The organization's guides, while nobody else makes or changes one."""
    take_turn(f"styles {actor.organization_id}")
    return StyleGuide.objects.filter(organization_id=actor.organization_id)


def _locked(mine: Any, guide_id: UUID) -> StyleGuide:
    found: StyleGuide | None = mine.select_for_update().filter(pk=guide_id).first()
    if found is None:
        raise NotFound("style_guide_not_found", "There is no such style guide.")
    return found


def _record(
    actor: Actor, action: str, guide_id: UUID, detail: Mapping[str, int], now: datetime
) -> None:
    accounts_services.record(
        actor=actor,
        action=action,
        object_kind="style_guide",
        object_id=guide_id,
        detail=dict(detail),
        now=now,
    )
