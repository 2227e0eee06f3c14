"""A text that was sent and is looked at before it counts: kept for an hour, encrypted, in a session row of its own.

So a large file is not read with every page, and its contents stand in no page and no address.
"""

from __future__ import annotations

import secrets
from typing import Final

from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from postroom.store.secrets import KeyMissing, decrypt, encrypt

KEPT_SECONDS: Final = 60 * 60
MOST_KEPT: Final = 3
"""So many of one browser, the last ones."""
_IN_SESSION: Final = "kept_texts"


def keep(request: HttpRequest, text: str) -> str:
    """Keep a text; answers the name under which this browser finds it again."""
    row = SessionStore()
    row["text"] = encrypt(text.encode("utf-8", "surrogatepass")).hex()
    row.set_expiry(KEPT_SECONDS)
    row.create()
    name = secrets.token_urlsafe(8)
    now_kept = [*_all(request), [name, row.session_key or ""]]
    for _, key in now_kept[:-MOST_KEPT]:
        SessionStore(key).delete()
    request.session[_IN_SESSION] = now_kept[-MOST_KEPT:]
    return name


def kept(request: HttpRequest, name: str) -> str | None:
    """The text of this name; ``None`` where it is not known, or no longer."""
    key = next((key for known, key in _all(request) if known == name), None)
    sealed = SessionStore(key).get("text") if key else None
    try:
        return decrypt(bytes.fromhex(sealed)).decode("utf-8", "surrogatepass") if sealed else None
    except KeyMissing:
        return None


def forget(request: HttpRequest, name: str) -> None:
    """Forget the text of this name."""
    for known, key in _all(request):
        if known == name:
            SessionStore(key).delete()
    request.session[_IN_SESSION] = [entry for entry in _all(request) if entry[0] != name]


def _all(request: HttpRequest) -> list[list[str]]:
    found: list[list[str]] = request.session.get(_IN_SESSION, [])
    return found
