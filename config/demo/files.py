"""What the demo translates: real files in six formats, and the languages."""

from __future__ import annotations

from pathlib import Path

import django

SOURCE = "en"
TARGETS = ("de", "ja", "ar")
_HERE = Path(__file__).parent / "samples"


def demo_files(checkout: Path) -> list[Path]:
    """The catalogue inside the installed Django, this README, and four files of ours."""
    catalogue = Path(django.__file__).parent / "conf/locale/en/LC_MESSAGES/django.po"
    ours = [_HERE / name for name in ("guide.docx", "shop.json", "release.html", "letter.txt")]
    return [catalogue, checkout / "README.md", *ours]
