"""Take engagements back: a later copy showed what keeps the mail out (F4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from postroom.actions.erase_traces import ask_to_erase_traces
from postroom.actions.name_persons import name_again
from postroom.actions.show_lines import refresh
from postroom.actions.show_what_remains import show_people_of, show_texts_of
from postroom.store.models import Workspace
from postroom.store.read.chats import lines_of, lines_of_messages
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.search import add_documents, remove_documents
from postroom.store.write.chats import remove_lines
from postroom.store.write.engagements import documents_of, remove_engagements
from postroom.store.write.persons_from_mail import close_persons_without_mail


def withdraw(workspace: Workspace, engagements: Sequence[int], *, actor: str) -> None:
    """Erase engagements and what only they brought: persons they created, names they gave; ``actor`` is the cause.

    Within the caller's transaction. The result is as if those mails had never come in.
    """
    if not engagements:
        return
    persons = remove_engagements(engagements)
    ask_to_erase_traces(workspace, actor=actor)
    gone = close_persons_without_mail(workspace, persons)
    name_again(set(persons).difference(gone))


def withdraw_lines(
    workspace: Workspace, messages: Sequence[int], at_hand: DirectoryAtHand, *, actor: str
) -> None:
    """Take chat messages off their engagements; one without any is withdrawn whole.

    Within the caller's transaction. Persons whom no other line of an engagement names are no longer on it.
    """
    lines = lines_of(sorted(set(lines_of_messages(messages).values())))
    gone = set(messages)
    left = {id_: [line.message for line in on if line.message not in gone] for id_, on in lines.items()}
    withdraw(workspace, [id_ for id_, rest in left.items() if not rest], actor=actor)
    kept = sorted(id_ for id_, rest in left.items() if rest)
    if not kept:
        return
    before = documents_of(kept)
    remove_lines(messages)
    refresh(kept)
    show_people_of(workspace, {message: id_ for id_ in kept for message in left[id_]}, at_hand)
    remove_documents(before)
    add_documents(documents_of(kept))
    ask_to_erase_traces(workspace, actor=actor)


def withdraw_copies(
    workspace: Workspace, messages: Mapping[int, int], at_hand: DirectoryAtHand, *, actor: str
) -> None:
    """Take off engagements of mail what only copies said that were taken back; ``messages`` as for what remains.

    Within the caller's transaction.
    """
    shown = sorted(set(messages.values()))
    before = documents_of(shown)
    show_texts_of(workspace, messages, actor=actor)
    show_people_of(workspace, messages, at_hand)
    remove_documents(before)
    add_documents(documents_of(shown))
