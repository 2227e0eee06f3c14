"""What the tests of the search look for, and how."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from shelf import Shelf

from postroom.core.message import Content


def found(browser: Client, **asked: Any) -> list[str]:
    """The subjects of the engagements found; of hidden ones nothing."""
    return [row.subject for row, _ in browser.get("/engagements", asked).context["rows"]]


def passages(browser: Client, words: str) -> list[str]:
    """What is shown beneath the subject of each engagement found, as it stands in the page."""
    page = browser.get("/engagements", {"q": words}).content.decode()
    return re.findall(r'<span class="t-snippet">(.*?)</span>', page)


def with_letters(shelf: Shelf) -> Shelf:
    """An offer from Kim, and what Sam answered."""
    shelf.engagement(Content("Offer for the bridge", "Die Brücke kostet naïve <b>12.500</b> EUR.", ""))
    shelf.engagement(Content("Tunnel", "", "<p>Nothing of <i>bridges</i> here</p>"), direction="out")
    return shelf
