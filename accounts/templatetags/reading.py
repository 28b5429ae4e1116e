"""How templates show times, sizes and names of languages to the person who reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html

from accounts import reading
from engine.languages import name_in

register = template.Library()


@register.simple_tag(takes_context=True)
def when(context: dict[str, Any], moment: datetime | None) -> str:
    """A <time> that tells how long ago it was, and in its title when exactly; "" for none."""
    if moment is None:
        return ""
    style, zone = _style(context), timezone.get_current_timezone()
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        reading.in_full(moment, zone=zone, style=style),
        reading.told(moment, now=timezone.now(), zone=zone, style=style),
    )


@register.simple_tag(takes_context=True)
def moment(context: dict[str, Any], at: datetime | None) -> str:
    """A <time> with date and time of day; "" for none."""
    if at is None:
        return ""
    zone = timezone.get_current_timezone()
    shown = reading.in_full(at, zone=zone, style=_style(context))
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), shown)


@register.simple_tag(takes_context=True)
def language_name(context: dict[str, Any], code: str) -> str:
    """What the reader calls a language."""
    return name_in(code, getattr(_reader(context), "language", "en"))


@register.filter
def size(count: int) -> str:
    """A number of bytes, such as "4.2 kB"."""
    return reading.size(count)


@register.filter
def short(number: int) -> str:
    """A number for charts and menus, such as "7.18 M"."""
    return reading.short(number)


def _reader(context: dict[str, Any]) -> object:
    return getattr(context.get("request"), "user", None)


def _style(context: dict[str, Any]) -> str:
    return getattr(_reader(context), "date_format", "day_month")
