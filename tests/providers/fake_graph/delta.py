"""Delta queries of one folder: rounds of pages, and a server's memory of only a few generations.

Every page that is answered makes the sync state's next generation; a link is good while its own is among the newest
four. The options of the first request are remembered by the links, which say nothing themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote

from fake_graph.properties import mail_id, mail_properties, selected
from fake_graph.queries import Query, Wrong, newest_first, time_span
from fake_graph.state import GENERATIONS, Event, Folder, Mail

MOST_FILTERED = 5000


@dataclass(slots=True)
class _State:
    folder: Folder
    generation: int
    select: frozenset[str]
    order: bool
    since: int
    """How many events of the folder were told once this round is over."""
    left: Sequence[dict[str, Any]]
    """What is left to tell of this round."""
    is_done: bool


@dataclass
class Delta:
    """Answers delta queries."""

    lost_as: tuple[int, str] = (410, "SyncStateNotFound")
    """How a link that is too old is refused."""
    repeats: bool = False
    """Tell everything twice."""
    loop_after: int | None = None
    """After so many pages hand out the first link again."""
    foreign_link: str = ""
    """Where the next link leads instead."""
    _states: dict[str, _State] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=count)
    _first_link: str = ""
    _pages: int = 0

    def answer(self, query: Query, folder: Folder | None, is_immutable: bool, where: str) -> dict[str, Any]:
        """Answer one page."""
        token = query.options.get("$skiptoken") or query.options.get("$deltatoken")
        if token == "latest":
            raise Wrong(400, "BadRequest", "$deltatoken=latest is not supported for messages.")
        if folder is None:
            raise Wrong(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        state = (
            self._state(token, folder, is_immutable) if token else self._begin(query, folder, is_immutable)
        )
        page = query.page or query.number("$top", 10, 1000)
        now, later = state.left[:page], state.left[page:]
        folder.highest += 1
        number = f"{next(self._numbers)}"
        self._states[number] = _State(
            folder, folder.highest, state.select, state.order, state.since, later, is_done=not later
        )
        name, kind = ("$skiptoken", "nextLink") if later else ("$deltatoken", "deltaLink")
        link = f"{query.prefix}{where}/delta?{name}={quote('state-' + number)}"
        told = [entry for entry in now for _ in range(2 if self.repeats else 1)]
        return {
            "@odata.context": f"{query.prefix}/$metadata#Collection(message)",
            f"@odata.{kind}": self._bent(link, kind),
            "value": told,
        }

    def _begin(self, query: Query, folder: Folder, is_immutable: bool) -> _State:
        query.allow("$select", "$top", "$filter", "$orderby", "changeType")
        begin, end = time_span(query)
        mails = [mail for mail in folder.mails if begin <= mail.received_at < end]
        order = newest_first(query)
        mails.sort(key=(lambda mail: -mail.received_at) if order else (lambda mail: mail.immutable_id))
        if "$filter" in query.options:
            mails = mails[:MOST_FILTERED]
        told = [selected(mail_properties(mail, is_immutable), query.select()) for mail in mails]
        return _State(folder, folder.highest, query.select(), order, len(folder.events), told, False)

    def _state(self, token: str, folder: Folder, is_immutable: bool) -> _State:
        state = self._states.get(token.removeprefix("state-"))
        if state is None or state.folder is not folder:
            raise Wrong(400, "BadRequest", "Badly formed content. Badly formed sync state token.")
        if state.generation <= folder.highest - GENERATIONS:
            status, code = self.lost_as
            text = f"The sync state generation is not found; generation={state.generation};[highest={folder.highest}]"
            raise Wrong(status, code, text, {"Location": "https://graph.example/?$deltatoken="})
        if not state.is_done:
            return state
        told = _told(folder.events[state.since :], folder, state.select, is_immutable)
        return _State(folder, state.generation, state.select, state.order, len(folder.events), told, False)

    def _bent(self, link: str, kind: str) -> str:
        if kind == "nextLink" and self.foreign_link:
            return self.foreign_link
        if kind == "nextLink" and self.loop_after is not None:
            self._first_link = self._first_link or link
            self._pages += 1
            return link if self._pages <= self.loop_after else self._first_link
        return link


def _told(
    events: Sequence[Event], folder: Folder, select: frozenset[str], is_immutable: bool
) -> list[dict[str, Any]]:
    """One entry for each mail that something happened to, as it is now; of an update only the id must be told."""
    told: dict[str, dict[str, Any]] = {}
    for event in events:
        found = event.mail
        key = found.immutable_id
        if event.what == "removed":
            told[key] = {
                "id": found.immutable_id if is_immutable else event.id,
                "@removed": {"reason": event.reason},
            }
        elif not _is_in(found, folder):
            continue
        elif event.what == "updated":
            update = {"id": mail_id(found, is_immutable), "isRead": found.is_read}
            told.setdefault(key, selected(update, select))
        else:
            told[key] = selected(mail_properties(found, is_immutable), select)
    return list(told.values())


def _is_in(mail: Mail, folder: Folder) -> bool:
    return any(each is mail for each in folder.mails)
