"""Which messages met so far does an entry of the directory concern? Finds them by its tokens; must not judge them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar

from django.db.models import BinaryField, BooleanField, Exists, Func, Max, OuterRef, Q, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

from postroom.core.directory import AccountDomain as KnownDomain
from postroom.core.directory import KnownPerson
from postroom.core.reasons import IMPORT, SKIP
from postroom.core.seal import SealedAddress, Token
from postroom.store.models import (
    AccountDomain,
    BlocklistEntry,
    Copy,
    Decision,
    Mention,
    PersonAddress,
    Workspace,
)
from postroom.store.read.directory import DirectoryAtHand

PERSON: Final = "person"
ACCOUNT: Final = "account"
BLOCKLIST: Final = "blocklist"
UNKNOWN: Final = ("unknown_sender", "unknown_recipients", "no_customer", "before_person")
"""The reasons of mail that stayed out because nobody in it was known, or not yet."""
BEFORE_ALL: Final = -(2**63)
"""Earlier than any mail."""

Known = TypeVar("Known", KnownDomain, KnownPerson)
Entry = PersonAddress | AccountDomain | BlocklistEntry


def entries_of(workspace: Workspace, about: str, id_: int) -> list[Entry]:
    """The entries in force of a person (addresses), an account (domains) or the blocklist (the one)."""
    if about == PERSON:
        return list(
            PersonAddress.objects.filter(workspace=workspace, person=id_, closed_in=None).order_by("pk")
        )
    if about == ACCOUNT:
        domains = AccountDomain.objects.filter(workspace=workspace, account=id_, closed_in=None)
        return list(domains.filter(is_ignored=False).order_by("pk"))
    return list(BlocklistEntry.objects.filter(workspace=workspace, pk=id_, closed_in=None))


def values_of(workspace: Workspace, ids: Iterable[int]) -> dict[int, str]:
    """The addresses and domains of those of these blocklist entries that are in force."""
    found = BlocklistEntry.objects.filter(workspace=workspace, pk__in=list(ids), closed_in=None)
    return dict(found.values_list("pk", "value"))


def concerned(workspace: Workspace, about: str, entries: Sequence[Entry]) -> QuerySet[Decision]:
    """The decisions in force of messages with one of these addresses or domains, those above a domain too.

    For persons and accounts of messages that stayed out as unknown; for the blocklist of those that came in.
    Domains stand in no index: their messages are looked through.
    """
    addresses = [bytes(entry.token) for entry in entries if is_of_address(entry)]
    domains = [bytes(entry.token) for entry in entries if not is_of_address(entry)]
    met = Q(pk__in=[])
    if addresses:
        mentions = Mention.objects.filter(address__in=addresses).values("message_id")
        met |= Q(message__in=mentions)
    if domains:
        inside = Q()
        for domain in domains:
            inside |= Q(_Within(Value(domain, BinaryField()), "participants"))
        met |= Q(Exists(Copy.objects.filter(inside, message=OuterRef("message_id"))))
    return _considered(workspace, about).filter(met)


def may_concern_any(workspace: Workspace, about: str, entries: Sequence[Entry]) -> bool:
    """Whether looking through the messages could find any; quick, and exact for addresses."""
    if all(is_of_address(entry) for entry in entries):
        return concerned(workspace, about, entries).exists()
    return _considered(workspace, about).exists()


def _considered(workspace: Workspace, about: str) -> QuerySet[Decision]:
    found = Decision.objects.filter(workspace=workspace, lens="customer", is_current=True)
    if about == BLOCKLIST:
        return found.filter(outcome=IMPORT, message__engagement__isnull=False)
    return found.filter(outcome=SKIP, reason__in=UNKNOWN)


def last_decision(workspace: Workspace) -> int:
    """The number of the newest decision; 0 where there is none."""
    return Decision.objects.filter(workspace=workspace).aggregate(last=Max("pk"))["last"] or 0


def blocked_after(workspace: Workspace, decision: int) -> list[int]:
    """The decisions in force that were taken after this one and are ``blocked``."""
    found = Decision.objects.filter(workspace=workspace, lens="customer", is_current=True, outcome=SKIP)
    return list(found.filter(reason="blocked", pk__gt=decision).order_by("pk").values_list("pk", flat=True))


def is_of_address(entry: Entry) -> bool:
    """Whether the entry names an address, and not a domain."""
    return isinstance(entry, PersonAddress) or (isinstance(entry, BlocklistEntry) and "@" in entry.value)


def matches(entry: Entry, sealed: SealedAddress) -> bool:
    """Whether the entry covers this address."""
    token = bytes(entry.token)
    if isinstance(entry, PersonAddress) or is_of_address(entry):
        return token == sealed.address
    return token == sealed.domain or (entry.include_subdomains and token in sealed.parents)


class _Within(Func):
    """Whether the first bytes stand anywhere in the second."""

    template = "(position(%(expressions)s) > 0)"
    arg_joiner = " IN "
    output_field = BooleanField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> Any:
        """SQLite takes them the other way round."""
        turned = self.copy()
        turned.set_source_expressions(self.get_source_expressions()[::-1])
        return turned.as_sql(compiler, connection, template="(instr(%(expressions)s) > 0)", arg_joiner=", ")


class AsIfAlwaysKnown(DirectoryAtHand):
    """The directory as it would be had one person's addresses, or one account's domains, always been known."""

    def __init__(self, workspace_id: int, about: str, id_: int) -> None:
        super().__init__(workspace_id)
        self._person = id_ if about == PERSON else None
        self._account = id_ if about == ACCOUNT else None

    def _look_up_addresses(self, tokens: Sequence[Token]) -> None:
        super()._look_up_addresses(tokens)
        persons = self.directory.persons
        for token in persons.keys() & set(tokens):
            persons[token] = [self._always(known, known.person == self._person) for known in persons[token]]

    def _look_up_domains(self, tokens: Sequence[Token]) -> None:
        super()._look_up_domains(tokens)
        domains = self.directory.account_domains
        for token in domains.keys() & set(tokens):
            domains[token] = [self._always(known, known.account == self._account) for known in domains[token]]

    @staticmethod
    def _always(known: Known, is_meant: bool) -> Known:
        return known._replace(known_since=BEFORE_ALL) if is_meant else known
