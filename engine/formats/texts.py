"""A list of texts sent over the API: a JSON array of strings, each one unit of prose."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from engine.formats.base import Parsed, Skeleton
from engine.languages import Language
from engine.values import Form, Syntax, Unit


class TextsFormat:
    """The form in which the texts of a translate call are kept; not offered for upload."""

    name = "texts"
    title = "Texts"
    extensions: tuple[str, ...] = ()
    media_type = "application/json"

    def read(self, data: bytes, *, source: Language) -> Parsed:  # noqa: ARG002 - the protocol's
        """One unit a text."""
        texts: list[str] = json.loads(data)
        units = tuple(
            Unit(
                key=str(number),
                syntax=Syntax.TEXT,
                forms=(Form("", text),),
                segmented=True,
            )
            for number, text in enumerate(texts)
        )
        return Parsed(Skeleton(self.name, data, texts), units)

    def write(
        self,
        parsed: Parsed,
        targets: Mapping[int, tuple[str, ...]],
        *,
        target: Language | None,  # noqa: ARG002 - the protocol's
    ) -> bytes:
        """The array again, translated texts in place."""
        return pack_texts(self.texts(parsed, targets))

    def texts(self, parsed: Parsed, targets: Mapping[int, tuple[str, ...]]) -> list[str]:
        """What `write` makes bytes of."""
        return [
            targets[number][0] if number in targets else unit.forms[0].text
            for number, unit in enumerate(parsed.units)
        ]


def pack_texts(texts: Sequence[str]) -> bytes:
    """Texts as the bytes this format reads."""
    return json.dumps(list(texts), ensure_ascii=False).encode("utf-8", "surrogatepass")


FORMAT = TextsFormat()
