"""Take engagements back: a later copy showed what keeps the mail out (F4)."""

from __future__ import annotations

from collections.abc import Sequence

from postroom.actions.erase_traces import ask_to_erase_traces
from postroom.actions.name_persons import name_again
from postroom.store.models import Workspace
from postroom.store.write.engagements import remove_engagements
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
