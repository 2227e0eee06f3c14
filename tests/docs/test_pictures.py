"""Each picture that a document shows is there and told in words, and none is left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import DOCS, PAGES, ROOT

PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")


def _pictures(page: Path) -> list[tuple[str, Path]]:
    return [(says, (page.parent / place).resolve()) for says, place in PICTURE.findall(page.read_text())]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pictures_are_there_and_told_in_words(page: Path) -> None:
    assert [str(file) for says, file in _pictures(page) if not file.exists() or len(says.split()) < 3] == []


def test_every_picture_is_shown() -> None:
    shown = {file for page in PAGES for _, file in _pictures(page)}
    assert sorted(set((DOCS / "images").iterdir()) - shown) == []
