"""File a batch of judged mail: ledger rows for all, engagements and persons for what comes in.

One transaction a batch. What was judged against rows that changed meanwhile is judged again inside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from postroom.actions.judge_mail import UNJUDGED, MetCopy, Verdict, judge, look_up_all
from postroom.actions.show_engagements import show
from postroom.actions.shown_mail import MailContent
from postroom.actions.withdraw_engagements import withdraw, withdraw_lines
from postroom.core.seal import Token
from postroom.core.upload import CHAT
from postroom.store.models import Workspace
from postroom.store.read.directory import DirectoryAtHand, revision_of
from postroom.store.read.messages import KnownMessage, Messages, known_copies, label_starts
from postroom.store.sealed import pack_findings
from postroom.store.write import ledger
from postroom.store.write.turn import take_turn


class ContentMissing(Exception):
    """Something changed since the batch was judged, and a mail comes in whose content was not read."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a batch: by identity, the verdict that was stored."""

    verdicts: Mapping[Token, Verdict]
    ids: Mapping[Token, int]
    """Of the messages."""
    new_messages: int
    new_copies: int
    withdrawn: int
    """Engagements that are gone: their traces are to be erased after the transaction."""


def file_mail(
    workspace: Workspace,
    verdicts: Mapping[Token, Verdict],
    contents: Mapping[Token, MailContent],
    messages: Messages,
    at_hand: DirectoryAtHand,
    now: int,
    *,
    again: bool = False,
) -> Filed:
    """Store a batch of verdicts with the contents (by fingerprint) of those that come in; ``again``: see ``judge``.

    Raises ``ContentMissing``, and stores nothing, where rows changed meanwhile and now a mail comes in whose
    content is not given: read the batch again.
    """
    with transaction.atomic():
        take_turn(workspace)
        verdicts = _still_true(workspace.pk, verdicts, messages, at_hand, again)
        look_up_all(verdicts.values(), at_hand)
        _require_contents(verdicts, contents)
        filed = _store(workspace, verdicts, contents, at_hand, now)
    return filed


def _still_true(
    workspace_id: int,
    verdicts: Mapping[Token, Verdict],
    messages: Messages,
    at_hand: DirectoryAtHand,
    again: bool,
) -> Mapping[Token, Verdict]:
    """The verdicts, judged again where the directory or the messages changed since."""
    present = messages.by_identity(list(verdicts))
    # Somebody else may have filed one of these very copies, even before they were judged.
    elsewhere = known_copies([c.fingerprint for v in verdicts.values() for c in v.met if not c.is_known])
    news = _News(revision_of(workspace_id), at_hand)
    stale = {
        identity: v
        for identity, v in verdicts.items()
        if any(c.fingerprint in elsewhere for c in v.met)
        or _traits(v.known) != _traits(present.get(identity))
        or news.concern(v)
    }
    if not stale:
        return verdicts
    mine = [copy for v in stale.values() for copy in v.met if copy.fingerprint not in elsewhere]
    true = {identity: v for identity, v in verdicts.items() if identity not in stale}
    return true | judge(mine, messages, at_hand, again=again)


class _News:
    """What changed in the directory since verdicts were found, up to ``revision``."""

    def __init__(self, revision: int, at_hand: DirectoryAtHand) -> None:
        self._revision = revision
        self._at_hand = at_hand
        self._changed: dict[int, frozenset[Token] | None] = {}

    def concern(self, verdict: Verdict) -> bool:
        """Whether the verdict could come out differently by now."""
        if verdict.revision == self._revision:
            return False
        if self._at_hand.directory.revision != self._revision:
            return True
        if verdict.revision not in self._changed:
            self._changed[verdict.revision] = self._at_hand.changed_since(verdict.revision)
        changed = self._changed[verdict.revision]
        case = verdict.case
        return changed is None or any(
            p.sealed.address in changed for p in (*case.participants, *(case.alternative or ()))
        )


def _traits(known: KnownMessage | None) -> object:
    """What of a message others may change, and what a verdict on it and its filing depend on."""
    return known and (
        known.copy_ids,
        known.at,
        known.decision,
        known.engagement,
        known.deleted_at,
        known.released_at,
        known.flags,
        known.references,
    )


def _require_contents(verdicts: Mapping[Token, Verdict], contents: Mapping[Token, MailContent]) -> None:
    for verdict in verdicts.values():
        if verdict.imports and any(copy.fingerprint not in contents for copy in verdict.shown):
            raise ContentMissing


def _store(
    workspace: Workspace,
    verdicts: Mapping[Token, Verdict],
    contents: Mapping[Token, MailContent],
    at_hand: DirectoryAtHand,
    now: int,
) -> Filed:
    new = [v for v in verdicts.values() if v.known is None]
    ids = dict(zip((v.identity for v in new), _add_messages(workspace.pk, new), strict=True))
    ids.update((v.identity, v.known.id) for v in verdicts.values() if v.known is not None)
    last_copies = _add_copies(list(verdicts.values()), ids, contents)
    decided = [v for v in verdicts.values() if is_news(v)]
    ledger.retire_decisions([v.known.decision.id for v in decided if v.known and v.known.decision])
    ledger.add_decisions(
        workspace.pk,
        [
            ledger.NewDecision(ids[v.identity], v.decision, v.revision, last_copies[v.identity])
            for v in decided
        ],
        now,
    )
    ledger.count_hits(_hits(decided), datetime.fromtimestamp(now, UTC))
    ledger.add_traits(
        (v.known.id, v.flags, v.references)
        for v in verdicts.values()
        if v.known and (v.known.flags, v.known.references) != (v.flags, v.references)
    )
    ledger.move_in_time(
        (v.known.id, v.case.at) for v in verdicts.values() if v.known and v.known.at != v.case.at
    )
    show(workspace, [v for v in verdicts.values() if v.imports], ids, contents, at_hand, now)
    # Last, so that a person whose other mail comes in just now is not without mail in between.
    withdrawn = [
        (v.known, v.known.engagement)
        for v in verdicts.values()
        if v.known and v.known.engagement and v.decision is not UNJUDGED and not v.imports
    ]
    is_uploaded = any(copy.source == "api" for v in verdicts.values() for copy in v.met)
    actor = "uploads" if is_uploaded else "import"
    withdraw(workspace, [engagement for known, engagement in withdrawn if known.kind != CHAT], actor=actor)
    withdraw_lines(
        workspace, [known.id for known, _ in withdrawn if known.kind == CHAT], at_hand, actor=actor
    )
    new_copies = sum(not copy.is_known for v in verdicts.values() for copy in v.met)
    return Filed(verdicts, ids, len(new), new_copies, len(withdrawn))


def is_news(verdict: Verdict) -> bool:
    """Whether this verdict differs from the one in force: it is recorded only then."""
    if verdict.stands:
        return False
    current = verdict.known.decision if verdict.known else None
    return current is None or (current.outcome, current.reason, current.findings) != (
        verdict.decision.outcome,
        verdict.decision.reason,
        pack_findings(verdict.decision),
    )


def _hits(verdicts: Iterable[Verdict]) -> Counter[int]:
    """How often each blocklist entry decided."""
    findings = (f for v in verdicts for f in v.decision.findings)
    return Counter(f.entry for f in findings if f.entry is not None)


def _add_messages(workspace_id: int, verdicts: Iterable[Verdict]) -> Sequence[int]:
    return ledger.add_messages(
        workspace_id,
        [
            ledger.NewMessage(
                v.identity,
                v.met[0].message_id,
                v.references,
                v.case.at,
                v.met[0].envelope.date,
                v.flags,
                v.met[0].kind,
                v.met[0].seconds,
                v.met[0].chat_day,
                v.met[0].deleted_at,
                v.met[0].deleted_by,
            )
            for v in verdicts
        ],
    )


def _add_copies(
    verdicts: Sequence[Verdict], ids: Mapping[Token, int], contents: Mapping[Token, MailContent]
) -> dict[Token, int]:
    """Store the copies; the id of each message's newest, by identity."""
    anew = _begun_earlier([copy for verdict in verdicts for copy in verdict.met])
    ledger.hide_copies(anew.values())
    met: list[MetCopy] = []
    last = {}
    for verdict in verdicts:
        met += [copy for copy in verdict.met if not copy.is_known or copy.fingerprint in anew]
        if verdict.known and verdict.known.copy_ids:
            last[verdict.identity] = verdict.known.copy_ids[-1]
    ledger.widen((m.fingerprint, m.sealed.lenses) for v in verdicts for m in v.met if m.is_known)
    shown = {c.fingerprint: contents[c.fingerprint].digest for v in verdicts if v.imports for c in v.shown}
    known = (c.fingerprint for v in verdicts for c in v.met if c.is_known)
    ledger.mark_shown((fingerprint, shown[fingerprint]) for fingerprint in known if fingerprint in shown)
    copies = [
        ledger.NewCopy(
            ids[m.identity],
            m.fingerprint,
            m.source,
            m.user_id,
            m.label,
            m.sealed,
            " ".join(m.envelope.defects),
            m.fingerprint in shown,
            shown.get(m.fingerprint),
        )
        for m in met
    ]
    for copy, id_ in zip(met, ledger.add_copies(copies), strict=True):
        last[copy.identity] = id_
    return last


def _begun_earlier(met: Iterable[MetCopy]) -> dict[Token, int]:
    """Those of the copies known before whose label begins earlier by now, and their ids.

    Each is another copy then: what was decided of the one before stays true (C2, L4).
    """
    starts = {c.fingerprint: c.sealed.starts_at for c in met if c.is_known and c.sealed.starts_at is not None}
    before = label_starts(list(starts)) if starts else {}
    return {fingerprint: id_ for fingerprint, (id_, was) in before.items() if starts[fingerprint] < was}
