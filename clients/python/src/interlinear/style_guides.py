"""Style guides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from interlinear.resources import Resource
from interlinear.shapes import StyleGuideShape, StyleVersionShape

Id = str | UUID
Guides = list[StyleGuideShape]
Versions = list[StyleVersionShape]


class StyleGuides(Resource):
    """Style guides. Reading takes `glossaries:read`, the rest `glossaries:write`.

    `rules` are those docs/api/style-guides.md names; what is left out is left open.
    """

    def list(self) -> Guides:
        """All of them, by language and name."""
        return cast(Guides, self._call("GET", "/api/v1/style-guides")["style_guides"])

    def create(
        self,
        name: str,
        language: str,
        *,
        rules: Mapping[str, Any] | None = None,
        ready_made: str | None = None,
    ) -> StyleGuideShape:
        """Makes one, with rules of yours or as one of ours: de, fr, ja."""
        value: dict[str, Any] = {"name": name, "language": language}
        if rules is not None:
            value["rules"] = dict(rules)
        if ready_made is not None:
            value["ready_made"] = ready_made
        return cast(StyleGuideShape, self._write("POST", "/api/v1/style-guides", value).json())

    def get(self, guide_id: Id) -> StyleGuideShape:
        """One."""
        return cast(
            StyleGuideShape,
            self._call("GET", "/api/v1/style-guides/{guide_id}", guide_id=str(guide_id)),
        )

    def change(
        self,
        guide_id: Id,
        *,
        rules: Mapping[str, Any],
        name: str | None = None,
        standard: bool | None = None,
    ) -> StyleGuideShape:
        """Puts these rules in place of the draft as it is now."""
        there = self.get(guide_id)
        value = {
            "name": there["name"] if name is None else name,
            "standard": there["standard"] if standard is None else standard,
            "rules": dict(rules),
        }
        answer = self._write(
            "PUT",
            "/api/v1/style-guides/{guide_id}",
            value,
            headers={"If-Match": "*"},
            guide_id=str(guide_id),
        )
        return cast(StyleGuideShape, answer.json())

    def delete(self, guide_id: Id) -> None:
        """Deletes it with its versions."""
        self._call("DELETE", "/api/v1/style-guides/{guide_id}", guide_id=str(guide_id))

    def publish(self, guide_id: Id, *, note: str = "") -> StyleGuideShape:
        """Makes the draft count."""
        answer = self._write(
            "POST",
            "/api/v1/style-guides/{guide_id}/publish",
            {"note": note},
            guide_id=str(guide_id),
        )
        return cast(StyleGuideShape, answer.json())

    def versions(self, guide_id: Id) -> Versions:
        """What it said each time it was published, newest first."""
        path = "/api/v1/style-guides/{guide_id}/versions"
        return cast(Versions, self._call("GET", path, guide_id=str(guide_id))["versions"])

    def roll_back(self, guide_id: Id, number: int) -> StyleGuideShape:
        """Publishes an earlier version anew."""
        answer = self._write(
            "POST",
            "/api/v1/style-guides/{guide_id}/roll-back",
            {"number": number},
            guide_id=str(guide_id),
        )
        return cast(StyleGuideShape, answer.json())
