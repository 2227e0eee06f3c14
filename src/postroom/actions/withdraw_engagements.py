"""Take engagements back: a later copy showed what keeps the mail out, or somebody deleted it (F4, C17)."""

from __future__ import annotations

from collections.abc import Iterable

from postroom.core.filing import display_name, name_from_address
from postroom.store.models import Workspace
from postroom.store.read.people import mails_of_persons
from postroom.store.write.engagements import remove_engagements
from postroom.store.write.persons_from_mail import close_persons_without_mail, rename_persons


def withdraw(workspace: Workspace, engagements: Iterable[int | None]) -> None:
    """Erase engagements and what only they brought: persons they created, names they gave.

    Within the caller's transaction. The result is as if those mails had never come in.
    """
    ids = [engagement for engagement in engagements if engagement is not None]
    persons = remove_engagements(ids)
    gone = close_persons_without_mail(workspace, persons)
    _name_again([person for person in persons if person not in gone])


def _name_again(persons: list[int]) -> None:
    """Name persons by the earliest mail that is left."""
    names = []
    for person, address, mails in mails_of_persons(persons):
        given = sorted(
            (at, name)
            for at, participants in mails
            for p in participants
            if p["email"] == address and (name := display_name(p["name"], address))
        )
        names.append(
            (person, given[0][1], given[0][0]) if given else (person, name_from_address(address), None)
        )
    rename_persons(names)
