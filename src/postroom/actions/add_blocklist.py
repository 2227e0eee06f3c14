"""The blocklist: add, change and remove addresses and domains whose mail is never imported (C16).

Nothing that was imported goes away by itself (C13).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

from postroom.actions.answer import RecordAnswer, RecordFate, answers, judge_each
from postroom.actions.record import Record, flag, listed, text
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.typed import is_free_mail, typed_address, typed_domain
from postroom.store.models import BlocklistEntry, Workspace
from postroom.store.read.blocklist import blocklist
from postroom.store.read.organization import covers, organization_domains
from postroom.store.read.whom_blocked import WhomBlocked
from postroom.store.rows import batched
from postroom.store.write.directory import DirectoryChange, directory_change

FIELDS = ("value", "include_subdomains", "lenses", "note")
LENSES: Final = ("customer", "people")


def add_blocklist(
    workspace: Workspace, entries: Sequence[Any], force: bool = False, *, actor: str
) -> list[RecordAnswer]:
    """Add entries, each a text or ``{"value", "include_subdomains", "lenses", "note"}``; again: no change.

    Settings not given stay. An organization domain is refused unless ``force``; whom else we know is warned about.
    """
    with directory_change(workspace, actor, "add to the blocklist") as change:
        call = _AddBlocklist(change, force, actor, set(_mentioned(entries)))
        outcomes = judge_each(entries, call.judge)
        call.store()
    return answers(outcomes)


class _AddBlocklist:
    def __init__(self, change: DirectoryChange, force: bool, actor: str, mentioned: set[str]) -> None:
        self.change = change
        self.force = force
        self.actor = actor
        self.organization = list(organization_domains(change.workspace))
        self.present = {
            entry.value: entry
            for some in batched(mentioned)
            for entry in blocklist(change.workspace).filter(value__in=some)
        }
        self.whom = WhomBlocked(change.workspace, mentioned)
        self.closing: list[BlocklistEntry] = []
        self.noted: dict[int, BlocklistEntry] = {}

    def judge(self, sent: Any, outcome: RecordFate) -> str:
        record = Record({"value": sent} if isinstance(sent, str) else sent, FIELDS)
        value = record.read("value", typed_value, "")
        if not value:
            raise Rejected("value_required", "value")
        present = self.present.get(value)
        wanted = self._wanted(record, value, present)
        if present is None and "@" not in value and not self.force:
            self._refuse_own(wanted)
        self._warn(wanted, outcome)
        outcome.row = wanted
        if present is None:
            self.present[value] = wanted
            return "created"
        if (wanted.include_subdomains, wanted.lenses) != (present.include_subdomains, present.lenses):
            outcome.row = self._replace(present, wanted)
            return "updated"
        outcome.row = present
        if wanted.note == present.note:
            return "unchanged"
        present.note = wanted.note
        if present.pk is not None:
            self.noted[present.pk] = present
        return "updated"

    def _wanted(self, record: Record, value: str, present: BlocklistEntry | None) -> BlocklistEntry:
        seal, is_address = self.change.seal, "@" in value
        kept = present or BlocklistEntry(include_subdomains=False, lenses=["customer"], author=self.actor)
        wide = record.read("include_subdomains", flag, kept.include_subdomains)
        return BlocklistEntry(
            workspace=self.change.workspace,
            value=value,
            token=seal.address(value) if is_address else seal.domain(value),
            include_subdomains=wide and not is_address,
            lenses=record.read("lenses", _lenses, kept.lenses),
            note=record.read("note", text(500), "") if "note" in record else kept.note,
            author=kept.author,
            hits=kept.hits,
            last_hit_at=kept.last_hit_at,
        )

    def _refuse_own(self, wanted: BlocklistEntry) -> None:
        for own in self.organization:
            of_wanted = _Domain(wanted.value, wanted.include_subdomains)
            if covers(own, wanted.value) or covers(of_wanted, own.domain):
                raise Rejected("organization_domain", "value")

    def _warn(self, wanted: BlocklistEntry, outcome: RecordFate) -> None:
        if self.whom.accounts(wanted.value, wanted.include_subdomains):
            outcome.warn("blocks_account")
        if self.whom.persons(wanted.value):
            outcome.warn("blocks_person")
        if self.whom.users(wanted.value):
            outcome.warn("blocks_user")
        if is_free_mail(wanted.value):
            outcome.warn("blocks_free_mail")

    def _replace(self, present: BlocklistEntry, wanted: BlocklistEntry) -> BlocklistEntry:
        if present.pk is None:
            # Not stored yet: an earlier record of this call, whose answer names the same entry.
            for name in ("include_subdomains", "lenses", "note"):
                setattr(present, name, getattr(wanted, name))
            return present
        self.closing.append(present)
        self.present[wanted.value] = wanted
        return wanted

    def store(self) -> None:
        self.change.update(list(self.noted.values()), ["note"])
        self.change.close(self.closing)
        opening = [entry for entry in self.present.values() if entry.pk is None]
        self.change.open(opening)
        added_at = {entry.value: entry.created_at for entry in self.closing}
        for entry in opening:
            # An entry that is changed keeps the day it was added.
            entry.created_at = added_at.get(entry.value, entry.created_at)
        self.change.update([entry for entry in opening if entry.value in added_at], ["created_at"])


class _Domain:
    def __init__(self, domain: str, include_subdomains: bool) -> None:
        self.domain = domain
        self.include_subdomains = include_subdomains


def _mentioned(entries: Sequence[Any]) -> Iterator[str]:
    """The addresses and domains that the entries name, as far as they are any."""
    for sent in entries:
        with suppress(Rejected):
            yield typed_value(sent.get("value") if isinstance(sent, dict) else sent)


def typed_value(sent: Any) -> str:
    """Read an address or a domain into its compared form; raises ``Rejected``."""
    """Read an address or a domain into its compared form; raises ``Rejected``."""
    read = typed_address if isinstance(sent, str) and "@" in sent else typed_domain
    try:
        return read(sent)
    except Rejected as refusal:
        unread = refusal.reason in ("email_invalid", "not_a_domain")
        raise Rejected("not_an_address_or_domain" if unread else refusal.reason) from None


def _lenses(value: Any) -> list[str]:
    chosen = set(listed(text(20))(value))
    if "customer" not in chosen or not chosen <= set(LENSES):
        raise Rejected("lenses_invalid")
    return [lens for lens in LENSES if lens in chosen]


def remove_blocklist(workspace: Workspace, entry_id: int, *, actor: str) -> None:
    """Remove an entry; what it kept out stays out until asked for again (C13). Raises ``NotFound``."""
    with directory_change(workspace, actor, "remove from the blocklist") as change:
        entries = list(blocklist(workspace).filter(pk=entry_id))
        if not entries:
            raise NotFound
        change.close(entries)
