"""Names for persons that come from mail: as the mail gives them, or made from the address.

Must not decide whom a mail creates (see ``customer``).
"""

from __future__ import annotations

import re
from typing import Final

MAX_NAME_CHARS: Final = 200

_SEPARATORS = re.compile(r"[._\-+\s]+")
_QUOTES: Final = "'\"\u2018\u2019\u201c\u201d"


def display_name(name: str, address: str) -> str:
    """The name a mail gives to a person, or ``""`` where it gives none but the address again."""
    name = " ".join(name.split()).strip(_QUOTES).strip()
    return "" if "@" in name or name.casefold() == address.partition("@")[0] else name[:MAX_NAME_CHARS]


def name_from_address(address: str) -> str:
    """A name made of the local part: ``john.doe@…`` → ``John Doe`` (C12)."""
    words = [word for word in _SEPARATORS.split(address.rpartition("@")[0].strip('"')) if word]
    return " ".join(word[:1].upper() + word[1:] for word in words)[:MAX_NAME_CHARS] or address
