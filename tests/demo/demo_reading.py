"""The demo's mails, read as other programs read them; for the tests of the demo."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import cache

from postroom.demo.colleagues import DOMAIN
from postroom.demo.desk import DemoCopy
from postroom.demo.mail import demo_mails

NOW = 1_795_262_400
"""21 November 2026, 12:00 UTC."""
ODD = 7
"""So many mails at the end are broken on purpose."""
_BELOW = re.compile(
    r"\n-- $|\n(Sent from|Von unterwegs|Envoyé depuis|Enviado desde) |\n(On|Am|Le|El) .*:\n>|\n-{10}", re.M
)


@cache
def written() -> list[DemoCopy]:
    """All copies of the demo's mail."""
    return demo_mails(NOW)


@dataclass(frozen=True)
class Read:
    """One mail, once."""

    mail: Message
    label: str
    message_id: str
    references: list[str]
    subject: str
    addresses: list[str]
    """Of all participants, the sender's first."""
    at: datetime
    text: str
    html: str

    @property
    def said(self) -> str:
        """What its writer wrote, without signature and quotation."""
        cut = _BELOW.search(self.text)
        return self.text[: cut.start() if cut else None].strip()

    @property
    def topic(self) -> str:
        """The subject without Re: and the like."""
        return re.sub(r"^(Re|RE|Fwd|FW): ", "", self.subject)

    @property
    def is_with_customers(self) -> bool:
        """Whether somebody outside takes part who writes as people write."""
        outside = [address for address in self.addresses if not address.endswith(f"@{DOMAIN}")]
        return bool(outside) and self.label in ("inbox", "sent", "archive") and not self.mail["List-Id"]

    @property
    def thread(self) -> str:
        """The Message-ID that its thread began with."""
        return (self.references or [self.message_id])[0]


@cache
def read() -> list[Read]:
    """Every mail once, but the odd ones, by its date."""
    mails: dict[str, Read] = {}
    for copy in written()[:-ODD]:
        found = re.search(rb"^Message-ID: (.+)$", copy.raw, re.M)
        assert found is not None
        message_id = found[1].decode()
        if message_id not in mails:
            mails[message_id] = _read(copy, message_id)
    return list(mails.values())


def _read(copy: DemoCopy, message_id: str) -> Read:
    mail = message_from_bytes(copy.raw)
    return Read(
        mail,
        copy.label,
        message_id,
        str(mail["References"] or "").split(),
        str(make_header(decode_header(mail["Subject"]))),
        [address for _, address in getaddresses([mail[name] for name in ("From", "To", "Cc") if mail[name]])],
        parsedate_to_datetime(mail["Date"]),
        _text(mail, "text/plain"),
        _text(mail, "text/html"),
    )


def _text(mail: Message, kind: str) -> str:
    for part in mail.walk():
        if part.get_content_type() == kind and not part.get_filename():
            raw = part.get_payload(decode=True)
            assert isinstance(raw, bytes)
            return raw.decode(part.get_content_charset() or "ascii")
    return ""
