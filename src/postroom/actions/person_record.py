"""What a record says of a person: addresses, accounts, the default account; and what is worth a warning."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from postroom.actions.answer import RecordFate
from postroom.actions.record import Record, listed, moment, number, text
from postroom.actions.rejection import Rejected
from postroom.actions.typed import typed_address
from postroom.store.models import Account, Workspace
from postroom.store.read.accounts import NamedAccounts
from postroom.store.read.organization import InsideAddresses
from postroom.store.read.persons import holders_of_addresses

FIELDS = ("name", "emails", "accounts", "default_account", "known_since")
MAX_EACH = 100


def _reference(value: Any) -> int | str:
    return text(200)(value) if isinstance(value, str) else number(value)


class WantedAddress(NamedTuple):
    """An address as asked for; ``known_since`` is ``None`` where the record's own holds."""

    address: str
    known_since: int | None = None


def _wanted(value: Any) -> WantedAddress:
    if not isinstance(value, dict):
        return WantedAddress(typed_address(value))
    record = Record(value, ("email", "known_since"))
    address = record.read("email", typed_address, "")
    if not address:
        raise Rejected("email_required", "emails")
    return WantedAddress(address, record.read("known_since", moment, None))


_references = listed(_reference, MAX_EACH)
_addresses = listed(_wanted, MAX_EACH)


def read_emails(record: Record) -> dict[str, int | None]:
    """The addresses, each once, in order, and since when each is known where that is said."""
    return {
        wanted.address: wanted.known_since
        for wanted in record.read("emails", _addresses, list[WantedAddress]())
    }


def read_known_since(record: Record) -> int | None:
    """Since when those addresses are known that do not say it themselves, Unix seconds."""
    return record.read("known_since", moment, None)


class PersonRules:
    """What refuses and what warns, for all records of one call, looked up at once."""

    def __init__(self, workspace: Workspace, records: Sequence[Any]) -> None:
        references: set[int | str] = set()
        addresses: set[str] = set()
        for record in records:
            if not isinstance(record, dict):
                continue
            references.update(_readable(_references, record.get("accounts")))
            references.update(_readable(_references, [record.get("default_account")]))
            addresses.update(wanted.address for wanted in _readable(_addresses, record.get("emails")))
        self._accounts = NamedAccounts(workspace, references)
        self._inside = InsideAddresses(workspace, addresses)
        self._holders: dict[str, set[Any]] = dict(holders_of_addresses(workspace, addresses))

    def accounts(self, record: Record) -> list[Account]:
        """The accounts the record names, each once, in order."""
        references = record.read("accounts", _references, list[int | str]())
        found = [self._one(reference, "accounts") for reference in references]
        return list({account.pk: account for account in found}.values())

    def default_account(self, record: Record, among: Iterable[Account]) -> Account | None:
        """The record's default account, which must be one of ``among``."""
        reference = record.read("default_account", _reference, None)
        if reference is None:
            return None
        # Among the person's own accounts a name may well be unique.
        found = [account for account in among if reference in (account.pk, account.name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Rejected("account_ambiguous", "default_account")
        self._one(reference, "default_account")
        raise Rejected("default_account_not_linked", "default_account")

    def _one(self, reference: int | str, field: str) -> Account:
        found = self._accounts.find(reference)
        if len(found) != 1:
            raise Rejected("account_ambiguous" if found else "account_unknown", field)
        return found[0]

    def take(self, addresses: Mapping[str, int | None], person: object, outcome: RecordFate) -> None:
        """Note that ``person`` (an id, or what stands for a new one) has these; warn where that matters."""
        for address, known_since in addresses.items():
            if known_since is not None and known_since > time.time():
                outcome.warn("known_since_in_future")
            holders = self._holders.setdefault(address, set())
            if holders - {person}:
                outcome.warn("address_shared")
            if address in self._inside:
                outcome.warn("inside_address")
            holders.add(person)


def _readable(reader: Any, value: Any) -> list[Any]:
    """What of ``value`` can be read: enough to look things up; refusing is the judge's."""
    with suppress(Rejected):
        return list(reader(value))
    return []
