"""What can be wrong with a mail that was read all the same: stable names, each with its sentence.

Names are public (API, Explain). Must not hold what makes a mail unreadable (see ``message.UnreadableMail``).
"""

from __future__ import annotations

from typing import Final

DEFECTS: Final = {
    # The header block.
    "bare_cr": "Lines end in a lone carriage return, or in more than one.",
    "byte_order_mark": "A byte order mark stands before the headers.",
    "leading_blank": "Blank lines, spaces or NULs stand before the headers.",
    "mbox_from_line": "An mbox separator line stands among the headers.",
    "line_without_colon": "A line among the headers is no header.",
    "no_blank_line": "The body follows the headers without a blank line.",
    "duplicate_header": "A header that may occur once occurs several times.",
    # Single headers.
    "missing_from": "There is no From header, or it names no address.",
    "second_from": "A second From header names somebody else.",
    "malformed_address": "An address header breaks the rules of RFC 5322.",
    "bad_address": "Something looks like an address and is none; it was left out.",
    "missing_date": "There is no Date header; the time of receipt counts.",
    "bad_date": "The Date is impossible or cannot be understood; the time of receipt counts.",
    "bad_received": "The newest Received header has no time that can be understood.",
    "bad_message_id": "The Message-ID is not of the form <left@right>.",
    "long_message_id": "The Message-ID was cut to 998 characters.",
    "many_references": "There are more references than are kept: the first and the newest 100.",
    # The content.
    "unknown_charset": "A charset is unknown or not allowed; UTF-8 or Windows-1252 was used.",
    "bad_charset": "Text does not fit its charset; what fitted better was used.",
    "bad_base64": "Base64 is broken or followed by clear text; what is no base64 was kept as it is.",
    "bad_content_type": "A Content-Type is not of the form type/subtype; the part was read as text.",
    "bad_boundary": "A multipart has no boundary, or it does not occur; its content was read as text.",
    "missing_close": "A multipart is not closed.",
    "part_without_headers": "A part has no blank line after its headers, or no headers.",
    "text_outside_parts": "Text stands before, between or after the parts of a multipart.",
    "unknown_encoding": "A Content-Transfer-Encoding is unknown; the part was kept as it is.",
    "replaced_characters": "NULs or lone surrogates in text were replaced.",
    "clipped": "Text is longer than is kept; it was cut.",
    "many_attachments": "There are more attachments than are listed.",
}
"""Name → sentence."""
