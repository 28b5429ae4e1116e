"""Refusals and remarks of the model are found; texts about such things are not."""

from __future__ import annotations

import pytest

from engine.gates.commentary import refusal_or_meta
from engine.gates.subject import Fault, Subject, view_of
from engine.languages import find_source
from engine.protect import protect
from engine.values import Syntax

SOURCE = "Save your changes before closing."


def fault_of(source: str, reply: str, languages: str = "en>de") -> Fault | None:
    before, _, after = languages.partition(">")
    subject = Subject(
        source=source,
        protected=protect(source, Syntax.TEXT),
        reply=reply,
        target=reply,
        syntax=Syntax.TEXT,
        flags=(),
        label="",
        source_language=find_source(before),
        target_language=find_source(after),
    )
    return refusal_or_meta(view_of(subject))


@pytest.mark.parametrize(
    "reply",
    [
        "I'm sorry, but I can't translate this text.",
        "I cannot assist with that request.",
        "I’m unable to help with this content.",
        "As an AI language model, I have no opinions.",
        "Here is the translation: Speichern Sie.",
        "Sure! Here's the German translation:\n\nSpeichern Sie.",
        "Translation: Speichern Sie.",
        "Übersetzung ins Deutsche: Speichern Sie.",
        "Hier ist die Übersetzung: Speichern Sie.",
        "Voici la traduction : enregistrez.",
        "Вот перевод: Сохраните.",
        "Извините, я не могу перевести этот текст.",
        "以下是翻译：保存",
        "翻訳：保存",
        "다음은 번역입니다: 저장",
        "إليك الترجمة: احفظ",
        "```\nSpeichern Sie.\n```",
        '{"translation": "Speichern Sie."}',
        "<translation>Speichern Sie.</translation>",
        "Speichern Sie.\n\nNote: I translated save as speichern.",
        "Speichern Sie. (Note: the translation keeps the tone.)",
    ],
)
def test_it_finds_remarks(reply: str) -> None:
    fault = fault_of(SOURCE, reply)

    assert fault is not None
    assert fault.spans[0].side == "target"
    assert fault.evidence["found"]


@pytest.mark.parametrize(
    ("languages", "source", "reply"),
    [
        ("de>en", "Es tut mir leid, ich kann dir nicht helfen.", "I'm sorry, I can't help you."),
        ("ru>en", "Мы не можем помочь.", "Sorry, we can't help with this request."),
        ("de>en", "Melden Sie sich jederzeit.", "Let me know if you need anything."),
        ("de>en", "Ich bin eine KI.", "I am an AI."),
        ("fr>en", "Traduction : français", "Translation: French"),
        ("fi>en", "Käännös: suomi", "Translation: Finnish"),
        ("en>de", "Translation memory: on", "Übersetzungsspeicher: an"),
        ("en>de", "Here is the translation:", "Hier ist die Übersetzung:"),
        ("en>de", "Note: save first.", "Hinweis: Zuerst speichern."),
        ("en>de", "Here is your order", "Hier ist Ihre Bestellung"),
        ("en>de", "```js```", "```js```"),
        ("en>de", '"text": "a"', '"text": "a"'),
        ("en>de", "I can't help with this request.", "I can't help with this request."),
        ("en>de", "As a language teacher", "Als Sprachlehrer"),
        ("en>de", "Save", "Speichern"),
    ],
)
def test_it_lets_pass_what_the_source_says(languages: str, source: str, reply: str) -> None:
    assert fault_of(source, reply, languages) is None
