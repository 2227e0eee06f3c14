"""Links lead somewhere, and every document is found from the first one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import DOCS, PAGES, ROOT

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def _targets(page: Path) -> list[Path]:
    links = [link.partition("#")[0] for link in LINK.findall(page.read_text())]
    return [(page.parent / link).resolve() for link in links if link and "://" not in link]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert [str(target) for target in _targets(page) if not target.exists()] == []


def test_every_document_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            waiting += _targets(page)
    assert sorted(set(DOCS.rglob("*.md")) - reached) == []
