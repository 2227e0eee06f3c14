"""Count interactions anew by the directory in force, after who is inside has changed (D4), as a background job.

From the sealed envelopes, by the same function that counted them first. What was decided stays; only on which
side everybody is, and who of us is named, may change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import transaction

from postroom.actions.judge_people import concern_of
from postroom.core.people import Counted, count
from postroom.core.seal import Token
from postroom.core.upload import MAIL
from postroom.store.models import Job
from postroom.store.read.concerns import PassiveMessage, UserFacts, passive_messages
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.interactions import (
    StoredInteraction,
    extent_of,
    forgotten_since,
    interactions_between,
)
from postroom.store.write import jobs
from postroom.store.write.answers import link_answers
from postroom.store.write.reclassify import RECLASSIFY, Sides, change_colleagues, change_sides
from postroom.store.write.rollups import note_due
from postroom.store.write.turn import take_turn

KIND: Final = RECLASSIFY
_BATCH: Final = 500
_COUNTED = UserFacts(is_disabled=False, consents=True)
"""What was counted stays counted: the user is not asked about again."""


def run_reclassify(job: Job) -> None:
    """Do what was asked: ``counts`` says how many ``changed`` and how many are ``unchanged``.

    Goes on where an earlier try was: after the interaction ``progress["after"]``, up to ``progress["until"]``,
    which was the last of ``progress["total"]`` there at first. What is counted since counts by this directory.
    """
    again = _Again(job)
    again.begin()
    while again.take_some():
        pass
    jobs.end(job)


class _Again:
    """One run of the job."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.workspace = job.workspace
        self.at_hand = DirectoryAtHand(job.workspace.pk)

    def begin(self) -> None:
        """Note how much there is to do. A change under way is waited for: it did not ask for another job."""
        self.job.counts = {"changed": 0, "unchanged": 0} | self.job.counts
        if not self.job.progress:
            with transaction.atomic():
                take_turn(self.workspace)
                extent = extent_of(self.workspace)
                self.job.progress = {"after": 0, "until": extent.last, "total": extent.total}
                jobs.note_progress(self.job)

    def take_some(self) -> bool:
        """Count the next interactions anew, all or none of them; says whether there were any."""
        with transaction.atomic():
            take_turn(self.workspace)
            after, until = self.job.progress["after"], self.job.progress["until"]
            rows = interactions_between(self.workspace, after, until, _BATCH)
            if rows:
                changed = self._count(rows)
                self.job.counts["changed"] += changed
                self.job.counts["unchanged"] += len(rows) - changed
                self.job.progress["after"] = rows[-1].id
            jobs.note_progress(self.job)
        return bool(rows)

    def _count(self, rows: list[StoredInteraction]) -> int:
        """Store what is different now; answers of how many interactions something is."""
        messages = passive_messages(sorted({row.message for row in rows}))
        directory = self.at_hand.for_(sealed for m in messages.values() for _, sealed in m.participants)
        forgotten = forgotten_since(self.workspace)
        sides: list[tuple[int, Sides, Token | None]] = []
        gone: list[tuple[int, int]] = []
        new: list[tuple[int, int, str]] = []
        changed: set[int] = set()
        for row in rows:
            concern = concern_of(messages[row.message], row.user, _COUNTED, forgotten)
            counted = count(concern, directory)
            now = _sides(counted)
            if now != (row.is_sent, row.is_inside, row.is_outside, row.others, row.outsiders):
                message = messages[row.message]
                answers = message.answers if message.kind == MAIL and counted.is_sent else None
                sides.append((row.id, now, answers))
                changed.add(row.id)
            named = _named(row, counted, forgotten)
            if named != row.colleagues:
                gone += [(row.id, user) for user, _ in row.colleagues.items() - named.items()]
                new += [(row.id, user, role) for user, role in named.items() - row.colleagues.items()]
                changed.add(row.id)
        change_sides(sides)
        change_colleagues(gone, new)
        self._follow([row for row in rows if row.id in changed], messages)
        return len(changed)

    def _follow(self, rows: list[StoredInteraction], messages: Mapping[int, PassiveMessage]) -> None:
        """Whose mail it is decides what it may answer; and the roll-ups around it are due."""
        threads = set()
        for row in rows:
            message = messages[row.message]
            if message.kind == MAIL:
                threads |= {(row.user, token) for token in (message.message_id, message.answers) if token}
        note_due((row.user, messages[row.message].at) for row in rows)
        link_answers(threads)


def _sides(counted: Counted) -> Sides:
    return Sides(counted.is_sent, counted.is_inside, counted.is_outside, counted.others, counted.outsiders)


def _named(row: StoredInteraction, counted: Counted, forgotten: Mapping[int, int]) -> dict[int, str]:
    """Who of us is named in the interaction: not again who asked to be forgotten since (P7)."""
    return {
        user: role
        for user, role in counted.colleagues
        if user in row.colleagues or row.counted_at > forgotten.get(user, -1)
    }
