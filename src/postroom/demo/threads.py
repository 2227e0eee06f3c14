"""What people write in the demo: threads read from ``exchanges``, and single mails around them.

Texts of our own. ``{u}`` and ``{v}`` are first names of users, ``{c}`` and ``{d}`` of people at the customer
``{account}``; ``{n}`` is a small number, ``{day}`` a weekday. Must not know addresses of users or customers.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from postroom.demo.exchanges import AMONG_COLLEAGUES, WITH_CUSTOMERS

_TURN = re.compile(r"^([uvcd]): (.*?)(?=^[uvcd]: |\Z)", re.M | re.S)


class Thread(NamedTuple):
    """An exchange of mails: its subject and turns, each of who speaks (``u v c d``) and what they say."""

    subject: str
    turns: tuple[tuple[str, str], ...]
    attachment: str
    """File name of what hangs on the first mail by a user; empty: nothing."""


def _threads(exchanges: str) -> tuple[Thread, ...]:
    threads = []
    for exchange in exchanges.strip().split("# ")[1:]:
        title, _, talk = exchange.partition("\n")
        subject, _, attachment = title.partition(" @ ")
        turns = tuple((turn[1], _unwrapped(turn[2])) for turn in _TURN.finditer(talk))
        threads.append(Thread(subject, turns, attachment))
    return tuple(threads)


def _unwrapped(text: str) -> str:
    """One line a paragraph."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def _rows(table: str) -> tuple[list[str], ...]:
    """The rows of a table, which begin at the margin, and their cells."""
    rows = re.split(r"\n(?! )", table.strip())
    return tuple([" ".join(cell.split()) for cell in row.split(" | ")] for row in rows)


CUSTOMER_THREADS: Final = _threads(WITH_CUSTOMERS)
COLLEAGUE_THREADS: Final = _threads(AMONG_COLLEAGUES)

WEEK_NOTES: Final = _rows("""
This week: {n} open tickets, two visits, one release. The map trial goes on. If you are out, please say
   so in the calendar before noon.
Good week behind us: {n} tickets closed and nobody had to get up at night. Ahead: renewals, and the
   release on {day}.
Please look at the {n} tickets that wait for an answer from us for more than three days. Lunch together
   on {day}, Ben orders.
""")
"""Text."""

SINGLES: Final = _rows("""
Vans back at the depot | All {n} vans are back, one with a broken mirror. The list for tomorrow is in
   the planner.
Introducing myself | I take over dispatch from {day} on and will be your contact. Could you send me
   access?
Two addresses have changed | Two of our branches moved. The new addresses are in the planner, please
   check the windows.
Holiday tours | Over the holidays we drive {n} tours only. Is there anything to switch off on your side?
Question about the export | The export of stops ends at line {n}00. Is that a limit, and can it be
   raised?
Thank you for {day} | Thank you for the visit. The new screen hangs where everybody can see it.
""")
"""Subject, text."""

STRANGERS: Final = _rows("""
Marta Quill | marta@quillrecruiting.example | Two developers for you | I work with two developers who
   would fit your team. May I send their profiles? They could start next month.
Office Supply Direct | orders@officesupply.example | Your order is on its way | Your parcel with {n}
   items left our warehouse and arrives on {day}. You need not be at home, the neighbour signs.
Viktor Lang | viktor.lang@langmedia.example | Interview for our trade magazine | We write about planning
   software for small fleets and would like to ask you five questions. Twenty minutes by phone are
   enough.
Property Services | service@tower-property.example | Lift out of order on {day} | The lift is serviced
   on {day} from eight to twelve. Please use the stairs at the back.
Joanna Bright | joanna.bright@student.example | Thesis about delivery tours | I write my thesis about
   tours in hilly towns. Could I have data of {n} days, without names? I would share the results.
Peter Ames | peter@amesroofing.example | Question about prices | We have {n} vans and plan on paper.
   What would your software cost us, and how long does it take to learn?
""")
"""Name, address, subject, text."""

PITCHES: Final = _rows("""
Grow your pipeline {n} times | I noticed you have no outbound process. We book meetings while you sleep.
   Fifteen minutes on {day}?
Following up | Just bumping this to the top of your inbox. Is {day} better?
Should I close your file? | I have not heard back, so I assume you are busy growing. One last try?
""")
"""Subject, text."""

NEWSLETTERS: Final = _rows("""
Fleet Weekly | news@fleetweekly.example | Electric vans in winter: what {n} fleets measured
Road Notes | editor@roadnotes.example | New limits in pedestrian areas, and {n} towns that follow
The Release Train | hello@releasetrain.example | Shipping on Fridays, {n} years later
""")
"""Name, address, subject."""

SPAM: Final = _rows("""
You have won a fleet of {n} vans | Congratulations. To receive your vans, send us your bank details
   today.
Cheap tyres, today only | All sizes, {n} per cent off. The offer ends at midnight, and begins again
   after it.
Your mailbox is full | Confirm your password within {n} hours or lose all your mail. Sincerely, the
   mail.
""")
"""Subject, text."""

AWAY: Final = _rows("""
I am out of the office until {day} and read mail after that. In urgent cases please call dispatch.
Thank you for your message. I am on leave until {day}; {d} stands in for me.
""")
"""Text."""
