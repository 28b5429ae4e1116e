"""`manage.py evaluate glossary`, on a small set of our own."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

OWN = Path(__file__).parents[1] / "engine" / "terms" / "own-terms.tsv"


def evaluated(path: Path, *more: str) -> list[str]:
    out = StringIO()
    call_command("evaluate", "glossary", "--data", str(path), *more, stdout=out)
    return out.getvalue().splitlines()


def test_it_tells_good_terms_from_planted_faults() -> None:
    *table, last = evaluated(OWN, "--json")
    told = json.loads(last)
    assert set(told["languages"]) == {"de", "fr", "es", "it", "pl", "ru", "tr", "ja", "zh"}
    pooled = told["pooled"]
    assert (pooled["cases"], pooled["false_alarm"], pooled["unseen_in_source"]) == (18, 0.0, 0.0)
    assert pooled["planted_recall"] == 1.0
    assert pooled["recall_forbidden_form"] == 1.0
    assert pooled["substring_false_alarm"] > 0
    assert "computed, not labelled by people" in table[-1]
    assert len(table) == 1 + 9 + 1 + 1


def test_it_says_the_same_twice() -> None:
    assert evaluated(OWN, "--json") == evaluated(OWN, "--json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read"),
        ("", "The first line must name the columns"),
        ("a\tb\n", "The first line must name the columns"),
        ("id\tlp\torigin\tdoc\tsource\treference\tterms\nx\ten-de\n", "Line 2 is no row"),
        ("id\tlp\torigin\tdoc\tsource\treference\tterms\n1\ten-de\to\td\ts\tr\t[1]\n", "Line 2"),
        ("id\tlp\torigin\tdoc\tsource\treference\tterms\n", "has no term"),
    ],
)
def test_it_says_what_is_wrong_with_the_data(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "data.tsv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(CommandError, match=said):
        evaluated(path)
