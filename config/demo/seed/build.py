"""Fills an organization with a month of work, once: what is there already is left alone."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from accounts import queries, services
from accounts.services import Actor, Role
from accounts.services.welcome import close_first_steps
from accounts.tenancy import organization_scope
from config.demo.seed.assets import keep_glossary, keep_style_guide
from config.demo.seed.corpus import sentence, translated
from config.demo.seed.files import file_of
from engine.formats.texts import pack_texts
from translation.services import history
from translation.services.history import Answer, Answers, Past
from translation.services.intake import Upload
from translation.services.notices import mark_read

PEOPLE: Final = (
    ("ines.moreau@interlinear.example", "Ines Moreau", Role.LINGUIST),
    ("kenji.tanaka@interlinear.example", "Kenji Tanaka", Role.MANAGER),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One document of the month. Shares are of its segments, in per cent; `lost` placeholders show
    only where there are any.

    `ends` is finished, cancelled or paused; `edited` counts segments a person has confirmed.
    """

    name: str
    days_ago: float
    sentences: int
    targets: Sequence[str]
    source: str = "en"
    lost: int = 0
    misread: int = 0
    repaired: int = 4
    failed: int = 0
    ends: str = "finished"
    edited: int = 0


MONTH: Final = (
    Entry(name="welcome-mail.txt", days_ago=55, sentences=24, targets=["de", "fr"], repaired=14),
    Entry(name="safety-notes.md", days_ago=48, sentences=60, targets=["de"], lost=4, repaired=12,
          edited=3),
    Entry(name="shop-texts.json", days_ago=41, sentences=80, targets=["fr", "es"], repaired=11),
    Entry(name="warranty.html", days_ago=34, sentences=50, targets=["de", "ja"], misread=6),
    Entry(name="onboarding.md", days_ago=29, sentences=40, targets=["de", "es"], repaired=9),
    Entry(name="faq-2026.html", days_ago=27, sentences=70, targets=["fr"], repaired=8, edited=4),
    Entry(name="newsletter-09.txt", days_ago=26, sentences=30, targets=["de", "fr", "es"]),
    Entry(name="firmware-4.7.po", days_ago=23.6, sentences=90, targets=["de"], repaired=7),
    Entry(name="spare-parts.json", days_ago=22, sentences=110, targets=["es"], misread=3),
    Entry(name="mounting-guide.md", days_ago=20, sentences=75, targets=["de", "fr"], edited=6),
    Entry(name="returns-policy.html", days_ago=19, sentences=36, targets=["ja"], repaired=6),
    Entry(name="price-list-notes.txt", days_ago=16, sentences=48, targets=["fr", "de"]),
    Entry(name="H-200 manual.md", days_ago=14.4, sentences=210, targets=["de", "fr"], lost=16,
          misread=2, repaired=5, edited=18),
    Entry(name="app-strings.json", days_ago=13, sentences=120, targets=["ja", "es"], repaired=5),
    Entry(name="Wartungsplan.txt", days_ago=12, sentences=44, targets=["fr"], source="de"),
    Entry(name="training-module-07.md", days_ago=9.2, sentences=64, targets=["de"], repaired=3),
    Entry(name="trade-fair-leaflet.html", days_ago=8, sentences=20, targets=["de", "fr", "ja"]),
    Entry(name="release-notes-4.8.md", days_ago=6, sentences=52, targets=["de", "ja"], misread=4),
    Entry(name="wrong-draft.txt", days_ago=5.4, sentences=40, targets=["es"], ends="cancelled"),
    Entry(name="help-centre.html", days_ago=4, sentences=130, targets=["de", "es"], lost=30,
          repaired=3, edited=1),
    Entry(name="risk-analysis.md", days_ago=2.2, sentences=58, targets=["de"], lost=45),
    Entry(name="parts-catalogue.json", days_ago=1.1, sentences=96, targets=["fr"], failed=18),
    Entry(name="press-release.txt", days_ago=0.6, sentences=26, targets=["de", "fr"], repaired=2),
    Entry(name="support-mails.txt", days_ago=0.2, sentences=34, targets=["ja"], lost=22),
    Entry(name="service-handbook.md", days_ago=0.02, sentences=180, targets=["de"], ends="paused"),
)  # fmt: skip


# Of the translate box: where in the corpus, into what, and how many hours ago.
TEXTS: Final = ((3, "de", 50.0), (9, "fr", 26.0), (19, "ja", 5.0), (22, "es", 1.5), (24, "de", 0.4))


def build(*, actor: Actor, now: datetime) -> int:
    """Stores the month's documents that are missing; how many were."""
    people = [actor, *_people(actor)]
    made = 0
    for number, entry in enumerate(MONTH):
        if history.has_document(actor.organization_id, entry.name):
            continue
        jobs = _store(people[number % 2 * 2] if number % 4 == 1 else actor, entry, number, now)
        _edit(people[1], entry, jobs)
        made += 1
    for place, language, hours_ago in TEXTS:
        _ask(actor, sentence(place), language, now - timedelta(hours=hours_ago))
    if made:
        _read_old_ones(actor)
    # After the month: its translations were judged without it.
    keep_glossary(actor=actor, now=now)
    keep_style_guide(actor=actor, now=now)
    if actor.user_id is not None:
        # Whoever looks at a house that has been lived in needs no first steps.
        close_first_steps(organization_id=actor.organization_id, user_id=actor.user_id, now=now)
    return made


def _ask(actor: Actor, text: str, language: str, at: datetime) -> None:
    if history.has_document(actor.organization_id, text[:60]):
        return
    past = Past(
        upload=Upload(name=text[:60], data=pack_texts([text])),
        source_language="en",
        target_languages=[language],
        begun_at=at,
        answers=lambda asked, into, _: Answer(translated(asked, "en", into)),
        ended_after=timedelta(seconds=3),
        is_text=True,
    )
    history.write_past(actor=actor, past=past)


def _store(actor: Actor, entry: Entry, number: int, now: datetime) -> dict[str, UUID]:
    data = file_of(entry.name, number * 11, entry.sentences, entry.source)
    seconds = 20 + entry.sentences * len(entry.targets) // 3
    past = Past(
        upload=Upload(name=entry.name, data=data),
        source_language=entry.source,
        target_languages=entry.targets,
        begun_at=now - timedelta(days=entry.days_ago),
        answers=answers(entry, seed=number),
        ended_after=None if entry.ends == "paused" else timedelta(seconds=seconds),
        is_cancelled=entry.ends == "cancelled",
    )
    return history.write_past(actor=actor, past=past)


def answers(entry: Entry, *, seed: int) -> Answers:
    """What comes back for an entry's texts: the right sentence, but for its shares of faults."""
    draw = random.Random(seed)  # noqa: S311 - examples are to be the same each time
    fates: dict[int, str] = {}

    def fate(ordinal: int) -> str:
        if ordinal not in fates:
            point = draw.randrange(100)
            for name in ("failed", "lost", "misread", "repaired"):
                point -= getattr(entry, name)
                if point < 0:
                    break
            fates[ordinal] = name if point < 0 else "passed"
        return fates[ordinal]

    def answer(text: str, language: str, ordinal: int) -> Answer | None:
        if entry.ends == "cancelled" and ordinal >= entry.sentences // 3:
            return None
        right = translated(text, entry.source, language)
        match fate(ordinal):
            case "failed":
                return Answer("")
            case "lost":
                return Answer(re.sub(r" ?\{\w+\}", "", right))
            case "misread":
                misread = re.sub(r"\d+", lambda found: str(int(found[0]) + 1), right)
                return Answer(misread, repaired=True)
            case "repaired":
                return Answer(right, repaired=True)
        return Answer(right)

    return answer


def _people(actor: Actor) -> list[Actor]:
    """The colleagues, as they act in the organization; those who are missing are taken in."""
    return [_person(actor, *one) for one in PEOPLE]


def _person(actor: Actor, email: str, name: str, role: Role) -> Actor:
    person = queries.person_by_email(email) or services.create_user(email=email, name=name)
    with organization_scope(actor.organization_id):
        membership = queries.membership_of(actor.organization_id, person.pk)
    if membership is None:
        membership = services.add_member(actor=actor, user=person, role=role)
    return membership.as_actor()


def _edit(actor: Actor, entry: Entry, jobs: dict[str, UUID]) -> None:
    for language, job_id in jobs.items() if entry.edited else ():
        wording = partial(translated, source=entry.source, target=language)
        history.edit_some(actor=actor, job_id=job_id, count=entry.edited, wording=wording)


def _read_old_ones(actor: Actor) -> None:
    """Leaves the newest three notifications unread."""
    from translation.queries.notices import notices_for

    older = notices_for(actor.organization_id, actor.user_id)[3:] if actor.user_id else []
    if older:
        mark_read(actor=actor, ids=[one.id for one in older])
