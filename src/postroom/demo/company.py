"""Who is who in the demo: a company that sells software for planning deliveries, and its customers.

Reads the tables of ``colleagues`` and ``customers``. Must not write mail or files.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from postroom.demo import customers
from postroom.demo.colleagues import DOMAIN, USERS, DemoUser
from postroom.demo.spelling import local_part

WORKSPACE: Final = "Demo Company"
BLOCKED_DOMAIN: Final = "coldpitch.example"
BLOCKED_ADDRESS: Final = "legal@copperfield.example"
INTERNAL_ADDRESS: Final = "nora.vik@vik-design.example"
"""A designer of another company who counts as inside."""
EXCLUDED_ADDRESS: Final = f"warehouse.guest@{DOMAIN}"
"""A guest on the company's own domain who counts as outside."""
UNKNOWN_ADDRESS: Final = "peter@amesroofing.example"
"""Of somebody who asked for prices and is nobody's customer."""
EARLY_ADDRESS: Final = "hugh.denning@elmstead.example"
"""Of somebody who wrote only before their account was known."""
DAYS_KNOWN: Final = 730
"""So many days before the demo's present most of the directory is known."""


class DemoAccount(NamedTuple):
    """A customer company. ``days_known``: since so many days before the demo's present it is known."""

    name: str
    domains: tuple[str, ...]
    owner: str
    language: str
    mails: int
    """About so many mails are written with it."""
    temper: str
    """``busy``, ``steady``, ``won`` (lately), ``silent`` (for months) or ``trouble``."""
    depots: tuple[str, ...]
    days_known: int
    include_subdomains: bool
    is_ignored: bool


class DemoPerson(NamedTuple):
    """A human at a customer. ``is_recorded``: whether they are entered beforehand, or come from mail."""

    name: str
    title: str
    emails: tuple[str, ...]
    accounts: tuple[str, ...]
    """The default one first."""
    at: str
    """The account whose mail they take part in."""
    is_recorded: bool

    @property
    def email(self) -> str:
        """The address they write from."""
        return self.emails[0]


def _account(row: str, depots: str) -> DemoAccount:
    name, domains, owner, language, mails, temper, _, *more = row[2:].split(" | ")
    days = [int(word.removeprefix("days ")) for word in more if word.startswith("days ")]
    return DemoAccount(
        name,
        tuple(domains.split(", ")),
        user_named(owner).email,
        language,
        int(mails),
        temper,
        tuple(depots[2:].split(", ")),
        days[0] if days else DAYS_KNOWN,
        "subdomains" in more,
        "ignored" in more,
    )


def _person(row: str, account: DemoAccount, manner: str) -> DemoPerson:
    cells = dict(enumerate(cell.strip() for cell in row.split("|")))
    marks = cells.get(2, "").split()
    domain = account.domains["second" in marks]
    if "at" in marks:
        domain = f"{marks[marks.index('at') + 1]}.{domain}"
    emails = [f"{local_part(cells[0], manner)}@{domain}"]
    emails += [f"{cells[3]}@{domain}"] if cells.get(3) else []
    accounts = tuple(cells[4].split(", ")) if cells.get(4) else ()
    accounts = accounts if account.name in accounts else (account.name, *accounts)
    is_recorded = "new" not in marks and not account.is_ignored
    return DemoPerson(cells[0], cells[1], tuple(emails), accounts, account.name, is_recorded)


def _everybody() -> Iterator[tuple[DemoAccount, tuple[DemoPerson, ...]]]:
    for block in customers.TABLE.strip().removeprefix("= ").split("\n= "):
        row, depots, *people = block.splitlines()
        account, manner = _account(f"= {row}", depots), row.split(" | ")[6]
        yield account, tuple(_person(person, account, manner) for person in people)


def user_named(name: str) -> DemoUser:
    """The user of this name."""
    return next(user for user in USERS if user.name == name)


_CUSTOMERS: Final = tuple(_everybody())
ACCOUNTS: Final = tuple(account for account, _ in _CUSTOMERS)
ALDER: Final = "Alder Bakeries"
COPPERFIELD: Final = "Copperfield Freight"
DUNMORE: Final = "Dunmore Hotels"
IN_TWO_ACCOUNTS: Final = "Dana Osei"

CONSULTANT: Final = DemoPerson("Karin Holm", "Consultant", ("karin.holm@freemail.example",), (), "", True)
"""Known, of no account, and with an address at a free-mail provider."""
NO_ADDRESS: Final = DemoPerson("Wanda Jessop", "Retired", (), (ALDER,), ALDER, True)
"""Entered without an address: no mail ever matches."""
MOVED: Final = DemoPerson(
    "Lewis Adair",
    "Planner",
    ("lewis.adair@northfold.example", "lewis@kestrel.example"),
    ("Northfold Dairy", "Kestrel Couriers"),
    "Northfold Dairy",
    True,
)
"""Changed company ``DAYS_MOVED`` before the present; the second address is the earlier one."""
DAYS_MOVED: Final = 75

_IGNORED: Final = {domain for account in ACCOUNTS if account.is_ignored for domain in account.domains}
_LISTED: Final = tuple(person for _, people in _CUSTOMERS for person in people)
PERSONS: Final = (
    *(MOVED if p.name == MOVED.name else p for p in _LISTED if p.is_recorded),
    CONSULTANT,
    NO_ADDRESS,
)
NEWCOMERS: Final = tuple(
    p for p in _LISTED if p.email.rpartition("@")[2] not in _IGNORED and not p.is_recorded
)
"""They write from a customer's domain; their first imported mail creates them."""

ADMIN: Final = user_named("Maya Lindqvist")
STRICT: Final = {"Kate Ashby": "subject", "George Pratt": "existence"}
"""Users who let others see less of their mail, and how much (R4)."""


def account_named(name: str) -> DemoAccount:
    """The account of this name."""
    return next(account for account in ACCOUNTS if account.name == name)


def people_of(account: str) -> tuple[DemoPerson, ...]:
    """Everybody who writes for the account, those entered beforehand first."""
    people = tuple(person for person in _LISTED if person.at == account)
    return tuple(sorted(people, key=lambda person: not person.is_recorded))
