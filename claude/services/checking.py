"""Whether the models in use can be used: asked of the vendor once, at start or by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from ipaddress import ip_address
from typing import Final, Literal, NamedTuple

import structlog
from django.conf import settings
from redis.exceptions import RedisError

from claude.catalogue import Catalogue, ServedModel, UnknownModel
from claude.exchange import CallFailed, ListedModel
from claude.pricing import UnknownPrice
from claude.services.current import current_client, refresh_catalogue
from common import redis
from common.database import connection_released
from engine.values import ModelErrorKind, Tier

Level = Literal["ok", "warning", "error", "unverified"]

# These say that the key is wrong, not that the vendor is away.
_OUR_FAULT: Final = {
    ModelErrorKind.AUTHENTICATION,
    ModelErrorKind.PERMISSION,
    ModelErrorKind.BILLING,
}
# The process that is probed, the web's, is not the one that asks the vendor.
_VERDICT_KEY: Final = "claude:models"
_VERDICT_SECONDS: Final = 48 * 3600
_LOCAL_SUFFIXES: Final = (".localhost", ".local", ".internal")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One thing that was found out. `model` is "" where it is about none or all of them."""

    model: str
    level: Level
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCheck:
    """Everything one check found: tiers, then prices, then what the vendor says of each model."""

    checked_at: datetime
    lines: tuple[CheckLine, ...]

    def of(self, level: Level) -> tuple[CheckLine, ...]:
        """The lines of one level."""
        return tuple(line for line in self.lines if line.level == level)


class Readiness(NamedTuple):
    """Whether customers may be served as far as Claude goes, and why."""

    ok: bool
    sentence: str


def check_models(*, now: datetime) -> ModelCheck:
    """Compares tiers, models and prices with the vendor's list, and leaves a verdict for readiness.

    One request. A vendor that cannot be reached makes everything unverified, which is no error.
    """
    catalogue = refresh_catalogue()
    lines = [*_own_lines(catalogue, now.date())]
    with connection_released():
        lines += _vendor_lines(catalogue, now)
    check = ModelCheck(checked_at=now, lines=tuple(lines))
    for line in (*check.of("error"), *check.of("warning"), *check.of("unverified")):
        _log.warning("model_check", model=line.model, found=line.level, sentence=line.sentence)
    _leave_verdict(check)
    return check


def readiness() -> Readiness:
    """What the last check of any process says, and whether a public host has a key.

    Asks no vendor, so it may be called as often as a probe likes.
    """
    if not settings.ANTHROPIC_API_KEY and any(map(_is_public, settings.ALLOWED_HOSTS)):
        return Readiness(
            ok=False,
            sentence="ALLOWED_HOSTS names a public host, but ANTHROPIC_API_KEY is not set: "
            "customers would be given the sandbox's pseudo-translations.",
        )
    try:
        verdict = redis.client().get(_VERDICT_KEY)
    except (RedisError, OSError):
        verdict = None  # its own check of readiness says so
    if not isinstance(verdict, bytes):
        return Readiness(ok=True, sentence="Models have not been checked lately.")
    return Readiness(**json.loads(verdict))


def readiness_objection() -> str | None:
    """The sentence of `readiness` where it is not met."""
    found = readiness()
    return None if found.ok else found.sentence


def _leave_verdict(check: ModelCheck) -> None:
    worst = [*check.of("error"), *check.of("unverified"), *check.of("warning")]
    sentence = worst[0].sentence if worst else "All models are usable."
    verdict = Readiness(ok=not check.of("error"), sentence=sentence)
    try:
        redis.client().set(_VERDICT_KEY, json.dumps(verdict._asdict()), ex=_VERDICT_SECONDS)
    except (RedisError, OSError) as error:
        _log.warning("model_verdict_not_left", error=type(error).__name__)


def _own_lines(catalogue: Catalogue, today: date) -> Iterator[CheckLine]:
    """What can be told without the vendor: tiers without a model, models without a price."""
    for tier in Tier:
        try:
            catalogue.serving(tier)
        except UnknownModel as error:
            mapped = catalogue.tiers.get(tier, "")
            yield CheckLine(model=mapped, level="error", sentence=str(error))
    for model in _used(catalogue):
        try:
            for prompt_tokens in (1, model.max_input_tokens):
                catalogue.price(model.id, on=today, prompt_tokens=prompt_tokens)
        except UnknownPrice as error:
            yield CheckLine(model=model.id, level="error", sentence=str(error))


def _vendor_lines(catalogue: Catalogue, now: datetime) -> Sequence[CheckLine]:
    try:
        listed = {model.id: model for model in current_client().listed_models()}
    except CallFailed as failure:
        ours = failure.kind in _OUR_FAULT
        told = str(failure) if ours else f"Models could not be verified. {failure}"
        return [CheckLine(model="", level="error" if ours else "unverified", sentence=told)]
    return [line for model in _used(catalogue) for line in _compare(model, listed, now)]


def _compare(
    model: ServedModel, listed: Mapping[str, ListedModel], now: datetime
) -> Iterable[CheckLine]:
    found = listed.get(model.id)
    if found is None:
        sentence = f"Anthropic's list does not name {model.id!r}, or this key may not use it."
        return [CheckLine(model=model.id, level="error", sentence=sentence)]
    lines = [
        CheckLine(model=model.id, level="error", sentence=sentence)
        for sentence in _shortcomings(model, found)
    ]
    if found.lifecycle == "deprecated":
        sentence = f"{model.id} is deprecated{_until(found.retires_at, now)} Move its tier on."
        lines.append(CheckLine(model=model.id, level="warning", sentence=sentence))
    return lines or [CheckLine(model=model.id, level="ok", sentence=f"{model.id} is usable.")]


def _shortcomings(model: ServedModel, found: ListedModel) -> Iterator[str]:
    if found.lifecycle == "retired":
        yield f"{model.id} is retired: calls of it fail. Map its tier to another model."
    if found.max_output_tokens is not None and found.max_output_tokens < model.max_output_tokens:
        yield (
            f"{model.id} writes at most {found.max_output_tokens:,} tokens, "
            f"but max_output_tokens is set to {model.max_output_tokens:,}."
        )
    if found.structured_outputs is False:
        yield f"{model.id} has no structured outputs, which every request needs."


def _until(retires_at: datetime | None, now: datetime) -> str:
    if retires_at is None:
        return "."
    days = (retires_at - now).days
    if days < 0:
        return f" and its retirement on {retires_at:%Y-%m-%d} is overdue."
    return f" and retires on {retires_at:%Y-%m-%d}, in {days} days."


def _used(catalogue: Catalogue) -> list[ServedModel]:
    return sorted((one for one in catalogue.models.values() if one.active), key=lambda one: one.id)


def _is_public(host: str) -> bool:
    """Whether strangers could reach a host by this name: a full name, or a global address."""
    name = host.strip("[].").lower()
    try:
        return ip_address(name).is_global
    except ValueError:
        return host == "*" or ("." in name and not name.endswith(_LOCAL_SUFFIXES))
