"""Changes of the directory: entries are opened and closed, in one revision a change (L4).

An entry is never deleted, and never changed in place where a decision depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Final

from django.db import models, transaction

from postroom.core.seal import Seal
from postroom.store.models import ListedAddress, OrganizationDomain, UserAddress, Workspace
from postroom.store.models.entry import DirectoryEntry
from postroom.store.rows import batched
from postroom.store.secrets import seal_of
from postroom.store.write.reclassify import ask_to_reclassify
from postroom.store.write.revision import next_revision

_SAY_WHO_IS_INSIDE: Final = (OrganizationDomain, ListedAddress, UserAddress)


class DirectoryChange:
    """One change of a workspace's directory. Takes its revision when something is written, else none."""

    def __init__(self, workspace: Workspace, actor: str, says: str) -> None:
        self.workspace = workspace
        self._actor = actor
        self._says = says
        self._moves_the_border = False

    @cached_property
    def revision(self) -> int:
        """The change's revision, taken when first asked for."""
        return next_revision(self.workspace, self._actor, self._says)

    @cached_property
    def seal(self) -> Seal:
        """The maker of the workspace's tokens."""
        return seal_of(self.workspace)

    def open(self, entries: Iterable[DirectoryEntry]) -> None:
        """Store new entries, in force from this revision on; a kind at a time, in the order of the kinds."""
        kinds: dict[type[DirectoryEntry], list[DirectoryEntry]] = {}
        for entry in entries:
            entry.opened_in = self.revision
            kinds.setdefault(type(entry), []).append(entry)
        self._note(kinds)
        for kind, rows in kinds.items():
            kind._default_manager.bulk_create(rows, batch_size=500)

    def close(self, entries: Iterable[DirectoryEntry]) -> None:
        """Put entries out of force from this revision on."""
        kinds: dict[type[DirectoryEntry], list[int]] = {}
        for entry in entries:
            entry.closed_in = self.revision
            kinds.setdefault(type(entry), []).append(entry.pk)
        self._note(kinds)
        for kind, ids in kinds.items():
            for some in batched(ids, 500):
                kind._default_manager.filter(pk__in=some, closed_in=None).update(closed_in=self.revision)

    def create(self, rows: Sequence[models.Model]) -> None:
        """Store new rows that are no entries."""
        if rows:
            self.revision  # noqa: B018  (the revision is taken with the change)
            type(rows[0])._default_manager.bulk_create(rows, batch_size=500)

    def update(self, rows: Sequence[models.Model], fields: Sequence[str]) -> None:
        """Store fields of rows that no decision depends on."""
        if rows:
            self.revision  # noqa: B018  (the revision is taken with the change)
            type(rows[0])._default_manager.bulk_update(rows, fields, batch_size=200)

    def _note(self, kinds: Iterable[type[DirectoryEntry]]) -> None:
        if any(issubclass(kind, _SAY_WHO_IS_INSIDE) for kind in kinds):
            self._moves_the_border = True

    def follow_up(self) -> None:
        """Ask for what follows: who is inside may have changed for what was counted already (D4)."""
        if self._moves_the_border:
            ask_to_reclassify(self.workspace, self._actor)


@contextmanager
def directory_change(workspace: Workspace, actor: str, says: str) -> Iterator[DirectoryChange]:
    """Change the directory in one transaction, one change of a workspace at a time."""
    with transaction.atomic():
        list(Workspace.objects.select_for_update().filter(pk=workspace.pk).values_list("pk"))
        change = DirectoryChange(workspace, actor, says)
        yield change
        change.follow_up()
