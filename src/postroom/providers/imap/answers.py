"""What an IMAP server says, taken apart (RFC 9051, section 9): responses, their words, lists and literals.

Reads tolerantly what servers are known to do, and refuses what cannot be told apart: a mail whose literal has the wrong
length must never be taken for a whole one. Knows nothing of connections.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

Word = Any
"""``bytes``, ``None`` for NIL, or a list of words."""


class NotUnderstood(ValueError):
    """The server does not keep to the protocol."""


class Response(NamedTuple):
    """One response: its text, cut where literals stand in it."""

    tag: bytes
    """``*`` for what no command is answered by, ``+`` where the server waits, or the command's tag."""
    number: int | None
    """In ``* 12 EXISTS``: 12."""
    kind: bytes
    """In capitals: ``OK``, ``FETCH``, ``SEARCH``, ..."""
    text: bytes
    """What follows the kind, up to the first literal."""
    rest: Sequence[bytes] = ()
    """Literal, text, literal, text, ... in turn."""

    def words(self) -> list[Word]:
        """What follows the kind, as words and lists of words."""
        return words([self.text, *self.rest])


class Status(NamedTuple):
    """What ``OK``, ``NO``, ``BAD``, ``BYE`` and ``PREAUTH`` say."""

    code: bytes
    """In capitals; empty where there is none."""
    argument: bytes
    text: bytes


STATUSES: Final = frozenset((b"OK", b"NO", b"BAD", b"BYE", b"PREAUTH"))

_DEEPEST: Final = 50
_OPENS: Final = re.compile(rb"~?\{(\d{1,20})\+?\}$")
_CODE: Final = re.compile(rb"\[([^\s\]]+)(?: ([^\]]*))?\] ?(.*)", re.DOTALL)
_WORD: Final = re.compile(
    rb"""[ ]*(?:
        (?P<open>\() | (?P<close>\))
        | "(?P<quoted>(?:[^"\\]|\\.)*)"
        | (?P<atom>(?:BODY|BINARY)(?:\.PEEK)?\[[^\]]*\](?:<\d+>)? | [^\s()"]+)
    )""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_ESCAPED: Final = re.compile(rb"\\(.)", re.DOTALL)
_ALL_DIGITS: Final = re.compile(rb"\d{1,20}")


def literal_size(kind: bytes, text: bytes) -> int | None:
    """How long the literal is that begins where this text ends; ``None``: none does."""
    opens = _OPENS.search(text)
    return int(opens[1]) if opens and kind not in STATUSES else None


def response_of(line: bytes) -> Response:
    """The beginning of a response. Raises ``NotUnderstood``."""
    tag, _, text = line.partition(b" ")
    if tag == b"+":
        return Response(tag, None, b"", text)
    word, _, rest = text.partition(b" ")
    if tag == b"*" and _ALL_DIGITS.fullmatch(word):
        kind, _, rest = rest.partition(b" ")
        return Response(tag, int(word), kind.upper(), rest)
    if not tag or not word or not tag.isascii():
        raise NotUnderstood
    return Response(tag, None, word.upper(), rest)


def status_of(response: Response) -> Status:
    """The code and text of a status response."""
    found = _CODE.match(response.text)
    if not found:
        return Status(b"", b"", response.text)
    return Status(found[1].upper(), found[2] or b"", found[3])


def words(parts: Sequence[bytes]) -> list[Word]:
    """Take a text apart, given in turn with the literals that stand in it. Raises ``NotUnderstood``."""
    lists: list[list[Word]] = [[]]
    for index, part in enumerate(parts):
        if index % 2:
            lists[-1].append(part)
            continue
        text = _OPENS.sub(b"", part) if index + 1 < len(parts) else part
        _take(text, lists)
    if len(lists) != 1:
        raise NotUnderstood
    return lists[0]


def _take(text: bytes, lists: list[list[Word]]) -> None:
    end = len(text.rstrip())
    at = 0
    while at < end:
        found = _WORD.match(text, at, end)
        if not found:
            raise NotUnderstood
        at = found.end()
        match found.lastgroup:
            case "open":
                if len(lists) > _DEEPEST:
                    raise NotUnderstood
                lists.append([])
            case "close":
                if len(lists) < 2:
                    raise NotUnderstood
                inner = lists.pop()
                lists[-1].append(inner)
            case "quoted":
                lists[-1].append(_ESCAPED.sub(rb"\1", found["quoted"]))
            case _:
                atom = found["atom"]
                lists[-1].append(None if atom.upper() == b"NIL" else atom)


def items(response: Response) -> Mapping[bytes, Word]:
    """What a FETCH response says of one mail: the name in capitals → the value. Raises ``NotUnderstood``."""
    return pairs(response.words())


def pairs(found: list[Word]) -> Mapping[bytes, Word]:
    """What a list of names and values in turn says, as the only or last of these words. Raises ``NotUnderstood``."""
    inner = found[-1] if found else None
    if not isinstance(inner, list) or len(inner) % 2 or not all(isinstance(n, bytes) for n in inner[::2]):
        raise NotUnderstood
    return {name.upper(): value for name, value in zip(inner[::2], inner[1::2], strict=True)}


def number(word: Word) -> int:
    """The number that a word is. Raises ``NotUnderstood``."""
    if not isinstance(word, bytes) or not _ALL_DIGITS.fullmatch(word):
        raise NotUnderstood
    return int(word)
