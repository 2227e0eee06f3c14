"""Names of people and departments as pages of reports print them: short, and never turning the text around them.

Files and the API hand them out as they are.
"""

from __future__ import annotations

import re
from typing import Final
from unicodedata import bidirectional

from django.utils.html import format_html

MOST_LETTERS: Final = 60
_DIRECTIONS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn what follows them around; no name needs them."""
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
_ISOLATE: Final = "\u2068"
_END: Final = "\u2069"


def short_name(name: str, most: int = MOST_LETTERS) -> str:
    """A name without marks of direction, of so many letters; one written right to left stands for itself."""
    shown = _DIRECTIONS.sub("", name)
    if len(shown) > most:
        shown = shown[: most - 1] + "…"
    is_turned = any(bidirectional(letter) in _RIGHT_TO_LEFT for letter in shown)
    return f"{_ISOLATE}{shown}{_END}" if is_turned else shown


def named(name: str, most: int = MOST_LETTERS) -> str:
    """The same in HTML; where it is shortened its title keeps the whole."""
    shown = short_name(name, most)
    whole = _DIRECTIONS.sub("", name)
    return format_html('<span title="{}">{}</span>', whole, shown) if len(whole) > most else shown
