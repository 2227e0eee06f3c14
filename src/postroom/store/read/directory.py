"""Who are these addresses? The directory's entries for a batch of mail, by token.

Asks each table once a batch, only for addresses it does not know yet. Must not decide anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from postroom.core.directory import AccountDomain, Directory, DomainEntry, KnownPerson
from postroom.core.seal import SealedAddress, Token
from postroom.store.rows import Row, select_in

MAX_KNOWN = 10_000
"""Addresses kept in memory before starting afresh."""


def revision_of(workspace_id: int) -> int:
    """The present revision of the workspace's directory."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT revision FROM store_workspace WHERE id = %s", [workspace_id])
        return int(cursor.fetchone()[0])


class DirectoryAtHand:
    """The part of a workspace's directory that was asked for so far, kept as long as its revision stands.

    With a ``revision`` given it answers as of that one, for replay.
    """

    def __init__(self, workspace_id: int, revision: int | None = None) -> None:
        self.workspace_id = workspace_id
        self._fixed = revision
        self.directory = Directory(revision if revision is not None else -1)
        self._addresses: set[Token] = set()
        self._domains: set[Token] = set()
        self._created: list[tuple[int, frozenset[Token]]] = []

    def for_(self, addresses: Iterable[SealedAddress]) -> Directory:
        """The directory at its present revision, knowing all that concerns ``addresses``."""
        if self._fixed is None:
            revision = revision_of(self.workspace_id)
            if revision != self.directory.revision or len(self._addresses) > MAX_KNOWN:
                self._start_afresh(revision)
        missing = {sealed.address: sealed for sealed in addresses if sealed.address not in self._addresses}
        if missing:
            self._look_up(missing)
        return self.directory

    def _start_afresh(self, revision: int) -> None:
        self.directory = Directory(revision)
        self._addresses = set()
        self._domains = set()
        self._created = []

    def changed_since(self, revision: int) -> frozenset[Token] | None:
        """The addresses whose entries one's own transactions changed after ``revision``.

        ``None`` where anybody else changed anything since then, or that cannot be told.
        """
        own = [(number, tokens) for number, tokens in self._created if number > revision]
        if len(own) != self.directory.revision - revision:
            return None
        return frozenset().union(*(tokens for _, tokens in own))

    def created(self, revision: int, persons: Sequence[tuple[Token, int, int]]) -> None:
        """Add the persons that one's own transaction created: ``(address token, person, known since)``."""
        if revision == self.directory.revision + 1:  # Else more has changed: the next batch starts afresh.
            self.directory.revision = revision
            self._created.append((revision, frozenset(token for token, _, _ in persons)))
        for token, person, known_since in persons:
            self.directory.persons[token].append(KnownPerson(person, known_since))
            self.directory.forget(token)

    def _look_up(self, missing: dict[Token, SealedAddress]) -> None:
        domains = {d for sealed in missing.values() for d in (sealed.domain, *sealed.parents)} - self._domains
        for token in missing:
            # Asked about while it was not at hand, after starting afresh: what is known of it then is half of it.
            self.directory.persons.pop(token, None)
            self.directory.forget(token)
        self._look_up_addresses(list(missing))
        self._look_up_domains(list(domains))
        self._addresses.update(missing)
        self._domains.update(domains)

    def _look_up_addresses(self, tokens: Sequence[Token]) -> None:
        directory = self.directory
        for token, user in self._entries("store_useraddress", "token, user_id", tokens):
            directory.users[bytes(token)] = user
        for token, kind in self._entries("store_listedaddress", "token, kind", tokens):
            (directory.internal if kind == "internal" else directory.excluded).add(bytes(token))
        for token, entry, lenses in self._entries("store_blocklistentry", "token, id, lenses", tokens):
            directory.blocked_addresses[bytes(token)] = entry
            self._note_lenses(entry, lenses)
        for token, person, since in self._entries(
            "store_personaddress", "token, person_id, known_since", tokens
        ):
            directory.persons[bytes(token)].append(KnownPerson(person, since))

    def _look_up_domains(self, tokens: Sequence[Token]) -> None:
        directory = self.directory
        for token, entry, wide in self._entries(
            "store_organizationdomain", "token, id, include_subdomains", tokens
        ):
            directory.organization[bytes(token)] = DomainEntry(entry, bool(wide))
        for token, entry, wide, lenses in self._entries(
            "store_blocklistentry", "token, id, include_subdomains, lenses", tokens
        ):
            directory.blocked_domains[bytes(token)] = DomainEntry(entry, bool(wide))
            self._note_lenses(entry, lenses)
        for token, account, entry, wide, since, ignored in self._entries(
            "store_accountdomain",
            "token, account_id, id, include_subdomains, known_since, is_ignored",
            tokens,
        ):
            if not ignored:
                directory.account_domains[bytes(token)].append(
                    AccountDomain(account, entry, bool(wide), since)
                )

    def _note_lenses(self, entry: int, lenses: str) -> None:
        # As JSON text: no other lens has a name with this one in it.
        if "people" in lenses:
            self.directory.for_people.add(entry)

    def _entries(self, table: str, columns: str, tokens: Sequence[Token]) -> list[Row]:
        """The rows in force of ``table`` with these tokens, oldest first."""
        in_force, at = "closed_in IS NULL", []
        if self._fixed is not None:
            in_force, at = "opened_in <= %s AND (closed_in IS NULL OR closed_in > %s)", [self._fixed] * 2
        return select_in(
            # Table and columns are literals of this module, never input.
            f"SELECT {columns} FROM {table} "  # noqa: S608
            f"WHERE token IN ({{}}) AND workspace_id = %s AND {in_force} ORDER BY id",
            tokens,
            [self.workspace_id, *at],
        )
