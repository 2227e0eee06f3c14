"""Reading of mails in processes that may be killed, so that no mail can stop or slow the rest (L6).

Standard library, ``idna``, ``zstandard`` and the core only. Must not decide and must not store: a judge does both.
"""

from postroom.reader.outcome import Chunk, Judge, MetMail, ReadContent, ReadMail, Unread
from postroom.reader.pool import Limits, ReaderPool, ReaderProblem

__all__ = [
    "Chunk",
    "Judge",
    "Limits",
    "MetMail",
    "ReadContent",
    "ReadMail",
    "ReaderPool",
    "ReaderProblem",
    "Unread",
]
