"""What stands before a stand-in of Gmail and is as strict as Google: who may ask, for what, how much, how it fails.

Behind it is a backend that keeps mailboxes: npm's emulate, or ``gmail_kept`` in memory. It answers whoever asks it by
``Shim.answer``; ``as_transport`` lets an ``httpx2.Client`` ask without a socket. Written from Google's documentation.
"""

from __future__ import annotations

import re
import time
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx2
from gmail_answers import ME, Answer, given, said
from gmail_fields import chosen
from gmail_tokens import METADATA, READ, USERS, Issued, Tokens

UNITS = {"messages": 5, "message": 20, "history": 2, "labels": 1, "label": 1, "profile": 1}
SIGNING_IN = ("/.well-known/", "/oauth2/v3/", "/o/oauth2/")


class Backend(Protocol):
    """Keeps mailboxes, and believes whoever asks it."""

    def ask(
        self, email: str, method: str, path: str, query: Mapping[str, str] = {}, body: Any = None
    ) -> Answer: ...

    def signing_in(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """What a browser that signs in is answered."""
        ...

    def exchanged(self, form: Mapping[str, str]) -> tuple[str, dict[str, str]] | Answer:
        """Whom a code was given for, and what else was; or why it is not good."""
        ...


@dataclass
class Fault:
    """Answers instead of Google, so many times: what has ``where`` in its path. The status 0 cuts the connection."""

    where: str
    answer: Answer
    times: int


@dataclass
class Directory:
    """A company's users, as the Admin SDK lists them."""

    users: list[dict[str, Any]] = field(default_factory=list)
    admins: set[str] = field(default_factory=set)
    page: int = 2


class Shim(Tokens):
    """Google, as far as its mailboxes are read."""

    def __init__(self, backend: Backend) -> None:
        super().__init__()
        self.backend = backend
        self.directory = Directory()
        self.faults: list[Fault] = []
        self.log: list[str] = []
        """``METHOD path?query`` of each request; parts of a batch after it, each with a ``+``."""
        self.used: Counter[str] = Counter()
        """Units, by mailbox."""
        self.quota: int | None = None
        """Of a mailbox; what is asked above it is refused."""
        self.floor: dict[str, int] = {}
        """The oldest ``historyId`` that is still good, by mailbox."""
        self.hollow_pages = False
        """Each round of history begins with a page that has no ``history``."""
        self.decodes = False
        """Values of headers come without their encoded words."""

    def exchanged_by(self, form: Mapping[str, str]) -> tuple[str, dict[str, str]] | Answer:
        return self.backend.exchanged(form)

    # What tests set up

    def fail(self, where: str, answer: Answer, times: int = 1) -> None:
        self.faults.append(Fault(where, answer, times))

    def lose_history(self, email: str) -> None:
        """Forget the history of a mailbox, up to now."""
        kept = self.backend.ask(
            email, "POST", f"{ME}/messages", {}, {"raw": "RnJvbTogYUBiCg", "labelIds": ["IMPORTANT"]}
        )
        self.backend.ask(email, "DELETE", f"{ME}/messages/{kept.json()['id']}")
        self.floor[email] = self._newest(email)

    def as_transport(self) -> httpx2.MockTransport:
        def handle(request: httpx2.Request) -> httpx2.Response:
            answer = self.answer(request.method, str(request.url), dict(request.headers), request.content)
            if not answer.status:
                raise httpx2.RemoteProtocolError("cut")
            return httpx2.Response(answer.status, headers=dict(answer.headers), content=answer.body)

        return httpx2.MockTransport(handle)

    # What Google does

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """Answer a request; ``headers`` by their names in lower case."""
        address = urlsplit(url)
        self.log.append(
            f"{method} {unquote(address.path)}{'?' if address.query else ''}{unquote(address.query)}"
        )
        if address.path.startswith(SIGNING_IN):
            return self.backend.signing_in(method, url, headers, body)
        if address.path in ("/token", "/oauth2/token"):
            return self._failing(address.path) or self.answer_token(dict(parse_qsl(body.decode())))
        if address.path == "/batch/gmail/v1":
            return self._failing(address.path) or self._batch(headers, body)
        return self._one(method, address.path, address.query, headers)

    def _one(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> Answer:
        failing = self._failing(path)
        if failing:
            return failing
        issued = self.issued.get(headers.get("authorization", "").removeprefix("Bearer "))
        if issued is None or issued.good_until < time.monotonic():
            return said(401, "authError", "Invalid Credentials")
        if method != "GET":
            return said(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        pairs = parse_qsl(query, keep_blank_values=True)
        answer = self._spent(issued, path) or self._asked(issued, path, pairs)
        fields = dict(pairs).get("fields")
        return given(chosen(answer.json(), fields)) if fields and answer.status == 200 else answer

    def _failing(self, path: str) -> Answer | None:
        for fault in self.faults:
            if fault.where in path and fault.times:
                fault.times -= 1
                return fault.answer
        return None

    def _spent(self, issued: Issued, path: str) -> Answer | None:
        if not path.startswith(ME):
            return None
        kind = path.removeprefix(ME).strip("/").split("/")
        units = UNITS[{"messages": "message", "labels": "label"}[kind[0]] if len(kind) == 2 else kind[-1]]
        self.used[issued.email] += units
        if self.quota is not None and self.used[issued.email] > self.quota:
            return said(403, "userRateLimitExceeded", "Quota exceeded for quota metric 'Queries'.")
        return None

    def _asked(self, issued: Issued, path: str, pairs: list[tuple[str, str]]) -> Answer:
        query = dict(pairs)
        if path.startswith("/admin/directory/v1/users"):
            return self._users(
                issued, unquote(path.removeprefix("/admin/directory/v1/users").strip("/")), query
            )
        if not issued.scopes & {READ, METADATA}:
            return said(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        if READ not in issued.scopes and (query.get("format") in ("raw", "full") or "q" in query):
            return said(403, "forbidden", "Metadata scope doesn't allow format FULL.")
        if path == f"{ME}/profile":
            return given({"emailAddress": issued.email, "historyId": str(self._newest(issued.email))})
        if path == f"{ME}/history":
            return self._history(issued.email, pairs)
        if path == f"{ME}/messages" and query.get("labelIds", "INBOX") not in self._labels(issued.email):
            return said(400, "invalidArgument", f"Invalid label: {query['labelIds']}")
        if query.get("format") == "metadata":
            return self._metadata(issued.email, path)
        return self.backend.ask(issued.email, "GET", path, query)

    def _labels(self, email: str) -> set[str]:
        return {label["id"] for label in self.backend.ask(email, "GET", f"{ME}/labels").json()["labels"]}

    # Mails

    def _metadata(self, email: str, path: str) -> Answer:
        """All headers in their order, where a stand-in has some of them only; and the size of the mail itself."""
        answer = self.backend.ask(email, "GET", path, {"format": "raw"})
        if answer.status != 200:
            return answer
        message = answer.json()
        raw = message.pop("raw") or ""
        if not message["internalDate"].isdigit():
            message["internalDate"] = "0"  # what emulate makes of a date that is none
        mail = urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
        headers = [{"name": name, "value": self._value(value)} for name, value in _headers(mail)]
        return given(
            {**message, "sizeEstimate": len(mail), "snippet": "Hello", "payload": {"headers": headers}}
        )

    def _value(self, value: str) -> str:
        if not self.decodes:
            return value
        from email.header import decode_header, make_header

        return str(make_header(decode_header(value)))

    # History

    def _newest(self, email: str) -> int:
        records = self._records(email, "0")
        newest = int(records[-1]["id"]) if records else 1
        return max(newest, self.floor.get(email, 0))

    def _records(self, email: str, start: str) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = []
        page: dict[str, str] = {}
        while True:
            answer = self.backend.ask(
                email, "GET", f"{ME}/history", {"startHistoryId": start, "maxResults": "500", **page}
            ).json()
            records += answer.get("history", [])
            if "nextPageToken" not in answer:
                return records
            page = {"pageToken": answer["nextPageToken"]}

    def _history(self, email: str, pairs: list[tuple[str, str]]) -> Answer:
        query = dict(pairs)
        types = [value for name, value in pairs if name == "historyTypes"]
        if not set(types) <= {"messageAdded", "messageDeleted", "labelAdded", "labelRemoved"}:
            return said(400, "invalidArgument", "Invalid value at 'history_types'.")
        start, label = query["startHistoryId"], query.get("labelId")
        if int(start) < self.floor.get(email, 0) or (label and label not in self._labels(email)):
            return said(404, "notFound", "Requested entity was not found.")
        records = [
            kept for record in self._records(email, start) if (kept := _of_label(record, label, types))
        ]
        return self._page(email, records, query)

    def _page(self, email: str, records: list[dict[str, Any]], query: Mapping[str, str]) -> Answer:
        size, newest = int(query.get("maxResults", "100")), str(self._newest(email))
        token = query.get("pageToken", "hollow" if self.hollow_pages else "0")
        if token == "hollow":
            return given({"historyId": newest, "nextPageToken": "0"})
        if not token.isdigit():
            return said(400, "invalidArgument", "Invalid pageToken")
        start = int(token)
        answer: dict[str, Any] = {"historyId": newest}
        if records[start : start + size]:
            answer["history"] = records[start : start + size]
        if records[start + size :]:
            answer["nextPageToken"] = str(start + size)
        return given(answer)

    # Several in one

    def _batch(self, headers: Mapping[str, str], body: bytes) -> Answer:
        found = re.search(r"boundary=(\S+)", headers["content-type"])
        assert found
        parts = body.split(b"--" + found[1].encode())[1:-1]
        if len(parts) > 100:
            return said(400, "invalidArgument", "The batch is too large.")
        written = b""
        for part in parts:
            about, _, inner = part.strip(b"\r\n").partition(b"\r\n\r\n")
            number = re.search(rb"Content-ID: <(.+)>", about)
            assert number and b"Content-Type: application/http" in about
            method, target = inner.split(b"\r\n")[0].decode().split(" ")[:2]
            self.log.append(f"+{method} {unquote(target)}")
            address = urlsplit(target)
            answer = self._one(method, address.path, address.query, headers)
            if not answer.status:
                continue
            extra = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
            written += (
                b"--batch_of_google\r\nContent-Type: application/http\r\n"
                b"Content-ID: <response-" + number[1] + b">\r\n\r\n"
                b"HTTP/1.1 " + str(answer.status).encode() + b" Some\r\n"
                b"Content-Type: application/json; charset=UTF-8\r\n"
                + extra.encode() + b"\r\n" + answer.body + b"\r\n"
            )  # fmt: skip
        return Answer(
            200,
            written + b"--batch_of_google--\r\n",
            {"Content-Type": "multipart/mixed; boundary=batch_of_google"},
        )

    # Users

    def _users(self, issued: Issued, key: str, query: Mapping[str, str]) -> Answer:
        if USERS not in issued.scopes:
            return said(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        if issued.email not in self.directory.admins:
            return said(403, "forbidden", "Not Authorized to access this resource/api")
        if key:
            named = [
                user
                for user in self.directory.users
                if key in (user["primaryEmail"], *user.get("aliases", ()))
            ]
            return given(named[0]) if named else said(404, "notFound", "Resource Not Found: userKey")
        if query.get("customer") != "my_customer":
            return said(400, "badRequest", "Bad Request")
        start, size = int(query.get("pageToken", "0")), self.directory.page
        users = self.directory.users[start : start + size]
        more = {"nextPageToken": str(start + size)} if self.directory.users[start + size :] else {}
        return given({"kind": "admin#directory#users", **({"users": users} if users else {}), **more})


def _of_label(record: Mapping[str, Any], label: str | None, types: list[str]) -> dict[str, Any] | None:
    """A record with what it says of mails of the label, and only of the kinds that were asked for."""
    kinds = {
        "messageAdded": "messagesAdded",
        "messageDeleted": "messagesDeleted",
        "labelAdded": "labelsAdded",
        "labelRemoved": "labelsRemoved",
    }
    kept = {}
    for kind in types or kinds:
        events = [
            event
            for event in record.get(kinds[kind], ())
            if label is None
            or label in event.get("labelIds", ())
            or label in event["message"].get("labelIds", ())
        ]
        if events:
            kept[kinds[kind]] = events
    return {"id": record["id"], **kept} if kept else None


def _headers(mail: bytes) -> list[tuple[str, str]]:
    """The headers of a mail as Google says them: unfolded, in their order."""
    block = re.split(rb"\r?\n\r?\n", mail, maxsplit=1)[0]
    lines = re.sub(rb"\r?\n(?=[ \t])", b"", block).splitlines()
    pairs = (line.partition(b":") for line in lines)
    return [
        (name.decode(errors="replace"), value.strip().decode(errors="replace"))
        for name, colon, value in pairs
        if colon and name and not name.endswith(b" ")
    ]
