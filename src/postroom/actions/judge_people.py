"""Judge messages in the people lens, for the users they concern, and count those that are to be counted.

All of it from the sealed envelopes of the copies, so mail, chats, uploads and files are judged alike, and a
message can be judged again when a copy is added or taken back.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from django.db import transaction

from postroom.core.customer import Decision
from postroom.core.people import ENDED, FORGOTTEN, Concern, count, decide
from postroom.core.reasons import HOLD, IMPORT
from postroom.core.upload import MAIL
from postroom.store.models import Decision as DecisionRow
from postroom.store.models import Job, Workspace
from postroom.store.read.concerns import PassiveMessage, UserFacts, facts_of, passive_messages
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.interactions import forgotten_since
from postroom.store.sealed import pack_findings
from postroom.store.write import jobs, ledger
from postroom.store.write.answers import link_answers
from postroom.store.write.interactions import NewInteraction, add_interactions, remove_interactions
from postroom.store.write.turn import take_turn

_BATCH: Final = 500

Outcome = tuple[str, str]
"""Outcome and reason."""


class _Judged(NamedTuple):
    message: PassiveMessage
    concern: Concern
    decision: Decision


def judge_people(
    workspace: Workspace, concerns: Collection[tuple[int, int]], at_hand: DirectoryAtHand, now: int
) -> dict[tuple[int, int], Outcome]:
    """Judge each message for its user, ``(message, user)``, and store what follows; says what is in force then.

    Within the caller's transaction, whose turn it is. Whom the messages concern beside them is judged again too,
    as a copy may show more people (F4). What was counted stays counted while its user consents no more, and what
    was forgotten stays so until it is sent for its user again (P7).
    """
    messages = passive_messages(sorted({message for message, _ in concerns}))
    asked = {*concerns, *((m.id, user) for m in messages.values() for user in m.decisions)}
    sent_for: dict[int, set[int]] = defaultdict(set)
    for message_id, user in concerns:
        sent_for[message_id].add(user)
    users = facts_of({user for _, user in asked})
    forgotten = forgotten_since(workspace)
    directory = at_hand.for_(sealed for m in messages.values() for _, sealed in m.participants)
    judged: list[_Judged] = []
    outcomes: dict[tuple[int, int], Outcome] = {}
    for message_id, user in sorted(asked):
        message = messages[message_id]
        concern = concern_of(message, user, users[user], forgotten, sent_for.get(message_id, ()))
        if _stays(message, concern, is_asked=user in sent_for.get(message_id, ())):
            before = message.decisions[user]
            outcomes[message_id, user] = (before.outcome, before.reason)
            continue
        decision = decide(concern, directory)
        outcomes[message_id, user] = (decision.outcome, decision.reason)
        judged.append(_Judged(message, concern, decision))
    _record(workspace, judged, directory.revision, now)
    _count(workspace, judged, at_hand)
    return outcomes


def concern_of(
    message: PassiveMessage,
    user: int,
    facts: UserFacts,
    forgotten: Mapping[int, int],
    sent_for: Collection[int] = (),
) -> Concern:
    """What is judged of a message for one user; ``sent_for``: users for whom it comes in anew.

    ``forgotten``: see ``store.read.interactions.forgotten_since``.
    """
    return Concern(
        user,
        message.kind,
        message.at,
        message.participants,
        message.places_of(user),
        bool(message.flags),
        facts.is_disabled,
        facts.consents,
        _unnamed(message, message.met_for(user), forgotten).difference(sent_for, {user}),
    )


def _unnamed(message: PassiveMessage, met_at: int, forgotten: Mapping[int, int]) -> frozenset[int]:
    """Who had the message forgotten, or whatever was met by then, and had no part in it since (P7)."""
    by_then = {user for user, until in forgotten.items() if met_at <= until}
    decided = message.decisions
    return frozenset(
        {user for user, before in decided.items() if before.reason == FORGOTTEN} | (by_then - decided.keys())
    )


def _stays(message: PassiveMessage, concern: Concern, *, is_asked: bool) -> bool:
    before = message.decisions.get(concern.user)
    if before is not None and before.reason in ENDED:
        return not is_asked
    return before is not None and before.outcome == IMPORT and not concern.consents and bool(concern.places)


def _record(workspace: Workspace, judged: Iterable[_Judged], revision: int, now: int) -> None:
    retired: list[int] = []
    news: list[ledger.NewDecision] = []
    for message, concern, decision in judged:
        before = message.decisions.get(concern.user)
        if before is not None:
            if before[1:] == (decision.outcome, decision.reason, pack_findings(decision)):
                continue
            retired.append(before.id)
        news.append(ledger.NewDecision(message.id, decision, revision, message.last_copy, concern.user))
    ledger.retire_decisions(retired)
    ledger.add_decisions(workspace.pk, news, now)


def _count(workspace: Workspace, judged: Collection[_Judged], at_hand: DirectoryAtHand) -> None:
    """Store an interaction for whatever is counted, and none for the rest."""
    stale: list[tuple[int, int]] = []
    counted: list[NewInteraction] = []
    for message, concern, decision in judged:
        if concern.user in message.decisions:
            stale.append((message.id, concern.user))
        if decision.outcome == IMPORT:
            counted.append(
                NewInteraction(
                    message.id,
                    concern.user,
                    message.kind,
                    message.at,
                    message.seconds,
                    concern.is_automatic,
                    message.answers,
                    count(concern, at_hand.directory),
                )
            )
    threads = remove_interactions(stale)
    add_interactions(workspace.pk, counted)
    for message, concern, _ in judged:
        if message.kind == MAIL:
            threads |= {(concern.user, token) for token in (message.message_id, message.answers) if token}
    link_answers(threads)


def run_release(job: Job) -> None:
    """Judge again what waited for the consent of the user ``asked["user"]`` (P9): messages that are known already.

    Goes on after the decision ``progress["after"]``. ``counts``: how many were ``judged``.
    """
    job.counts = {"judged": 0} | job.counts
    at_hand = DirectoryAtHand(job.workspace.pk)
    held = DecisionRow.objects.filter(
        workspace=job.workspace, user=job.asked["user"], is_current=True, outcome=HOLD
    ).order_by("pk")
    while True:
        with transaction.atomic():
            take_turn(job.workspace)
            rows = list(
                held.filter(pk__gt=job.progress.get("after", 0)).values_list("pk", "message_id")[:_BATCH]
            )
            if rows:
                concerns = [(message, job.asked["user"]) for _, message in rows]
                judge_people(job.workspace, concerns, at_hand, int(time.time()))
                job.progress = {"after": rows[-1][0]}
                job.counts["judged"] += len(rows)
            jobs.note_progress(job)
        if not rows:
            break
    jobs.end(job)
