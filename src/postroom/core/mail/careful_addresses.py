"""The slow way through an address header that is not of the ordinary form (RFC 5322, 3.4).

Token by token, linear and without recursion, whatever stands there. Must not be asked about headers that
``address_list`` reads at once.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from postroom.core.mail.encoded_words import ENCODED_WORD
from postroom.core.mail.mailbox_text import ATOM, Mailbox, clean_name, like_addresses

MAX_MAILBOXES: Final = 20_001
"""One more than a mail may have: reading stops here, and the caller sees that there are too many."""
MAX_TOKENS: Final = 200_000
"""No header that anybody wrote has so many; what follows is searched for address-like strings only."""

_TOKEN = re.compile(
    rf"(?P<space>\s++)|(?P<odd>{ENCODED_WORD})|(?P<word>{ATOM}++)|(?P<literal>\[[^\[\]\\\s<>,@\"]*+\])"
    r"|(?P<special>.)",
    re.S,
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"', re.S)
_COMMENT_EDGE = re.compile(r"[()]|\\.", re.S)
_ATOMS = re.compile(rf"{ATOM}+")


class AddressList(NamedTuple):
    """One reading of an address header."""

    mailboxes: tuple[Mailbox, ...]
    malformed: bool


class _Token(NamedTuple):
    kind: str
    """``word``, ``quoted``, ``literal``, ``@`` or another special."""
    text: str
    spaced: bool
    """Whether a blank or a comment stands before it."""


class CarefulReading:
    """One way through an address header, token by token, element by element.

    An element is what stands between separators: a mailbox, or the name of a group.
    """

    def __init__(self, text: str, at: int, mailboxes: list[Mailbox]) -> None:
        self._text = text
        self._at = at
        self._mailboxes = mailboxes
        self._malformed = False
        self._in_group = False
        self._quotes_close = True
        self._comments_close = True
        self._begin_element()

    def result(self) -> AddressList:
        """Read to the end."""
        spaced = False
        length = len(self._text)
        for _ in range(MAX_TOKENS):
            if self._at >= length or len(self._mailboxes) >= MAX_MAILBOXES:
                break
            token = self._next_token(spaced)
            spaced = token.kind in ("space", "comment")
            if not spaced:
                self._take(token)
        self._end_element()
        if self._at < length:
            self._malformed = True
            self._mailboxes += like_addresses(self._text[self._at :])[:MAX_MAILBOXES]
        # A group that is not closed is malformed.
        return AddressList(tuple(self._mailboxes), self._malformed or self._in_group)

    def _begin_element(self) -> None:
        self._before: list[_Token] = []
        self._inside: list[_Token] | None = None
        self._after_angle = False
        self._comments: list[str] = []

    # Tokens

    def _next_token(self, spaced: bool) -> _Token:
        char = self._text[self._at]
        if char == '"' and self._quotes_close:
            quoted = _QUOTED.match(self._text, self._at)
            if quoted:
                self._at = quoted.end()
                return _Token("quoted", quoted[0], spaced)
            # No later quote can close either, so none is looked for again: that keeps this linear.
            self._quotes_close = False
        if char == "(" and self._comments_close:
            end = self._end_of_comment()
            if end:
                comment = self._text[self._at + 1 : end - 1]
                self._comments.append(comment)
                self._at = end
                return _Token("comment", comment, spaced)
            self._comments_close = False
        match = _TOKEN.match(self._text, self._at)
        assert match is not None and match.lastgroup is not None  # "special" takes any character.
        self._at = match.end()
        kind = match.lastgroup
        if kind == "odd":
            # An encoded word with specials in it may not stand here (RFC 2047, 5), but does.
            self._malformed = self._malformed or _ATOMS.fullmatch(match[0]) is None
            kind = "word"
        return _Token(match[0] if kind == "special" else kind, match[0], spaced)

    def _end_of_comment(self) -> int:
        """Find where the comment that begins here ends; 0 where it does not. Comments nest."""
        depth = 0
        for edge in _COMMENT_EDGE.finditer(self._text, self._at):
            depth += (edge[0] == "(") - (edge[0] == ")")
            if not depth:
                return edge.end()
        return 0

    # Elements

    def _take(self, token: _Token) -> None:
        """Let one token add to the element, or end it."""
        kind = token.kind
        if self._inside is not None:
            self._take_inside(token)
        elif kind == "<":
            if self._after_angle:
                self._malformed = True  # A comma is missing.
                self._end_element()
            self._inside = []
        elif kind in (",", ";"):
            self._separate(kind)
        elif (
            kind == ":" and not self._after_angle and all(t.kind in ("word", "quoted") for t in self._before)
        ):
            self._malformed = self._malformed or self._in_group or not self._before
            self._in_group = True
            self._begin_element()
        elif kind in ("word", "quoted", "literal", "@"):
            self._malformed = self._malformed or self._after_angle
            self._before.append(token)
        else:
            self._malformed = True

    def _separate(self, kind: str) -> None:
        self._end_element()
        if kind == ";":
            self._malformed = self._malformed or not self._in_group
            self._in_group = False

    def _take_inside(self, token: _Token) -> None:
        """Let one token add to what stands between ``<`` and ``>``."""
        inside = self._inside
        assert inside is not None
        kind = token.kind
        route = bool(inside) and inside[0].kind == "@"
        if kind == ">":
            self._close_angle()
        elif kind == ";" or (kind == "," and not route):
            self._malformed = True
            self._close_angle()
            self._separate(kind)
        elif kind == "<":
            self._malformed = True
        else:
            inside.append(token)

    def _close_angle(self) -> None:
        """Take the address in the angle brackets; a source route or ``mailto:`` before it is left out."""
        inside, self._inside, self._after_angle = self._inside or [], None, True
        last_colon = max((i for i, t in enumerate(inside) if t.kind == ":"), default=-1)
        self._malformed = self._malformed or last_colon >= 0
        inside = inside[last_colon + 1 :]
        ats = [i for i, t in enumerate(inside) if t.kind == "@"]
        phrase_is_sound = all(t.kind in ("word", "quoted") for t in self._before)
        if len(ats) != 1 or not self._is_address(inside, ats[0]) or not phrase_is_sound:
            self._malformed = True
        address = _join(inside)
        if address:
            self._mailboxes.append(Mailbox(self._name(self._before), address))
        self._before = []
        self._comments = []

    def _is_address(self, tokens: list[_Token], at: int) -> bool:
        """Say whether the tokens are local part, ``@``, domain, not spaced out (RFC 5322, 3.4.1)."""
        left, right = tokens[:at], tokens[at + 1 :]
        return (
            len(left) == 1
            and left[0].kind in ("word", "quoted")
            and len(right) == 1
            and right[0].kind in ("word", "literal")
            and not tokens[at].spaced
            and not right[0].spaced
        )

    def _end_element(self) -> None:
        """Take the mailbox that the tokens make, if they make one, and begin anew."""
        if self._inside is not None:
            self._malformed = True
            self._close_angle()
        elif (not self._after_angle and self._before) or (
            self._after_angle and any(t.kind == "@" for t in self._before)
        ):
            self._end_bare()
        self._begin_element()

    def _end_bare(self) -> None:
        """Take what has no angle brackets: an address, or words that surround one or several."""
        tokens = self._before
        ats = [i for i, t in enumerate(tokens) if t.kind == "@"]
        if len(ats) == 1:
            at = ats[0]
            if not self._is_address(tokens, at):
                self._malformed = True
            first = at - 1
            while first > 0 and not tokens[first].spaced and not tokens[at].spaced:
                first -= 1
            address = _join(tokens[max(first, 0) : at + 2])
            self._mailboxes.append(Mailbox(self._name(tokens[: max(first, 0)]), address))
            return
        self._malformed = True
        chunk: list[_Token] = []
        for token in tokens:
            if token.spaced:
                self._end_chunk(chunk)
                chunk = []
            chunk.append(token)
        self._end_chunk(chunk)

    def _end_chunk(self, chunk: list[_Token]) -> None:
        if any(t.kind == "@" for t in chunk):
            self._mailboxes.append(Mailbox("", _join(chunk)))

    def _name(self, words: list[_Token]) -> str:
        """Make the display name: the phrase before the address, else the last comment."""
        if words:
            pieces = [
                (" " if t.spaced else "") + (t.text[1:-1] if t.kind == "quoted" else t.text) for t in words
            ]
            return clean_name("".join(pieces))
        return clean_name(self._comments[-1]) if self._comments else ""


def _join(tokens: list[_Token]) -> str:
    """Write tokens as an address: blanks around ``@`` and dots go, others stay and spoil it."""
    out = ""
    pieces: list[str] = []
    for token in tokens:
        if token.spaced and out and out[-1] not in "@." and token.text[0] not in "@.":
            pieces.append(" ")
        pieces.append(token.text)
        out = token.text
    return "".join(pieces)
