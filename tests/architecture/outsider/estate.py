"""The routes of the house, and an organization that has something behind each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.architecture.outsider.places import MARKER


@dataclass(frozen=True)
class Route:
    """One address of the URL conf and the names of the objects in it."""

    name: str
    objects: tuple[str, ...]


def routes() -> list[Route]:
    return list(_walk(get_resolver()))


def _walk(resolver: URLResolver) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _walk(entry)
        else:
            assert isinstance(entry, URLPattern)
            yield Route(entry.name or str(entry.pattern), tuple(entry.pattern.converters))


NAMING = [route for route in routes() if route.objects]


@dataclass(frozen=True)
class Estate:
    """What Northwind has: a file and a text, both translated, with findings."""

    ids: dict[str, dict[str, Any]]
    run_ids: tuple[str, ...]

    def address(self, route: Route, kind: str) -> str:
        return reverse(route.name, kwargs={name: self.ids[kind][name] for name in route.objects})

    def addresses(self) -> Iterator[tuple[Route, str]]:
        """Every route that names an object, led to each thing of the estate."""
        for route in NAMING:
            for address in {self.address(route, kind) for kind in self.ids}:
                yield route, address


def estate_of(owner: Any, *, work: Callable[[], object]) -> Estate:
    """What the owner's organization has from now on, after `work` had the chance to translate."""
    from translation.services.intake import Upload, submit_files, submit_texts

    data = f"{MARKER} greets {{name}}.\n\nA {MARKER} that passes.\n".encode()
    [file] = submit_files(
        actor=owner.actor,
        uploads=[Upload(name=f"{MARKER}.txt", data=data)],
        source_language="en",
        target_languages=["de"],
    )
    text = submit_texts(
        actor=owner.actor,
        texts=[f"{MARKER} greets {{name}}."],
        source_language="en",
        target_language="de",
    )
    work()
    stored = {"file": file, "text": text}
    shared = {
        "key_id": key_of(owner.actor),
        "organization_id": owner.organization_id,
        **people_of(owner.actor),
        **webhook_of(owner.actor),
        **glossary_of(owner.actor),
        "profile_id": profile_of(owner.actor),
        "guide_id": guide_of(owner.actor),
    }
    return Estate(
        ids={
            kind: {
                "document_id": one.document_id,
                "job_id": one.job_ids["de"],
                **shared,
                **first_of(owner.organization_id, one.job_ids["de"]),
            }
            for kind, one in stored.items()
        },
        run_ids=tuple(str(one.run_ids["de"]) for one in stored.values()),
    )


def key_of(actor: Any) -> Any:
    """A key beside the person's own, which goes on working when this one is revoked."""
    from accounts.services import issue_key

    return issue_key(actor=actor, name=MARKER, scopes=["documents:read"]).key.pk


def people_of(actor: Any) -> dict[str, Any]:
    """Somebody who is in, and somebody who is asked in."""
    from accounts.services import Role, add_member, create_user
    from accounts.services.invitations import invite

    one = uuid4().hex
    user = create_user(email=f"{MARKER}.{one}@northwind.example", name=MARKER)
    member = add_member(actor=actor, user=user, role=Role.VIEWER)
    asked = invite(actor=actor, email=f"new.{MARKER}.{one}@northwind.example", role="viewer")
    return {"membership_id": member.pk, "invitation_id": asked.pk}


def webhook_of(actor: Any) -> dict[str, Any]:
    """A receiver, and a delivery to it."""
    from translation.services.webhooks import create_endpoint, send_test

    url = f"https://hooks.example/{MARKER}"
    made = create_endpoint(actor=actor, url=url, events=["job.finished"], description=MARKER)
    sent = send_test(actor=actor, endpoint_id=made.pk)
    return {"webhook_id": made.pk, "delivery_id": sent.pk}


def first_of(organization_id: Any, job_id: Any) -> dict[str, Any]:
    """The first target of a job, and the first finding, where there is any."""
    from accounts.tenancy import organization_scope
    from translation.models import Finding, Target

    with organization_scope(organization_id):
        targets = Target.objects.filter(organization_id=organization_id, job_id=job_id)
        findings = Finding.objects.filter(
            organization_id=organization_id, target__in=targets.values("pk")
        )
        found = findings.first()
        return {
            "ordinal": 0,
            "target_id": targets.order_by("ordinal")[0].pk,
            "finding_id": found.pk if found else job_id,
        }


def profile_of(actor: Any) -> Any:
    """A domain profile."""
    from glossaries.profile_values import ProfileValues
    from glossaries.services.profiles import ProfileWish, create_profile

    wish = ProfileWish(name=f"{MARKER} {uuid4().hex[:8]}", values=ProfileValues(subject=MARKER))
    return create_profile(actor=actor, wish=wish).pk


def guide_of(actor: Any) -> Any:
    """A style guide that was published once."""
    from engine.guide import Style
    from glossaries.services.styles import create_guide, publish_guide

    name = f"{MARKER} {uuid4().hex[:8]}"
    style = Style(audience=MARKER, instructions=(MARKER,))
    made = create_guide(actor=actor, name=name, language="fr", style=style)
    publish_guide(actor=actor, guide_id=made.pk, note=MARKER)
    return made.pk


def glossary_of(actor: Any) -> dict[str, Any]:
    """A glossary with a concept."""
    from glossaries.services.concepts import put_concept
    from glossaries.services.glossaries import create_glossary
    from glossaries.services.imports import begin_import
    from glossaries.values import ConceptValues, TermValues

    name = f"{MARKER} {uuid4().hex}"
    made = create_glossary(actor=actor, name=name, description=MARKER)
    values = ConceptValues(note=MARKER, terms=(TermValues(language="en", text=MARKER),))
    concept_id, _ = put_concept(actor=actor, glossary_id=made.pk, external_id=MARKER, values=values)
    begun = begin_import(
        actor=actor, glossary_id=made.pk, name=f"{MARKER}.csv", data=f"en,de\n{MARKER},x\n".encode()
    )
    there = {
        "glossary_id": made.pk,
        "import_id": begun.pk,
        "concept_id": concept_id,
        "external_id": MARKER,
    }
    return there | {"number": 1}
