"""Say what would become of items if they were uploaded now, in each lens (K8). Stores nothing.

Must not tell a source more than it sends: of the blocklist only what its own addresses meet.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, TypedDict

from postroom.actions.check_items import CheckedItem, checked
from postroom.actions.explain_known import Asker, sight_of
from postroom.actions.explain_message import Told, verdict
from postroom.actions.item_answer import ItemAnswer
from postroom.actions.judge_mail import MetCopy, Verdict, judge
from postroom.actions.met_upload import met_mail, met_other
from postroom.core.customer import POLICY_VERSION, Decision
from postroom.core.people import Concern, Place, decide
from postroom.core.upload import CUSTOMER, UploadedMail
from postroom.reader import MetMail, ReadContent, ReaderPool, ReadMail, Unread
from postroom.reader.one_mail import Mails, OneMail
from postroom.store.models import Source
from postroom.store.read.concerns import PassiveMessage, facts_of, passive_messages
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.messages import Messages, owners_of
from postroom.store.read.owners import Owners
from postroom.store.read.uploads_due import DueItem
from postroom.store.sealed import findings_of
from postroom.store.secrets import hash_key_of, seal_of


class Lenses(TypedDict):
    """What each lens would say; ``None`` and empty where the source does not feed it, or nothing is asked."""

    customer: Told | None
    people: dict[str, Told]
    """By the user's e-mail address."""


class ForeseenAnswer(ItemAnswer):
    """The answer to an item, and the decisions that would follow."""

    lenses: Lenses


def foresee(
    source: Source, kind: str, records: Sequence[Any], *, reconsider: bool = False
) -> list[ForeseenAnswer]:
    """The answers that ``accept`` would give to these records, with the decision of each lens."""
    now = int(time.time())
    found = checked(source, kind, records, now=now, reconsider=reconsider)
    items = {index: one.item for index, one in enumerate(found) if one.item is not None}
    again = {index for index, one in enumerate(found) if one.is_again}
    lenses = _Foresight(source, kind, now).of(items, again)
    none: Lenses = {"customer": None, "people": {}}
    return [ForeseenAnswer(**one.answer, lenses=lenses.get(index, none)) for index, one in enumerate(found)]


class _Foreseen(NamedTuple):
    """The decisions that would follow from one item."""

    at: int
    """The time of the message, Unix seconds."""
    revision: int
    customer: Decision | None
    people: dict[str, Decision]


class _Keep:
    """A judge for the reading pool that keeps the envelopes."""

    def __init__(self) -> None:
        self.read: dict[int, ReadMail] = {}
        self.unread: dict[int, str] = {}

    def new(self, mails: Sequence[MetMail]) -> list[int]:
        return [mail.index for mail in mails]

    def importable(self, mails: Sequence[ReadMail], unread: Sequence[Unread]) -> list[int]:
        self.read = {mail.index: mail for mail in mails}
        return []

    def file(self, contents: Sequence[ReadContent], unread: Sequence[Unread]) -> None:
        self.unread = {mail.index: mail.why for mail in unread}


class _Foresight:
    """One dry run."""

    def __init__(self, source: Source, kind: str, now: int) -> None:
        self._source = source
        self._kind = kind
        self._now = now
        self._seal = seal_of(source.workspace)
        self._at_hand = DirectoryAtHand(source.workspace_id)

    def of(self, items: Mapping[int, CheckedItem], again: Collection[int]) -> dict[int, Lenses]:
        """What the lenses would say of these items, by index; those of ``again`` are decided again (F6)."""
        copies, unreadable = self._copies(items)
        verdicts = self._verdicts(copies, again)
        known = {v.known.id for v in verdicts.values() if v.known is not None}
        passive = passive_messages(sorted(known))
        self._users = facts_of({user.id for item in items.values() for user, _ in item.users})
        self._emails = owners_of(self._users)
        foreseen = {
            index: self._foreseen(items[index], copy, verdicts[index], passive)
            for index, copy in copies.items()
        }
        told = self._told(foreseen, copies)
        for index in unreadable:
            said = verdict("unparsable", (), (), 0, would=True)
            people = {self._emails[user.id]: said for user, _ in items[index].users}
            told[index] = {"customer": said if items[index].for_customer else None, "people": people}
        return told

    def _verdicts(self, copies: Mapping[int, MetCopy], again: Collection[int]) -> dict[int, Verdict]:
        """What the customer lens would say, by index."""
        messages = Messages(self._source.workspace_id, Owners(self._seal))
        verdicts: dict[int, Verdict] = {}
        for is_again in (False, True):
            mine = {index: copy for index, copy in copies.items() if (index in again) == is_again}
            judged = judge(list(mine.values()), messages, self._at_hand, again=is_again)
            verdicts.update((index, judged[copy.identity]) for index, copy in mine.items())
        return verdicts

    def _copies(self, items: Mapping[int, CheckedItem]) -> tuple[dict[int, MetCopy], set[int]]:
        """The items as copies, by index; and which are no mail that could be read."""
        due = {index: self._due(item) for index, item in items.items()}
        mails = {i: item.uploaded for i, item in items.items() if isinstance(item.uploaded, UploadedMail)}
        copies = {
            index: met_other(due[index], item.uploaded, self._seal, is_known=False)
            for index, item in items.items()
            if index not in mails
        }
        if not mails:
            return copies, set()
        keep = _Keep()
        with ReaderPool(hash_key_of(self._source.workspace), 1) as pool:
            pool.run([Mails(tuple(OneMail(mail.raw) for mail in mails.values()))], lambda _: keep)
        owners = Owners(self._seal)
        for position, (index, mail) in enumerate(mails.items()):
            if position in keep.read:
                owner = due[index].owner
                copies[index] = met_mail(
                    due[index],
                    mail,
                    keep.read[position],
                    None if owner is None else owners[owner],
                    is_known=False,
                )
        return copies, set(mails) - set(copies)

    def _due(self, item: CheckedItem) -> DueItem:
        return DueItem(
            0,
            self._source.pk,
            self._kind,
            item.key,
            item.digest,
            item.owner,
            b"",
            item.depth_at,
            self._now,
            users=[user.id for user, _ in item.users],
            is_for_customers=item.for_customer,
        )

    def _foreseen(
        self, item: CheckedItem, copy: MetCopy, customer: Verdict, passive: Mapping[int, PassiveMessage]
    ) -> _Foreseen:
        before = passive.get(customer.known.id) if customer.known else None
        people = {}
        for user, _ in item.users:
            facts = self._users[user.id]
            concern = Concern(
                user.id,
                copy.kind,
                customer.case.at,
                [*copy.sealed.participants, *(before.participants if before else ())],
                (
                    Place(copy.sealed.label_role, item.depth_at),
                    *(before.places_of(user.id) if before else ()),
                ),
                bool(copy.envelope.flags),
                facts.is_disabled,
                facts.consents,
            )
            people[self._emails[user.id]] = decide(concern, self._at_hand.directory)
        asked = copy.sealed.lenses & CUSTOMER
        return _Foreseen(customer.case.at, customer.revision, customer.decision if asked else None, people)

    def _told(self, foreseen: Mapping[int, _Foreseen], copies: Mapping[int, MetCopy]) -> dict[int, Lenses]:
        """Tell all of it, looking up once what decided."""
        in_hand = {
            sealed.address: participant.address
            for copy in copies.values()
            for (_, sealed), participant in zip(
                copy.sealed.participants, copy.envelope.participants, strict=True
            )
        }
        asker = Asker(self._source.workspace, sees_rules=False, in_hand=in_hand)
        decisions = [d for one in foreseen.values() for d in (one.customer, *one.people.values()) if d]
        sight = sight_of(asker, [findings_of(decision) for decision in decisions])

        def tell(decision: Decision, at: int, copy: MetCopy) -> Told:
            findings = findings_of(decision)
            found = sight.found(findings, copy.sealed.participants)
            return verdict(decision.reason, findings["asked"], found, at, would=True, was_met=False)

        told: dict[int, Lenses] = {}
        for index, one in foreseen.items():
            customer = None if one.customer is None else tell(one.customer, one.at, copies[index])
            if customer is not None:
                customer |= {"policy": POLICY_VERSION, "revision": one.revision}
            people = {email: tell(decision, one.at, copies[index]) for email, decision in one.people.items()}
            told[index] = {"customer": customer, "people": people}
        return told
