"""The form of an account: what was typed, as a record for the actions, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import HttpRequest, QueryDict

from postroom.actions.account_domains import refused_domains
from postroom.actions.rejection import Rejected
from postroom.store.models import Account, AccountDomain, User, Workspace
from postroom.store.read.users import users
from postroom.web.forms import TypedDomain, day_text, domain_typed, moment_typed, sentence, words_in

MAX_OWNERS: Final = 200
_FIELDS: Final = {"name": "name", "owner": "owner", "known_since": "since"}
"""The field of the form for the part of a record that a refusal names; else the domains."""


@dataclass(slots=True)
class DomainRow:
    """A domain that the account has, as the form shows it."""

    domain: str
    is_wide: bool
    since: str
    is_removed: bool = False
    was: tuple[bool, str] | None = None
    """Width and day as the form showed them at first: what was not touched is not written."""

    @property
    def was_wide(self) -> bool:
        """Whether the form showed it as including its subdomains."""
        return self.was[0] if self.was else self.is_wide

    @property
    def was_since(self) -> str:
        """The day that the form showed."""
        return self.was[1] if self.was else self.since


@dataclass(slots=True)
class AccountForm:
    """What stands in the form."""

    name: str = ""
    owner: str = ""
    rows: list[DomainRow] = field(default_factory=list)
    new_domains: str = ""
    is_wide: bool = False
    since: str = ""
    force: bool = False
    offers_force: bool = False
    was_name: str = ""
    was_owner: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    def record(self, present: Iterable[AccountDomain]) -> dict[str, Any]:
        """The record that is meant; domains that the form did not show stay. Raises ``Rejected``."""
        rows = {row.domain: row for row in self.rows}
        domains = [_of_row(entry, rows.get(entry.domain)) for entry in present]
        new: dict[str, Any] = {}
        if self.since:
            new["known_since"] = moment_typed(self.since)
        kept = [domain for domain in domains if domain]
        kept += [
            {**new, "domain": typed.text, "include_subdomains": self.is_wide or typed.is_wide}
            for typed in self._new()
        ]
        return {"name": self.name, "owner": self.owner or None, "domains": kept}

    def changes(self, present: Iterable[AccountDomain]) -> dict[str, Any]:
        """Of that record, what was changed against what the form showed: another may have saved meanwhile."""
        record = self.record(present)
        untouched = {"name": self.name == self.was_name, "owner": self.owner == self.was_owner}
        return {name: value for name, value in record.items() if not untouched.get(name)}

    def _new(self) -> list[TypedDomain]:
        return [domain_typed(word) for word in words_in(self.new_domains)]

    def look_at_new_domains(self, workspace: Workspace) -> None:
        """Name the new domains that no account may have."""
        refused = refused_domains(workspace, [typed.text for typed in self._new()], self.force)
        if refused:
            self.problems["domains"] = "\n".join(f"{word}: {sentence(why)}" for word, why in refused.items())
        self.offers_force = self.force or "free_mail_domain" in refused.values()

    def refuse(self, refusal: Rejected) -> None:
        """Put a refusal beside its field."""
        self.problems[_FIELDS.get(refusal.field or "", "domains")] = sentence(refusal.reason)


def _of_row(entry: AccountDomain, row: DomainRow | None) -> dict[str, Any] | None:
    if row is None:
        return {"domain": entry.domain}
    if row.is_removed:
        return None
    wanted: dict[str, Any] = {"domain": entry.domain}
    shown = row.was or (entry.include_subdomains, day_text(entry.known_since))
    if row.is_wide != shown[0]:
        wanted["include_subdomains"] = row.is_wide
    if row.since and row.since != shown[1]:
        wanted["known_since"] = _moment_of_row(row)
    return wanted


def _moment_of_row(row: DomainRow) -> str:
    try:
        return moment_typed(row.since)
    except Rejected as refusal:
        raise Rejected(refusal.reason, "domains") from None


def form_of(account: Account, shown: Iterable[AccountDomain]) -> AccountForm:
    """The form of an account as it is, with these of its domains."""
    rows = [DomainRow(entry.domain, entry.include_subdomains, day_text(entry.known_since)) for entry in shown]
    owner = account.owner.email if account.owner else ""
    return AccountForm(account.name, owner, rows, was_name=account.name, was_owner=owner)


def typed_form(request: HttpRequest) -> AccountForm:
    """The form as it was sent."""
    sent = request.POST
    wide, removed = set(sent.getlist("wide")), set(sent.getlist("remove"))
    was_wide = set(sent.getlist("was-wide"))
    return AccountForm(
        name=sent.get("name", ""),
        owner=sent.get("owner", "").strip(),
        rows=[
            DomainRow(domain, domain in wide, _since(sent, domain), domain in removed, was)
            for domain in sent.getlist("domain")
            for was in [_was(sent, domain, domain in was_wide)]
        ],
        new_domains=sent.get("domains", ""),
        is_wide="new-wide" in sent,
        since=sent.get("since", "").strip(),
        force="force" in sent,
        was_name=sent.get("was-name", ""),
        was_owner=sent.get("was-owner", ""),
    )


def _since(sent: QueryDict, domain: str) -> str:
    return sent.get(f"since-{domain}", "").strip()


def _was(sent: QueryDict, domain: str, is_wide: bool) -> tuple[bool, str] | None:
    day = sent.get(f"was-since-{domain}")
    return None if day is None else (is_wide, day)


def possible_owners(workspace: Workspace) -> list[User]:
    """Users to choose among; where there are more, an address can be typed."""
    return list(users(workspace).filter(disabled_at=None)[:MAX_OWNERS])
