"""Who chose which labels sync, in words: beside each label, and as a note of what was chosen for all users (M9).

Must not query: ``store.read.label_choices`` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from postroom.core.labels import ADMIN, DEFAULT_ROLES
from postroom.store.models import Label, PushResult, User
from postroom.store.read.label_choices import Choices
from postroom.web.job_words import LABEL_NAMES
from postroom.web.mailbox_states import day

_OF_PROGRAM: Final = "token:"
_COMMAND_LINE: Final = "command line"


class Note(NamedTuple):
    """What a push chose of a mailbox's labels."""

    by: str
    """Who, as within a sentence."""
    did: str
    """``selected Inbox and deselected Sent``."""
    on: str
    """The day."""
    whom: str
    """For whom it was done."""
    is_on: bool
    """Something of it syncs."""
    was_so: bool = False
    """For this user it was so already, and nothing was changed."""


def chosen_in_words(labels: Iterable[Label], choices: Choices, me: User | None = None) -> dict[int, str]:
    """Label → who selected or deselected it, when, and for whom; labels that nobody chose are left out.

    ``me``: the owner, if it is said to them.
    """
    return {label.pk: _chosen(label, choices, me) for label in labels if label.chosen_at is not None}


def _chosen(label: Label, choices: Choices, me: User | None) -> str:
    did = "Deselected" if label.selected_at is None else "Selected"
    whom = _whom(choices, label.chosen_in_id)
    by = _by(label.chosen_by, choices.names, me) if label.origin == ADMIN else _owner(me)
    return f"{did} by {by} on {day(label.chosen_at)}{f', {whom}' if whom else ''}"


def _owner(me: User | None) -> str:
    return "its owner" if me is None else "you"


def _whom(choices: Choices, push: int | None) -> str:
    if push is None:
        return ""
    job = choices.pushes.get(push)
    return "as before for all users" if job is not None and "users" in job.asked else "for all users"


def _by(actor: str, names: Mapping[str, str], me: User | None) -> str:
    """An administrator, as one speaks of them to the owner, or to another administrator."""
    if me is not None and actor == me.email:
        return "you"
    if actor.startswith(_OF_PROGRAM):
        program = f"the program {actor.removeprefix(_OF_PROGRAM)}"
        return f"your administrator, with {program}" if me else program
    if not actor or actor == _COMMAND_LINE:
        return f"{'your' if me else 'an'} administrator"
    name = names.get(actor, actor)
    return f"your administrator {name}" if me else name


def notes_of(labels: Sequence[Label], choices: Choices, me: User | None = None) -> list[Note]:
    """What pushes chose of these labels and nobody chose since, the last push first."""
    chosen: dict[int, list[Label]] = {}
    for label in labels:
        if label.chosen_in_id is not None and label.role in DEFAULT_ROLES:
            chosen.setdefault(label.chosen_in_id, []).append(label)
    return [_note(push, chosen[push], choices, me) for push in sorted(chosen, reverse=True)]


def _note(push: int, labels: list[Label], choices: Choices, me: User | None) -> Note:
    by = _by(labels[0].chosen_by, choices.names, me)
    state = {role: _is_on(labels, role) for role in DEFAULT_ROLES if any(one.role == role for one in labels)}
    return Note(
        by,
        _did(state),
        day(labels[0].chosen_at),
        _whom(choices, push),
        any(state.values()),
    )


def _is_on(labels: Sequence[Label], role: str) -> bool:
    return any(label.selected_at is not None for label in labels if label.role == role)


def _did(state: Mapping[str, bool]) -> str:
    said = []
    for is_on, verb in ((True, "selected"), (False, "deselected")):
        names = [name for role, name in LABEL_NAMES.items() if state.get(role) is is_on]
        if names:
            said.append(f"{verb} {' and '.join(names)}")
    return " and ".join(said)


def note_found_so(
    labels: Sequence[Label], found: PushResult, names: Mapping[str, str], me: User | None = None
) -> Note | None:
    """The note of a push that found everything so already; ``None``: it is so no more."""
    state = {role: is_on for role, is_on in found.after.items() if is_on is not None}
    if any(_is_on(labels, role) is not is_on for role, is_on in state.items()):
        return None
    by = _by(found.job.actor, names, me)
    on = day(int(found.job.created_at.timestamp()))
    return Note(by, _did(state), on, "for all users", any(state.values()), was_so=True)
