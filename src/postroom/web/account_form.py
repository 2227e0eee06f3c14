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
from postroom.web.forms import day_text, moment_typed, sentence, words_in

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
    problems: dict[str, str] = field(default_factory=dict)

    def record(self, present: Iterable[AccountDomain]) -> dict[str, Any]:
        """The record that is meant; domains that the form did not show stay. Raises ``Rejected``."""
        rows = {row.domain: row for row in self.rows}
        domains = [_of_row(entry, rows.get(entry.domain)) for entry in present]
        new: dict[str, Any] = {"include_subdomains": self.is_wide}
        if self.since:
            new["known_since"] = moment_typed(self.since)
        kept = [domain for domain in domains if domain]
        kept += [{"domain": word, **new} for word in words_in(self.new_domains)]
        return {"name": self.name, "owner": self.owner or None, "domains": kept}

    def look_at_new_domains(self, workspace: Workspace) -> None:
        """Name the new domains that no account may have."""
        refused = refused_domains(workspace, words_in(self.new_domains), self.force)
        if refused:
            self.problems["domains"] = " ".join(f"{word}: {sentence(why)}" for word, why in refused.items())
        self.offers_force = self.force or "free_mail_domain" in refused.values()

    def refuse(self, refusal: Rejected) -> None:
        """Put a refusal beside its field."""
        self.problems[_FIELDS.get(refusal.field or "", "domains")] = sentence(refusal.reason)


def _of_row(entry: AccountDomain, row: DomainRow | None) -> dict[str, Any] | None:
    if row is None:
        return {"domain": entry.domain}
    if row.is_removed:
        return None
    wanted: dict[str, Any] = {"domain": entry.domain, "include_subdomains": row.is_wide}
    if row.since and row.since != day_text(entry.known_since):
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
    return AccountForm(account.name, account.owner.email if account.owner else "", rows)


def typed_form(request: HttpRequest) -> AccountForm:
    """The form as it was sent."""
    sent = request.POST
    wide, removed = set(sent.getlist("wide")), set(sent.getlist("remove"))
    return AccountForm(
        name=sent.get("name", ""),
        owner=sent.get("owner", "").strip(),
        rows=[
            DomainRow(domain, domain in wide, _since(sent, domain), domain in removed)
            for domain in sent.getlist("domain")
        ],
        new_domains=sent.get("domains", ""),
        is_wide="new-wide" in sent,
        since=sent.get("since", "").strip(),
        force="force" in sent,
    )


def _since(sent: QueryDict, domain: str) -> str:
    return sent.get(f"since-{domain}", "").strip()


def possible_owners(workspace: Workspace) -> list[User]:
    """Users to choose among; where there are more, an address can be typed."""
    return list(users(workspace).filter(disabled_at=None)[:MAX_OWNERS])
