"""Show of engagements only what is still said, where copies or lines of theirs were taken back (K7).

Within the caller's transaction. As if what was taken back had never come in (F4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from postroom.actions.erase_traces import ask_to_erase_traces
from postroom.actions.name_persons import name_again
from postroom.core import body
from postroom.core.message import SENDERS
from postroom.core.seal import Seal
from postroom.store.bodies import unpack
from postroom.store.models import Workspace
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.people import shown_participants
from postroom.store.read.remaining import (
    Remaining,
    accounts_of,
    linked,
    persons_named,
    remaining,
    texts_of,
)
from postroom.store.secrets import seal_of
from postroom.store.write import chats
from postroom.store.write import engagements as write
from postroom.store.write.persons_from_mail import close_persons_without_mail


def show_people_of(workspace: Workspace, messages: Mapping[int, int], at_hand: DirectoryAtHand) -> None:
    """Let engagements show, and stand on the timelines of, whom their remaining copies name.

    ``messages``: of which engagement each message is. The search index is the caller's to renew.
    """
    said = remaining(messages)
    engagements = sorted(said)
    seal = seal_of(workspace)
    directory = at_hand.for_(sealed for one in said.values() for _, sealed in one.participants)
    people = shown_participants(engagements)
    write.show_participants((id_, _still(people[id_], said[id_], seal)) for id_ in engagements)
    incoming = {
        id_: any(role in SENDERS and not directory.party(s).inside for role, s in said[id_].participants)
        for id_ in engagements
    }
    chats.turn((id_, "in" if incoming[id_] else "out") for id_ in engagements)
    users = linked("user", engagements)
    for id_ in engagements:
        there = said[id_].owners | {directory.party(sealed).user for _, sealed in said[id_].participants}
        write.unlink("user", id_, sorted(user for user in users[id_] if user not in there))
    _unlink_persons(workspace, said)


def _still(shown: Sequence[write.Shown], said: Remaining, seal: Seal) -> list[write.Shown]:
    there = {(role, sealed.address) for role, sealed in said.participants}
    return [one for one in shown if (one["role"], seal.address(one["email"])) in there]


def _unlink_persons(workspace: Workspace, said: Mapping[int, Remaining]) -> None:
    persons, accounts = linked("person", sorted(said)), linked("account", sorted(said))
    belongs = accounts_of({person for some in persons.values() for person in some})
    having = persons_named({token for one in said.values() for token in one.tokens})
    named = {id_: {p for token in one.tokens for p in having[token]} for id_, one in said.items()}
    unlinked: set[int] = set()
    for id_ in sorted(said):
        gone = persons[id_] - named[id_]
        if not gone:
            continue
        of_those_who_stay = {account for person in persons[id_] - gone for account in belongs[person]}
        write.unlink("person", id_, sorted(gone))
        write.unlink("account", id_, sorted(accounts[id_] - of_those_who_stay))
        unlinked |= gone
    without_mail = close_persons_without_mail(workspace, sorted(unlinked))
    name_again(unlinked.difference(without_mail))


def show_texts_of(workspace: Workspace, messages: Mapping[int, int], *, actor: str) -> None:
    """Let engagements of mail show the texts of their remaining copies only; ``actor`` is the cause."""
    said = remaining(messages)
    kept: list[tuple[int, str, str]] = []
    gone: list[int] = []
    for engagement, texts in texts_of(sorted(said)).items():
        live = said[engagement].texts
        stay = [variant for variant in texts if None in live or bytes(variant.digest) in live]
        gone += [variant.pk for variant in texts if variant not in stay]
        if stay:
            read = unpack(stay[0].body)
            kept.append((engagement, stay[0].subject, body.snippet(body.visible_text(read.text, read.html))))
    write.remove_texts(gone)
    write.show_first(kept)
    if gone:
        ask_to_erase_traces(workspace, actor=actor)
