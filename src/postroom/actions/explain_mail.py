"""Explain a mail by the mail itself: what happened to it, else what would happen to it now (L2).

The mail is read for the answer only, and nothing of it is kept.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final, NamedTuple

from postroom.actions.explain_known import Asker, sight_of
from postroom.actions.explain_message import Told, message_told, messages_told, verdict
from postroom.actions.explain_words import (
    GIVE_IT_WHOLE,
    IN_A_MAILBOX,
    WOULD_BE_SET_ASIDE,
    defects_say,
    lies_there,
    unreadable_says,
)
from postroom.actions.place import copy_fingerprint, place_of
from postroom.core.case import SealedCopy, judged
from postroom.core.clock_text import rfc3339
from postroom.core.customer import POLICY_VERSION, decide
from postroom.core.message import LABEL_ROLES
from postroom.core.seal import SealedAddress
from postroom.reader import ReaderPool, ReadMail
from postroom.store.read import ledger
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.sealed import findings_of
from postroom.store.secrets import hash_key_of, seal_of

_SOMEBODY_OF_US: Final = SealedAddress(b"somebody of us", b"our domain", ())
"""In whose mailbox a mail that was never met is taken to lie; no token of an address is like it."""


class Assumed(NamedTuple):
    """Where a mail that was never met is taken to lie."""

    user: str = ""
    """E-mail address or alias of the user in whose mailbox; empty: somebody of us."""
    label: str = ""


def explain_mail(asker: Asker, raw: bytes, assumed: Assumed | None = None) -> list[Told]:
    """Tell of this one mail. Raises ``Rejected`` for a user or label that cannot be."""
    where = _where(asker, assumed)
    with ReaderPool(hash_key_of(asker.workspace), 1) as pool:
        read = pool.read_one(raw)
    if not isinstance(read, ReadMail):
        return [_unreadable(asker, raw, read.why)]
    asker = _with_what_it_says(asker, read)
    met = ledger.message_of_identity(asker.workspace, read.identity, asker.onlooker)
    return messages_told(asker, met) if met else [_never_met(asker, read, where)]


class _Where(NamedTuple):
    """The same, as rules see it."""

    owner: SealedAddress
    label_role: str
    says: str
    """Empty where whoever asks says nothing."""


def _where(asker: Asker, assumed: Assumed | None) -> _Where:
    if assumed is None or not any(assumed):
        return _Where(_SOMEBODY_OF_US, "", "")
    if not assumed.user:
        role = assumed.label.strip().casefold()
        return _Where(_SOMEBODY_OF_US, role if role in LABEL_ROLES else "", lies_there("", assumed.label))
    place = place_of(asker.workspace, assumed.user, assumed.label or "no label")
    return _Where(place.owner, place.label_role, lies_there(assumed.user, assumed.label))


def _with_what_it_says(asker: Asker, read: ReadMail) -> Asker:
    """Whoever has the mail has everybody who is named in it."""
    pairs = zip(read.sealed, read.envelope.participants, strict=True)
    in_hand = {sealed.address: participant.address for (_, sealed), participant in pairs}
    return replace(asker, in_hand=in_hand, message_id=read.envelope.message_id or None)


def _never_met(asker: Asker, read: ReadMail, where: _Where) -> Told:
    """What would become of a mail, were it imported now as lying there."""
    now = int(time.time())
    copy = SealedCopy(
        where.label_role, where.owner, read.sealed, read.alternative, read.envelope.received_at, met_at=now
    )
    case = judged([copy], read.envelope.date)
    directory = DirectoryAtHand(asker.workspace.pk).for_(
        [where.owner, *(s for _, s in (*read.sealed, *(read.alternative or ())))]
    )
    directory.internal.add(_SOMEBODY_OF_US.address)
    decision = decide(case, directory)
    findings = findings_of(decision)
    found = sight_of(asker, [findings]).found(findings, read.sealed)
    told = verdict(decision.reason, findings["asked"], found, case.at, would=True, was_met=False)
    in_a_mailbox = [] if _names_recipients(read) else [IN_A_MAILBOX]
    return message_told(
        message_id=asker.message_id,
        date=rfc3339(case.at),
        met=False,
        assumes=[where.says] if where.says else in_a_mailbox,
        defects=defects_say(read.envelope.defects),
        customer=told | {"policy": POLICY_VERSION, "revision": directory.revision},
    )


def _names_recipients(read: ReadMail) -> bool:
    """Whether each reading of it names one; where none does, whose mailbox it lies in counts."""
    readings = [read.sealed, *([] if read.alternative is None else [read.alternative])]
    return all(any(role != "from" for role, _ in reading) for reading in readings)


def _unreadable(asker: Asker, raw: bytes, why: str) -> Told:
    token = seal_of(asker.workspace).raw(raw)
    places = ledger.set_aside_places(asker.workspace)
    fingerprints = [copy_fingerprint(token, user, label) for _, user, label in places if user]
    aside = ledger.set_aside_as(asker.workspace, fingerprints)
    told = verdict("unparsable", (), (), 0, would=aside is None)
    evidence = {"reason": "unparsable", "role": None, "address": None, "entry": None}
    evidence["says"] = unreadable_says(why, was_met=aside is not None)
    if aside is None:
        told |= {"says": WOULD_BE_SET_ASIDE, "would_change": [GIVE_IT_WHOLE]}
    return message_told(met=aside is not None, customer=told | {"evidence": [evidence]})
