"""Decide again what was not imported (F6), from the sealed envelopes, as a background job.

What would come in now has no content here: it is counted as "send again", and its decision stays until the
file is imported again with ``--reconsider``. What stays out for another reason gets that decision.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction

from postroom.actions.judge_mail import judge_known
from postroom.actions.record_verdicts import record_verdicts
from postroom.core.reasons import IMPORT
from postroom.store.models import Job, Workspace
from postroom.store.read.decisions import AskedDecisions, decisions
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.messages import Messages
from postroom.store.read.owners import Owners
from postroom.store.secrets import seal_of
from postroom.store.write import jobs
from postroom.store.write.turn import take_turn

KIND: Final = "reconsider"
_BATCH: Final = 500


def reconsider(
    workspace: Workspace,
    ids: Sequence[int] | None = None,
    filters: AskedDecisions | None = None,
    *,
    actor: str,
) -> Job:
    """Ask for these decisions, or those that ``filters`` finds, to be taken again; returns the job."""
    asked: dict[str, Any] = {"ids": list(ids)} if ids is not None else {}
    if filters is not None:
        asked["filters"] = {
            name: getattr(filters, name) for name in AskedDecisions.__slots__ if getattr(filters, name)
        }
    return jobs.ask_for(workspace, KIND, asked, actor)


def run_reconsider(job: Job) -> None:
    """Do what was asked: ``counts`` says how many ``changed``, are ``unchanged``, or need to be sent again."""
    workspace = job.workspace
    found = decisions(workspace, AskedDecisions(**job.asked.get("filters", {}))).exclude(outcome=IMPORT)
    if "ids" in job.asked:
        found = found.filter(pk__in=job.asked["ids"])
    message_ids = list(found.order_by("pk").values_list("message_id", flat=True))
    messages = Messages(workspace.pk, Owners(seal_of(workspace)))
    at_hand = DirectoryAtHand(workspace.pk)
    counts: Counter[str] = Counter(changed=0, unchanged=0, send_again=0)
    results: list[dict[str, Any]] = []
    for start in range(0, len(message_ids), _BATCH):
        with transaction.atomic():
            take_turn(workspace)
            known = messages.by_id(message_ids[start : start + _BATCH])
            verdicts = judge_known(known.values(), at_hand).values()
            out = [v for v in verdicts if not v.imports]
            changed = record_verdicts(workspace, out, int(time.time()))
            counts["changed"] += changed
            counts["unchanged"] += len(out) - changed
            for verdict in verdicts:
                if verdict.imports and verdict.known is not None:
                    counts["send_again"] += 1
                    results.append({"message": verdict.known.id, "status": "send_again"})
            jobs.note_progress(job, dict(counts))
    jobs.end(job, dict(counts), results[:1000])
