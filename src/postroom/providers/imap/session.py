"""Commands and their answers: one at a time, each read to its end, or the connection is closed."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from postroom.providers.imap import answers, troubles
from postroom.providers.imap.answers import NotUnderstood, Response, Status
from postroom.providers.imap.names import quoted
from postroom.providers.imap.wire import Wire

STIRS: Final = frozenset((b"EXISTS", b"EXPUNGE", b"VANISHED"))
"""Said unasked when something changed in the selected folder."""


class Answer(NamedTuple):
    """What a command brought."""

    untagged: Sequence[Response]
    status: Status

    def of(self, kind: bytes) -> list[Response]:
        """The responses of this kind."""
        return [response for response in self.untagged if response.kind == kind]


class Session:
    """What is said to a server and heard from it. Raises the five errors, and ``Refused`` for NO."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.requests = 0
        self.capabilities: frozenset[bytes] = frozenset()
        self.tells_vanished = False
        """Whether the server says what vanished since a modification sequence (QRESYNC)."""
        self.has_stirred = False
        """Whether the server said unasked that something changed in the selected folder."""
        self._serial = 0

    def greeting(self) -> Response:
        """What the server says first. Raises ``TryLater`` where it turns everybody away."""
        return self._read()

    def ask(self, *parts: bytes | str, size: int = 0, besides: bytes = b"") -> Answer:
        """Send a command, and read its answer to the end.

        ``parts``: bytes go as they are, texts as the server reads texts. ``size``: how many bytes may come.
        ``besides``: responses of this kind are not kept.
        """
        self.wire.allow(size)
        tag = self._begin(parts)
        return self._answer(tag, besides, stirs=parts[0] != b"EXAMINE")

    def authenticate(self, mechanism: bytes, secret: bytes) -> Answer:
        """Sign in by SASL with one message of the client's."""
        self.wire.allow()
        coded = base64.b64encode(secret)
        if b"SASL-IR" in self.capabilities:
            tag = self._begin([b"AUTHENTICATE", mechanism, coded])
            waiting: list[bytes] = []
        else:
            tag = self._begin([b"AUTHENTICATE", mechanism])
            waiting = [coded]
        # Asked for more than that, the server wants its refusal read: it is answered with nothing.
        return self._answer(tag, more=lambda: self.wire.send((waiting.pop() if waiting else b"") + b"\r\n"))

    def learn(self, answer: Answer | None = None) -> None:
        """Learn the server's capabilities, from this answer if it says them, else by asking."""
        if answer and answer.status.code == b"CAPABILITY":
            self.capabilities = frozenset(answer.status.argument.upper().split())
            return
        asked = self.ask(b"CAPABILITY")
        found = [response.text for response in asked.of(b"CAPABILITY")]
        self.capabilities = frozenset(b" ".join(found).upper().split())

    def idle(self, seconds: float) -> bool:
        """Wait until the selected folder changes, at most so long (RFC 2177)."""
        self.wire.allow()
        tag = self._begin([b"IDLE"])
        self._until_more(tag)
        ends_at = time.monotonic() + seconds
        while not self.has_stirred and self.wire.has_more(max(0.0, ends_at - time.monotonic())):
            self._note(self._read())
        self.wire.allow()
        self.wire.send(b"DONE\r\n")
        self._answer(tag)
        return self.has_stirred

    def _begin(self, parts: Sequence[bytes | str]) -> bytes:
        self.requests += 1
        self._serial += 1
        tag = b"P%d" % self._serial
        line = tag
        for part in parts:
            text = part if isinstance(part, bytes) else quoted(part)
            if text is not None:
                line += b" " + text
                continue
            raw = str(part).encode("utf-8", "surrogateescape")
            self.wire.send(line + b" {%d}\r\n" % len(raw))
            self._until_more(tag)
            line = raw
        self.wire.send(line + b"\r\n")
        return tag

    def _answer(
        self, tag: bytes, besides: bytes = b"", *, more: Callable[[], None] | None = None, stirs: bool = True
    ) -> Answer:
        kept = []
        while (response := self._read()).tag != tag:
            if response.tag == b"+" and more:
                more()
                continue
            if response.tag != b"*":
                raise self.wire.broken()
            if stirs:
                self._note(response)
            if response.kind != besides:
                kept.append(response)
        return Answer(kept, self._ended(response))

    def _until_more(self, tag: bytes) -> None:
        """Read until the server waits for what belongs to the command."""
        while (response := self._read()).tag != b"+":
            if response.tag == tag:
                self._ended(response)
            if response.tag != b"*":
                raise self.wire.broken()
            self._note(response)

    def _ended(self, response: Response) -> Status:
        status = answers.status_of(response)
        if response.kind == b"OK":
            return status
        if response.kind == b"NO":
            raise troubles.Refused(status)
        raise self.wire.broken()

    def _note(self, response: Response) -> None:
        self.has_stirred = self.has_stirred or response.kind in STIRS

    def _read(self) -> Response:
        try:
            response = answers.response_of(self.wire.line())
        except NotUnderstood:
            raise self.wire.broken() from None
        if response.tag != b"*":
            return response
        if response.kind == b"BYE":
            self.wire.close()
            raise troubles.of_bye(answers.status_of(response))
        rest: list[bytes] = []
        text = response.text
        while (size := answers.literal_size(response.kind, text)) is not None:
            rest.append(self.wire.exactly(size))
            text = self.wire.line()
            rest.append(text)
        return response._replace(rest=rest) if rest else response
