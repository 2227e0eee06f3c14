"""Mails such as real mailboxes have: broken, but mostly readable; and one file that is no mail. Pure."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from postroom.demo.colleagues import DOMAIN
from postroom.demo.company import BLOCKED_DOMAIN
from postroom.demo.letter import Correspondent


def odd_mails(reader: Correspondent, at: datetime) -> list[bytes]:
    """Mails to ``reader``. The first has two readings, the last is no mail; the others are merely broken."""
    when = format_datetime(at)

    def mail(sender: str, subject: str, more: str, text: bytes, date: str = when) -> bytes:
        head = (
            f"Received: from relay.example by mx.{DOMAIN};\n {when}\n"
            f"From: {sender}\nTo: {reader.mailbox}\nSubject: {subject}\nDate: {date}\n"
        )
        return f"{head}{more}\n".encode() + text

    return [
        mail(
            # Two readings: an address stands where a name should, and the one in brackets is another.
            "billing@parcel-tracking.example <greta@alder-bakeries.example>",
            "Your open invoice",
            "Message-ID: <odd-1@parcel-tracking.example>\n",
            b"Please pay the open invoice today. Greta knows about it.\n",
        ),
        mail(
            "Helen Dunmore <helen.dunmore@dunmore.example>",
            "Clock of the kitchen printer",
            "Message-ID: <odd-2@dunmore.example>\n",
            b"This comes from the printer in the kitchen, whose clock is broken. The tours print fine.\n",
            date="Thu, 41 Foo 2041 25:61:00 +9900",
        ),
        mail(
            "Marc Dubois <marc.dubois@fennel.example>",
            "Menu",
            "Message-ID: <odd-3@fennel.example>\nContent-Type: text/plain; charset=x-till-roll\n",
            "Crème brûlée, deux fois, au dépôt.\n".encode("latin-1"),
        ),
        mail(
            "Rui Marques <rui.marques@copperfield-freight.example>",
            "Scanner",
            "",
            b"From the scanner at the gate, which gives its mails no number.\n",
        ),
        mail(f"chad@{BLOCKED_DOMAIN}", "", "Message-ID: <odd-5@x>\n", b""),
        mail(
            "Greta Alder <greta@alder-bakeries.example>",
            "=?utf-8?Q?Caf=C3=A9_list_=28?= broken",
            'Message-ID: <odd-6@alder-bakeries.example>\nContent-Type: multipart/mixed; boundary="lost"\n',
            b"--lost\nContent-Type: text/plain\n\nThe list for the caf\xe9, as far as it came through.\n",
        ),
        b"\x00\x01\x02\x03 this file is no mail \xff\xfe\n",
    ]
