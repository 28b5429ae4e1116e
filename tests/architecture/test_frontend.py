"""What browsers get is what its sources say, is ours, and is legible."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BUILT = ROOT / "static/interlinear/interlinear.css"
TEMPLATES = ROOT / "templates"
SCRIPTS = ROOT / "static/interlinear"
BUNDLE = SCRIPTS / "editor.js"
KINDS = {".css", ".js", ".txt", ".mjs"}
# Text of each colour, and the grounds it may stand on, with at least 4.5 to 1.
INKS = ("ink", "ink2", "ink3", "accentink")
GROUNDS = ("surface", "canvas", "hover", "sunken", "accentsoft")
MEANINGS = ("ok", "warn", "bad", "info", "mind", "mem")
# Edges, rings and bars need 3 to 1 on the surface.
SHAPES = ("control", "accent", "fok", "fmem", "finfo", "fwarn", "fbad", "fmind")


def test_the_style_sheet_is_built_from_what_stands_here() -> None:
    first = BUILT.read_text(encoding="utf-8").split("\n", 1)[0]
    joined = hashlib.sha256(BUNDLE.read_bytes()).hexdigest()
    wanted = f"/* built from {digest()} with editor.js {joined} by make css */"
    assert first == wanted, "run `make css`, commit its result"


def digest() -> str:
    """Counts as frontend/build.mjs does: paths and contents, in the order of paths."""
    found = hashlib.sha256()
    for name in sorted(str(path.relative_to(ROOT)) for path in sources()):
        found.update(f"{name}\0".encode() + (ROOT / name).read_bytes() + b"\0")
    return found.hexdigest()


def sources() -> Iterator[Path]:
    for path in (ROOT / "frontend").rglob("*"):
        is_source = path.suffix in KINDS or path.name == "package-lock.json"
        if is_source and "node_modules" not in path.parts:
            yield path
    yield from (path for path in SCRIPTS.rglob("*.js") if path != BUNDLE)
    yield from TEMPLATES.rglob("*.html")


def test_no_page_carries_styles_scripts_or_handlers_of_its_own() -> None:
    planted = re.compile(
        r"<(?:script|style)(?![^>]*(?:nonce=|src=|application/json))[^>]*>"
        r"|\sstyle=|\son(?:click|change|submit|load|input|keydown)="
    )
    found = {
        str(path.relative_to(ROOT)): planted.findall(path.read_text(encoding="utf-8"))
        for path in TEMPLATES.rglob("*.html")
        # Mail programs know no style sheets.
        if path.parent.parent.name != "emails" and path.parent.name != "emails"
    }
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_nothing_is_loaded_from_elsewhere() -> None:
    foreign = re.compile(r"""(?:src|href|url\(|import|fetch\()\s*[=(]?\s*["']?(?:https?:)?//""")
    paths = [*TEMPLATES.rglob("*.html"), *SCRIPTS.rglob("*.js"), BUILT]
    found = [path.name for path in paths if foreign.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_every_icon_that_is_named_is_in_the_sheet() -> None:
    drawn = set((ROOT / "frontend/icons.txt").read_text(encoding="utf-8").split("\n"))
    named = re.compile(r"\bi-([a-z0-9]+(?:-[a-z0-9]+)*)\b(?![-{])")
    used: set[str] = set()
    for path in [*TEMPLATES.rglob("*.html"), *(ROOT / "frontend").glob("**/*.css")]:
        if "node_modules" not in path.parts:
            used |= set(named.findall(path.read_text(encoding="utf-8")))
    for path in [*SCRIPTS.rglob("*.js"), *(ROOT / "frontend/editor").glob("*.js")]:
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r"\bicon\(\"([a-z0-9-]+)\"\)", text))
    assert used - drawn == set()


@pytest.mark.parametrize("theme", ["paper", "ink"])
def test_text_is_legible_on_every_ground_it_stands_on(theme: str) -> None:
    colours = tokens(theme)
    pairs = [(ink, ground) for ink in INKS for ground in GROUNDS]
    pairs += [(one, ground) for one in MEANINGS for ground in ("surface", "canvas", "sunken")]
    pairs += [(one, f"{one}soft") for one in MEANINGS]
    pairs += [("ink", f"{one}soft") for one in MEANINGS] + [("onaccent", "accent")]
    poor = {pair: round(ratio(colours, *pair), 2) for pair in pairs if ratio(colours, *pair) < 4.5}
    assert poor == {}


@pytest.mark.parametrize("theme", ["paper", "ink"])
def test_shapes_stand_out_from_the_surface(theme: str) -> None:
    colours = tokens(theme)
    poor = {one: ratio(colours, one, "surface") for one in SHAPES}
    assert {name: value for name, value in poor.items() if value < 3} == {}


def tokens(theme: str) -> dict[str, str]:
    """The colours of one theme by name, as tokens.css gives them."""
    text = (ROOT / "frontend/tokens.css").read_text(encoding="utf-8")
    blocks = {
        "ink": re.findall(r'^  \[data-theme="ink"\] \{(.*?)^  \}', text, re.S | re.M),
        "paper": re.findall(r"^  :root, [^{]*\{(.*?)^  \}", text, re.S | re.M),
    }
    return dict(re.findall(r"--([a-z0-9]+):\s*(#[0-9a-fA-F]{6})", " ".join(blocks[theme])))


def ratio(colours: dict[str, str], one: str, other: str) -> float:
    """Contrast of two colours after WCAG 2.2, "contrast ratio"."""
    light, dark = sorted((luminance(colours[one]), luminance(colours[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
