"""Domain profiles."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from interlinear.resources import Resource
from interlinear.shapes import ProfileShape, PromptPreviewShape, SettledValueShape

Id = str | UUID
SettledValues = list[SettledValueShape]


class Profiles(Resource):
    """Domain profiles. Reading takes `glossaries:read`, the rest `glossaries:write`.

    The fields are those docs/api/profiles.md names: `parent_id`, `standard`, `subject`,
    `glossaries`, `tier`, `effort`, `gates`, `length_share`, `same_words`.
    """

    def list(self) -> list[ProfileShape]:
        """All of them, by name."""
        return cast(list[ProfileShape], self._call("GET", "/api/v1/profiles")["profiles"])

    def create(self, name: str, **fields: Any) -> ProfileShape:
        """Makes one; what is left out comes from above it."""
        answer = self._write("POST", "/api/v1/profiles", {"name": name, **fields})
        return cast(ProfileShape, answer.json())

    def get(self, profile_id: Id) -> ProfileShape:
        """One."""
        return cast(
            ProfileShape,
            self._call("GET", "/api/v1/profiles/{profile_id}", profile_id=str(profile_id)),
        )

    def replace(self, profile_id: Id, name: str, **fields: Any) -> ProfileShape:
        """Puts this in place of the profile as it is now."""
        answer = self._write(
            "PUT",
            "/api/v1/profiles/{profile_id}",
            {"name": name, **fields},
            headers={"If-Match": "*"},
            profile_id=str(profile_id),
        )
        return cast(ProfileShape, answer.json())

    def delete(self, profile_id: Id) -> None:
        """Deletes it."""
        self._call("DELETE", "/api/v1/profiles/{profile_id}", profile_id=str(profile_id))

    def effective(self, profile_id: Id) -> SettledValues:
        """What counts where it is named, and whose word each value is."""
        found = self._call(
            "GET", "/api/v1/profiles/{profile_id}/effective", profile_id=str(profile_id)
        )
        return cast(SettledValues, found["values"])

    def preview(
        self,
        text: str,
        *,
        source_language: str,
        target_language: str,
        profile: Id | None = None,
    ) -> PromptPreviewShape:
        """The exact prompt of a sample text, block by block; Claude is not asked."""
        body = {
            "text": text,
            "source_language": source_language,
            "target_language": target_language,
            "profile": None if profile is None else str(profile),
        }
        return cast(PromptPreviewShape, self._write("POST", "/api/v1/prompt-preview", body).json())
