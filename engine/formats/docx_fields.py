"""Word's fields: code between `begin` and `separate`, the result Word last made of it to `end`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from engine.formats.docx_xml import Node

MAX_NESTED_FIELDS: Final = 100
# Results that Word makes anew from other places: to translate them would not last.
_MACHINE_MADE: Final = frozenset(
    {
        *("=", "ADDIN", "ADDRESSBLOCK", "ADVANCE", "ASK", "AUTHOR", "AUTONUM", "AUTONUMLGL"),
        *("AUTONUMOUT", "AUTOTEXT", "BARCODE", "BIBLIOGRAPHY", "CITATION", "COMMENTS"),
        *("COMPARE", "CREATEDATE", "DATABASE", "DATE", "DDE", "DDEAUTO", "DOCPROPERTY"),
        *("DOCVARIABLE", "EDITTIME", "EMBED", "EQ", "FILENAME", "FILESIZE", "FILLIN"),
        *("GREETINGLINE", "IF", "INCLUDEPICTURE", "INCLUDETEXT", "INDEX", "INFO", "KEYWORDS"),
        *("LASTSAVEDBY", "LINK", "LISTNUM", "MERGEFIELD", "MERGEREC", "MERGESEQ", "NEXT"),
        *("NEXTIF", "NOTEREF", "NUMCHARS", "NUMPAGES", "NUMWORDS", "PAGE", "PAGEREF", "PRINT"),
        *("PRINTDATE", "RD", "REF", "REVNUM", "SAVEDATE", "SECTION", "SECTIONPAGES", "SEQ"),
        *("SET", "SKIPIF", "STYLEREF", "SUBJECT", "SYMBOL", "TA", "TC", "TEMPLATE", "TIME"),
        *("TITLE", "TOA", "TOC", "USERADDRESS", "USERINITIALS", "USERNAME", "XE"),
    }
)


def is_machine_made(code: str) -> bool:
    """Tell whether the result of a field with this code is to be left to Word."""
    words = code.split(None, 1)
    return not words or words[0].upper() in _MACHINE_MADE or words[0].startswith("=")


@dataclass(slots=True)
class _Field:
    code: str = ""
    in_result: bool = False
    is_left_alone: bool = True


@dataclass(slots=True)
class Fields:
    """The fields open at a point of a story; a field may run over many paragraphs."""

    _open: list[_Field] = field(default_factory=list)

    def hides(self) -> bool:
        """Whether this point is in code or in a result that is left alone."""
        return any(one.is_left_alone for one in self._open)

    def take(self, node: Node) -> str:
        """Move past a node of a run; says "begin", "result" or "end" where text appears or ends.

        "result" means that what follows is text to translate, "begin" and "end" that a field
        begins or ends here; "" is anything else.
        """
        if node.name == "w:instrText" and self._open and not self._open[-1].in_result:
            self._open[-1].code += node.text
        kind = node.attributes.get("w:fldCharType") if node.name == "w:fldChar" else None
        if kind == "begin" and len(self._open) < MAX_NESTED_FIELDS:
            self._open.append(_Field())
            return "begin"
        if kind == "separate" and self._open:
            top = self._open[-1]
            top.in_result, top.is_left_alone = True, is_machine_made(top.code)
            return "" if self.hides() else "result"
        if kind == "end" and self._open:
            self._open.pop()
            return "end"
        return ""

    def pass_over(self, node: Node) -> None:
        """Move past everything in a node that is kept whole."""
        for inner in node.walk():
            if inner.name in ("w:fldChar", "w:instrText"):
                self.take(inner)
