"""Bytes to and from an IMAP server: lines, literals, and an end to every wait.

A server may be slow, silent, or send what never ends. Here each read has an end: so long without a byte, so long in
all, so many bytes in all. Nothing is written to any log.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from dataclasses import dataclass
from math import inf
from typing import Final

from postroom.core.trouble import CannotEver, TryLater

MOST_LITERAL: Final = 160 * 2**20
"""A longer literal is not believed; the longest mails that providers take are shorter."""
MOST_LINE: Final = 32 * 2**20
"""A longer line is not believed; one that names a million mails is shorter."""
MOST_ANSWER: Final = 256 * 2**20
"""All that is read of an answer, beyond the bytes that were asked for."""

_CHUNK: Final = 2**16


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a server, in seconds."""

    silence: float = 60.0
    """Without a byte."""
    answer: float = 90.0
    """For an answer as a whole."""
    slowest: float = 32_768.0
    """Bytes a second that a long answer has to come with, beyond that."""
    in_all: float = inf
    """For everything together, once there is a connection."""

    @classmethod
    def within(cls, seconds: float) -> Patience:
        """Patience of somebody who waits for the end of it."""
        return cls(silence=seconds, answer=seconds, in_all=seconds)


USUAL: Final = Patience()


class Wire:
    """A connection; closed as soon as something is wrong with it, because what follows could not be told apart."""

    def __init__(self, connection: socket.socket, patience: Patience) -> None:
        self._socket = connection
        self._patience = patience
        self._buffer = bytearray()
        self._ends_at = 0.0
        self._last_at = time.monotonic() + patience.in_all
        self._bytes_left = 0
        self.allow()

    def allow(self, size: int = 0) -> None:
        """Begin an exchange whose answer may be of ``size`` bytes."""
        ends_at = time.monotonic() + self._patience.answer + size / self._patience.slowest
        self._ends_at = min(ends_at, self._last_at)
        self._bytes_left = MOST_ANSWER + size

    def encrypt(self, context: ssl.SSLContext, host: str) -> None:
        """Go on by TLS. Raises ``CannotEver``: ``certificate_refused``, ``tls_failed``."""
        if self._buffer:
            self.close()
            raise CannotEver("protocol")  # sent in clear to be taken for encrypted
        try:
            self._socket.settimeout(self._patience.silence)
            self._socket = context.wrap_socket(self._socket, server_hostname=host)
        except ssl.SSLCertVerificationError as problem:
            self.close()
            raise CannotEver("certificate_refused", problem.verify_message) from None
        except (TimeoutError, ConnectionError, ssl.SSLEOFError):
            self.close()
            raise TryLater("cut_off") from None
        except (OSError, ValueError):
            self.close()
            raise CannotEver("tls_failed") from None

    def send(self, data: bytes) -> None:
        """Send all of it."""
        try:
            self._socket.settimeout(self._patience.silence)
            self._socket.sendall(data)
        except (OSError, ValueError):
            self.close()
            raise TryLater("cut_off") from None

    def line(self) -> bytes:
        """The next line, without its end."""
        begin = 0
        while (end := self._buffer.find(b"\n", begin)) < 0:
            begin = len(self._buffer)
            if begin > MOST_LINE:
                raise self.broken()
            self._buffer += self._more()
        line = bytes(self._buffer[:end]).removesuffix(b"\r")
        del self._buffer[: end + 1]
        return line

    def exactly(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        if size > MOST_LITERAL:
            raise self.broken()
        if size <= len(self._buffer):
            data = bytes(self._buffer[:size])
            del self._buffer[:size]
            return data
        parts = [bytes(self._buffer)]
        self._buffer.clear()
        lacking = size - len(parts[0])
        while lacking:
            parts.append(self._more(min(lacking, _CHUNK)))
            lacking -= len(parts[-1])
        return b"".join(parts)

    def has_more(self, seconds: float) -> bool:
        """Whether something comes within so many seconds. Allows the exchange so much more time."""
        self._ends_at = max(self._ends_at, time.monotonic() + seconds + self._patience.silence)
        if self._buffer or (isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()):
            return True
        try:
            waiting = select.poll()
            waiting.register(self._socket, select.POLLIN)
            return bool(waiting.poll(seconds * 1000))
        except (OSError, ValueError):
            self.close()
            raise TryLater("cut_off") from None

    def close(self) -> None:
        """Close it; may be called again."""
        self._socket.close()

    def broken(self) -> CannotEver:
        """Close it, as the server does not keep to the protocol. Returns what to raise."""
        self.close()
        return CannotEver("protocol")

    def _more(self, most: int = _CHUNK) -> bytes:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            self.close()
            raise TryLater("too_slow")
        if self._bytes_left <= 0:
            raise self.broken()
        try:
            self._socket.settimeout(min(left, self._patience.silence))
            data = self._socket.recv(most)
        except TimeoutError:
            self.close()
            raise TryLater("silent" if left > self._patience.silence else "too_slow") from None
        except (OSError, ValueError):
            self.close()
            raise TryLater("cut_off") from None
        if not data:
            self.close()
            raise TryLater("cut_off")
        self._bytes_left -= len(data)
        return data
