"""The form of a person: what was typed, as a record for the actions, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import Http404, HttpRequest

from postroom.actions.rejection import Rejected
from postroom.actions.typed import typed_address
from postroom.store.models import Account, PersonAccount, PersonAddress, Workspace
from postroom.store.read.accounts import accounts, accounts_meant
from postroom.web.forms import day_text, moment_typed, sentence, words_in
from postroom.web.paging import number_in

MAX_ACCOUNTS: Final = 200
_FIELDS: Final = {"name": "name", "known_since": "since", "accounts": "account"}
"""The field of the form for the part of a record that a refusal names; else the addresses."""


@dataclass(slots=True)
class AddressRow:
    """An address that the person has, as the form shows it."""

    address: str
    since: str
    is_removed: bool = False
    was: str | None = None
    """The day as the form showed it at first: what was not touched is not written."""

    @property
    def was_since(self) -> str:
        """The day that the form showed."""
        return self.since if self.was is None else self.was


@dataclass(slots=True)
class LinkRow:
    """An account of the person, as the form shows it."""

    link: PersonAccount
    is_removed: bool = False


@dataclass(slots=True)
class PersonForm:
    """What stands in the form."""

    name: str = ""
    rows: list[AddressRow] = field(default_factory=list)
    new_emails: str = ""
    since: str = ""
    account: str = ""
    """An account to be linked, as typed: its name or one of its domains."""
    account_id: int | None = None
    """The one chosen, where several are meant."""
    unlinked: frozenset[int] = frozenset()
    meant: list[Account] = field(default_factory=list)
    """The accounts to choose among, where several are meant."""
    was_name: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    def look_at_typed(self, workspace: Workspace) -> None:
        """Name the addresses that are none, and find the account that is meant."""
        wrong = [word for word in words_in(self.new_emails) if not _is_address(word)]
        if wrong:
            self.problems["emails"] = "\n".join(f"{word}: {sentence('email_invalid')}" for word in wrong)
        if not self.account.strip():
            self.account_id = None
            return
        meant = accounts_meant(workspace, self.account.strip())
        chosen = [account for account in meant if account.pk == self.account_id] or meant
        if len(chosen) == 1:
            self.account_id = chosen[0].pk
            return
        self.account_id = None
        self.meant = meant if len(meant) > 1 else []
        self.problems["account"] = sentence("account_ambiguous" if meant else "account_unknown")

    def record(self, present: Iterable[PersonAddress], links: Iterable[PersonAccount]) -> dict[str, Any]:
        """The record that is meant; what the form did not show stays. Raises ``Rejected``."""
        rows = {row.address: row for row in self.rows}
        emails = [_of_row(entry, rows.get(entry.address)) for entry in present]
        since = {"known_since": moment_typed(self.since)} if self.since else {}
        wanted = [email for email in emails if email]
        wanted += [{"email": word, **since} for word in words_in(self.new_emails)]
        linked = [link.account_id for link in links if link.account_id not in self.unlinked]
        if self.account_id is not None:
            linked.append(self.account_id)
        return {"name": self.name, "emails": wanted, "accounts": linked}

    def refuse(self, refusal: Rejected) -> None:
        """Put a refusal beside its field."""
        self.problems[_FIELDS.get(refusal.field or "since", "emails")] = sentence(refusal.reason)


def _is_address(word: str) -> bool:
    try:
        typed_address(word)
    except Rejected:
        return False
    return True


def _of_row(entry: PersonAddress, row: AddressRow | None) -> dict[str, Any] | None:
    if row is not None and row.is_removed:
        return None
    shown = day_text(entry.known_since) if row is None or row.was is None else row.was
    if row is None or not row.since or row.since == shown:
        return {"email": entry.address}
    try:
        return {"email": entry.address, "known_since": moment_typed(row.since)}
    except Rejected as refusal:
        raise Rejected(refusal.reason, "emails") from None


def typed_form(request: HttpRequest) -> PersonForm:
    """The form as it was sent."""
    sent = request.POST
    removed = set(sent.getlist("remove"))
    chosen = sent.get("account-id", "")
    return PersonForm(
        name=sent.get("name", ""),
        rows=[
            AddressRow(
                address,
                sent.get(f"since-{address}", "").strip(),
                address in removed,
                sent.get(f"was-since-{address}"),
            )
            for address in sent.getlist("address")
        ],
        new_emails=sent.get("emails", ""),
        since=sent.get("since", "").strip(),
        was_name=sent.get("was-name", ""),
        account=sent.get("account", "").replace("\0", ""),
        account_id=number_typed(chosen) if chosen else None,
        unlinked=frozenset(number_typed(account) for account in sent.getlist("unlink")),
    )


def number_typed(text: str) -> int:
    """The number of something that a page offered. Raises ``Http404``."""
    number = number_in(text)
    if number is None:
        raise Http404
    return number


def some_accounts(workspace: Workspace) -> list[Account]:
    """Accounts to choose among; where there are more, a name can be typed."""
    return list(accounts(workspace).order_by("name", "pk")[:MAX_ACCOUNTS])
