"""Import earlier messages of a person or account on request: know it since then, and decide again (C13).

What would come in has no text here: the job of ``reconsider`` has it fetched again from mailboxes that still list it,
and lists the rest as to be sent again. Undoing sets the days back; what came in meanwhile stays, as all that is
imported does.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

from postroom.actions.earlier_messages import offer_of
from postroom.actions.reconsider import KIND as RECONSIDER
from postroom.actions.rejection import NotFound
from postroom.store.models import AccountDomain, Job, Person, PersonAddress, Workspace
from postroom.store.read.earlier import ACCOUNT, PERSON, entries_of
from postroom.store.write import jobs
from postroom.store.write.directory import DirectoryChange, directory_change

Known = PersonAddress | AccountDomain


def import_earlier(workspace: Workspace, about: str, id_: int, *, actor: str) -> Job:
    """Know each address or domain since the earliest message found with it; returns the job that decides again.

    ``asked["earlier"]`` of the job says since when each entry was known before. Raises ``NotFound`` where nothing was
    found, or what it was found for has changed.
    """
    with directory_change(workspace, actor, f"know {_AN[about]} since earlier") as change:
        offer = offer_of(workspace, about, id_)
        if offer is None or offer.job.state != "done" or not offer.count:
            raise NotFound
        since = {int(pk): at for pk, at in offer.job.progress["since"].items()}
        was = _know_since(change, about, id_, since, only_earlier=True)
        asked = {
            "ids": offer.job.progress["decisions"],
            "earlier": {"about": about, "id": id_, "was": was, "look": offer.job.pk},
        }
        return jobs.ask_for(workspace, RECONSIDER, asked, actor)


def can_be_set_back(job: Job) -> bool:
    """Whether the days that ``import_earlier`` set still stand."""
    return bool(_standing(job))


def set_back(job: Job, *, actor: str) -> None:
    """Know again since when it was before; entries changed since then stay. Raises ``NotFound`` where none stands."""
    with directory_change(job.workspace, actor, "know since later, as before") as change:
        was = _standing(job)
        if not was:
            raise NotFound
        _know_since(change, job.asked["earlier"]["about"], job.asked["earlier"]["id"], was)


def _standing(job: Job) -> dict[int, int]:
    """The entries that are as ``import_earlier`` left them, and since when each was known before."""
    done = job.asked.get("earlier")
    if done is None:
        return {}
    in_force = {entry.pk for entry in entries_of(job.workspace, done["about"], done["id"])}
    return {int(pk): at for pk, at in done["was"].items() if int(pk) in in_force}


_AN = {PERSON: "a person", ACCOUNT: "an account"}


def _know_since(
    change: DirectoryChange, about: str, id_: int, since: Mapping[int, int], *, only_earlier: bool = False
) -> dict[str, int]:
    """Give the entries other days; returns by the new entries' ids the days there were."""
    meant: list[Known] = [
        entry
        for entry in entries_of(change.workspace, about, id_)
        if isinstance(entry, Known) and entry.pk in since
    ]
    old = [entry for entry in meant if not only_earlier or since[entry.pk] < entry.known_since]
    new = [_again(entry, since[entry.pk]) for entry in old]
    days = [entry.known_since for entry in old]
    change.close(old)
    change.open(new)
    if about == PERSON and new:
        # As after any change by hand: the person does not go with the mail that made them.
        person = Person.objects.get(pk=id_)
        person.is_from_mail = False
        change.update([person], ["is_from_mail"])
    return {str(entry.pk): day for entry, day in zip(new, days, strict=True)}


def _again(entry: Known, since: int) -> Known:
    """The same entry, not yet stored, known since then."""
    again = copy.copy(entry)
    again._state = copy.copy(entry._state)
    again._state.adding = True
    again.pk = None
    again.known_since = since
    return again
