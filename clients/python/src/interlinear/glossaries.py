"""Glossaries and their concepts."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, cast
from uuid import UUID

from interlinear import uploads
from interlinear.errors import NotFinished
from interlinear.resources import Resource
from interlinear.shapes import (
    ConceptActionShape,
    ConceptShape,
    ConceptVersionShape,
    GlossaryShape,
    ImportShape,
)

Id = str | UUID
Imports = list[ImportShape]
ASK_SECONDS = 0.5
Status = Literal["preferred", "admitted", "deprecated", "forbidden"]
Versions = list[ConceptVersionShape]


class Glossaries(Resource):
    """Glossaries of the organization. Reading takes `glossaries:read`, the rest `glossaries:write`.

    A concept's `terms` are objects with `language` and `text`, and what else docs/api/glossaries.md
    names; its other fields are `definition`, `subject`, `note`, `do_not_translate`, `external_id`.
    """

    def list(self) -> list[GlossaryShape]:
        """All of them, by name."""
        return cast(list[GlossaryShape], self._call("GET", "/api/v1/glossaries")["glossaries"])

    def create(self, name: str, *, description: str = "") -> GlossaryShape:
        """Makes an empty one."""
        value = {"name": name, "description": description}
        return cast(GlossaryShape, self._write("POST", "/api/v1/glossaries", value).json())

    def get(self, glossary_id: Id) -> GlossaryShape:
        """One, with how many concepts it has."""
        return cast(
            GlossaryShape,
            self._call("GET", "/api/v1/glossaries/{glossary_id}", glossary_id=str(glossary_id)),
        )

    def change(self, glossary_id: Id, **fields: Any) -> GlossaryShape:
        """Changes what is given of `name` and `description`, as it is now."""
        headers = {"If-Match": "*"}
        answer = self._write(
            "PATCH",
            "/api/v1/glossaries/{glossary_id}",
            fields,
            headers=headers,
            glossary_id=str(glossary_id),
        )
        return cast(GlossaryShape, answer.json())

    def delete(self, glossary_id: Id) -> None:
        """Deletes it with its concepts."""
        self._call("DELETE", "/api/v1/glossaries/{glossary_id}", glossary_id=str(glossary_id))

    def concepts(
        self,
        glossary_id: Id,
        *,
        q: str | None = None,
        language: str | None = None,
        status: Status | None = None,
        do_not_translate: bool | None = None,
        duplicates: bool | None = None,
        limit: int | None = None,
    ) -> Iterator[ConceptShape]:
        """Concepts by their first term, narrowed by what is given."""
        asked = {"q": q, "language": language, "status": status, "limit": limit}
        for name, value in (("do_not_translate", do_not_translate), ("duplicates", duplicates)):
            asked[name] = None if value is None else str(value).lower()
        return self._pages(
            "/api/v1/glossaries/{glossary_id}/concepts",
            "concepts",
            asked,
            glossary_id=str(glossary_id),
        )

    def add(
        self, glossary_id: Id, *, terms: Sequence[Mapping[str, Any]], **fields: Any
    ) -> ConceptShape:
        """Adds a concept."""
        value = {**fields, "terms": [*terms]}
        answer = self._write(
            "POST", "/api/v1/glossaries/{glossary_id}/concepts", value, glossary_id=str(glossary_id)
        )
        return cast(ConceptShape, answer.json())

    def put(
        self,
        glossary_id: Id,
        external_id: str,
        *,
        terms: Sequence[Mapping[str, Any]],
        **fields: Any,
    ) -> ConceptShape:
        """Makes the concept of this id of yours, or makes the one there is hold this."""
        path = "/api/v1/glossaries/{glossary_id}/concepts/external/{external_id}"
        value = {**fields, "terms": [*terms]}
        ids = {"glossary_id": str(glossary_id), "external_id": external_id}
        return cast(ConceptShape, self._write("PUT", path, value, headers={}, **ids).json())

    def concept(self, glossary_id: Id, concept_id: Id) -> ConceptShape:
        """One concept with its terms."""
        ids = {"glossary_id": str(glossary_id), "concept_id": str(concept_id)}
        return cast(
            ConceptShape,
            self._call("GET", "/api/v1/glossaries/{glossary_id}/concepts/{concept_id}", **ids),
        )

    def edit(
        self,
        glossary_id: Id,
        concept_id: Id,
        *,
        version: int,
        terms: Sequence[Mapping[str, Any]],
        **fields: Any,
    ) -> ConceptShape:
        """Puts a whole concept in place of the `version` you have read; 412 where it is older."""
        ids = {"glossary_id": str(glossary_id), "concept_id": str(concept_id)}
        headers = {"If-Match": f'"{version}"'}
        value = {**fields, "terms": [*terms]}
        return cast(
            ConceptShape,
            self._write(
                "PUT",
                "/api/v1/glossaries/{glossary_id}/concepts/{concept_id}",
                value,
                headers=headers,
                **ids,
            ).json(),
        )

    def remove(self, glossary_id: Id, concept_id: Id) -> None:
        """Deletes a concept with its history."""
        ids = {"glossary_id": str(glossary_id), "concept_id": str(concept_id)}
        self._call("DELETE", "/api/v1/glossaries/{glossary_id}/concepts/{concept_id}", **ids)

    def remove_many(self, glossary_id: Id, concept_ids: Sequence[Id]) -> int:
        """Deletes up to 500 concepts, all or none; how many."""
        return self._act(glossary_id, concept_ids, action="delete")

    def set_status(
        self, glossary_id: Id, concept_ids: Sequence[Id], *, language: str, status: Status
    ) -> int:
        """Gives the terms of one language in up to 500 concepts a status; how many changed."""
        return self._act(
            glossary_id, concept_ids, action="set_status", language=language, status=status
        )

    def history(self, glossary_id: Id, concept_id: Id) -> Versions:
        """What a concept holds and has held, newest first."""
        ids = {"glossary_id": str(glossary_id), "concept_id": str(concept_id)}
        answer = self._call(
            "GET", "/api/v1/glossaries/{glossary_id}/concepts/{concept_id}/history", **ids
        )
        return cast(Versions, answer["versions"])

    def restore(self, glossary_id: Id, concept_id: Id, number: int) -> ConceptShape:
        """Makes a concept hold what version `number` held."""
        ids = {"glossary_id": str(glossary_id), "concept_id": str(concept_id)}
        path, value = (
            "/api/v1/glossaries/{glossary_id}/concepts/{concept_id}/restore",
            {"number": number},
        )
        answer = self._write("POST", path, value, headers={}, **ids)
        return cast(ConceptShape, answer.json())

    def _act(self, glossary_id: Id, concept_ids: Sequence[Id], **fields: str) -> int:
        value = {**fields, "concept_ids": [str(one) for one in concept_ids]}
        answer = self._write(
            "POST",
            "/api/v1/glossaries/{glossary_id}/concepts/actions",
            value,
            glossary_id=str(glossary_id),
        )
        return cast(ConceptActionShape, answer.json())["concepts"]

    def import_file(
        self,
        glossary_id: Id,
        file: uploads.File,
        *,
        columns: Sequence[str] = (),
        existing: Literal["update", "skip", "add"] = "update",
        goal: Literal["check", "import"] = "import",
        timeout: float = 300.0,
    ) -> ImportShape:
        """Takes a path, or a pair of name and bytes, in and waits for what came of it.

        Without `columns` they are guessed from the headings. Raises NotFinished, whose `id` goes
        into `imported`, where it takes longer than `timeout` seconds.
        """
        fields: list[tuple[str, str]] = [("goal", goal), ("existing", existing)]
        fields += [("columns", one) for one in columns]
        body, content_type = uploads.multipart(fields, uploads.read(file))
        answer = self._transport.send(
            "POST",
            "/api/v1/glossaries/{glossary_id}/imports",
            ids={"glossary_id": str(glossary_id)},
            body=body,
            headers={"Content-Type": content_type},
        )
        found = cast(ImportShape, answer.json())
        end = time.monotonic() + timeout
        while found["state"] in {"queued", "running"}:
            if time.monotonic() + ASK_SECONDS > end:
                raise NotFinished(f"Not done within {timeout:g} s.", id=found["id"])
            time.sleep(ASK_SECONDS)
            found = self.imported(glossary_id, found["id"])
        return found

    def imports(self, glossary_id: Id) -> Imports:
        """The last twenty imports, newest first."""
        path = "/api/v1/glossaries/{glossary_id}/imports"
        return cast(Imports, self._call("GET", path, glossary_id=str(glossary_id))["imports"])

    def imported(self, glossary_id: Id, import_id: Id) -> ImportShape:
        """How far an import is, and what came of it."""
        path = "/api/v1/glossaries/{glossary_id}/imports/{import_id}"
        ids = {"glossary_id": str(glossary_id), "import_id": str(import_id)}
        return cast(ImportShape, self._call("GET", path, **ids))

    def go_on_importing(
        self,
        glossary_id: Id,
        import_id: Id,
        columns: Sequence[str],
        *,
        existing: Literal["update", "skip", "add"] = "update",
        goal: Literal["check", "import"] = "import",
    ) -> ImportShape:
        """Checks or writes an import that was looked at or checked."""
        answer = self._write(
            "POST",
            "/api/v1/glossaries/{glossary_id}/imports/{import_id}",
            {"columns": [*columns], "existing": existing, "goal": goal},
            glossary_id=str(glossary_id),
            import_id=str(import_id),
        )
        return cast(ImportShape, answer.json())

    def cancel_import(self, glossary_id: Id, import_id: Id) -> ImportShape:
        """Ends an import; nothing of it is in the glossary."""
        path = "/api/v1/glossaries/{glossary_id}/imports/{import_id}/cancel"
        ids = {"glossary_id": str(glossary_id), "import_id": str(import_id)}
        return cast(ImportShape, self._call("POST", path, **ids))

    def faulty_rows(self, glossary_id: Id, import_id: Id) -> bytes:
        """The rows an import left out, as CSV with what is wrong in a first column."""
        return self._transport.send(
            "GET",
            "/api/v1/glossaries/{glossary_id}/imports/{import_id}/faulty",
            ids={"glossary_id": str(glossary_id), "import_id": str(import_id)},
        ).body

    def export(self, glossary_id: Id, *, kind: Literal["csv", "tsv"] = "csv") -> bytes:
        """The glossary as a table that can be imported again."""
        return self._transport.send(
            "GET",
            "/api/v1/glossaries/{glossary_id}/export",
            ids={"glossary_id": str(glossary_id)},
            query={"as": kind},
        ).body
