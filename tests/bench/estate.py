"""An organization with much in it: documents of all states, written as if done in the past."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

SEGMENTS = 50


def fill(actor: Any, *, first: int, documents: int) -> list[UUID]:
    """Adds documents of 50 segments into one language, a tenth of them paused; their jobs."""
    from django.utils import timezone

    from config.demo.seed.build import Entry, answers
    from config.demo.seed.files import file_of
    from translation.services.history import Past, write_past
    from translation.services.intake import Upload

    now = timezone.now()
    jobs = []
    for number in range(first, first + documents):
        ends = "paused" if number % 10 == 9 else "finished"
        entry = Entry(
            name=f"document-{number:04}.{('txt', 'md', 'json', 'html')[number % 4]}",
            days_ago=number % 50,
            sentences=SEGMENTS,
            targets=[("de", "fr", "es", "ja")[number % 4]],
            lost=number % 7,
            misread=3,
            failed=5 if number % 11 == 0 else 0,
            ends=ends,
        )
        past = Past(
            upload=Upload(name=entry.name, data=file_of(entry.name, number, SEGMENTS)),
            source_language="en",
            target_languages=entry.targets,
            begun_at=now - timedelta(days=entry.days_ago, minutes=number % 60 + 1),
            answers=answers(entry, seed=number),
            ended_after=None if ends == "paused" else timedelta(seconds=50),
        )
        jobs += write_past(actor=actor, past=past).values()
    return jobs
