"""Documents, pages, messages and names in the code use the words of the glossary."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from pages import DOCS, ROOT, read, table

SOURCE = ROOT / "src/postroom"
PAGES = sorted(
    page
    for page in [*DOCS.rglob("*.md"), *SOURCE.rglob("web/templates/**/*.html")]
    if page.name != "glossary.md"
)
CODE = sorted(file for file in SOURCE.rglob("*.py") if "migrations" not in file.parts)

MEANT_OTHERWISE: Final = {
    "activity": "a call, meeting, task or comment that is uploaded; what shows on a timeline is an engagement",
    "body": "RFC 5322, HTTP and HTML have one; `core.body` is what is kept of a mail's",
    "company": "whose workspace it is; a customer company is an account",
    "customer": "who an account stands for, and the lens of that name",
    "duplicate": "the answer to an item that was sent before; a message met again has another copy",
    "flag": "a mark in a mail's header, or of a file that is opened; a yes or no to being counted is consent",
    "folder": "of files on a disk; where a mail lay is a label",
    "log": "what the server writes for who runs it, and the databases' own; decisions are in the ledger",
    "member": "of a chat, and the role of this name; who works at the company is a user",
    "result": "`results` is the public name of the answers to many records; a decision has an outcome",
    "team": "people below a manager or of a department, whose medians are told; a company's copy is a workspace",
}
"""Words that are wrong for one thing and right for another, so no test can tell: what they may be said for."""

MEANT_OTHERWISE_IN: Final = {
    ("tenant", "config.py"): "Microsoft's word for a company's directory there",
    ("tenant", "how-to/sign-in-with"): "Microsoft's word for a company's directory there",
    ("tenant", "how-to/connect-microsoft-365.md"): "Microsoft's word for a company's directory there",
    ("tenant", "providers/graph/"): "Microsoft's word for a company's directory there",
    ("tenant", "actions/mailbox_settings.py"): "Microsoft's word for a company's directory there",
    ("tenant", "reference/settings.md"): "Microsoft's word for a company's directory there",
    ("event", "decisions/0005"): "event sourcing is a way to keep data",
    (
        "metadata",
        "explanation/how-mailboxes-sync.md",
    ): "the name of the mode of a mailbox that keeps nothing else (S8)",
    ("metadata", "core/mailbox.py"): "the name of the mode of a mailbox that keeps nothing else (S8)",
    ("pending", "core/mail/"): "bytes of an encoded word that are not decoded yet",
    ("group", "how-to/connect-microsoft-365.md"): "Exchange's word for mailboxes under one name",
    ("group", "providers/graph/"): "Exchange's word for mailboxes under one name",
    ("group", "how-to/watch-postroom.md"): "Prometheus's word for alarms that stand together",
    ("group", "demo/routine.py"): "people of the demo who meet across departments",
    ("group", "store/read/completeness.py"): "SQL's word for rows that are counted together",
    ("group", "store/read/rollups.py"): "SQL's word for rows that are counted together",
    ("group", "core/mail/"): "of addresses (RFC 5322, 3.4), and of a regular expression",
}
"""Words that are right for one thing in one place."""


def _never_said() -> list[str]:
    cells = [row[2] for row in table(read("glossary.md"), "word")]
    words = {word for cell in cells for word in cell.split(", ") if word}
    return sorted(words - MEANT_OTHERWISE.keys())


@pytest.mark.parametrize("word", _never_said())
def test_a_word_of_somebody_else_is_never_said(word: str) -> None:
    pattern = re.compile(rf"\b{re.escape(word)}s?\b", re.IGNORECASE)
    said = {(str(file.relative_to(ROOT)), text) for file, text in _texts() if pattern.search(text)}
    right = [place for exempt, place in MEANT_OTHERWISE_IN if exempt == word]
    assert sorted(s for s in said if not any(place in s[0] for place in right)) == []


def test_every_exemption_is_needed() -> None:
    exempt = [*((word, "") for word in MEANT_OTHERWISE), *MEANT_OTHERWISE_IN]
    said = [(str(file.relative_to(ROOT)), text.lower()) for file, text in _texts()]
    unneeded = [
        (word, place)
        for word, place in exempt
        if not any(place in file and re.search(rf"\b{word}s?\b", text) for file, text in said)
    ]
    assert unneeded == []


@cache
def _texts() -> tuple[tuple[Path, str], ...]:
    """All that is said: a document or page by lines, code by its names and the sentences in it."""
    prose = [(page, line) for page in PAGES for line in _prose(page).splitlines()]
    return (*prose, *((file, text) for file in CODE for text in _said_in(file)))


def _prose(page: Path) -> str:
    """The text without what stands in code marks, tags and comments."""
    text = page.read_text()
    if page.suffix == ".html":
        return re.sub(r"<[^>]*>|{[%#{].*?[%#}]}", " ", text, flags=re.DOTALL)
    return re.sub(r"```.*?```|`[^`]*`", " ", text, flags=re.DOTALL)


def _said_in(file: Path) -> Iterator[str]:
    """The names given in a file, in words, and its strings that are sentences, docstrings too."""
    yield _in_words(file.stem)
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case (
                ast.FunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.arg(arg=name)
                | ast.keyword(arg=str(name))
            ):
                yield _in_words(name)
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield _in_words(name)
            # What people write in the mails of the demo is theirs.
            case ast.Constant(value=str(text)) if " " in text and file.parent.name != "demo":
                yield re.sub(r"``.*?``|`.*?`", " ", text)


def _in_words(name: str) -> str:
    """``NewEngagement``, ``new_engagement``: new engagement."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").lower()
