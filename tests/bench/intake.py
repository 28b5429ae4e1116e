"""How fast a big catalogue comes in, against parsing it."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

import polib

from config.demo.client import Client
from tests.bench.figures import ROUNDS, show
from tests.bench.lodging import Lodging
from tests.bench.pipeline import WORDS, raise_cap

UNITS = 20_000
# Until the workers have dropped what they had claimed of the cancelled run.
SETTLE_SECONDS = 3.0


def ingest_rate(house: Lodging) -> None:
    """20,000 PO units over HTTP to committed segments."""
    house.latency(400)
    raise_cap(house)
    client = Client(house.url, house.account.key)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.po"
        path.write_text(_catalogue(), encoding="utf-8")
        parsing = min(_parse_seconds(path) for _ in range(ROUNDS))
        taking = min(_intake_seconds(client, path) for _ in range(ROUNDS))
    show(
        "ingest_rate",
        parsing / taking,
        "ratio",
        "polib parsing the same bytes; at least 0.2",
        units_per_second=round(UNITS / taking),
        seconds=round(taking, 2),
    )


def _parse_seconds(path: Path) -> float:
    began = time.perf_counter()
    polib.pofile(str(path))
    return time.perf_counter() - began


def _intake_seconds(client: Client, path: Path) -> float:
    began = time.perf_counter()
    document = client.upload(path, "en", ["de"])
    taken = time.perf_counter() - began
    assert document["segments"] == UNITS
    client.cancel(document["id"])
    time.sleep(SETTLE_SECONDS)
    return taken


def _catalogue() -> str:
    draw = random.Random(1)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    return head + "".join(_entry(draw, number) for number in range(UNITS))


def _entry(draw: random.Random, number: int) -> str:
    """One entry; a fifth of them hold a placeholder, as in the catalogues of Django and allauth."""
    text = f"{_sentence(draw)} {number}"
    flags = ""
    if number % 5 == 0:
        text, flags = f"{text} of %(count)s", "#, python-format\n"
    return f'#: app/views.py:{number}\n{flags}msgid "{text}"\nmsgstr ""\n\n'


def _sentence(draw: random.Random) -> str:
    return " ".join(draw.choice(WORDS) for _ in range(draw.randint(3, 14)))
