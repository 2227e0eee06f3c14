"""What was typed into Explain, kept with the session under a random name, so that going back and reloading work.

The address of the page then holds no e-mail address. Encrypted, as sessions are stored; a mail is never kept.
"""

from __future__ import annotations

import secrets
from typing import Final

from django.http import HttpRequest

from postroom.store.secrets import KeyMissing, decrypt, encrypt

MOST_KEPT: Final = 10
"""So many questions, the last ones."""
_IN_SESSION: Final = "asked"


def keep(request: HttpRequest, question: str) -> str:
    """Keep a question; answers the name under which it is found again."""
    name = secrets.token_urlsafe(8)
    kept_now = [*_all(request), [name, encrypt(question.encode("utf-8", "surrogatepass")).hex()]]
    request.session[_IN_SESSION] = kept_now[-MOST_KEPT:]
    return name


def kept(request: HttpRequest, name: str) -> str:
    """The question of this name; empty where it is not known, or no longer."""
    return next((_opened(sealed) for key, sealed in _all(request) if key == name), "")


def _all(request: HttpRequest) -> list[list[str]]:
    found: list[list[str]] = request.session.get(_IN_SESSION, [])
    return found


def _opened(sealed: str) -> str:
    try:
        return decrypt(bytes.fromhex(sealed)).decode("utf-8", "surrogatepass")
    except KeyMissing:
        return ""
