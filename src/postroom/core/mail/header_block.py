"""Find the header block of a mail or of a part, and pick the headers that are wanted, as bytes.

One regular expression walks over the block and takes the dozen headers that matter; everything odd goes a
second, tolerant way. Every search is linear. Must not understand a header: values stay raw.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from postroom.core.message import UnreadableMail

Headers = dict[bytes, list[bytes]]
"""Lower-case name → raw values in their order, still folded, line ends ``\\n``."""


class HeaderBlock(NamedTuple):
    """Where the headers are and where the body is."""

    lines: bytes
    """``\\n`` and the headers, line ends ``\\n``, the last line with or without one."""
    buffer: bytes
    """What the body lies in: usually the very mail."""
    start: int
    end: int
    defects: tuple[str, ...] = ()


def _wanted(names: str) -> re.Pattern[bytes]:
    """Compile a search for headers; grouped by first letter, which is twice as fast as one alternation."""
    by_letter: dict[str, list[str]] = {}
    for name in names.split():
        by_letter.setdefault(name[0], []).append(re.escape(name[1:]))
    tree = "|".join(f"[{c.upper()}{c}](?i:{'|'.join(rest)})" for c, rest in by_letter.items())
    return re.compile(rf"\n({tree})[ \t]*+:[ \t]*+([^\n]*+(?:\n[ \t][^\n]*+)*+)".encode())


ENVELOPE_HEADERS: Final = _wanted(
    "from to cc bcc date message-id in-reply-to references received auto-submitted precedence list-id "
    "list-unsubscribe return-path content-type content-class subject"
)
CONTENT_HEADERS: Final = _wanted(
    "subject content-type content-transfer-encoding content-disposition mime-version"
)
PART_HEADERS: Final = _wanted("content-type content-transfer-encoding content-disposition")
_KNOWN: Final = _wanted(
    "from to cc bcc date message-id in-reply-to references received auto-submitted precedence list-id "
    "list-unsubscribe return-path content-type content-class subject mime-version sender reply-to "
    "delivered-to content-transfer-encoding content-disposition x-mailer user-agent errors-to resent-from "
    "resent-to resent-date resent-message-id dkim-signature received-spf authentication-results"
)

# The repeated group is not possessive: Python before 3.11.5 forgets to step back where such a group fails
# half-way (gh-106052). Nothing after it can fail, so this never goes back.
_SOUND = re.compile(rb"(?:\n[!-9;-~]++[ \t]*+:[^\n]*+(?:\n[ \t][^\n]*+)*+)*\n?")
_HEADER_LINE = re.compile(rb"\n[A-Za-z][A-Za-z0-9-]*+[ \t]*+:")
_MBOX_LINE = re.compile(rb"\n>?From (?![ \t]*+:)[^\n]*+")
_LINE = re.compile(rb"\n[^\n]*+")
# Never from the middle of a run of carriage returns: that would be quadratic.
_TWO_LINE_ENDS = re.compile(rb"(?<!\r)(?>\r*+\n|\r)(?>\r*+\n|\r)")
_LINE_END = re.compile(rb"\r*+\n|\r")
_LEADING = re.compile(rb"(?:\xef\xbb\xbf|[\s\0]++|>?From (?![ \t]*+:)[^\r\n]*+(?:[\r\n]++|\Z))*+")
_BOM = b"\xef\xbb\xbf"


def mail_header_block(raw: bytes) -> HeaderBlock:
    """Find the headers of a whole mail. Raises ``UnreadableMail`` where there is not one that mail has."""
    block = header_block(raw)
    if not names_anything(block):
        raise UnreadableMail("no_headers" if raw.strip(b"\xef\xbb\xbf \t\r\n") else "empty")
    return block


def names_anything(block: HeaderBlock) -> bool:
    """Say whether there is any header that mail has: else the bytes are no mail."""
    return _KNOWN.search(block.lines) is not None


def pick(wanted: re.Pattern[bytes], lines: bytes) -> Headers:
    """Take the wanted headers out of a header block."""
    headers: Headers = {}
    for name, value in wanted.findall(lines):
        key = name.lower()
        if key in headers:
            headers[key].append(value)
        else:
            headers[key] = [value]
    return headers


def header_block(raw: bytes) -> HeaderBlock:
    """Find the headers of a whole mail, after whatever stands before them."""
    first = raw[:1]
    if first.isalpha() and raw[:5] != b"From ":
        return _split(raw, 0, len(raw), ())
    leading = _LEADING.match(raw)
    start = leading.end() if leading else 0
    before = raw[:start]
    defects = []
    if _BOM in before:
        defects.append("byte_order_mark")
    if b"From " in before:
        defects.append("mbox_from_line")
    if first.isspace() or first == b"\0":
        defects.append("leading_blank")
    return _split(raw, start, len(raw), tuple(defects))


def part_header_block(buffer: bytes, start: int, end: int) -> HeaderBlock:
    """Find the headers of a part; one that begins with a blank line, or with no header, has none."""
    blank = _LINE_END.match(buffer, start, end)
    if blank:
        return HeaderBlock(b"", buffer, blank.end(), end)
    if not _HEADER_LINE.match(b"\n" + buffer[start : min(start + 200, end)]):
        return HeaderBlock(b"", buffer, start, end, ("part_without_headers",))
    return _split(buffer, start, end, ())


def _split(raw: bytes, start: int, end: int, defects: tuple[str, ...]) -> HeaderBlock:
    """Split at the first blank line; the ordinary case is done here, all others in ``_split_odd``."""
    stop, body = _blank_line(raw, start, end)
    lines = b"\n" + raw[start:stop]
    if b"\r" in lines:
        returns = lines.count(b"\r")
        lines = lines.replace(b"\r\n", b"\n")
        if b"\r" in lines or returns == 0:
            return _split_odd(raw, start, end, defects)
    sound = _SOUND.match(lines)
    if stop < body and sound and sound.end() == len(lines):
        return HeaderBlock(lines, raw, body, end, defects)
    return _split_odd(raw, start, end, defects)


def _blank_line(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the headers stop and where the body begins; both are ``end`` where there is no blank line.

    The kind of line end that the first line has is looked for first, so that a large mail is not
    searched to its end for the other kind.
    """
    first = raw.find(b"\n", start, end)
    if first > start and raw[first - 1] == 13:
        crlf = raw.find(b"\n\r\n", first, end)
        lf = raw.find(b"\n\n", first, crlf if crlf >= 0 else end)
    else:
        lf = raw.find(b"\n\n", first if first >= 0 else end, end)
        crlf = raw.find(b"\n\r\n", first if first >= 0 else end, lf if lf >= 0 else end)
    if lf >= 0:
        return lf, lf + 2
    return (crlf, crlf + 3) if crlf >= 0 else (end, end)


def _split_odd(raw: bytes, start: int, end: int, defects: tuple[str, ...]) -> HeaderBlock:
    """Split what has lone carriage returns, lines that are no headers, or no blank line."""
    found = list(defects)
    blank = _TWO_LINE_ENDS.search(raw, start, end)
    stop, body = blank.span() if blank else (end, end)
    lines = (b"\n" + raw[start:stop]).replace(b"\r\n", b"\n")
    if b"\r" in lines:
        found.append("bare_cr")
        lines = _LINE_END.sub(b"\n", lines)
    kept, rest = _sound_lines(lines, found)
    if rest:
        # The body begins where the headers stop making sense.
        buffer = rest[1:] + raw[stop:end]
        return HeaderBlock(kept, buffer, 0, len(buffer), tuple(found))
    return HeaderBlock(kept, raw, body, end, tuple(found))


def _sound_lines(lines: bytes, defects: list[str]) -> tuple[bytes, bytes]:
    """Leave out lines that are no headers, if a header that mail has follows; else the body begins there."""
    kept: list[bytes] = []
    at, next_header = 0, 0
    while True:
        sound = _SOUND.match(lines, at)
        if sound is None:  # It matches the empty string at least.
            break
        if sound.end() > at:
            kept.append(lines[at : sound.end()].rstrip(b"\n"))
            at = sound.end() - (lines[sound.end() - 1 : sound.end()] == b"\n")
        if len(lines) - at <= 1:
            break
        mbox = _MBOX_LINE.match(lines, at)
        if mbox:
            defects.append("mbox_from_line")
            at = mbox.end()
            continue
        if 0 <= next_header <= at:
            following = _KNOWN.search(lines, at)
            next_header = following.start() if following else -1
        if next_header < 0:
            defects.append("no_blank_line")
            return b"".join(kept), lines[at:]
        defects.append("line_without_colon")
        bad = _LINE.match(lines, at)
        at = bad.end() if bad else len(lines)
    return b"".join(kept), b""
