"""A name and an address as they stand in a header, and what is like an address at all.

Must not read the grammar of a header (see ``address_list``) and must not normalise addresses (see ``address``).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from postroom.core.address import MAX_ADDRESS_CHARS
from postroom.core.mail.encoded_words import decode_words

MAX_NAME_CHARS: Final = 200

ATOM: Final = r"[^\s\x00-\x1f\x7f<>@,;:\"()\[\]\\]"
"""A character of a word, as a pattern."""
_LIKE_ADDRESS = re.compile(
    r"(?:\"(?:[^\"\\]|\\.)*+\"|[^\s<>@,;:\"()\[\]\\]++)@(?:[^\s<>@,;:\"()\[\]\\]++|\[[^\s\[\]\\]++\])"
)
_WORDS = re.compile(r"[^\s<>,;:\"()\[\]\\]++")
_ESCAPED = re.compile(r"\\(.)", re.S)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class Mailbox(NamedTuple):
    """A name and an address as they stand in the header: the name decoded, the address not normalised."""

    name: str
    address: str


def clean_name(name: str) -> str:
    """Make a display name fit to show: unescaped, decoded, one line, one blank at a time, at most 200."""
    if "\\" in name:
        name = _ESCAPED.sub(r"\1", name)
    name = decode_words(name)
    if not name.isprintable():
        name = _CONTROL.sub(" ", name)
    return " ".join(name.split())[:MAX_NAME_CHARS]


def is_like_address(text: str) -> bool:
    """Say whether ``text`` has the looks of an address: a word or a quoted one, ``@``, a word."""
    return len(text) <= MAX_ADDRESS_CHARS and _LIKE_ADDRESS.fullmatch(text) is not None


def like_addresses(text: str) -> list[Mailbox]:
    """Find every string that is like an address, whatever stands around it."""
    return [Mailbox("", word) for word in _WORDS.findall(text) if is_like_address(word)]
