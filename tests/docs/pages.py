"""Reads what the documents say: their tables and links."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "src").rglob("*.md")])


def read(name: str) -> str:
    """The text of a document below ``docs``."""
    return (DOCS / name).read_text()


def table(text: str, head: str) -> list[list[str]]:
    """The rows of the one table whose first column is called ``head``, without code marks around a cell."""
    [body] = re.findall(rf"^\| {head} \|.*\n\|[ :|-]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [
        [cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in body.splitlines()
    ]


def sections(text: str) -> dict[str, str]:
    """The text below each heading of the second level, by the heading without code marks."""
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return {head.strip().strip("`"): body for head, body in zip(parts[1::2], parts[2::2], strict=True)}
