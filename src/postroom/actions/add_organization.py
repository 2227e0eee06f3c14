"""Add organization: the company's mail domains, and single addresses that are exceptions (D1, D2, D4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from postroom.actions.answer import RecordAnswer, RecordFate, answers, judge_each
from postroom.actions.record import Record, flag
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.typed import refuse_shared, typed_address, typed_domain
from postroom.store.models import ListedAddress, OrganizationDomain, Workspace
from postroom.store.read.accounts import account_domains_in
from postroom.store.read.organization import covers, listed_addresses, organization_domains
from postroom.store.read.persons import holders_of_addresses
from postroom.store.rows import batched
from postroom.store.write.directory import DirectoryChange, directory_change


def add_organization(
    workspace: Workspace, domains: Sequence[Any], force: bool = False, *, actor: str
) -> list[RecordAnswer]:
    """Add domains of the company, each a name or ``{"domain", "include_subdomains"}``; again: no change.

    Free-mail domains are refused unless ``force``. ``include_subdomains`` not given: it stays as it is.
    """
    with directory_change(workspace, actor, "add organization domains") as change:
        outcomes = _AddDomains(change, force, set(_mentioned(domains))).add(domains)
    return answers(outcomes)


class _AddDomains:
    """One call: what is there, what closes, what opens."""

    def __init__(self, change: DirectoryChange, force: bool, mentioned: set[str]) -> None:
        self.change = change
        self.force = force
        self.present = {entry.domain: entry for entry in organization_domains(change.workspace)}
        self.account_domains = account_domains_in(change.workspace, mentioned)
        self.closing: list[OrganizationDomain] = []

    def add(self, domains: Sequence[Any]) -> list[RecordFate]:
        outcomes = judge_each(domains, self.judge)
        self.change.close(self.closing)
        self.change.open(entry for entry in self.present.values() if entry.pk is None)
        return outcomes

    def judge(self, sent: Any, outcome: RecordFate) -> str:
        domain, wide = _domain_and_width(sent)
        outcome.id = domain
        refuse_shared(domain, self.force)
        present = self.present.get(domain)
        wanted = OrganizationDomain(
            workspace=self.change.workspace,
            domain=domain,
            token=self.change.seal.domain(domain),
            include_subdomains=bool(wide) if wide is not None or not present else present.include_subdomains,
        )
        if any(covers(wanted, of_account) for of_account in self.account_domains):
            raise Rejected("account_has_domain", "domain")
        if present is not None and present.include_subdomains == wanted.include_subdomains:
            return "unchanged"
        if present is not None and present.pk is not None:
            self.closing.append(present)
        self.present[domain] = wanted
        return "updated" if present else "created"


def _mentioned(domains: Sequence[Any]) -> Iterator[str]:
    """The domains that are named, as far as they are any."""
    for sent in domains:
        with suppress(Rejected):
            yield typed_domain(sent.get("domain") if isinstance(sent, dict) else sent)


def _domain_and_width(sent: Any) -> tuple[str, bool | None]:
    if isinstance(sent, str):
        sent = {"domain": sent}
    record = Record(sent, ("domain", "include_subdomains"))
    domain = record.read("domain", typed_domain, "")
    if not domain:
        raise Rejected("not_a_domain", "domain")
    return domain, record.read("include_subdomains", flag, None)


def remove_organization_domain(workspace: Workspace, domain: str, *, actor: str) -> None:
    """Remove a domain of the company; raises ``NotFound``."""
    try:
        name = typed_domain(domain)
    except Rejected:
        raise NotFound from None
    with directory_change(workspace, actor, "remove an organization domain") as change:
        entries = list(organization_domains(workspace).filter(domain=name))
        if not entries:
            raise NotFound
        change.close(entries)


def list_addresses(
    workspace: Workspace, kind: str, addresses: Sequence[Any], *, actor: str
) -> list[RecordAnswer]:
    """Count addresses as inside (``internal``), or never (``excluded``), whatever their domain (D2)."""
    with directory_change(workspace, actor, f"list {kind} addresses") as change:
        named = _named(addresses)
        present = _listed_already(workspace, kind, named)
        excluded = _listed_already(workspace, "excluded", named)
        of_persons = holders_of_addresses(workspace, named) if kind == "internal" else {}
        opening: list[ListedAddress] = []

        def judge(sent: Any, outcome: RecordFate) -> str:
            address = _listed(sent)
            outcome.id = address
            if kind == "internal" and address in excluded:
                outcome.warn("excluded_address")
            elif address in of_persons:
                outcome.warn("address_of_person")
            if address in present:
                return "unchanged"
            present.add(address)
            token = change.seal.address(address)
            opening.append(ListedAddress(workspace=workspace, kind=kind, address=address, token=token))
            return "created"

        outcomes = judge_each(addresses, judge)
        change.open(opening)
    return answers(outcomes)


def _named(sent: Sequence[Any]) -> set[str]:
    """The addresses that are sent, as far as they are any."""
    named: set[str] = set()
    for one in sent:
        with suppress(Rejected):
            named.add(typed_address(one))
    return named


def _listed_already(workspace: Workspace, kind: str, named: set[str]) -> set[str]:
    """Those of the addresses that are listed."""
    found: set[str] = set()
    for some in batched(named):
        rows = listed_addresses(workspace, kind).filter(address__in=some)
        found.update(rows.values_list("address", flat=True))
    return found


def _listed(sent: Any) -> str:
    try:
        return typed_address(sent)
    except Rejected as refusal:
        raise Rejected("not_an_address" if refusal.reason == "email_invalid" else refusal.reason) from None


def unlist_address(workspace: Workspace, kind: str, address: str, *, actor: str) -> None:
    """Take an address off the ``internal`` or ``excluded`` ones; raises ``NotFound``."""
    try:
        name = typed_address(address)
    except Rejected:
        raise NotFound from None
    with directory_change(workspace, actor, f"remove an {kind} address") as change:
        entries = list(listed_addresses(workspace, kind).filter(address=name))
        if not entries:
            raise NotFound
        change.close(entries)
