"""What is known of what decided, and may be said to whoever asks: values, not words (L2).

An outside address is named only to who has it in hand, or where it is a person's or one of us; what stands on
the blocklist only to who may see the rules, or has the very address in hand that it keeps out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from postroom.core.customer import MAX_FINDINGS
from postroom.core.seal import SealedAddress, Token
from postroom.store.models import BlocklistEntry, Workspace
from postroom.store.read import ledger
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.secrets import seal_of


@dataclass(frozen=True, slots=True)
class Asker:
    """Whoever asks: where, what they may see, and what they bring along."""

    workspace: Workspace
    sees_rules: bool
    """Whether the ledger and the blocklist are open to them (``manage_rules``)."""
    viewer: int | None = None
    """The user who asks, whose own mail is shown to them (R4); ``None``: somebody without a mailbox."""
    in_hand: Mapping[Token, str] = field(default_factory=dict)
    """The addresses they bring along, by token."""
    address: Token | None = None
    """The one address they ask about, if they ask by address."""
    message_id: str | None = None
    """The Message-ID they bring along."""
    has_number: bool = False
    """Whether they ask by the number of an engagement or of the ledger."""

    @property
    def onlooker(self) -> ledger.Onlooker:
        """The same, as the ledger asks."""
        return ledger.Onlooker(self.viewer, self.sees_rules)


_ABOUT_ALL: Final = frozenset({"unknown_recipients", "no_customer"})
"""Reasons that are found of everybody in a role, not of one."""


class ShownEntry(NamedTuple):
    """What may be seen of a blocklist entry; ``note`` is ``None`` where only its value may be."""

    id: int
    value: str
    note: str | None


class Found(NamedTuple):
    """Who or what decided, as far as whoever asks may see it."""

    reason: str
    role: str | None = None
    address: str | None = None
    """``None`` where it is nobody, or sealed."""
    is_listed: bool = False
    """Whether a blocklist entry decided."""
    entry: ShownEntry | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What one asker may see of the findings it was made for."""

    asker: Asker
    people: Mapping[Token, str]
    """Persons' and our own addresses, by token."""
    entries: Mapping[int, BlocklistEntry]
    outside: Collection[Token] = ()
    """Those of the addresses in hand that are not inside today, where a finding is about them all."""

    def found(
        self, findings: Mapping[str, Any], participants: Sequence[tuple[str, SealedAddress]] = ()
    ) -> list[Found]:
        """The findings of one decision (``store.sealed.unpack_findings``) on a mail of these ``participants``.

        A finding about all recipients or all outsiders names those that whoever asks has in hand.
        """
        found: list[Found] = []
        for finding in findings["found"]:
            named = self._meant(finding["reason"], participants) if "address" not in finding else []
            found += named or [self._one(finding)]
        return found

    def veiled(self, findings: Mapping[str, Any], *, bcc_alone: bool = False) -> list[Found]:
        """The findings on a mail that hides who took part: of people that may be known, without their roles (R4).

        ``bcc_alone``: only who was in Bcc is hidden.
        """
        found: list[Found] = []
        for finding in findings["found"]:
            if bcc_alone and finding.get("role") != "bcc":
                found.append(self._one(finding))
                continue
            token = bytes.fromhex(finding["address"]) if "address" in finding and not bcc_alone else b""
            found.append(Found(finding["reason"], None, self.people.get(token), is_listed="entry" in finding))
        return found

    def _meant(self, reason: str, participants: Sequence[tuple[str, SealedAddress]]) -> list[Found]:
        if reason not in _ABOUT_ALL:
            return []
        in_hand, is_about_recipients = self.asker.in_hand, reason == "unknown_recipients"
        meant: dict[Token, str] = {}
        for role, sealed in participants:
            is_meant = role != "from" if is_about_recipients else sealed.address in self.outside
            if is_meant and sealed.address in in_hand:
                meant.setdefault(sealed.address, role)
        named = [Found(reason, role, in_hand[token]) for token, role in meant.items()]
        return named[:MAX_FINDINGS]

    def _one(self, finding: Mapping[str, Any]) -> Found:
        token = bytes.fromhex(finding["address"]) if "address" in finding else b""
        address = self.asker.in_hand.get(token) or self.people.get(token)
        may_see = self.asker.sees_rules or token in self.asker.in_hand
        entry = self.entries.get(finding.get("entry", 0)) if may_see else None
        return Found(
            finding["reason"],
            finding.get("role"),
            address,
            "entry" in finding,
            shown_entry(entry, self.asker.sees_rules),
        )


def shown_entry(entry: BlocklistEntry | None, sees_rules: bool) -> ShownEntry | None:
    """What whoever has the blocked address in hand may see of the entry."""
    if entry is None:
        return None
    return ShownEntry(entry.pk, entry.value, entry.note if sees_rules else None)


def sight_of(asker: Asker, findings: Collection[Mapping[str, Any]]) -> Sight:
    """Look up once who and which entries stand in all these findings."""
    found = [one for some in findings for one in some["found"]]
    tokens = {bytes.fromhex(one["address"]) for one in found if "address" in one}
    entries = {one["entry"] for one in found if "entry" in one}
    return Sight(
        asker,
        ledger.people_of(asker.workspace, tokens),
        ledger.blocklist_entries(asker.workspace, entries),
        _outside(asker) if any(one["reason"] == "no_customer" for one in found) else (),
    )


def _outside(asker: Asker) -> frozenset[Token]:
    """Those of the addresses in hand that are not inside."""
    seal = seal_of(asker.workspace)
    in_hand = [seal.sealed(address) for address in asker.in_hand.values()]
    directory = DirectoryAtHand(asker.workspace.pk).for_(in_hand)
    return frozenset(sealed.address for sealed in in_hand if not directory.party(sealed).inside)
