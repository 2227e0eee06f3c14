"""Read the content of a mail: subject, plain text, HTML, and what its attachments are called.

The rules, which do not change:

- Parts that are text/plain and not said to be attachments are joined to ``text``, text/html likewise; a
  multipart/alternative has both. An equal alternative is not repeated. Attachments are described only.
- **No text is lost silently.** What cannot be decoded is kept as it stands. A multipart without its boundary
  is text. If a mail would have no text at all, what else is readable in it is its text: other text types,
  message parts, the preamble.
- Line ends become ``\\n`` and blanks at the end of a part go, so that the same mail from IMAP and from a file
  has the same text.
- More than 256 levels of multipart and message/rfc822 raise ``UnreadableMail("too_deep")``.

Iterative and tolerant. Must not judge, and must not render or clean HTML.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from postroom.core.mail.charsets import decode
from postroom.core.mail.encoded_words import decode_words
from postroom.core.mail.header_block import (
    CONTENT_HEADERS,
    PART_HEADERS,
    HeaderBlock,
    Headers,
    mail_header_block,
    names_anything,
    part_header_block,
    pick,
)
from postroom.core.mail.header_text import header_text
from postroom.core.mail.mime_parameters import Typed, typed
from postroom.core.mail.multipart import split_multipart
from postroom.core.mail.transfer import from_base64, from_quoted_printable
from postroom.core.message import Attachment, Content, UnreadableMail

MAX_LEVELS: Final = 256
MAX_TEXT_CHARS: Final = 2_000_000
MAX_ATTACHMENTS: Final = 1_000
MAX_NAME_CHARS: Final = 200
MAX_SUBJECT_CHARS: Final = 2_000
MAX_CACHED_BYTES: Final = 200

_TEXT: Final = typed("text/plain")
_CLEAR: Final = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit"})
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_MESSAGES: Final = frozenset({"message/rfc822", "message/global"})
# Control characters, and the marks that turn the writing direction.
_UNSAFE_IN_SUBJECT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
# And path separators; a name that is written backwards disguises its ending.
_UNSAFE_IN_NAME = re.compile(
    r"[/\\\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]+"
)
_MIME_NOTE = re.compile(r"mime|multi-?part", re.I)


class _Part(NamedTuple):
    """A part still to be read."""

    block: HeaderBlock
    level: int
    is_alternative: bool
    """Whether it is one of several forms of the same text."""


def read_content(raw: bytes) -> Content:
    """Read what a person reads of a mail. Raises ``UnreadableMail`` where the bytes are none."""
    block = mail_header_block(raw)
    headers = pick(CONTENT_HEADERS, block.lines)
    reading = _Reading(headers, block)
    return reading.content(_subject(headers))


def _subject(headers: Headers) -> str:
    """Decode the first Subject: one line, no control characters."""
    values = headers.get(b"subject")
    if not values:
        return ""
    subject = decode_words(header_text(values[0]))
    if not subject.isprintable():
        subject = _UNSAFE_IN_SUBJECT.sub(" ", subject)
    return subject.strip()[:MAX_SUBJECT_CHARS]


class _Reading:
    """One walk over the parts of a mail, in their order, with a stack instead of recursion."""

    def __init__(self, headers: Headers, block: HeaderBlock) -> None:
        self._defects: set[str] = set()
        self._texts = _Joined(self._defects)
        self._htmls = _Joined(self._defects)
        self._otherwise: list[tuple[Headers, Typed, _Part]] = []
        """What is read if there is no text."""
        self._outside = _Joined(self._defects)
        """Preambles and epilogues."""
        self._attachments: list[Attachment] = []
        self._todo: list[_Part] = []
        self._read(headers, _Part(block, 0, False))
        while self._todo:
            part = self._todo.pop()
            lines = part.block.lines
            self._read(pick(PART_HEADERS, lines) if lines else {}, part)

    def content(self, subject: str) -> Content:
        """Put together what was found."""
        text, html = self._texts.joined(), self._htmls.joined()
        if not text and not html:
            text = self._read_otherwise() or self._outside.joined()
        elif self._outside:
            self._defects.add("text_outside_parts")
        return Content(subject, text, html, tuple(self._attachments), tuple(sorted(self._defects)))

    def _read(self, headers: Headers, part: _Part) -> None:
        """Read one part: put what it holds on the stack, take its text, or describe it."""
        if part.block.defects:
            self._defects.update(part.block.defects)
        media = self._media_type(headers)
        if media.value.startswith("multipart/") and self._open_multipart(headers, media, part):
            return
        disposition = _typed_header(headers, b"content-disposition")
        attached = disposition is not None and disposition.value == "attachment"
        if media.value in _MESSAGES and not attached and self._open_message(part):
            return
        if attached:
            self._describe(media, disposition, part)
        elif media.value in ("text/plain", "text/html") or media.value.startswith("multipart/"):
            joined = self._htmls if media.value == "text/html" else self._texts
            joined.add(self._text(headers, media, part), part.is_alternative)
        else:
            self._describe(media, disposition, part)
            if media.value.startswith(("text/", "message/")) and len(self._otherwise) < MAX_ATTACHMENTS:
                self._otherwise.append((headers, media, part))

    def _read_otherwise(self) -> str:
        """Read what is text in some way, of a mail that has no other text."""
        joined = _Joined(self._defects)
        for headers, media, part in self._otherwise:
            joined.add(self._text(headers, media, part), once=False)
        return joined.joined()

    def _media_type(self, headers: Headers) -> Typed:
        """Read the Content-Type; what is none is text (RFC 2045, 5.2)."""
        media = _typed_header(headers, b"content-type")
        if media is None:
            return _TEXT
        if _MEDIA_TYPE.fullmatch(media.value):
            return media
        if media.value:
            self._defects.add("bad_content_type")
        return Typed("text/plain", media.parameters)

    # What holds other parts

    def _deeper(self, part: _Part) -> int:
        if part.level >= MAX_LEVELS:
            raise UnreadableMail("too_deep")
        return part.level + 1

    def _open_multipart(self, headers: Headers, media: Typed, part: _Part) -> bool:
        """Put the parts of a multipart on the stack; ``False`` where its boundary does not occur."""
        level = self._deeper(part)
        boundary = media.get("boundary").strip()
        block = part.block
        found = split_multipart(block.buffer, block.start, block.end, boundary)
        if found is None and boundary and _encoding(headers) not in _CLEAR:
            # Against RFC 2045, 6.4, the whole multipart is encoded.
            inner = self._decoded(headers, block)
            found = split_multipart(inner, 0, len(inner), boundary)
        if found is None:
            if block.start < block.end:
                self._defects.add("bad_boundary")
            return False
        if not found.closed:
            self._defects.add("missing_close")
        for start, end in found.outside:
            self._keep_outside(found.buffer[start:end])
        alternative = media.value == "multipart/alternative"
        for start, end in reversed(found.parts):
            self._todo.append(_Part(part_header_block(found.buffer, start, end), level, alternative))
        return True

    def _open_message(self, part: _Part) -> bool:
        """Put an enclosed mail on the stack; ``False`` where there is none in it."""
        level = self._deeper(part)
        block = part_header_block(part.block.buffer, part.block.start, part.block.end)
        if not names_anything(block):
            return False
        self._todo.append(_Part(block, level, False))
        return True

    def _keep_outside(self, raw: bytes) -> None:
        text = decode(raw[:MAX_TEXT_CHARS]).strip()
        if text and not (len(text) < 300 and _MIME_NOTE.search(text)):
            self._outside.add(text, once=False)

    # What is a leaf

    def _describe(self, media: Typed, disposition: Typed | None, part: _Part) -> None:
        """List an attachment."""
        if len(self._attachments) >= MAX_ATTACHMENTS:
            self._defects.add("many_attachments")
            return
        name = (disposition.get("filename") if disposition else "") or media.get("name")
        size = part.block.end - part.block.start
        self._attachments.append(Attachment(_file_name(name), media.value, size))

    def _text(self, headers: Headers, media: Typed, part: _Part) -> str:
        """Decode a text part."""
        raw = self._decoded(headers, part.block)
        if len(raw) > 4 * MAX_TEXT_CHARS + 4:
            self._defects.add("clipped")
            raw = raw[: 4 * MAX_TEXT_CHARS + 4]
        if b"\0" in raw:
            self._defects.add("replaced_characters")
        return decode(raw, media.get("charset") if media.parameters else "", self._defects)

    def _decoded(self, headers: Headers, block: HeaderBlock) -> bytes:
        """Undo the transfer encoding of a body."""
        raw = block.buffer[block.start : block.end]
        encoding = _encoding(headers)
        if encoding in _CLEAR:
            return raw
        if encoding.startswith("quoted"):
            return from_quoted_printable(raw)
        if encoding.startswith("base64"):
            decoded, sound = from_base64(raw)
            if not sound:
                self._defects.add("bad_base64")
            return decoded
        self._defects.add("unknown_encoding")
        return raw


class _Joined:
    """Texts that are joined, as far as so much text is kept."""

    __slots__ = ("_chars", "_defects", "_pieces", "_seen")

    def __init__(self, defects: set[str]) -> None:
        self._defects = defects
        self._pieces: list[str] = []
        self._seen: set[str] = set()
        """The alternatives among them."""
        self._chars = 0

    def __bool__(self) -> bool:
        return bool(self._pieces)

    def add(self, text: str, once: bool) -> None:
        """Add a text; with ``once`` not if it was added so before."""
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = text.rstrip()
        if not text or (once and text in self._seen):
            return
        if once:
            self._seen.add(text)
        if self._chars + len(text) > MAX_TEXT_CHARS:
            self._defects.add("clipped")
            text = text[: max(MAX_TEXT_CHARS - self._chars, 0)]
        self._pieces.append(text)
        self._chars += len(text) + 1

    def joined(self) -> str:
        """The texts, a line end between them."""
        return "\n".join(self._pieces).rstrip()


def _typed_header(headers: Headers, name: bytes) -> Typed | None:
    values = headers.get(name)
    if not values:
        return None
    value = values[0]
    # Most are the same few, so they are understood once.
    return _typed_cached(value) if len(value) < MAX_CACHED_BYTES else typed(header_text(value))


@lru_cache(maxsize=1024)
def _typed_cached(value: bytes) -> Typed:
    return typed(header_text(value))


def _encoding(headers: Headers) -> str:
    """Name the transfer encoding, lower case; empty where there is none."""
    values = headers.get(b"content-transfer-encoding")
    return _encoding_cached(values[0][:MAX_CACHED_BYTES]) if values else ""


@lru_cache(maxsize=256)
def _encoding_cached(value: bytes) -> str:
    return header_text(value).partition(";")[0].partition("(")[0].strip().strip('"').lower()


def _file_name(name: str) -> str:
    """Make an attachment's name harmless: no path, no control characters, no leading dots."""
    return " ".join(_UNSAFE_IN_NAME.sub("", name).split()).lstrip(".")[:MAX_NAME_CHARS]
