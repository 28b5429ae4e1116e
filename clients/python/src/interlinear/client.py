"""The client: one object for one key."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from typing import Self, cast
from uuid import UUID

from interlinear.documents import Documents, Jobs
from interlinear.errors import NotFinished
from interlinear.glossaries import Glossaries
from interlinear.organization import Organization
from interlinear.profiles import Profiles
from interlinear.shapes import LanguageList, MeShape, TranslationShape, UsageShape
from interlinear.style_guides import StyleGuides
from interlinear.translations import Translations
from interlinear.transport import Event, Transport
from interlinear.webhooks import Webhooks

Id = str | UUID
ASK_SECONDS = 0.5


class Interlinear:
    """An Interlinear and a key for it, from INTERLINEAR_URL and INTERLINEAR_KEY unless given.

    `timeout` is for one request, in seconds; `tries` is how often one is sent at most. Tried again
    are 429, 502, 503, 504 and broken connections, and what is written is written once all the same.
    """

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        timeout: float = 60.0,
        tries: int = 4,
    ) -> None:
        address = url or os.environ.get("INTERLINEAR_URL", "")
        secret = key if key is not None else os.environ.get("INTERLINEAR_KEY", "")
        self._transport = Transport(address, secret, timeout=timeout, tries=tries)
        self.documents = Documents(self._transport)
        self.jobs = Jobs(self._transport)
        self.translations = Translations(self._transport)
        self.glossaries = Glossaries(self._transport)
        self.profiles = Profiles(self._transport)
        self.style_guides = StyleGuides(self._transport)
        self.webhooks = Webhooks(self._transport)
        self.organization = Organization(self._transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection; a further call opens another."""
        self._transport.close()

    def translate(
        self,
        texts: Sequence[str],
        *,
        source_language: str,
        target_language: str,
        profile: str | UUID | None = None,
        timeout: float = 300.0,
    ) -> TranslationShape:
        """Up to 50 texts with what the checks found, once all are translated.

        Where the server answers that it takes longer, it is asked again until `timeout` seconds
        have passed; then NotFinished is raised, whose `id` goes into `translation`.
        """
        body = {
            "texts": list(texts),
            "source_language": source_language,
            "target_language": target_language,
            "profile": None if profile is None else str(profile),
        }
        end = time.monotonic() + timeout
        answer = self._transport.send(
            "POST",
            "/api/v1/translate",
            body=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        found = cast(TranslationShape, answer.json())
        while not found["finished"]:
            if time.monotonic() + ASK_SECONDS > end:
                raise NotFinished(f"Not done within {timeout:g} s.", id=found["job_id"])
            time.sleep(ASK_SECONDS)
            found = self.translation(found["job_id"])
        return found

    def stream(
        self, texts: Sequence[str], *, source_language: str, target_language: str
    ) -> Iterator[Event]:
        """The events of a translate call as they come: `job`, each `segment`, and `done`.

        Raises NotFinished where the server ends the stream before, whose `id` goes into
        `translation`, and ApiError where it tells of an error.
        """
        body = {
            "texts": list(texts),
            "source_language": source_language,
            "target_language": target_language,
        }
        yield from self._transport.events(
            "POST",
            "/api/v1/translate",
            body=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )

    def translation(self, job_id: Id) -> TranslationShape:
        """What has come of an earlier `translate`, finished or not."""
        path = "/api/v1/translate/{job_id}"
        answer = self._transport.send("GET", path, ids={"job_id": str(job_id)})
        return cast(TranslationShape, answer.json())

    def languages(self) -> LanguageList:
        """The languages on offer; this one call needs no key."""
        return cast(LanguageList, self._transport.send("GET", "/api/v1/languages").json())

    def me(self) -> MeShape:
        """Whose key this is: its organization, scopes and expiry."""
        return cast(MeShape, self._transport.send("GET", "/api/v1/me").json())

    def usage(self) -> UsageShape:
        """This month's characters: used, held, left."""
        return cast(UsageShape, self._transport.send("GET", "/api/v1/usage").json())
