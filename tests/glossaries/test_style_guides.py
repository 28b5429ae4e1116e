"""Style guides: drafted, published, compared, rolled back, and what counts for a run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from accounts.tenancy import organization_scope
from common.errors import Conflict, Invalid, NotFound, OverAllowance
from engine.guide import Banned, Example, Style
from glossaries.queries import brief_for
from glossaries.queries.styles import guide_of, versions_of
from glossaries.services import styles
from glossaries.style_values import (
    READY_MADE,
    differences,
    style_json,
    style_of,
    style_problems,
)
from tests.claude_sandbox import Sandbox, running_sandbox

pytestmark = pytest.mark.django_db(transaction=True)
QUOTED = Style(quotes="german", formality="formal")


@pytest.fixture
def sandbox(settings: Any) -> Iterator[Sandbox]:
    with running_sandbox(latency_ms=0) as one:
        settings.ANTHROPIC_BASE_URL = one.url
        yield one


def make(person: Any, name: str = "German", language: str = "de", **more: Any) -> Any:
    return styles.create_guide(actor=person.actor, name=name, language=language, **more)


def change(person: Any, guide: Any, style: Style, **more: Any) -> Any:
    told = {"version": guide.version, "name": guide.name, "is_standard": guide.is_standard, **more}
    return styles.change_guide(actor=person.actor, guide_id=guide.pk, style=style, **told)


def publish(person: Any, guide: Any, note: str = "") -> int:
    return styles.publish_guide(actor=person.actor, guide_id=guide.pk, note=note)


def brief(person: Any, target: str = "de") -> Any:
    with organization_scope(person.organization_id):
        return brief_for(
            person.organization_id, salt="s", source="en", target=target, texts=["Hello."]
        )


class TestValues:
    @pytest.mark.parametrize("ready", READY_MADE, ids=lambda one: one.slug)
    def test_what_is_ready_made_can_be_stored_and_keeps_its_own_rules(self, ready: Any) -> None:
        from engine.style import Task, mended
        from engine.style.phrases import banned_in, wrong_address

        assert style_problems(ready.style) == []
        assert style_of(style_json(ready.style)) == ready.style
        assert len(ready.style.instructions) >= 6
        for example in ready.style.examples:
            assert mended(example.good, Task(ready.style, "")).fixes == ()
            assert banned_in(example.good, ready.style) == []
            assert wrong_address(example.good, ready.style, ready.language) == []

    @pytest.mark.parametrize(
        ("values", "path"),
        [
            ({"quotes": "russian"}, ("quotes",)),
            ({"formality": "rude"}, ("formality",)),
            ({"audience": "x" * 201}, ("audience",)),
            ({"instructions": ("x" * 301,)}, ("instructions", 0)),
            ({"instructions": ("x",) * 201}, ("instructions",)),
            ({"instructions": ("a\nb",)}, ("instructions", 0)),
            ({"examples": (Example("", "b"),)}, ("examples", 0)),
            ({"banned": (Banned(""),)}, ("banned", 0)),
            ({"banned": (Banned("(a", is_regex=True),)}, ("banned", 0)),
            ({"banned": (Banned("Wort", instead="wort"),)}, ("banned", 0)),
        ],
    )
    def test_it_names_the_field_that_is_wrong(self, values: Any, path: Any) -> None:
        assert [one.path for one in style_problems(Style(**values))] == [path]

    def test_two_guides_are_compared_field_by_field(self) -> None:
        new = replace(
            QUOTED, formality="", quotes="english", instructions=("Be brief.",), audience="nurses"
        )
        assert differences(QUOTED, new) == [
            ("formality", ["formal"], []),
            ("audience", [], ["nurses"]),
            ("quotes", ["german"], ["english"]),
            ("instructions", [], ["Be brief."]),
        ]


class TestCounting:
    def test_a_draft_counts_once_it_is_published(self, owner: Any) -> None:
        guide = make(owner, style=QUOTED)
        assert brief(owner).style is None
        assert publish(owner, guide, "First") == 1
        made = brief(owner)
        assert made.style == QUOTED
        assert made.parts == (f"guide:{guide.pk}:1",)
        change(owner, guide, replace(QUOTED, quotes="english"))
        assert brief(owner).style == QUOTED
        publish(owner, guide)
        assert brief(owner).style.quotes == "english"
        assert styles.roll_back_guide(actor=owner.actor, guide_id=guide.pk, number=1) == 3
        assert brief(owner).style == QUOTED
        held = versions_of(owner.organization_id, guide.pk)
        assert [(one.number, one.note) for one in held] == [
            (3, "As version 1"),
            (2, ""),
            (1, "First"),
        ]
        assert guide_of(owner.organization_id, guide.pk).draft == style_json(QUOTED)

    def test_a_region_takes_the_guide_of_its_language(self, owner: Any) -> None:
        publish(owner, make(owner, "Portuguese", "pt", style=Style(quotes="english")))
        assert brief(owner, "pt-BR").style.quotes == "english"
        publish(owner, make(owner, "Brazil", "pt-BR", style=Style(quotes="german")))
        assert brief(owner, "pt-BR").style.quotes == "german"
        assert brief(owner, "pt-PT").style.quotes == "english"

    def test_one_of_a_language_is_the_standard(self, owner: Any) -> None:
        first = make(owner, "A", style=Style(quotes="german"))
        second = make(owner, "B", style=Style(quotes="english"))
        publish(owner, first)
        publish(owner, second)
        assert brief(owner).style.quotes == "german"
        change(owner, second, Style(quotes="english"), is_standard=True)
        assert brief(owner).style.quotes == "english"
        assert not guide_of(owner.organization_id, first.pk).is_standard

    def test_it_is_nobodys_elses(self, owner: Any, outsider: Any) -> None:
        guide = make(owner, style=QUOTED)
        publish(owner, guide)
        assert brief(outsider).style is None
        with pytest.raises(NotFound):
            publish(outsider, guide)


class TestRefusals:
    def test_it_writes_over_nothing_newer(self, owner: Any) -> None:
        guide = make(owner, style=QUOTED)
        change(owner, guide, Style())
        with pytest.raises(Conflict) as refused:
            change(owner, guide, Style(quotes="english"), version=1)
        assert refused.value.detail["theirs"] == {}
        assert refused.value.detail["yours"] == {"quotes": "english"}

    def test_it_publishes_nothing_twice(self, owner: Any) -> None:
        guide = make(owner, style=QUOTED)
        publish(owner, guide)
        with pytest.raises(Conflict) as refused:
            publish(owner, guide)
        assert refused.value.code == "style_already_published"

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"name": ""}, "style_name_invalid"),
            ({"language": "xx"}, "style_language_unknown"),
            ({"style": Style(quotes="x")}, "style_invalid"),
        ],
    )
    def test_it_says_what_is_wrong(self, owner: Any, more: Any, code: str) -> None:
        with pytest.raises(Invalid) as refused:
            make(owner, **more)
        assert refused.value.code == code

    def test_it_takes_one_name_once_and_no_more_than_there_is_room(
        self, owner: Any, settings: Any
    ) -> None:
        make(owner)
        with pytest.raises(Conflict):
            make(owner, " german ")
        settings.STYLE_GUIDES_PER_ORGANIZATION = 1
        with pytest.raises(OverAllowance):
            make(owner, "French", "fr")


def test_a_translation_is_mended_by_the_guide_and_says_so(owner: Any, sandbox: Sandbox) -> None:
    from translation.services.intake import Upload, submit_files
    from translation.services.work import drain

    banned = (Banned("[0-9]+ von", is_regex=True),)
    publish(owner, make(owner, style=Style(quotes="german", ellipsis="sign", banned=banned)))
    lines = ['He says "yes" and waits...', "Nothing of it here.", 'A lone " mark.']
    [file] = submit_files(
        actor=owner.actor,
        uploads=[Upload(name="a.txt", data="\n\n".join(lines).encode())],
        source_language="en",
        target_languages=["de"],
    )
    drain("standard", stop=threading.Event())
    job, client = file.job_ids["de"], Client()
    page = client.get(f"/api/v1/jobs/{job}/segments", headers=owner.headers).json()
    first, second, third = page["segments"]
    assert first["fixes"] == ["ellipsis_style", "quote_style"]
    assert "„" in first["target"][0]
    assert "…" in first["target"][0]
    assert (second["fixes"], third["fixes"]) == ([], [])
    delivered = client.get(f"/api/v1/jobs/{job}/download", headers=owner.headers)
    assert delivered.content.decode().count("„") == 1


def test_its_page_shows_both_drafts_where_somebody_was_quicker(owner: Any) -> None:
    guide = make(owner, style=Style(quotes="german"))
    change(owner, guide, Style(quotes="english"))
    client = Client()
    client.force_login(owner.user)
    sent = {"name": guide.name, "version": "1", "quotes": "straight", "action": "save"}
    answer = client.post(f"/styles/{guide.pk}", sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<bdi>english</bdi>" in page
    assert "<bdi>straight</bdi>" in page
    assert guide_of(owner.organization_id, guide.pk).draft == {"quotes": "english"}
