"""Calls the upload API of Postroom with the access token of a source. Needs Python 3.11 and nothing else.

    postroom = Postroom("https://postroom.example", "ps_…")
    answers = postroom.add_mail_messages([{"id": "42", "user": "ana@acme.example", …}])

Where the server is busy, away or asks to wait, the call is sent again, under the same Idempotency-Key: it counts
once. Nothing is split: ``settings()`` says what one call takes.
"""

from __future__ import annotations

import http.client
import json
import logging
import random
import secrets
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

LISTS: Final = {
    "mail-messages": "messages",
    "chat-messages": "messages",
    "chat-reactions": "reactions",
    "activities": "activities",
    "mail-folder-statistics": "statistics",
}
"""What can be sent: the last part of its address, and the name of the list in the body."""
Json = Mapping[str, Any]
logger = logging.getLogger(__name__)


class PostroomError(Exception):
    """A call came to nothing. ``status`` is 0 where no answer came; ``code`` is stable, ``field`` may be empty."""

    def __init__(self, status: int, code: str, detail: str, field: str = "", retry_after: float = 0) -> None:
        super().__init__(
            f"{status or 'no answer'}, {code}: {detail}" + (f" Field: {field}." if field else "")
        )
        self.status, self.code, self.field, self.retry_after = status, code, field, retry_after

    @property
    def is_passing(self) -> bool:
        """Whether the same call may well work a little later."""
        return self.code in ("unreachable", "in_flight") or self.status in (408, 429, 502, 503, 504)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Says where a redirect leads instead of going there: the token is for one server alone."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Postroom:
    """One source of one workspace. May be used by several threads at once."""

    def __init__(self, server: str, token: str, *, patience: float = 300, timeout: float = 90) -> None:
        """``patience``: how many seconds to go on trying; ``timeout``: how many to wait for an answer."""
        self._api = f"{server.rstrip('/')}/api/v1/"
        self._authorization = f"Bearer {token}"
        self._patience, self._timeout = patience, timeout
        self._opener = urllib.request.build_opener(_NoRedirects)

    def settings(self) -> Json:
        """``crawling_depth`` (a day, or None), ``organization_domains``, ``max_items``, ``max_bytes``."""
        return cast(Json, self._sent("GET", "settings"))

    def uploads(self) -> Json:
        """How many items of this source there are by kind and state, and the share that failed lately."""
        return cast(Json, self._sent("GET", "uploads"))

    def add_mail_messages(self, messages: Sequence[Json]) -> Sequence[Json]:
        """Send mails; one answer for each, in order: ``index``, ``id``, ``status``, ``reason``, ``field``."""
        return self.add("mail-messages", messages)

    def add_chat_messages(self, messages: Sequence[Json]) -> Sequence[Json]:
        """Send chat messages; one answer for each, in order."""
        return self.add("chat-messages", messages)

    def add_chat_reactions(self, reactions: Sequence[Json]) -> Sequence[Json]:
        """Send reactions to chat messages; one answer for each, in order."""
        return self.add("chat-reactions", reactions)

    def add_activities(self, activities: Sequence[Json]) -> Sequence[Json]:
        """Send calls, meetings, tasks and comments; one answer for each, in order."""
        return self.add("activities", activities)

    def add_mail_folder_statistics(self, statistics: Sequence[Json]) -> Sequence[Json]:
        """Say what lies in mail folders; one answer for each, in order."""
        return self.add("mail-folder-statistics", statistics)

    def add(self, what: str, items: Sequence[Any]) -> Sequence[Json]:
        """Send items of the kind ``what``, a key of ``LISTS``; raises ``PostroomError``."""
        return cast(Sequence[Json], self._sent("POST", what, body_of(what, items))["results"])

    def take_back(self, what: str, id_: str, user: str | None = None) -> None:
        """Take back an item, of a mail also its ``user``; raises ``PostroomError`` 404 where there is none."""
        query = f"?{urllib.parse.urlencode({'user': user})}" if user else ""
        self._sent("DELETE", f"{what}/{urllib.parse.quote(id_)}{query}")

    def _sent(self, method: str, path: str, body: bytes | None = None) -> Any:
        """The answer, once there is one; raises ``PostroomError``."""
        headers = {"Authorization": self._authorization}
        if body:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)}
        deadline, pause = time.monotonic() + self._patience, 1.0
        while True:
            try:
                return self._answer(urllib.request.Request(self._api + path, body, headers, method=method))
            except PostroomError as error:
                # Never before the server wants it, and not everybody at the same moment.
                wait = error.retry_after + random.uniform(0.5, 1) * pause
                if not error.is_passing or time.monotonic() + wait > deadline:
                    raise
                logger.warning("%s Trying again in %.0f s.", error, wait)
            time.sleep(wait)
            pause = min(2 * pause, 60)

    def _answer(self, request: urllib.request.Request) -> Any:
        """One try; raises ``PostroomError``."""
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise _problem(error) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            cause = getattr(error, "reason", error)
            code = "certificate" if isinstance(cause, ssl.SSLCertVerificationError) else "unreachable"
            raise PostroomError(0, code, f"{cause!r}.") from None


def body_of(what: str, items: Sequence[Any]) -> bytes:
    """What a call with these ``items`` sends: JSON in ASCII, without blanks."""
    return json.dumps({LISTS[what]: items}, separators=(",", ":"), allow_nan=False).encode()


def _problem(error: urllib.error.HTTPError) -> PostroomError:
    """What the server says is wrong; something before it may answer too, in words of its own."""
    try:
        said = json.loads(error.read(65_536))
        code, detail, field = said["code"], said["detail"], said.get("field", "")
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError, AttributeError):
        detail = f"{error.reason} {error.headers.get('Location', '')}".strip() + "."
        code, field = "http_error", ""
    wait = error.headers.get("Retry-After", "")
    return PostroomError(error.code, code, detail, field, float(wait) if wait.isdecimal() else 0)
