"""Gmail mailboxes in memory, behind ``gmail_shim``: labels, mails and history, changed by Gmail's own requests."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Any

from gmail_answers import ME, Answer, given, said

SYSTEM = "INBOX SENT DRAFT SPAM TRASH STARRED UNREAD IMPORTANT CHAT CATEGORY_PERSONAL CATEGORY_SOCIAL CATEGORY_UPDATES"


@dataclass
class Mail:
    raw: bytes
    at_ms: int
    labels: set[str]


@dataclass
class Box:
    """One mailbox. A record of history says of a mail the labels it had then."""

    labels: dict[str, str] = field(default_factory=lambda: {name: name for name in SYSTEM.split()})
    mails: dict[str, Mail] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)


class KeptGmail:
    """A backend of the shim."""

    def __init__(self) -> None:
        self.boxes: dict[str, Box] = {}
        self._numbers = count(1)
        self._history = count(1_000, 7)

    def ask(
        self, email: str, method: str, path: str, query: Mapping[str, str] = {}, body: Any = None
    ) -> Answer:
        box = self.boxes.setdefault(email, Box())
        kind, *rest = path.removeprefix(f"{ME}/").split("/")
        if kind == "labels":
            return self._labels(box, method, rest, body)
        if kind == "messages":
            return self._messages(box, method, rest, query, body)
        assert (method, kind) == ("GET", "history")
        return given({"history": [r for r in box.records if int(r["id"]) > int(query["startHistoryId"])]})

    def signing_in(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        raise AssertionError("nobody signs in here")

    def exchanged(self, form: Mapping[str, str]) -> Answer:
        raise AssertionError("nobody signs in here")

    def _labels(self, box: Box, method: str, rest: list[str], body: Any) -> Answer:
        if method == "POST":
            rest = [f"Label_{next(self._numbers)}"]
            box.labels[rest[0]] = body["name"]
        if not rest:
            return given({"labels": [_label(id_, name) for id_, name in box.labels.items()]})
        [id_] = rest
        if id_ not in box.labels:
            return said(404, "notFound", "Requested entity was not found.")
        if method == "PATCH":
            box.labels[id_] = body["name"]
        if method == "DELETE":
            del box.labels[id_]
            for mail in box.mails.values():
                mail.labels.discard(id_)
            return given({})
        total = sum(id_ in mail.labels for mail in box.mails.values())
        return given({**_label(id_, box.labels[id_]), "messagesTotal": total})

    def _messages(
        self, box: Box, method: str, rest: list[str], query: Mapping[str, str], body: Any
    ) -> Answer:
        if not rest:
            return self._inserted(box, body) if method == "POST" else _listed(box, query)
        id_, *act = rest
        if id_ not in box.mails:
            return said(404, "notFound", "Requested entity was not found.")
        mail = box.mails[id_]
        if method == "DELETE":
            self._record(box, id_, mail, messagesDeleted={})
            del box.mails[id_]
        elif act == ["modify"]:
            self._modified(box, id_, set(body.get("addLabelIds", ())), set(body.get("removeLabelIds", ())))
        elif act == ["trash"]:
            self._modified(box, id_, {"TRASH"}, {"INBOX"})
        elif act == ["untrash"]:
            self._modified(box, id_, {"INBOX"}, {"TRASH"})
        raw = urlsafe_b64encode(mail.raw).decode().rstrip("=")
        return given(
            {"id": id_, "labelIds": sorted(mail.labels), "internalDate": str(mail.at_ms), "raw": raw}
        )

    def _inserted(self, box: Box, body: Any) -> Answer:
        raw = urlsafe_b64decode(body["raw"] + "==")
        id_ = f"{next(self._numbers):016x}"
        box.mails[id_] = Mail(raw, _date_ms(raw), set(body["labelIds"]))
        self._record(box, id_, box.mails[id_], messagesAdded={})
        return given({"id": id_})

    def _modified(self, box: Box, id_: str, add: set[str], remove: set[str]) -> None:
        mail = box.mails[id_]
        added, removed = add - mail.labels, remove & mail.labels
        mail.labels = (mail.labels | add) - remove
        more = {"labelsAdded": {"labelIds": sorted(added)}} if added else {}
        more |= {"labelsRemoved": {"labelIds": sorted(removed)}} if removed else {}
        self._record(box, id_, mail, **more)

    def _record(self, box: Box, id_: str, mail: Mail, **events: dict[str, Any]) -> None:
        message = {"id": id_, "threadId": id_, "labelIds": sorted(mail.labels)}
        record = {name: [{"message": message, **event}] for name, event in events.items()}
        box.records.append({"id": str(next(self._history)), "messages": [message], **record})


def _label(id_: str, name: str) -> dict[str, str]:
    return {"id": id_, "name": name, "type": "system" if id_ in SYSTEM.split() else "user"}


def _listed(box: Box, query: Mapping[str, str]) -> Answer:
    after = re.search(r"after:(\d+)", query.get("q", ""))
    before = re.search(r"before:(\d+)", query.get("q", ""))
    found = [
        (mail.at_ms, id_)
        for id_, mail in box.mails.items()
        if query["labelIds"] in mail.labels
        and (query.get("includeSpamTrash") == "true" or not mail.labels & {"SPAM", "TRASH"})
        and (after is None or mail.at_ms > int(after[1]) * 1000)
        and (before is None or mail.at_ms < int(before[1]) * 1000)
    ]
    start, size = int(query.get("pageToken", "0")), int(query["maxResults"])
    page = [{"id": id_, "threadId": id_} for _, id_ in sorted(found, reverse=True)[start : start + size]]
    more = {"nextPageToken": str(start + size)} if found[start + size :] else {}
    return given({**({"messages": page} if page else {}), **more, "resultSizeEstimate": len(found)})


def _date_ms(raw: bytes) -> int:
    found = re.search(rb"(?im)^date: (.+)$", raw)
    try:
        return int(parsedate_to_datetime(found[1].decode().strip()).timestamp()) * 1000 if found else 0
    except ValueError:
        return 0
