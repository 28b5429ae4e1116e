"""What a style guide may say, what keeps one from being stored, and guides to begin with. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from engine.guide import (
    DATES,
    ELLIPSES,
    NNBSP,
    NUMBERS,
    QUOTES,
    SPACES,
    UNITS,
    Banned,
    Example,
    Style,
)
from engine.style.phrases import pattern_problem
from engine.style.prompt import CURRENCIES, DASHES, HEADINGS, LENGTHS
from glossaries.values import Problem, unprintable

MAX_INSTRUCTIONS: Final = 200
MAX_INSTRUCTION_CHARS: Final = 300
MAX_EXAMPLES: Final = 50
MAX_BANNED: Final = 200
MAX_PHRASE_CHARS: Final = 200
MAX_TEXT_CHARS: Final = 200
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "formality": ("formal", "informal"),
    "quotes": tuple(QUOTES),
    "spaces": SPACES,
    "ellipsis": tuple(ELLIPSES),
    "dashes": DASHES,
    "numbers": tuple(NUMBERS),
    "dates": tuple(DATES),
    "units": tuple(UNITS),
    "currency": CURRENCIES,
    "headings": HEADINGS,
    "length": LENGTHS,
}
TEXTS: Final = ("register", "audience", "spelling")
# How each rule is kept: told to the model is all of them.
MENDED, CHECKED, TOLD = "mended", "checked", "told"
KEPT: Final[Mapping[str, str]] = {
    "formality": CHECKED,
    "quotes": MENDED,
    "spaces": MENDED,
    "ellipsis": MENDED,
    "numbers": MENDED,
    "dates": MENDED,
    "units": MENDED,
    "banned": CHECKED,
}


def style_problems(style: Style) -> list[Problem]:
    """Everything that keeps a guide from being stored, in the order of its fields."""
    return list(_problems(style))


def _problems(style: Style) -> Iterator[Problem]:
    for name, choices in CHOICES.items():
        value = getattr(style, name)
        if value and value not in choices:
            yield Problem((name,), f"Choose one of {', '.join(choices)}.")
    for name in TEXTS:
        yield from _text_problems((name,), getattr(style, name), MAX_TEXT_CHARS)
    yield from _listed(style.instructions, "instructions", MAX_INSTRUCTIONS)
    for number, told in enumerate(style.instructions):
        yield from _text_problems(("instructions", number), told, MAX_INSTRUCTION_CHARS)
    yield from _listed(style.examples, "examples", MAX_EXAMPLES)
    for number, example in enumerate(style.examples):
        if not example.good:
            yield Problem(("examples", number), "Write the wording that is right.")
        for text in (example.good, example.bad):
            yield from _text_problems(("examples", number), text, MAX_INSTRUCTION_CHARS)
    yield from _listed(style.banned, "banned", MAX_BANNED)
    for number, banned in enumerate(style.banned):
        yield from _banned_problems(("banned", number), banned)


def _banned_problems(path: tuple[str | int, ...], banned: Banned) -> Iterator[Problem]:
    if not banned.pattern:
        yield Problem(path, "Write what must not be written.")
    elif banned.is_regex and (told := pattern_problem(banned.pattern)):
        yield Problem(path, told)
    for text in (banned.pattern, banned.instead):
        yield from _text_problems(path, text, MAX_PHRASE_CHARS)
    if banned.instead and banned.instead.casefold() == banned.pattern.casefold():
        yield Problem(path, "What to write instead is what is banned.")


def _text_problems(path: tuple[str | int, ...], text: str, most: int) -> Iterator[Problem]:
    if len(text) > most:
        yield Problem(path, f"Write at most {most} characters; these are {len(text):,}.")
    elif unprintable(text) or "\n" in text:
        yield Problem(path, "Write it on one line, of characters that can be seen.")


def _listed(rows: Sequence[object], name: str, most: int) -> Iterator[Problem]:
    if len(rows) > most:
        yield Problem((name,), f"There can be {most} at most; these are {len(rows):,}.")


def style_json(style: Style) -> dict[str, Any]:
    """The guide as it is stored: what is left open is left out."""
    whole = json.loads(json.dumps(asdict(style)))
    named = [one.name for one in fields(Style) if getattr(style, one.name) != one.default]
    return {name: whole[name] for name in named}


def style_of(stored: Mapping[str, Any]) -> Style:
    """What `style_json` made."""
    known = {one.name: stored[one.name] for one in fields(Style) if one.name in stored}
    known["instructions"] = tuple(known.get("instructions", ()))
    known["examples"] = tuple(Example(**one) for one in known.get("examples", ()))
    known["banned"] = tuple(Banned(**one) for one in known.get("banned", ()))
    return Style(**known)


def differences(old: Style, new: Style) -> list[tuple[str, list[str], list[str]]]:
    """The fields in which two guides differ, each with what one has and the other has not."""
    found = []
    for one in fields(Style):
        before, after = getattr(old, one.name), getattr(new, one.name)
        if before == after:
            continue
        if isinstance(before, tuple):
            gone = [told(row) for row in before if row not in after]
            come = [told(row) for row in after if row not in before]
        else:
            gone, come = [before] if before else [], [after] if after else []
        found.append((one.name, gone, come))
    return found


def told(row: object) -> str:
    """An instruction, an example or a banned phrase in one line."""
    if isinstance(row, Example):
        return f"{row.good} (not: {row.bad})" if row.bad else row.good
    if isinstance(row, Banned):
        pattern = f"/{row.pattern}/" if row.is_regex else row.pattern
        return f"{pattern} → {row.instead}" if row.instead else pattern
    return str(row)


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """A guide to begin with."""

    slug: str
    language: str
    name: str
    style: Style


READY_MADE: Final = (
    ReadyMade(
        "de",
        "de",
        "German, formal",
        Style(
            formality="formal",
            register="factual and friendly, in short main clauses",
            spelling="the reformed spelling of 2006, with ß where it belongs",
            quotes="german",
            spaces="none",
            ellipsis="sign",
            dashes="spaced_en",
            numbers="1.234,5",
            dates="27.11.2026",
            units="nbsp",
            currency="after",
            headings="sentence",
            instructions=(
                "Write buttons and menu items as infinitives at the end: Datei öffnen.",
                "Write instructions to the reader in the polite imperative: Öffnen Sie die Datei.",
                "Write compounds in one word, with hyphens only beside names: PDF-Datei.",
                "Prefer verbs to nouns: prüfen, not eine Prüfung durchführen.",
                "Use the German word where there is a common one: herunterladen, not downloaden.",
                "Write no gender star and no capital inside a word; choose a neutral wording.",
            ),
            examples=(
                Example("Wählen Sie eine Datei aus.", "Bitte wählen Sie hier eine Datei aus!"),
                Example("Die Datei wurde gespeichert.", "Ihre Datei wurde erfolgreich abgelegt."),
                Example(
                    "Möchten Sie die Datei löschen?", "Sind Sie sicher, dass Sie löschen wollen?"
                ),
            ),
            banned=(
                Banned("downloaden", instead="herunterladen"),
                Banned("updaten", instead="aktualisieren"),
                Banned("handeln Sie jetzt"),
            ),
        ),
    ),
    ReadyMade(
        "fr",
        "fr",
        "French, formal",
        Style(
            formality="formal",
            register="clear and courteous",
            spelling="capitals keep their accents",
            quotes="french",
            spaces="french",
            ellipsis="sign",
            dashes="spaced_en",
            numbers=f"1{NNBSP}234,5",
            dates="27/11/2026",
            units="nbsp",
            currency="after",
            headings="sentence",
            instructions=(
                "Write buttons and menu items as infinitives: Enregistrer le fichier.",
                "Write instructions to the reader in the polite imperative: Ouvrez le fichier.",
                "Put the article before nouns in running text, and leave it out in table headings.",
                "Write days and months in small letters.",
                "Prefer the active voice to the passive where the actor is known.",
                "Use the French word where there is a common one: courriel or e-mail, never mail.",
            ),
            examples=(
                Example("Sélectionnez un fichier.", "Veuillez sélectionner un fichier ici."),
                Example("Le fichier a été enregistré.", "Votre fichier a bien été enregistré !"),
                Example(f"Voulez-vous supprimer le fichier{NNBSP}?", "Êtes-vous sûr ?"),
            ),
            banned=(
                Banned("uploader", instead="téléverser"),
                Banned("downloader", instead="télécharger"),
                Banned("digital", instead="numérique"),
            ),
        ),
    ),
    ReadyMade(
        "ja",
        "ja",
        "Japanese, polite",
        Style(
            formality="formal",
            register="the polite です・ます form in sentences, nouns in headings and buttons",
            spelling="long vowels of loan words with ー: サーバー, ユーザー",
            quotes="japanese",
            ellipsis="sign",
            dates="2026年11月27日",
            currency="after",
            units="none",
            instructions=(
                "Write letters and digits of Latin script in half width, katakana in full width.",
                "Write no space between Japanese and Latin text.",
                "End buttons with a noun: 保存, not 保存する.",
                "Leave out the subject where it is clear; write no あなた.",
                "Use 、 and 。 in running text, and no 。 at the end of buttons and headings.",
                "Write numbers in figures: 3つ, 10件.",
            ),
            examples=(
                Example("ファイルを選択してください。", "あなたはファイルを選択します。"),
                Example("ファイルを保存しました。", "ファイルは正常に保存されました!"),
                Example("ファイルを削除しますか？", "ファイルを削除しても本当によろしいですか？"),
            ),
            banned=(
                Banned("あなた"),
                Banned("ユーザ(?:[^ー]|$)", is_regex=True, instead="ユーザー"),
            ),
        ),
    ),
)
READY_MADE_BY_SLUG: Final = {one.slug: one for one in READY_MADE}
