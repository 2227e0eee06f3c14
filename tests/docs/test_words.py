"""Documents and pages use the words of the glossary."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import DOCS, ROOT, read, table

TEMPLATES = ROOT / "src/postroom/web/templates"
TEXTS = sorted(
    page for page in [*DOCS.rglob("*.md"), *TEMPLATES.rglob("*.html")] if page.name != "glossary.md"
)
ALSO_OTHERWISE = {
    "account",
    "activity",
    "body",
    "contact",
    "customer",
    "company",
    "duplicate",
    "folder",
    "group",
}
ALSO_OTHERWISE |= {
    "log",
    "member",
    "org",
    "result",
    "team",
    "conversation",
    "channel",
    "integration",
    "pending",
}
"""Words that are only wrong for one thing and right for another: no test can tell which is meant."""


def _never_said() -> list[str]:
    cells = [row[2] for row in table(read("glossary.md"), "word")]
    words = {word for cell in cells for word in cell.split(", ") if word}
    return sorted(words - ALSO_OTHERWISE)


@pytest.mark.parametrize("word", _never_said())
def test_a_word_of_somebody_else_is_never_said(word: str) -> None:
    pattern = re.compile(rf"\b{re.escape(word)}s?\b", re.IGNORECASE)
    assert [str(page.relative_to(ROOT)) for page in TEXTS if pattern.search(_prose(page))] == []


def _prose(page: Path) -> str:
    """The text without what stands in code marks, tags and comments."""
    text = page.read_text()
    if page.suffix == ".html":
        return re.sub(r"<[^>]*>|{[%#{].*?[%#}]}", " ", text, flags=re.DOTALL)
    return re.sub(r"```.*?```|`[^`]*`", " ", text, flags=re.DOTALL)
