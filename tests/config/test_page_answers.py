"""What every answer carries and how it travels: timing, compression, names that can be kept."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(owner: Any) -> Client:
    browser = Client(headers={"Accept-Encoding": "gzip"})
    browser.force_login(owner.user)
    return browser


class TestTiming:
    def test_it_tells_everybody_how_long_and_operators_how_often(
        self, browser: Client, owner: Any
    ) -> None:
        told = browser.get("/preferences")["Server-Timing"]
        assert re.fullmatch(r"total;dur=\d+\.\d", told)
        owner.user.is_staff = True
        owner.user.save()
        told = browser.get("/preferences")["Server-Timing"]
        assert re.fullmatch(r'total;dur=\d+\.\d, db;dur=\d+\.\d;desc="[1-9]\d* statements"', told)

    def test_it_costs_no_question_who_asks(self, client: Client) -> None:
        assert "db;" not in client.get("/api/v1/languages")["Server-Timing"]


class TestCompression:
    def test_it_compresses_pages_and_json(self, browser: Client) -> None:
        page = browser.get("/preferences")
        assert page["Content-Encoding"] == "gzip"
        assert b"<h1>Preferences</h1>" in gzip.decompress(page.content)
        assert "Accept-Encoding" in page["Vary"]
        assert browser.get("/api/v1/languages")["Content-Encoding"] == "gzip"

    def test_it_gives_answers_of_one_page_no_one_length(self, browser: Client) -> None:
        """A length that can be foretold tells what is in the page (BREACH)."""
        lengths = {len(browser.get("/translate").content) for _ in range(12)}
        assert len(lengths) > 3

    def test_it_lets_streams_and_downloads_pass(self, browser: Client) -> None:
        stream = browser.get("/events")
        assert stream.streaming
        assert "Content-Encoding" not in stream
        stream.close()


class TestStaticFiles:
    def test_it_names_modules_by_content_and_compresses_them(
        self, tmp_path: Path, settings: Any
    ) -> None:
        from django.contrib.staticfiles.finders import get_finders

        from config.static import StaticFiles

        storage = StaticFiles(location=str(tmp_path), base_url="/static/")
        paths = {}
        for finder in get_finders():
            for name, source in finder.list([]):
                if name.startswith(("interlinear/", "vendor/")):
                    with source.open(name) as file:
                        storage.save(name, file)
                    paths[name] = (storage, name)
        failed = [
            result for _, _, result in storage.post_process(paths) if result not in {True, False}
        ]
        assert failed == []
        shell = storage.stored_name("interlinear/shell.js")
        assert re.fullmatch(r"interlinear/shell\.[0-9a-f]{12}\.js", shell)
        text = (tmp_path / shell).read_text(encoding="utf-8")
        lib = storage.stored_name("interlinear/lib.js")
        assert f'"./{Path(lib).name}"' in text
        assert gzip.decompress((tmp_path / f"{shell}.gz").read_bytes()).decode() == text
        plain = re.compile(r"""from\s*["']\.[^"']*/[a-z]+\.js["']""")
        loose = [
            name
            for name in storage.hashed_files.values()
            if name.startswith("interlinear/")
            and name.endswith(".js")
            and plain.search((tmp_path / name).read_text(encoding="utf-8"))
        ]
        assert loose == []
