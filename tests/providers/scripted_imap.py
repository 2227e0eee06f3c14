"""An IMAP server of ours that does as it is told: keeps to the protocol, but for the lies a test puts in.

It serves one user from memory, in threads, and notes every command it hears. ``lie`` changes what it answers.
"""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from postroom.providers.port import Access

ADDRESS = "sam@us.example"
PASSWORD = "ein Geheimnis"
AT = 1_741_000_000
"""When the first mail of ``fill`` was received."""
Lie = Callable[[bytes], bytes]
"""Makes of an answer another one."""


@dataclass
class Box:
    """A folder."""

    uidvalidity: int = 7
    uidnext: int = 1
    modseq: int = 1
    mails: dict[int, tuple[int, bytes, bytes]] = field(default_factory=dict)
    """UID → when it was received, its flags, the mail."""
    vanished: dict[int, int] = field(default_factory=dict)
    """UID → the modification sequence of its going."""
    flags: bytes = b""

    def deliver(self, raw: bytes, received_at: int, flags: bytes = b"") -> str:
        """Put a mail in; returns its ref."""
        uid = self.uidnext
        self.mails[uid] = (received_at, flags, raw)
        self.uidnext += 1
        self.modseq += 1
        return f"{self.uidvalidity}:{uid}"

    def expunge(self, uid: int) -> None:
        """Delete a mail."""
        del self.mails[uid]
        self.modseq += 1
        self.vanished[uid] = self.modseq


class ScriptedImap:
    """The server."""

    def __init__(self) -> None:
        self.boxes = {"INBOX": Box()}
        self.capabilities = b"IMAP4rev1 AUTH=PLAIN SASL-IR ENABLE QRESYNC"
        self.greeting = b"* OK ready\r\n"
        self.heard: list[bytes] = []
        """Every command, without its tag; ``+`` before what followed a continuation."""
        self.certificate: tuple[str, str] | None = None
        """Files with the certificate and its key, for TLS from the first byte or after STARTTLS."""
        self.is_tls = False
        self.after_starttls = b""
        """Sent in clear together with the answer to STARTTLS."""
        self.refusal = b""
        """What signing in is refused with."""
        self._lies: list[tuple[re.Pattern[bytes], Lie]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []

    @property
    def inbox(self) -> Box:
        return self.boxes["INBOX"]

    def lie(self, command: bytes, lie: Lie | bytes) -> None:
        """Answer commands that begin so in another way; bytes: with these instead. ``TAG`` is the command's tag."""
        made = lie if callable(lie) else (lambda _: lie)
        self._lies.append((re.compile(command, re.IGNORECASE), made))

    def tell_the_truth(self) -> None:
        """Lie no more."""
        self._lies.clear()

    def access(self, security: str = "none", secret: dict[str, str] | None = None, **settings: Any) -> Access:
        """Opens its mailbox."""
        said = {
            "host": "localhost",
            "port": self.port,
            "security": security,
            "allow_plain": security == "none",
            "allowed_hosts": ["localhost"],
            **settings,
        }
        return Access(ADDRESS, said, {"password": PASSWORD} if secret is None else secret)

    def serve(self) -> None:
        """Serve until it is closed."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._attend, args=(connection,), daemon=True).start()

    def close(self) -> None:
        """End all of it."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _attend(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError):
            _Talk(self, connection).go()
        with suppress(OSError):
            connection.close()

    def _context(self) -> ssl.SSLContext:
        assert self.certificate
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificate)
        return context

    def _told(self, tag: bytes, command: bytes, answer: bytes) -> bytes:
        for pattern, lie in self._lies:
            if pattern.match(command):
                answer = lie(answer).replace(b"TAG", tag)
        return answer


class _Talk:
    """One connection."""

    def __init__(self, server: ScriptedImap, connection: socket.socket) -> None:
        self._server = server
        self._connection = connection
        self._selected = Box()

    def go(self) -> None:
        if self._server.is_tls:
            self._encrypt()
        self._file = self._connection.makefile("rb")
        self._send(self._server.greeting)
        while line := self._file.readline():
            tag, _, command = line.strip().partition(b" ")
            while literal := re.search(rb"\{(\d+)\}$", command):
                self._send(b"+ go on\r\n")
                command += b"\r\n" + self._file.read(int(literal[1])) + self._file.readline().strip()
            self._server.heard.append(command)
            if command.upper() == b"LOGOUT":
                return
            self._respond(tag, command)

    def _respond(self, tag: bytes, command: bytes) -> None:
        words = command.upper().split() or [b"nothing"]
        name = b"_".join(words[:2]) if words[0] == b"UID" else words[0]
        answered = getattr(self, "_" + name.decode("ascii").lower().replace("-", "_"), None)
        answer = answered(command) if answered else b"BAD unknown\r\n"
        if not answer or answer.startswith(b"* "):
            answer += tag + b" OK done\r\n"
        else:
            answer = tag + b" " + answer
        self._send(self._server._told(tag, command, answer))
        if words[0] == b"STARTTLS" and self._server.certificate:
            self._encrypt()
            self._file = self._connection.makefile("rb")

    def _send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def _encrypt(self) -> None:
        self._connection = self._server._context().wrap_socket(self._connection, server_side=True)

    def _more(self) -> bytes:
        self._send(b"+ \r\n")
        line = self._file.readline().strip()
        self._server.heard.append(b"+" + line)
        return line

    def _capability(self, _: bytes) -> bytes:
        return b"* CAPABILITY " + self._server.capabilities + b"\r\n"

    def _starttls(self, _: bytes) -> bytes:
        return b"OK go on\r\n" + self._server.after_starttls

    def _authenticate(self, command: bytes) -> bytes:
        words = command.split()
        said = base64.b64decode(words[2] if len(words) > 2 else self._more())
        _, user, password = said.decode().split("\0")
        return self._welcome(user, password)

    def _login(self, command: bytes) -> bytes:
        found = re.fullmatch(rb'LOGIN "(.*?)" (?:"(.*)"|\{\d+\}\r\n(.*))', command, re.DOTALL | re.IGNORECASE)
        assert found
        return self._welcome(found[1].decode(), (found[2] or found[3]).decode())

    def _welcome(self, user: str, password: str) -> bytes:
        if self._server.refusal:
            return b"NO " + self._server.refusal + b"\r\n"
        return b"" if (user, password) == (ADDRESS, PASSWORD) else b"NO refused\r\n"

    def _enable(self, _: bytes) -> bytes:
        return b"* ENABLED QRESYNC\r\n"

    def _list(self, command: bytes) -> bytes:
        asked = command.split(b" ", 2)[2]
        return b"".join(
            b"* LIST (" + box.flags + b') "/" "' + name.encode() + b'"\r\n'
            for name, box in self._server.boxes.items()
            if asked.startswith(b'"*"') or asked == b'"' + name.encode() + b'"'
        )

    def _status(self, command: bytes) -> bytes:
        name = command.split(b'"')[1]
        box = self._server.boxes.get(name.decode(), Box())
        said = b"(MESSAGES %d UIDVALIDITY %d)" % (len(box.mails), box.uidvalidity)
        return b'* STATUS "' + name + b'" ' + said + b"\r\n"

    def _examine(self, command: bytes) -> bytes:
        box = self._server.boxes.get(command.split(b'"')[1].decode())
        if box is None:
            return b"NO [NONEXISTENT] no such folder\r\n"
        self._selected = box
        lines = [
            b"* %d EXISTS" % len(box.mails),
            b"* OK [UIDVALIDITY %d] valid" % box.uidvalidity,
            b"* OK [UIDNEXT %d] next" % box.uidnext,
            b"* OK [HIGHESTMODSEQ %d] highest" % box.modseq,
        ]
        since = re.search(rb"QRESYNC \((\d+) (\d+)\)", command)
        gone = [uid for uid, at in box.vanished.items() if since and at > int(since[2])]
        if since and int(since[1]) == box.uidvalidity and gone:
            lines.append(b"* VANISHED (EARLIER) " + b",".join(b"%d" % uid for uid in gone))
        return b"".join(line + b"\r\n" for line in lines)

    def _uid_search(self, command: bytes) -> bytes:
        found = [uid for uid, (at, _, _) in self._selected.mails.items() if self._meets(command, uid, at)]
        return b"* SEARCH" + b"".join(b" %d" % uid for uid in found) + b"\r\n"

    def _meets(self, command: bytes, uid: int, at: int) -> bool:
        asked = re.search(rb"SEARCH UID (\S+)", command)
        day = datetime.fromtimestamp(at, UTC).replace(hour=0, minute=0, second=0, tzinfo=None)
        begin, end = (re.search(word + rb" (\S+)", command) for word in (b"SINCE", b"BEFORE"))
        return (
            (not asked or uid in self._uids(asked[1]))
            and (not begin or day >= _day(begin[1]))
            and (not end or day < _day(end[1]))
        )

    def _uids(self, text: bytes) -> set[int]:
        highest = max(self._selected.mails, default=0)
        named = set()
        for part in text.split(b","):
            first, _, last = part.partition(b":")
            ends = [highest if end == b"*" else int(end) for end in (first, last or first)]
            named.update(uid for uid in self._selected.mails if min(ends) <= uid <= max(ends))
        return named

    def _uid_fetch(self, command: bytes) -> bytes:
        asked, wanted = command.split(b" ", 3)[2:]
        named = self._uids(asked)
        return b"".join(
            self._fetched(number, uid, wanted.strip(b"()").split())
            for number, uid in enumerate(self._selected.mails, 1)
            if uid in named
        )

    def _fetched(self, number: int, uid: int, wanted: list[bytes]) -> bytes:
        at, flags, raw = self._selected.mails[uid]
        header = raw[: raw.find(b"\r\n\r\n") + 4]
        date = datetime.fromtimestamp(at, UTC).strftime("%d-%b-%Y %H:%M:%S +0000").encode()
        said = {
            b"UID": b"UID %d" % uid,
            b"FLAGS": b"FLAGS (" + flags + b")",
            b"INTERNALDATE": b'INTERNALDATE "' + date + b'"',
            b"RFC822.SIZE": b"RFC822.SIZE %d" % len(raw),
            b"BODY.PEEK[HEADER]": b"BODY[HEADER] {%d}\r\n%s" % (len(header), header),
            b"BODY.PEEK[]": b"BODY[] {%d}\r\n%s" % (len(raw), raw),
        }
        return b"* %d FETCH (" % number + b" ".join(said[name] for name in wanted) + b")\r\n"

    def _idle(self, _: bytes) -> bytes:
        before = self._selected.uidnext
        self._send(b"+ idling\r\n")
        self._connection.settimeout(0.02)
        while True:
            if self._selected.uidnext != before:
                before = self._selected.uidnext
                self._send(b"* %d EXISTS\r\n" % len(self._selected.mails))
            try:
                self._server.heard.append(self._connection.recv(100).strip())
            except TimeoutError:
                continue
            self._connection.settimeout(None)
            return b""


def _day(text: bytes) -> datetime:
    return datetime.strptime(text.decode(), "%d-%b-%Y")


def a_mail(name: str, body: bytes = b"The text.\r\n") -> bytes:
    """Make a mail."""
    return b"From: kay@acme.example\r\nSubject: " + name.encode() + b"\r\n\r\n" + body


def fill(server: ScriptedImap, many: int) -> list[str]:
    """Put mails into the inbox, received one second after the other; returns their refs."""
    return [server.inbox.deliver(a_mail(f"{number}"), AT + number) for number in range(many)]


@contextmanager
def scripted_imap() -> Iterator[ScriptedImap]:
    """A server that is gone at the end."""
    server = ScriptedImap()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()
