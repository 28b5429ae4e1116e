"""docs/api: what its pages tell people to type works, as it stands there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parent.parent.parent / "docs" / "api"
CLIENT = DOCS.parent.parent / "clients" / "python"
# Pages whose snippets are run here, as one script of a language each, from top to bottom.
PAGES = (
    *("README", "texts", "documents", "glossaries", "profiles", "style-guides", "lists"),
    *("failures", "calls", "organization"),
)
# Pages whose snippets are run where their subject is tested.
ELSEWHERE = {"webhooks": "tests/translation/test_webhook_guide.py"}
SECONDS = 60


def snippets(page: str, language: str) -> str:
    text = (DOCS / f"{page}.md").read_text()
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


@pytest.fixture
def run(site: Any, owner: Any, workers: Any, tmp_path: Path) -> Any:
    """Runs what a page says and gives what was printed: first by curl, then in Python."""

    def run_it(*command: str) -> str:
        env = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(CLIENT / "src"),
            "INTERLINEAR_URL": site.url,
            "INTERLINEAR_KEY": owner.key,
        }
        done = subprocess.run(
            command,
            check=False,
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run_page(page: str) -> tuple[str, str]:
        script = tmp_path / "guide.py"
        script.write_text(snippets(page, "python"))
        with workers():
            told = run_it("bash", "-euo", "pipefail", "-c", snippets(page, "sh"))
            return told, run_it(sys.executable, "-W", "error", str(script))

    return run_page


def test_the_ten_minutes_work(run: Any, tmp_path: Path) -> None:
    by_curl, in_python = run("README")
    assert '"code":"de"' in by_curl
    assert "{name}" in by_curl
    translated = (tmp_path / "letter.de.txt").read_text()
    assert re.fullmatch(r".*\{name\}.*\n\n.+\n", translated)
    assert "Hello" not in translated
    assert re.search(r"^.*\{name\}.* 7 characters billed$", in_python, re.MULTILINE)
    assert re.search(r"^it ready \d+ characters billed$", in_python, re.MULTILINE)
    assert "{name}" in (tmp_path / "letter.it.txt").read_text()
    # Without the client.
    assert re.search(r"^ja ready \d+ characters$", in_python, re.MULTILINE)
    assert "characters left" in in_python
    arabic = json.loads((tmp_path / "shop.ar.json").read_text())
    assert "{name}" in arabic["greeting"]
    # Arabic has six plural categories.
    assert arabic["items"].count("{") == 1 + 6


def told_in(printed: str) -> list[Any]:
    """The answers that follow one another in what was printed."""
    found = []
    while printed := printed.strip():
        told, end = json.JSONDecoder().raw_decode(printed)
        found.append(told)
        printed = printed[end:]
    return found


def test_texts_are_translated(run: Any) -> None:
    by_curl, in_python = run("texts")
    later, look = told_in(by_curl)
    assert later["finished"]
    assert look["detected_language"] == "fr"
    _, second, later, look, *listed = in_python.splitlines()
    assert re.search(r"<b>\{name\}</b>.*%d", second)
    assert later.startswith("True [")
    assert look.startswith("fr ")
    assert len(listed) == 2
    assert all(" pl Open the valve." in one for one in listed)


def test_documents_go_their_way(run: Any, tmp_path: Path) -> None:
    by_curl, in_python = run("documents")
    estimate, report, listed = told_in(by_curl)
    assert estimate["billed_chars"] == 2 * len("PumpClose the valve.")
    assert report["findings_by_code"] == {}
    assert [one["name"] for one in listed["documents"]] == ["shop.json"]
    assert zipfile.ZipFile(tmp_path / "shop.zip").namelist() == ["shop.de.json"]
    assert json.loads((tmp_path / "shop.translated.json").read_text()).keys() == {"title", "save"}
    assert (tmp_path / "shop.xlsx").read_bytes().startswith(b"PK")
    lines = in_python.splitlines()
    assert lines[0].endswith(" True")
    assert lines[1] == "['shop.json', 'greeting.txt']"
    assert "1 1" in lines
    assert "greeting.txt {'de': 'ready', 'ja': 'ready'}" in lines
    assert lines[-1] == "2"


def test_lists_are_read(run: Any, owner: Any) -> None:
    from translation.services.intake import Upload, submit_files

    submit_files(
        actor=owner.actor,
        uploads=[Upload(name="letter.txt", data=b"One line.")],
        source_language="en",
        target_languages=["de"],
    )
    by_curl, in_python = run("lists")
    [document] = json.loads(by_curl)["documents"]
    assert in_python.splitlines() == [f"{document['created_at']} {document['name']}"]


def test_style_guides_are_published(run: Any) -> None:
    published, told = run("style-guides")
    answer = json.loads(published)
    assert (answer["published"], answer["draft"]["quotes"]) == (1, "german")
    assert told == "['Units', '']\n"


def test_profiles_say_what_counts(run: Any) -> None:
    translated, told = run("profiles")
    assert '"finished":true' in translated.replace(" ", "")
    lines = told.splitlines()
    assert "subject Shoes organization House" in lines
    assert "gates.length_ratio off profile Product pages" in lines


def test_glossaries_are_kept(run: Any, workers: Any) -> None:
    with workers():
        made, put = run("glossaries")
    made, begun = told_in(made)
    assert (begun["name"], begun["state"], begun["rows"]) == ("terms.csv", "queued", 1)
    assert [one["text"] for one in made["terms"]] == [
        *("shopping cart", "Warenkorb", "Einkaufswagen")
    ]
    assert put.splitlines() == [
        "1 ['invoice', 'Rechnung']",
        "finished 1 Row 2 has “cart” with the same subject already: make them one.",
        "['en', 'cart', 'preferred']",
    ]


def test_the_organization_is_told(run: Any) -> None:
    by_curl, in_python = run("organization")
    members, events = told_in(by_curl)
    assert [one["role"] for one in members["members"]] == ["owner"]
    assert {one["action"] for one in events["events"]} == {"key.issue"}
    assert in_python.splitlines()[:2] == ["Northwind", "olga@northwind.example owner"]
    assert in_python.strip().endswith("Made an API key")


def test_calls_are_repeated(run: Any, admin: Any) -> None:
    by_curl, in_python = run("calls")
    by_curl, stream = by_curl.split("event: job", 1)
    stream, followed = stream.split("event: progress", 1)
    assert [stream.count(f"event: {name}\n") for name in ("segment", "done")] == [2, 1]
    assert followed.count("event: done\n") == 1
    assert in_python.count("{name}") == 2
    assert in_python.splitlines()[-1] == "done 2 of 2"
    [job] = admin.execute(
        "select effect_id from accounts_idempotentcall where key = 'order-4711-title'"
    ).fetchone()
    assert json.loads(by_curl)["job_id"] == str(job)


def test_refusals_are_told(run: Any) -> None:
    by_curl, in_python = run("failures")
    assert by_curl.splitlines() == ["422"]
    assert in_python.startswith("language_unsupported ")


def test_no_page_has_snippets_that_nobody_runs() -> None:
    kept = {
        path.stem
        for path in DOCS.glob("*.md")
        if snippets(path.stem, "sh") or snippets(path.stem, "python")
    }
    assert kept == {*PAGES, *ELSEWHERE}


def test_pages_lead_to_each_other() -> None:
    for path in [*DOCS.glob("*.md"), CLIENT / "README.md"]:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text()):
            assert (path.parent / link).exists(), f"{path.name}: {link}"
    start = (DOCS / "README.md").read_text()
    for path in DOCS.glob("*.md"):
        assert path.name == "README.md" or f"({path.name})" in start


def test_it_lists_the_scopes_there_are() -> None:
    from accounts.services import SCOPES

    assert set(re.findall(r"^\| `([a-z:]+)` \|", (DOCS / "keys.md").read_text(), re.MULTILINE)) == {
        scope.value for scope in SCOPES
    }


def test_it_tells_the_true_limits() -> None:
    from engine.sources import MAX_CHARS, MAX_SEGMENTS
    from translation.services import intake, languages

    limits = (DOCS / "README.md").read_text().split("## Limits")[1]
    assert f"| {intake.MAX_FILES}, each {intake.MAX_FILE_BYTES:,} bytes |" in limits
    assert f"| {languages.MAX_TARGETS} |" in limits
    assert f"| {MAX_SEGMENTS:,} segments, {MAX_CHARS:,} characters |" in limits
    assert f"| {intake.MAX_TEXTS} texts, together {intake.MAX_TEXT_BYTES // 1024} KiB |" in limits
