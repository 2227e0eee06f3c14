"""Who is named in From, To, Cc and Bcc of a mail, in both readings (C0).

Must not judge who is who, and must not read the headers' grammar (see ``address_list``, ``second_reading``).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from postroom.core.address import MAX_ADDRESS_CHARS, ALabel, domain_of, normalise_address
from postroom.core.mail.address_list import Mailbox, read_addresses
from postroom.core.mail.header_block import Headers
from postroom.core.mail.header_text import header_text
from postroom.core.mail.second_reading import second_reading
from postroom.core.message import Participant, UnreadableMail

MAX_RECIPIENTS: Final = 20_000

_RECIPIENT_ROLES: Final = ((b"to", "to"), (b"cc", "cc"), (b"bcc", "bcc"))

_Reading = dict[tuple[str, str], Participant]
"""By role and address: the first name of an address in a role is kept."""


class Participants:
    """The participants of a mail. Adds to ``defects``; raises ``UnreadableMail`` over 20,000 recipients or senders."""

    def __init__(self, headers: Headers, a_label: ALabel, defects: set[str]) -> None:
        self._a_label = a_label
        self._defects = defects
        self._first: _Reading = {}
        self._second: _Reading | None = None
        """The other reading, from the first header on that has one."""
        self._read_from(headers.get(b"from"))
        self._read_recipients(headers)
        self.agreed = tuple(self._first.values())
        """The reading of ours."""
        self.alternative: tuple[Participant, ...] | None = None
        """The reading of others, where it names others."""
        if self._second is not None and self._second.keys() != self._first.keys():
            self.alternative = tuple(self._second.values())

    def _read_from(self, values: list[bytes] | None) -> None:
        """Read the first From; the last of several is the other reading, where it names somebody else."""
        if values:
            _check_count(self._read("from", header_text(values[0])))
        if not self._first:
            self._defects.add("missing_from")
        if not values or len(values) == 1:
            return
        last: _Reading = {}
        self._add(last, "from", read_addresses(header_text(values[-1])).mailboxes)
        if last.keys() != self._first.keys():
            self._defects.add("second_from")
            self._second = last

    def _read_recipients(self, headers: Headers) -> None:
        """Read To, Cc and Bcc, each header by itself: what is open at its end must not swallow the next."""
        recipients = 0
        for name, role in _RECIPIENT_ROLES:
            if name in headers:
                for value in headers[name]:
                    recipients += self._read(role, header_text(value))
                    _check_count(recipients)

    def _read(self, role: str, text: str) -> int:
        """Read one address header into both readings; count its addresses."""
        mailboxes, malformed = read_addresses(text)
        if malformed and self._second is None:
            # Up to here both readings were the same.
            self._second = self._first.copy()
        if not self._add(self._first, role, mailboxes):
            self._defects.add("bad_address")
        if malformed:
            self._defects.add("malformed_address")
        if self._second is not None:
            self._add(self._second, role, second_reading(text) if malformed else mailboxes)
        return len(mailboxes)

    def _add(self, reading: _Reading, role: str, mailboxes: Iterable[Mailbox]) -> bool:
        """Add to a reading who is not yet in it in that role; say whether all were addresses."""
        sound = True
        for name, text in mailboxes:
            found = _normalised(text, self._a_label) if len(text) <= MAX_ADDRESS_CHARS else None
            if found is None:
                sound = False
            elif (role, found[0]) not in reading:
                reading[role, found[0]] = Participant(role, found[0], found[1], name)
        return sound


def _check_count(count: int) -> None:
    """Refuse more addresses than a mail may have: reading stops there, so some would be missing."""
    if count > MAX_RECIPIENTS:
        raise UnreadableMail("too_many_recipients")


@lru_cache(maxsize=4096)
def _normalised(text: str, a_label: ALabel) -> tuple[str, str] | None:
    """Normalise an address; its domain comes with it."""
    address = normalise_address(text, a_label)
    return None if address is None else (address, domain_of(address))
