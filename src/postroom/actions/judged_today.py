"""What today's directory would say of messages that were met, from their sealed envelopes. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from postroom.actions.judge_mail import judge_known
from postroom.store.models import Message, Workspace
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.messages import Messages
from postroom.store.read.owners import Owners
from postroom.store.sealed import findings_of
from postroom.store.secrets import seal_of


class Today(NamedTuple):
    """A verdict that was not recorded."""

    reason: str
    findings: dict[str, Any]
    """As ``store.sealed.unpack_findings`` gives them."""
    revision: int


def judged_today(workspace: Workspace, messages: Sequence[Message]) -> dict[int, Today]:
    """What would be decided of these messages (``store.read.ledger``), by id, with all their copies."""
    if not messages:
        return {}
    seal = seal_of(workspace)
    owners = Owners(seal)
    for copy in (copy for message in messages for copy in message.copies.all()):
        if copy.user is not None and copy.user.pk not in owners:
            owners[copy.user.pk] = seal.sealed(copy.user.email)
    known = Messages(workspace.pk, owners).by_id([message.pk for message in messages])
    verdicts = judge_known(known.values(), DirectoryAtHand(workspace.pk))
    return {
        verdict.known.id: Today(verdict.decision.reason, findings_of(verdict.decision), verdict.revision)
        for verdict in verdicts.values()
        if verdict.known is not None
    }
