"""What the tests of timelines ask of them, and the threads they ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.test import Client
from shelf import Shelf

from postroom.core.message import Content
from postroom.store.models import Engagement

HTMX = {"HX-Request": "true"}
KINDS = ("accounts", "persons")


def at(shelf: Shelf, kind: str = "accounts") -> str:
    """The address of the page with the timeline."""
    return f"/{kind}/{shelf.account if kind == 'accounts' else shelf.person}"


def token(engagement: Engagement) -> str:
    """The token of its thread, as it stands in addresses."""
    return bytes(engagement.thread).hex()


def called(subject: str) -> Content:
    """A mail of this subject."""
    return Content(subject, "Hello", "")


def walk(browser: Client, address: str, headers: dict[str, str]) -> Iterator[Any]:
    """All pages of a timeline, as ``Show older`` leads through them."""
    query: str | None = ""
    while query is not None:
        answer = browser.get(f"{address}{query}", headers=headers)
        yield answer
        older = re.search(r'href="(\?before=[\d.]+)"', answer.content.decode())
        query = older[1] if older else None


def rows(browser: Client, address: str) -> list[tuple[str, int, int]]:
    """Of each row of a timeline the subject, how many mails it stands for and how many of them are hidden."""
    return [
        (row.shown.subject, row.mails, row.hidden) if hasattr(row, "shown") else ("", row.mails, row.mails)
        for row in browser.get(address).context["rows"]
    ]


def a_plan(shelf: Shelf) -> list[Engagement]:
    """A thread of three mails, the oldest first, and another mail between its last two."""
    first = shelf.engagement(called("The plan"))
    second = shelf.engagement(called("Re: The plan"), direction="out", answers=first)
    shelf.engagement(called("Between"))
    return [first, second, shelf.engagement(called("Re: Re: The plan"), answers=first)]
