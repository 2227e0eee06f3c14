"""Take engagements back: a later copy showed what keeps the mail out (F4)."""

from __future__ import annotations

from collections.abc import Sequence

from postroom.actions.erase_traces import ask_to_erase_traces
from postroom.actions.name_persons import name_again
from postroom.actions.show_lines import refresh
from postroom.store.models import Workspace
from postroom.store.read.chats import lines_of, lines_of_messages, no_longer_in
from postroom.store.search import add_documents, remove_documents
from postroom.store.write.chats import remove_lines, unlink
from postroom.store.write.engagements import documents_of, remove_engagements
from postroom.store.write.persons_from_mail import close_persons_without_mail


def withdraw(workspace: Workspace, engagements: Sequence[int]) -> None:
    """Erase engagements and what only they brought: persons they created, names they gave.

    Within the caller's transaction. The result is as if those mails had never come in.
    """
    if not engagements:
        return
    persons = remove_engagements(engagements)
    ask_to_erase_traces(workspace, actor="mail")
    gone = close_persons_without_mail(workspace, persons)
    name_again(set(persons).difference(gone))


def withdraw_lines(workspace: Workspace, messages: Sequence[int]) -> None:
    """Take chat messages off their engagements; one without any is withdrawn whole.

    Within the caller's transaction. Persons whom no other line of an engagement names are no longer on it.
    """
    lines = lines_of(sorted(set(lines_of_messages(messages).values())))
    gone = set(messages)
    left = {id_: [line.message for line in on if line.message not in gone] for id_, on in lines.items()}
    withdraw(workspace, [id_ for id_, rest in left.items() if not rest])
    kept = sorted(id_ for id_, rest in left.items() if rest)
    if not kept:
        return
    before = documents_of(kept)
    remove_lines(messages)
    refresh(kept)
    remove_documents(before)
    add_documents(documents_of(kept))
    unlinked: set[int] = set()
    for engagement in kept:
        persons, accounts = no_longer_in(engagement, left[engagement])
        unlink(engagement, persons, accounts)
        unlinked.update(persons)
    ask_to_erase_traces(workspace, actor="mail")
    without_mail = close_persons_without_mail(workspace, sorted(unlinked))
    name_again(unlinked.difference(without_mail))
