"""The domains of an account: how they are read, which are refused, which rows close and open (A1, A2, D4)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from postroom.actions.answer import RecordFate
from postroom.actions.record import Record, flag, listed, moment
from postroom.actions.rejection import Rejected
from postroom.actions.typed import refuse_shared, typed_domain
from postroom.core.address import parent_domains
from postroom.store.models import Account, AccountDomain, Workspace
from postroom.store.read.accounts import holders_of_domains
from postroom.store.read.organization import is_organization_domain, organization_domains
from postroom.store.write.directory import DirectoryChange

MAX_DOMAINS = 500


class WantedDomain(NamedTuple):
    """A domain as asked for; ``None``: as it is, else the default."""

    domain: str
    include_subdomains: bool | None = None
    known_since: int | None = None


def _wanted(value: Any) -> WantedDomain:
    if isinstance(value, str):
        return WantedDomain(typed_domain(value))
    record = Record(value, ("domain", "include_subdomains", "known_since"))
    domain = record.read("domain", typed_domain, "")
    if not domain:
        raise Rejected("not_a_domain", "domain")
    return WantedDomain(
        domain,
        record.read("include_subdomains", flag, None),
        record.read("known_since", moment, None),
    )


def wanted_domains(value: Any) -> dict[str, WantedDomain]:
    """Read a list of ``"x"`` or ``{"domain", "include_subdomains", "known_since"}``, by domain."""
    found: dict[str, WantedDomain] = {}
    for wanted in listed(_wanted, MAX_DOMAINS)(value):
        if found.setdefault(wanted.domain, wanted) != wanted:
            raise Rejected("domain_twice")
    return found


class DomainRules:
    """What refuses and what warns, for all domains that one call mentions."""

    def __init__(self, workspace: Workspace, domains: Iterable[str], force: bool) -> None:
        self._force = force
        self._organization = list(organization_domains(workspace))
        self._holders: dict[str, set[Any]] = dict(holders_of_domains(workspace, domains))

    def check(self, wanted: Iterable[str], present: Mapping[str, AccountDomain]) -> None:
        """Refuse what no account may have; domains that it has already are not asked about again."""
        for domain in wanted:
            if domain in present:
                continue
            try:
                refuse_shared(domain, self._force)
            except Rejected as refusal:
                raise Rejected(refusal.reason, "domains") from None
            if is_organization_domain(self._organization, domain):
                raise Rejected("organization_domain", "domains")

    def take(self, wanted: Mapping[str, WantedDomain], account: object, outcome: RecordFate) -> None:
        """Note that ``account`` (an id, or what stands for a new one) has these; warn where that matters."""
        for domain, want in wanted.items():
            if want.known_since is not None and want.known_since > time.time():
                outcome.warn("known_since_in_future")
            if any(own.domain in parent_domains(domain) for own in self._organization):
                outcome.warn("below_organization_domain")
            holders = self._holders.setdefault(domain, set())
            if holders - {account}:
                outcome.warn("domain_on_another_account")
            holders.add(account)


def refused_domains(workspace: Workspace, domains: Iterable[str], force: bool) -> dict[str, str]:
    """Which of these texts no account may have as a domain, and the reason of each; nothing is changed."""
    refused: dict[str, str] = {}
    read: dict[str, str] = {}
    for sent in domains:
        try:
            read[sent] = typed_domain(sent)
        except Rejected as refusal:
            refused[sent] = refusal.reason
    rules = DomainRules(workspace, read.values(), force)
    for sent, domain in read.items():
        try:
            rules.check([domain], {})
        except Rejected as refusal:
            refused[sent] = refusal.reason
    return refused


def set_domains(
    change: DirectoryChange,
    account: Account,
    present: Mapping[str, AccountDomain],
    wanted: Mapping[str, WantedDomain],
) -> tuple[list[AccountDomain], list[AccountDomain]]:
    """The entries to close and to open so that the account has exactly the wanted domains."""
    now = int(time.time())
    closing = [entry for domain, entry in present.items() if domain not in wanted]
    opening = []
    for domain, want in wanted.items():
        entry = present.get(domain)
        settings = _settings(entry, want, now)
        if entry is not None:
            if settings == (entry.include_subdomains, entry.known_since) and (
                entry.is_ignored == account.is_ignored
            ):
                continue
            closing.append(entry)
        opening.append(
            AccountDomain(
                workspace=change.workspace,
                account=account,
                domain=domain,
                token=change.seal.domain(domain),
                include_subdomains=settings[0],
                known_since=settings[1],
                is_ignored=account.is_ignored,
            )
        )
    return closing, opening


def _settings(entry: AccountDomain | None, want: WantedDomain, now: int) -> tuple[bool, int]:
    wide, since = (entry.include_subdomains, entry.known_since) if entry is not None else (False, now)
    return (
        wide if want.include_subdomains is None else want.include_subdomains,
        since if want.known_since is None else want.known_since,
    )
