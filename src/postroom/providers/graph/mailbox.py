"""One mailbox of Microsoft 365, open: its folders, what changed in each, and its mail.

Changes are followed by delta queries, one folder at a time. A first round walks the whole folder, newest first, as
Graph cannot begin with now; what it tells carries the time it was received.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Self
from urllib.parse import quote

import httpx2

from postroom.core.address import normalise_address
from postroom.core.trouble import CannotEver, ProviderError, StartOver
from postroom.providers.graph import trail
from postroom.providers.graph.answer import Answer
from postroom.providers.graph.client import Client
from postroom.providers.graph.folders import Folders
from postroom.providers.graph.header import QUERY, header_block
from postroom.providers.graph.refusals import error_of, is_missing, is_not_given
from postroom.providers.graph.times import seconds_of, text_of
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

PAGE: Final = 500
"""Mails in a page, as far as Graph follows that."""


class GraphMailbox:
    """An open mailbox; ``root`` is its path, ``/me`` or ``/users/…``."""

    at_once = 100

    def __init__(self, http: httpx2.Client, client: Client, root: str) -> None:
        self._http, self._client, self._root = http, client, root
        self._folders = Folders(client, root)
        self.requests = 0
        client.counted = self._counted

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def _counted(self, requests: int) -> None:
        self.requests += requests

    def address(self) -> str:
        """Its main address; empty where the application may not read the directory (``User.Read``)."""
        answer = self._client.try_get(self._client.link(f"{self._root}?$select=mail,userPrincipalName"))
        if answer.status in (403, 404):
            return ""
        if not answer.is_good:
            raise error_of(answer)
        user = answer.json()
        return normalise_address(str(user.get("mail") or user.get("userPrincipalName") or "")) or ""

    def labels(self) -> Sequence[FoundLabel]:
        """All folders, with their totals."""
        return self._folders.labels()

    def changes(self, label: str, cursor: Cursor | None) -> Changes:
        """One page of a delta query."""
        way = self._way(cursor)
        link = way.link or self._link(
            label, "/delta?$select=id,receivedDateTime&$orderby=receivedDateTime%20desc"
        )
        answer = self._client.get(link, is_of_label=True, prefer=f"odata.maxpagesize={PAGE}")
        added: dict[str, Listed] = {}
        removed: dict[str, None] = {}
        for entry in answer.values():
            ref = _ref(entry)
            (added if "@removed" in entry else removed).pop(ref, None)
            if "@removed" in entry:
                removed[ref] = None
            else:
                added[ref] = Listed(ref, seconds_of(entry.get("receivedDateTime")))
        more, done = answer.link("nextLink"), answer.link("deltaLink")
        if not more and not done:
            raise CannotEver("protocol", "Microsoft Graph ended a page of changes without a link.")
        way = way.then(more) if more else trail.begin(done)
        return Changes(_newest_first(added), [*removed], self._kept(way), bool(more))

    def list(self, label: str, since: int, until: int, position: str | None = None) -> Page:
        """One page of the mails received in this time, newest first."""
        within = f"receivedDateTime%20ge%20{text_of(since)}%20and%20receivedDateTime%20lt%20{text_of(until)}"
        way = trail.begin() if position is None else trail.read_text(position)
        link = way.link or self._link(
            label,
            f"?$filter={within}&$orderby=receivedDateTime%20desc&$top={PAGE}&$select=id,receivedDateTime",
        )
        answer = self._client.get(link, is_of_label=True)
        found = [Listed(_ref(entry), seconds_of(entry.get("receivedDateTime"))) for entry in answer.values()]
        more = answer.link("nextLink")
        is_said = all(mail.received_at is not None for mail in found)
        return Page(found, way.then(more).as_text() if more else None, is_newest_first=is_said)

    def count(self, label: str, since: int) -> int:
        """How many mails were received since."""
        link = self._link(
            label, f"?$count=true&$top=1&$select=id&$filter=receivedDateTime%20ge%20{text_of(since)}"
        )
        total = self._client.get(link, is_of_label=True).json().get("@odata.count")
        if not isinstance(total, int):
            raise CannotEver("protocol", "Microsoft Graph did not count.")
        return total

    def heads(self, label: str, refs: Sequence[str]) -> Sequence[Head | NotGiven]:
        """The heads of the mails that still are in the label, or were thrown away."""
        paths = [f"{self._root}/messages/{quote(ref, safe='')}{QUERY}" for ref in refs]
        heads, refused = [], {}
        for ref, answer in zip(refs, self._client.batch(paths), strict=True):
            if answer.is_good:
                head = self._head(label, ref, answer.json())
                heads += [head] if head else []
            elif not is_missing(answer):
                refused[ref] = _refused(answer)
        return [*heads, *_not_given(refused, has_given=bool(heads))]

    def wholes(self, label: str, refs: Sequence[str]) -> Iterator[Whole | NotGiven]:
        """The mails as they came, a few asked for at a time."""
        links = [self._client.link(f"{self._root}/messages/{quote(ref, safe='')}/$value") for ref in refs]
        refused, has_given = {}, False
        for number, answer in self._client.bodies(links):
            if answer.is_good and isinstance(answer.body, bytes):
                has_given = True
                yield Whole(refs[number], answer.body)
            elif not is_missing(answer):
                refused[refs[number]] = _refused(answer)
        yield from _not_given(refused, has_given=has_given)

    def wait(self, label: str, seconds: float) -> bool:
        """Graph can only call, which needs an address that Microsoft can reach: it is asked instead."""
        return False

    def _head(self, label: str, ref: str, message: Mapping[str, Any]) -> Head | None:
        """Make the head; ``None`` where the mail was moved to another folder that it may be met in."""
        folder = str(message.get("parentFolderId") or "")
        kept_out = "drafts" if message.get("isDraft") is True else self._folders.kept_out(folder)
        if folder != label and not kept_out:
            return None
        at = seconds_of(message.get("receivedDateTime"))
        return Head(ref, header_block(message), at or 0, kept_out=kept_out)

    def _way(self, cursor: Cursor | None) -> trail.Trail:
        """Where to go on. Raises ``StartOver`` where the cursor is of another way to the mailbox, or of no way."""
        if cursor is None:
            return trail.begin()
        try:
            way = trail.read(cursor)
        except ValueError:
            raise StartOver("cursor_lost") from None
        if cursor.get("by") != self._by() or not self._client.is_ours(way.link):
            raise StartOver("cursor_lost")
        return way

    def _kept(self, way: trail.Trail) -> Cursor:
        return {**way.as_json(), "by": self._by()}

    def _by(self) -> str:
        """By which of the two ways the mailbox is open: links of one are not good for the other."""
        return self._root.split("/")[1]

    def _link(self, label: str, rest: str) -> str:
        return self._client.link(f"{self._root}/mailFolders/{quote(label, safe='')}/messages{rest}")


def _ref(entry: Mapping[str, Any]) -> str:
    ref = entry.get("id")
    if not isinstance(ref, str) or not 0 < len(ref) <= 300:
        raise CannotEver("protocol", "Microsoft Graph listed a mail without a usable id.")
    return ref


def _refused(answer: Answer) -> ProviderError:
    """Why one mail is not given. Raises what is wrong with more than the one."""
    if not is_not_given(answer):
        raise error_of(answer)
    return error_of(answer)


def _not_given(refused: Mapping[str, ProviderError], *, has_given: bool) -> list[NotGiven]:
    """The mails that are refused. Raises why, where it is not their fault: none of several is given."""
    if not has_given and len(refused) > SEVERAL:
        raise next(iter(refused.values()))
    return [NotGiven(ref) for ref in refused]


def _newest_first(added: Mapping[str, Listed]) -> Sequence[Listed]:
    return sorted(added.values(), key=lambda mail: -(mail.received_at or 0))
