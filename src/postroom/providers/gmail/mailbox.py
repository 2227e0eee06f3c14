"""An open Gmail mailbox (see ``providers.port``). The cursor is a ``historyId``; refs are Gmail's ids, which stay.

Between two pages of history the cursor also holds Google's token for the next page, and the ``historyId`` that the
first page named: the end of this round, since later pages may name a later one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Self
from urllib.parse import quote

import httpx2

from postroom.core.address import normalise_address
from postroom.core.trouble import CannotEver, ProviderError, StartOver, TryLater
from postroom.providers.gmail import history, units
from postroom.providers.gmail.client import Answer, Client
from postroom.providers.gmail.heads import QUERY, head_of
from postroom.providers.gmail.labels import found_labels, with_totals
from postroom.providers.gmail.wholes import fetched
from postroom.providers.port import (
    SEVERAL,
    Changes,
    Cursor,
    FoundLabel,
    Head,
    Listed,
    NotGiven,
    Page,
    Whole,
)

ME: Final = "/gmail/v1/users/me"
PAGE: Final = 50
"""Mails of one page: in a minute their heads and the whole of each can be had (6,000 units)."""
_COUNTED: Final = 500
_MOST_COUNTED: Final = 20
"""Pages that are counted, of so many mails each; of a label with more, all of it."""


class GmailMailbox:
    """A mailbox that was signed in to."""

    at_once = PAGE

    def __init__(self, http: httpx2.Client, client: Client) -> None:
        self._http, self._client, self._quota = http, client, client.quota
        self.requests = 0
        client.counted = self._counted
        self._heads_cost = 0

    def _counted(self) -> None:
        self.requests += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def address(self) -> str:
        profile = self._client.get(f"{ME}/profile", units=units.PROFILE)
        return normalise_address(str(profile.get("emailAddress", ""))) or ""

    # Labels

    def labels(self) -> Sequence[FoundLabel]:
        found = found_labels(self._client.get(f"{ME}/labels", units=units.LABEL))
        self._quota.take(units.LABEL * len(found))
        details = self._client.ask_all([_label(label.ref) for label in found], units=units.LABEL)
        return with_totals(found, details)

    def _gone(self, label: str) -> StartOver | None:
        """What to raise where the label is not there; ``None``: it is."""
        if self._client.ask(_label(label), units=units.LABEL) is None:
            return StartOver("label_gone")
        return None

    # Changes

    def changes(self, label: str, cursor: Cursor | None) -> Changes:
        if cursor is None:
            return self._from_now(label)
        answer = self._history(label, cursor)
        if answer is None and "page" in cursor:
            # Tokens of pages are short-lived; the round then begins anew.
            cursor = {"history": cursor["history"]}
            answer = self._history(label, cursor)
        if answer is None:
            raise self._gone(label) or StartOver("cursor_lost")
        added, removed = history.read_history(label, answer.get("history", ()))
        until = cursor.get("until") or answer.get("historyId") or cursor["history"]
        page = answer.get("nextPageToken")
        if page and page == cursor.get("page"):
            raise CannotEver("protocol")
        then = (
            {"history": cursor["history"], "page": page, "until": str(until)}
            if page
            else {"history": str(until)}
        )
        return Changes([Listed(ref) for ref in added], removed, then, bool(page))

    def _from_now(self, label: str) -> Changes:
        if gone := self._gone(label):
            raise gone
        profile = self._client.get(f"{ME}/profile", units=units.PROFILE)
        return Changes([], [], {"history": str(profile["historyId"])})

    def _history(self, label: str, cursor: Cursor) -> Answer | None:
        asked = [("startHistoryId", cursor["history"]), ("labelId", label), ("maxResults", str(PAGE))]
        asked += [("historyTypes", name) for name in history.TYPES]
        asked += [("pageToken", cursor["page"])] if "page" in cursor else []
        return self._client.ask(f"{ME}/history", [*asked, ("fields", history.FIELDS)], units=units.HISTORY)

    # Listing

    def list(self, label: str, since: int, until: int, position: str | None = None) -> Page:
        answer = self._listed(label, since, until, PAGE, position)
        refs = _ids(answer)
        if not refs and position is None and (gone := self._gone(label)):
            raise gone
        page = answer.get("nextPageToken")
        if page is not None and page == position:
            raise CannotEver("protocol")
        return Page([Listed(ref) for ref in refs], page)

    def count(self, label: str, since: int) -> int:
        counted, position = 0, None
        for _ in range(_MOST_COUNTED):
            answer = self._listed(label, since, None, _COUNTED, position)
            counted += len(_ids(answer))
            position = answer.get("nextPageToken")
            if position is None:
                return counted
        total = self._client.get(_label(label), units=units.LABEL).get("messagesTotal")
        return max(counted, int(total or 0))

    def _listed(self, label: str, since: int, until: int | None, most: int, position: str | None) -> Answer:
        # Whether Google takes in the second that it is to begin after is not to be relied on.
        begin = [f"after:{since - 1}"] if since > 1 else []
        end = [f"before:{until}"] if until is not None else []
        asked = [("labelIds", label), ("maxResults", str(most)), ("fields", "messages/id,nextPageToken")]
        asked += [("q", " ".join(begin + end))] if begin + end else []
        asked += [("includeSpamTrash", "true")] if label in history.HIDDEN else []
        asked += [("pageToken", position)] if position is not None else []
        answer = self._client.ask(f"{ME}/messages", asked, units=units.LIST)
        if answer is None:
            # A token of a page that is too old: the listing is begun anew another time.
            raise self._gone(label) or TryLater("page_expired")
        return answer

    # Mails

    def heads(self, label: str, refs: Sequence[str]) -> Sequence[Head | NotGiven]:
        each = self._quota.message
        self._heads_cost = each * len(refs)
        heads: list[Head] = []
        refused: dict[str, ProviderError] = {}
        for number, part in enumerate(self._parts(refs)):
            # Nothing is spent in vain: either a part can be had whole, or none of it is asked for.
            (self._quota.wait_for if number else self._quota.take)(each * len(part))
            paths = {f"{_message(ref)}?{QUERY}": ref for ref in part}
            failed: dict[str, ProviderError] = {}
            answers = self._client.ask_all([*paths], units=each, refused=failed)
            refused |= {paths[path]: error for path, error in failed.items()}
            heads += [
                head_of(ref, answer)
                for ref, answer in zip(paths.values(), answers, strict=True)
                if answer is not None
            ]
        return [*heads, *_not_given(refused, has_given=bool(heads))]

    def wholes(self, label: str, refs: Sequence[str]) -> Iterator[Whole | NotGiven]:
        each = self._quota.message
        # What can never be had in the minute of its heads would fail anew each time.
        is_too_much = self._heads_cost + each * len(refs) > self._quota.per_minute
        refused: dict[str, ProviderError] = {}
        has_given = False
        for part in self._parts(refs):
            (self._quota.wait_for if is_too_much else self._quota.take)(each * len(part))
            for whole in fetched(part, self._whole, refused):
                has_given = True
                yield whole
        yield from _not_given(refused, has_given=has_given)

    def _whole(self, ref: str) -> Answer | None:
        return self._client.ask(_message(ref), [("format", "raw"), ("fields", "raw")], units=0)

    def _parts(self, refs: Sequence[str]) -> Iterator[Sequence[str]]:
        """The mails in parts that can be had in one minute each."""
        size = max(1, self._quota.per_minute // self._quota.message)
        for start in range(0, len(refs), size):
            yield refs[start : start + size]

    def wait(self, label: str, seconds: float) -> bool:
        return False


def _label(ref: str) -> str:
    return f"{ME}/labels/{quote(ref, safe='')}"


def _message(ref: str) -> str:
    return f"{ME}/messages/{quote(ref, safe='')}"


def _not_given(refused: Mapping[str, ProviderError], *, has_given: bool) -> list[NotGiven]:
    """The mails that are refused. Raises why, where it is not their fault: none of several is given."""
    if not has_given and len(refused) > SEVERAL:
        raise next(iter(refused.values()))
    return [NotGiven(ref) for ref in refused]


def _ids(answer: Answer) -> list[str]:
    try:
        return [message["id"] for message in answer.get("messages", ())]
    except (KeyError, TypeError):
        raise CannotEver("protocol") from None
