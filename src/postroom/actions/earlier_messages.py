"""Count the earlier messages that an entry of the directory concerns, as a background job (C13).

For a person or account: those that stayed out as unknown, and would come in had it always been known. For an entry
of the blocklist: those that came in, and would not today. Changes no decision; importing and removing are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from postroom.actions.fetch_again import FETCH_AGAIN
from postroom.actions.judge_mail import Verdict, judge_known
from postroom.core.job_kinds import UNDER_WAY
from postroom.store.models import Decision, Job, Workspace
from postroom.store.read import earlier
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.fetched_again import messages_listed
from postroom.store.read.jobs import jobs_about, latest_about
from postroom.store.read.messages import Messages
from postroom.store.read.owners import Owners
from postroom.store.secrets import seal_of
from postroom.store.write import jobs

KIND: Final = "look_for_earlier"
REMOVE: Final = "remove_blocked"
MOST_FOUND: Final = 20_000
"""So many of the decisions found are kept by number; the others are counted."""
_CAME_TO_NOTHING: Final = ("failed", "cancelled")
_SPAN: Final = 5_000
"""So many decisions, by number, are looked through at a time."""
_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """What was counted last of a person, an account or a blocklist entry."""

    about: str
    id: int
    job: Job
    called: str = ""
    """The address or domain, where it is about the blocklist."""

    @property
    def is_under_way(self) -> bool:
        """Whether it is still counted."""
        return self.job.state in UNDER_WAY

    @property
    def count(self) -> int:
        """How many messages would come in, or be removed."""
        return int(self.job.counts.get("found", 0))

    @property
    def fetched(self) -> int:
        """How many of them a mailbox still listed when they were counted."""
        return int(self.job.counts.get(FETCH_AGAIN, 0))

    @property
    def not_fetched(self) -> int:
        """How many have to be sent again."""
        return self.count - self.fetched


def look_for_earlier(workspace: Workspace, about: str, id_: int, *, actor: str) -> Job | None:
    """Ask for the count, of a ``person``, ``account`` or ``blocklist`` entry; ``None``: there can be nothing."""
    entries = earlier.entries_of(workspace, about, id_)
    if not entries or not earlier.may_concern_any(workspace, about, entries):
        return None
    asked = {"about": about, "id": id_, "entries": [entry.pk for entry in entries]}
    return jobs.ask_for(workspace, KIND, asked, actor)


def offer_of(workspace: Workspace, about: str, id_: int) -> Offer | None:
    """The last count, as long as what it was made for stands and nothing came of it yet."""
    job = latest_about(workspace, (KIND, REMOVE), about, id_)
    if job is None or job.kind != KIND or job.state in _CAME_TO_NOTHING:
        return None
    entries = earlier.entries_of(workspace, about, id_)
    if [entry.pk for entry in entries] != job.asked["entries"]:
        return None
    return Offer(about, id_, job, getattr(entries[0], "value", ""))


def offers_of_blocklist(workspace: Workspace, since: datetime) -> list[Offer]:
    """The counts that stand, of all entries of the blocklist, asked for since then; the newest first."""
    last: dict[int, Job] = {}
    for job in jobs_about(workspace, (KIND, REMOVE), earlier.BLOCKLIST, since):
        last.setdefault(job.asked["id"], job)
    values = earlier.values_of(workspace, last)
    return [
        Offer(earlier.BLOCKLIST, entry, job, values[entry])
        for entry, job in last.items()
        if job.kind == KIND and job.state not in _CAME_TO_NOTHING and entry in values
    ]


def run_look(job: Job) -> None:
    """Do the count: ``counts`` says how many are ``found`` and how many ``stay`` as they are; and of those found that
    would come in how many can be fetched again from mailboxes, where any can.

    ``progress`` keeps the ``decisions`` found, since when each entry would have to be known (``since``), and
    why the others would stay out (``why``). Goes on where an earlier try was.
    """
    job.counts = {"found": 0, "stay": 0} | job.counts
    walk = Walk(job)
    job.progress = {"decisions": [], "since": {}, "why": {}} | job.progress
    about, id_ = job.asked["about"], job.asked["id"]
    if about == earlier.BLOCKLIST:
        at_hand = DirectoryAtHand(job.workspace.pk)
    else:
        at_hand = earlier.AsIfAlwaysKnown(job.workspace.pk, about, id_)
    while (messages := walk.next_messages()) is not None:
        found = [v for v in walk.judged(messages, at_hand) if _count(job, about, walk.entries, v)]
        if about != earlier.BLOCKLIST:
            _count_listed(job, found)
        jobs.note_progress(job)
    jobs.end(job)


def _count(job: Job, about: str, entries: Sequence[earlier.Entry], verdict: Verdict) -> bool:
    """Count a message; says whether it is one of those found."""
    hit = covered(entries, verdict)
    if not hit:
        return False
    progress = job.progress
    if not (is_blocked(verdict) if about == earlier.BLOCKLIST else verdict.imports):
        job.counts["stay"] += 1
        progress["why"][verdict.decision.reason] = progress["why"].get(verdict.decision.reason, 0) + 1
        return False
    job.counts["found"] += 1
    if verdict.known and verdict.known.decision and len(progress["decisions"]) < MOST_FOUND:
        progress["decisions"].append(verdict.known.decision.id)
    for entry in hit:
        since = progress["since"].get(str(entry.pk), verdict.case.at)
        progress["since"][str(entry.pk)] = min(since, verdict.case.at)
    return True


def _count_listed(job: Job, found: Sequence[Verdict]) -> None:
    """Count those found that a mailbox still lists."""
    listed = {one.of for one in messages_listed(v.known.id for v in found if v.known is not None)}
    if listed:
        job.counts[FETCH_AGAIN] = job.counts.get(FETCH_AGAIN, 0) + len(listed)


def covered(entries: Sequence[earlier.Entry], verdict: Verdict) -> list[earlier.Entry]:
    """Those of the entries that cover somebody in the message."""
    people = [participant.sealed for participant in verdict.case.participants]
    return [entry for entry in entries if any(earlier.matches(entry, sealed) for sealed in people)]


def is_blocked(verdict: Verdict) -> bool:
    """Whether the blocklist would keep it out."""
    return verdict.decision.reason == "blocked"


class Walk:
    """Goes through the messages that a job's entries concern, some at a time, as far as the job's ``progress``."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.entries = [
            entry
            for entry in earlier.entries_of(job.workspace, job.asked["about"], job.asked["id"])
            if entry.pk in job.asked["entries"]
        ]
        self._found: QuerySet[Decision] = earlier.concerned(job.workspace, job.asked["about"], self.entries)
        self._messages = Messages(job.workspace.pk, Owners(seal_of(job.workspace)))
        if not job.progress:
            job.progress = {"after": 0, "until": earlier.last_decision(job.workspace)}

    def next_messages(self) -> list[int] | None:
        """The next messages, which may be none; ``None`` where all were gone through."""
        after, until = self._job.progress["after"], self._job.progress["until"]
        if after >= until:
            return None
        end = min(after + _SPAN, until)
        found = self._found.filter(pk__gt=after, pk__lte=end).order_by("pk")
        rows = list(found.values_list("pk", "message_id")[:_BATCH])
        self._job.progress["after"] = rows[-1][0] if len(rows) == _BATCH else end
        return [message for _, message in rows]

    def judged(self, messages: Sequence[int], at_hand: DirectoryAtHand) -> list[Verdict]:
        """What would be decided of these."""
        return list(judge_known(self._messages.by_id(messages).values(), at_hand).values())
