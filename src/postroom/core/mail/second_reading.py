"""What another mail program would see in a malformed address header (C0).

The other program is Python's ``email.utils`` in its lenient form, which reads as most programs do; where it
sees nothing or breaks, every address-like string counts. Must not be asked about well-formed headers: they
have one reading.
"""

from __future__ import annotations

import inspect
from email.utils import getaddresses
from typing import Any, Final

from postroom.core.mail.encoded_words import decode_words
from postroom.core.mail.mailbox_text import Mailbox, clean_name, is_like_address, like_addresses

MAX_CHARS: Final = 10_000
"""Longer headers are searched for address-like strings only: the other reading is slow and recursive."""

# Since Python 3.11.10 and 3.12.6 it refuses malformed headers unless told otherwise (CVE-2023-27043).
_LENIENT: Final[dict[str, Any]] = (
    {"strict": False} if "strict" in inspect.signature(getaddresses).parameters else {}
)


def second_reading(text: str) -> list[Mailbox]:
    """Read an address header as others would, first leniently, then by likeness. Never raises."""
    if len(text) <= MAX_CHARS:
        try:
            seen = getaddresses([text], **_LENIENT)
        except Exception:
            seen = []
        mailboxes = [Mailbox(clean_name(name), address) for name, address in seen if is_like_address(address)]
        if mailboxes:
            return mailboxes
    # Some programs decode encoded words before they look for addresses.
    return like_addresses(text) or like_addresses(decode_words(text))
