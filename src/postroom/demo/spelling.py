"""How a name is spelled in an address. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

_LETTERS: Final = str.maketrans({"ł": "l", "ß": "ss", "ø": "o", "ä": "ae", "ö": "oe", "ü": "ue"})


def ascii_only(text: str) -> str:
    """The text in small letters, without accents."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return plain.encode("ascii", "ignore").decode()


def local_part(name: str, manner: str = "first.last") -> str:
    """The name as it stands before the @: ``first.last``, ``f.last`` or ``first``."""
    first, *_, last = ascii_only(name).replace("'", "").replace(" ", ".").split(".")
    return {"first.last": f"{first}.{last}", "f.last": f"{first[0]}.{last}", "first": first}[manner]
