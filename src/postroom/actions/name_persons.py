"""Name persons by the display name in their earliest mail, unless somebody typed a name (C12).

Within the caller's transaction. Whatever the order in which mails come and go, the names are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from postroom.actions.judge_mail import MetCopy, Verdict
from postroom.core.filing import display_name, name_from_address
from postroom.core.message import Participant
from postroom.core.seal import SealedAddress, Token
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.people import FiledPerson, NamedByMail, mails_of_person, named_by_mail
from postroom.store.write.persons_from_mail import name_persons, rename_persons


def name_from(
    verdicts: Iterable[Verdict],
    on: Mapping[Token, set[int]],
    persons: Mapping[int, FiledPerson],
    at_hand: DirectoryAtHand,
) -> None:
    """Give ``persons`` the names in these mails, where they are of before the mail that named them; ``on`` says
    which persons a mail is filed on, by identity."""
    earliest: dict[int, tuple[int, str]] = {}
    for verdict in verdicts:
        for copy in verdict.shown:
            for (_, sealed), participant in pairs(copy):
                party = at_hand.directory.party(sealed)
                name = display_name(participant.name, participant.address) if party.persons else ""
                for known in party.persons if name else ():
                    if known.person in on[verdict.identity]:
                        found = (verdict.case.at, name)
                        earliest[known.person] = min(found, earliest.get(known.person, found))
    name_persons(
        (person, name, at)
        for person, (at, name) in sorted(earliest.items())
        if person in persons and _is_better(persons[person], at, name)
    )


def pairs(copy: MetCopy) -> Iterable[tuple[tuple[str, SealedAddress], Participant]]:
    """The sealed and the readable form of each participant: they are made in the same order."""
    return zip(copy.sealed.participants, copy.envelope.participants, strict=True)


def _is_better(person: FiledPerson, at: int, name: str) -> bool:
    if person.named_by == "hand":
        return False
    return person.named_at is None or (at, name) < (person.named_at, person.name)


def name_again(persons: Iterable[int]) -> None:
    """Name persons whom mail had named by the earliest mail that is there now."""
    names: list[tuple[int, str, int | None]] = []
    for person in named_by_mail(persons):
        given = next(_names(person), None)
        if given is None:
            names.append((person.id, name_from_address(person.addresses[0]), None))
        else:
            names.append((person.id, given[1], given[0]))
    rename_persons(names)


def _names(person: NamedByMail) -> Iterator[tuple[int, str]]:
    """The names that the mails of a person give, the earliest first: ``(time of the mail, name)``."""
    for at, mails in groupby(mails_of_person(person.id), key=lambda mail: mail.at):
        given = [
            name
            for mail in mails
            for shown in mail.participants
            if shown["email"] in person.addresses and (name := display_name(shown["name"], shown["email"]))
        ]
        if given:
            yield at, min(given)
