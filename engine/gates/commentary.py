"""The gate for replies that speak about the task: refusals, lead-ins, notes, code fences."""

from __future__ import annotations

import re
from typing import Final

from engine.gates.subject import Fault, View, clipped
from engine.protect import restored_offset
from engine.values import Span

_HEAD_CHARS: Final = 240
_TAIL_CHARS: Final = 300

_TRANSLATION: Final = (
    r"(?:translat\w+|übersetz\w+|tradu[czit]\w+|vertal\w+|översätt\w+|oversæt\w+|oversett\w+|"
    r"tłumacz\w+|překlad\w*|prevod\w*|перев\w+|переклад\w*|çevir\w+|terjemah\w+|ترجم\w*|תרגו\w*|"
    r"prijevod\w*|превод\w*|käänn\w+|fordít\w*|μετ[αά]φρ\w+|tõl[kg]\w*|tulko\w+|vertim\w+|þýð\w*|"
    r"përkth\w+|tafsiri\w*|cyfieith\w*|aistri\w*|itzul\w*|pagsasalin|traduċ\w*|dịch|แปล|"
    r"翻[译譯訳]|번역|अनुवाद|भाषांतर|অনুবাদ|மொழிபெயர்\w*|అనువ\w*)"
)
_HERE: Final = (
    r"(?:sure|certainly|of course|gern\w*|natürlich|bien sûr|claro|certo|конечно|もちろん|"
    r"当然|好的)?"
    r"[\s,.!:;、，。！-]*"
    r"(?:here(?:'s|’s| is| are)|below is|the following is|hier ist|hier sind|voici|ci-dessous|"
    r"aquí (?:está|tienes|tiene)|ecco|aqui está|hier is|här är|her er|oto|zde je|вот|ось|"
    r"işte|berikut(?: ini)?(?: adalah)?|إليك|فيما يلي|以下は|以下是|这是|這是|다음은)"
)
_APOLOGY: Final = (
    r"(?:(?:i(?:'|’)?m|i am|we are)\s+(?:so |very |really )?sorry|sorry|apologies|"
    r"i apologi[sz]e|unfortunately|i regret)?[\s,.!-]*(?:but\s+)?(?:this is something\s+)?"
)
_LEAD_INS: Final = (
    rf"{_HERE}\s?.{{0,40}}?{_TRANSLATION}",
    rf"{_TRANSLATION}(?:\s+(?:text|to|into|in|auf|ins|en|al|em|na|на)\b[^:：\n]{{0,30}})?\s?[:：]",
    r"(?:翻[译譯]如下|翻訳は以下|訳文)\s?[:：]?",
    r"```",
    r"\{\s*\"(?:translation|translated_text|target|text|segments|id)\"\s*:",
    r"<(?:translation|output|result|answer|thinking)>",
)
_A_MODEL: Final = (
    r"(?:as|i(?:'|’)?m|i am) (?:an? )?(?:ai|artificial intelligence|large language|language)"
)
_CANNOT: Final = (
    r"(?:i|we)\s?(?:can(?:'|’)?t|cannot|can not|(?:'|’)?m unable to|am unable to|are unable to|"
    r"(?:'|’)?m not able to|am not able to|won(?:'|’)?t|will not|do not feel comfortable)"
)
_REFUSALS: Final = (
    rf"{_APOLOGY}{_CANNOT}\s.{{0,60}}?\btranslat",
    rf"{_A_MODEL}(?: language)?(?: model| assistant)?\b",
    r"(?:es tut mir leid|tut mir leid|entschuldigung)\W.{0,60}?übersetz",
    r"(?:je suis désolée?|désolée?)\W.{0,60}?tradu",
    r"(?:lo siento|mi dispiace|desculpe|sinto muito|lamento)\W.{0,60}?tradu",
    r"(?:извините|простите|к сожалению|прошу прощения)\W.{0,60}?перев",
    r"(?:申し訳|すみません|抱歉|对不起|很抱歉|無法|无法|죄송).{0,40}?(?:翻[译譯訳]|번역)",
    r"(?:عذرا|عذرًا|آسف|أعتذر).{0,40}?ترجم",
)
# In a translation into English this may be what the source says.
_ENGLISH_REFUSAL: Final = (
    rf"{_APOLOGY}{_CANNOT}\s.{{0,60}}?\b(?:assist|help|comply|engage|provide|continue)\b"
    r".{0,30}\b(?:request|this|that|content)"
)
_NOTE: Final = (
    r"(?:translator(?:'|’)?s note|note|anmerkung|hinweis|nota|remarque|примечание|"
    r"注|注意|译注|訳注)"
)
_NOTES: Final = (
    rf"[(\[*]*{_NOTE}\s?[:：].{{0,200}}?{_TRANSLATION}",
    r"```\s*\Z",
    r"</(?:translation|output|result|answer)>\s*\Z",
)

_FLAGS: Final = re.IGNORECASE | re.DOTALL
_OPENING: Final = re.compile(rf"[\s\"'“„«*#>-]*(?:{'|'.join((*_LEAD_INS, *_REFUSALS))})", _FLAGS)
_IN_ENGLISH: Final = re.compile(_ENGLISH_REFUSAL, _FLAGS)
_CLOSING: Final = re.compile(rf"(?:^|\n|(?<=[.!?。]\s))(?:{'|'.join(_NOTES)})", _FLAGS)
# One of these stands in every ending the second can match.
_ENDING_HINTS: Final = (
    *("note", "anmerkung", "hinweis", "nota", "remarque", "примечание", "注"),
    *("```", "</"),
)
# A source that speaks of translating, of a model or of helping may be translated by such words.
_SOURCE_SAYS: Final = re.compile(
    rf"{_TRANSLATION}|(?-i:(?<![A-Za-z])(?:AI|KI|IA|ИИ|ШІ|YZ|MI)(?![A-Za-z]))|intell?i[gj]\w+|"
    r"yapay zek|интеллект|інтелект|ذكاء|language model|sprachmodell|人工智[能慧]|人工知能|"
    r"[语語]言模型|言語モデル|通訳|[译譯訳]者|인공지능",
    re.IGNORECASE,
)
_SIGNS: Final = ("```", "</", '"')


def refusal_or_meta(view: View) -> Fault | None:
    """A reply that refuses, announces itself, explains itself or comes wrapped.

    Never where the source speaks of the same, or begins or ends the same way itself.
    """
    match = _OPENING.match(view.reply, 0, _HEAD_CHARS) or _ending(view.reply)
    if match is None and view.subject.target_language.base != "en":
        match = _IN_ENGLISH.match(view.reply, 0, _HEAD_CHARS)
    if match is None or _source_says(view, match.group()):
        return None
    return _fault(view, match)


def _ending(text: str) -> re.Match[str] | None:
    start = max(0, len(text) - _TAIL_CHARS)
    tail = text[start:].lower()
    if not any(hint in tail for hint in _ENDING_HINTS):
        return None
    return _CLOSING.search(text, start)


def _source_says(view: View, said: str) -> bool:
    source = view.source
    if any(
        (
            _OPENING.match(source, 0, _HEAD_CHARS),
            _IN_ENGLISH.match(source, 0, _HEAD_CHARS),
            _CLOSING.search(source, max(0, len(source) - _TAIL_CHARS)),
        )
    ):
        return True
    if any(sign in said and sign in source for sign in _SIGNS):
        return True
    return _SOURCE_SAYS.search(source) is not None and not any(sign in said for sign in _SIGNS)


def _fault(view: View, match: re.Match[str]) -> Fault:
    subject = view.subject
    start, end = (
        restored_offset(subject.reply, place, subject.protected, subject.syntax)
        for place in match.span()
    )
    return Fault({"found": clipped(match.group().strip())}, (Span("target", start, end),))
