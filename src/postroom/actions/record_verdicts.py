"""Record verdicts on messages that are known already, judged again from their sealed envelopes."""

from __future__ import annotations

from collections.abc import Iterable

from postroom.actions.file_mail import is_news
from postroom.actions.judge_mail import Verdict
from postroom.store.models import Workspace
from postroom.store.write import ledger


def record_verdicts(workspace: Workspace, verdicts: Iterable[Verdict], now: int) -> int:
    """Put those verdicts in force that differ from the ones before; returns how many. Nothing is filed."""
    news = [(v, v.known) for v in verdicts if v.known is not None and is_news(v)]
    ledger.retire_decisions([known.decision.id for _, known in news if known.decision])
    ledger.add_decisions(
        workspace.pk,
        [
            ledger.NewDecision(known.id, verdict.decision, verdict.revision, known.last_copy)
            for verdict, known in news
        ],
        now,
    )
    return len(news)
