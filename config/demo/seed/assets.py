"""What the demo organization has taught us: terms of its trade, and how its German is written."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from accounts.services import Actor
from glossaries.queries.glossaries import glossaries_of
from glossaries.queries.styles import guides_of
from glossaries.services import (
    FORBIDDEN,
    PREFERRED,
    READY_MADE_BY_SLUG,
    ConceptValues,
    TermValues,
)
from glossaries.services.concepts import put_concept
from glossaries.services.glossaries import create_glossary
from glossaries.services.styles import create_guide, publish_guide

NAME: Final = "Device terms"
# Subject, English, then language, term and, with a minus, what must not stand for it.
TERMS: Final = (
    ("Therapy", "dose rate", "de Förderrate", "de -Dosierrate", "fr débit", "ja 投与速度"),
    ("Alarms", "occlusion alarm", "de Okklusionsalarm", "fr alarme d’occlusion", "ja 閉塞アラーム"),
    ("Hardware", "drop sensor", "de Tropfensensor", "fr détecteur de gouttes", "ja 滴下センサー"),
    ("Hardware", "housing", "de Gehäuse", "de -Hülle", "fr boîtier", "es carcasa"),
    ("Software", "standby", "de Standby", "de -Bereitschaft", "fr veille", "ja スタンバイ"),
    ("Service", "spare part", "de Ersatzteil", "fr pièce de rechange", "es pieza de repuesto"),
)
KEPT: Final = ("Halden Flow", "Halden Support")


def keep_glossary(*, actor: Actor, now: datetime) -> None:
    """Makes the glossary where there is none of its name."""
    if any(one.name == NAME for one in glossaries_of(actor.organization_id)):
        return
    made = create_glossary(
        actor=actor, name=NAME, description="How our manuals and screens speak.", now=now
    )
    concepts = [_concept(*row) for row in TERMS]
    concepts += [
        ConceptValues(
            subject="Names", do_not_translate=True, terms=(TermValues(language="en", text=one),)
        )
        for one in KEPT
    ]
    for number, values in enumerate(concepts, start=1):
        put_concept(
            actor=actor,
            glossary_id=made.pk,
            external_id=f"demo-{number}",
            values=values,
            now=now,
        )


def _concept(subject: str, english: str, *others: str) -> ConceptValues:
    terms = [TermValues(language="en", text=english)]
    for other in others:
        language, text = other.split(" ", 1)
        status = FORBIDDEN if text.startswith("-") else PREFERRED
        terms.append(TermValues(language=language, text=text.lstrip("-"), status=status))
    return ConceptValues(subject=subject, terms=tuple(terms))


def keep_style_guide(*, actor: Actor, now: datetime) -> None:
    """Makes and publishes our German guide where there is none."""
    ready = READY_MADE_BY_SLUG["de"]
    if any(one.language == ready.language for one in guides_of(actor.organization_id)):
        return
    made = create_guide(
        actor=actor, name="Manuals, German", language=ready.language, style=ready.style, now=now
    )
    publish_guide(actor=actor, guide_id=made.pk, note="From the ready-made guide", now=now)
