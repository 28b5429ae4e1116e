"""Pages of style guides: the list, one with its draft, its versions, its end."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import for_people
from accounts.queries import names_of
from billing.queries import style_guide_limit
from common import paging
from common.errors import DomainError
from engine.guide import Banned, Example, Style
from engine.languages import LANGUAGES, find_source
from glossaries.forms import read_style
from glossaries.queries import styles as reads
from glossaries.services import styles, trying
from glossaries.style_values import (
    CHECKED,
    CHOICES,
    KEPT,
    MENDED,
    READY_MADE,
    READY_MADE_BY_SLUG,
    TEXTS,
    differences,
    style_of,
)
from glossaries.views.glossaries import reader, writer

EMPTY_ROWS: Final = 3
_NAMES: Final = {
    "formality": "Form of address",
    "register": "Register",
    "audience": "Readers",
    "spelling": "Spelling",
    "quotes": "Quotation marks",
    "spaces": "Space before punctuation",
    "ellipsis": "Ellipsis",
    "dashes": "Dashes",
    "numbers": "Numbers",
    "dates": "Dates in figures",
    "units": "Space before units",
    "currency": "Currency",
    "headings": "Capitals in headings",
    "length": "Length",
    "instructions": "Instructions",
    "examples": "Examples",
    "banned": "Banned wordings",
}
_WORDS: Final = {
    "german": "„German“ ‚inner‘",
    "guillemets": "«guillemets» ‹inner›",
    "guillemets_inward": "»inward« ›inner‹",
    "french": "« French » “inner”",
    "english": "“English” ‘inner’",
    "swedish": "”Swedish” ’inner’",
    "polish": "„Polish” «inner»",
    "japanese": "「Japanese」『inner』",
    "straight": "\"straight\" 'inner'",
    "none": "None",
    "sign": "One sign (…)",
    "dots": "Three dots (...)",
    "spaced_en": "Spaced en dash ( – )",
    "closed_em": "Em dash without spaces (—)",
    "nbsp": "No-break space",
    "narrow": "Narrow no-break space",
    "after": "After the amount",
    "before": "Before the amount",
    "sentence": "As in a sentence",
    "title": "At each important word",
    "short": "As short as the source",
    "free": "May be longer",
}
_KEPT: Final = {
    MENDED: "Told to the model, checked, and mended by itself",
    CHECKED: "Told to the model and checked",
}
_SECTIONS: Final = (
    ("Address and tone", ("formality", "register", "audience", "spelling")),
    ("Typography", ("quotes", "spaces", "ellipsis", "dashes")),
    ("Numbers", ("numbers", "dates", "units", "currency")),
    ("Shape", ("headings", "length")),
)


@require_GET
@for_people
def styles_page(request: HttpRequest) -> HttpResponse:
    """The organization's style guides."""
    organization_id = reader(request).organization_id
    found = reads.guides_of(organization_id)
    context = {
        "rows": [(one, find_source(one.language).name) for one in found],
        "has_room": len(found) < style_guide_limit(organization_id),
        "ready": READY_MADE,
    }
    return render(request, "styles/list.html", context)


@require_http_methods(["GET", "POST"])
@for_people
def style_new(request: HttpRequest) -> HttpResponse:
    """Makes a guide, from one of ours or from nothing."""
    actor = writer(request)
    ready = READY_MADE_BY_SLUG.get(request.GET.get("from", ""))
    context: dict[str, Any] = {
        "languages": LANGUAGES,
        "ready": ready,
        "name": request.POST.get("name", ready.name if ready else ""),
        "language": request.POST.get("language", ready.language if ready else "de"),
    }
    if request.method == "GET":
        return render(request, "styles/new.html", context)
    try:
        made = styles.create_guide(
            actor=actor,
            name=context["name"],
            language=context["language"],
            style=ready.style if ready else Style(),
        )
    except DomainError as refused:
        context["error"] = refused
        return render(request, "styles/new.html", context, status=refused.status)
    messages.success(request, "The guide is made. It counts once you publish it.")
    return redirect("style_guide", made.pk)


@require_http_methods(["GET", "POST"])
@for_people
def style_page(request: HttpRequest, guide_id: UUID) -> HttpResponse:
    """A guide's draft: read, changed, tried, published."""
    actor = reader(request) if request.method == "GET" else writer(request)
    guide = reads.guide_of(actor.organization_id, guide_id)
    context: dict[str, Any] = {"guide": guide, "version": guide.version}
    if request.method == "GET":
        return _form(request, context, style_of(guide.draft))
    style = read_style(request.POST)
    action = request.POST.get("action", "save")
    version = paging.whole_number("version", request.POST.get("version"), default=0)
    try:
        if action == "try":
            context |= {
                "sample": request.POST.get("sample", ""),
                "version": version,
                "tried": trying.try_style(
                    style=style,
                    language=guide.language,
                    sample=request.POST.get("sample", ""),
                ),
            }
            return _form(request, context, style)
        styles.change_guide(
            actor=actor,
            guide_id=guide_id,
            version=version,
            name=request.POST.get("name", ""),
            style=style,
            is_standard="standard" in request.POST,
        )
        if action == "publish":
            number = styles.publish_guide(
                actor=actor, guide_id=guide_id, note=request.POST.get("note", "")
            )
            messages.success(request, f"Version {number} counts from the next translation on.")
        else:
            messages.success(request, "The draft is saved. It counts once you publish it.")
    except DomainError as refused:
        context["version"] = reads.guide_of(actor.organization_id, guide_id).version
        if refused.code == "style_guide_changed":
            theirs: Any = refused.detail["theirs"]
            context["clash"] = [
                (_NAMES[name], gone, come)
                for name, gone, come in differences(style_of(theirs), style)
            ]
        context |= {"error": refused, "sample": request.POST.get("sample", "")}
        return _form(request, context, style, status=refused.status)
    return redirect("style_guide", guide_id)


@require_GET
@for_people
def style_versions(request: HttpRequest, guide_id: UUID) -> HttpResponse:
    """What a guide said each time it was published, and how two of them differ."""
    actor = reader(request)
    guide = reads.guide_of(actor.organization_id, guide_id)
    found = reads.versions_of(actor.organization_id, guide_id)
    names = names_of({one.user_id for one in found if one.user_id is not None})
    numbers = [one.number for one in found]
    new = paging.whole_number("b", request.GET.get("b"), default=numbers[0] if numbers else 0)
    old = paging.whole_number("a", request.GET.get("a"), default=max(new - 1, 0))
    held = {one.number: style_of(one.held) for one in found} | {0: Style()}
    context = {
        "guide": guide,
        "versions": [(one, names.get(one.user_id, "") if one.user_id else "") for one in found],
        "old": old,
        "new": new,
        "changes": [
            (_NAMES[name], gone, come)
            for name, gone, come in differences(held.get(old, Style()), held.get(new, Style()))
        ],
    }
    return render(request, "styles/versions.html", context)


@require_POST
@for_people
def style_roll_back(request: HttpRequest, guide_id: UUID, number: int) -> HttpResponse:
    """Publishes an earlier version anew."""
    try:
        made = styles.roll_back_guide(actor=writer(request), guide_id=guide_id, number=number)
    except DomainError as refused:
        if refused.kind == "not_found":
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, f"Version {number} counts again, as version {made}.")
    return redirect("style_versions", guide_id)


@require_http_methods(["GET", "POST"])
@for_people
def style_delete(request: HttpRequest, guide_id: UUID) -> HttpResponse:
    """Asks before a guide is deleted, and deletes it."""
    actor = writer(request)
    guide = reads.guide_of(actor.organization_id, guide_id)
    if request.method == "POST":
        styles.delete_guide(actor=actor, guide_id=guide_id)
        messages.success(request, f"The style guide “{guide.name}” is deleted.")
        return redirect("style_guides")
    return render(request, "styles/delete.html", {"guide": guide})


def _form(
    request: HttpRequest, context: dict[str, Any], style: Style, *, status: int = 200
) -> HttpResponse:
    context |= {
        "language": find_source(context["guide"].language).name,
        "style": style,
        "sections": [
            (title, [_field(style, name) for name in names]) for title, names in _SECTIONS
        ],
        "instructions": "\n".join(style.instructions),
        "examples": [*style.examples, *[Example("") for _ in range(EMPTY_ROWS)]],
        "banned": [*style.banned, *[Banned("") for _ in range(EMPTY_ROWS)]],
        "kept_banned": _KEPT[CHECKED],
    }
    return render(request, "styles/guide.html", context, status=status)


def _field(style: Style, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": _NAMES[name],
        "value": getattr(style, name),
        "is_text": name in TEXTS,
        "choices": [(one, _WORDS.get(one, one.capitalize())) for one in CHOICES.get(name, ())],
        "kept": _KEPT.get(KEPT.get(name, ""), "Told to the model"),
    }
