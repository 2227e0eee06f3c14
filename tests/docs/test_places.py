"""The files and folders of the program that documents name are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import DOCS, ROOT

NAMED = re.compile(r"`((?:[a-z_0-9]+/)+[a-z_0-9]*(?:\.[a-z]+)?|[a-z_0-9]+\.(?:py|mjs))`")
ROOTS = [ROOT, ROOT / "src", ROOT / "src/postroom"]
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "CONTRIBUTING.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_places_are_there(page: Path) -> None:
    named = NAMED.findall(page.read_text())
    assert [place for place in named if not any((root / place).exists() for root in ROOTS)] == []
