"""One part of the files on its way through the stages of an import: known? decided? filed.

The reading pool asks (``reader.Judge``); what was read is stored in one transaction a part.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Generic, TypeVar

from django.db import transaction

from postroom.actions.file_mail import ContentMissing, Filed, file_mail
from postroom.actions.import_summary import Summary
from postroom.actions.judge_mail import MetCopy, Verdict, judge
from postroom.actions.judge_people import judge_people
from postroom.actions.kept_content import kept_content
from postroom.actions.place import Place
from postroom.core.case import SealedCopy
from postroom.core.reasons import SET_ASIDE
from postroom.core.seal import Token
from postroom.core.upload import CUSTOMER, PEOPLE
from postroom.reader import Chunk, MetMail, ReadContent, ReadMail, Unread
from postroom.store.read.concerns import people_decisions
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.messages import KnownCopy, Messages, known_copies, known_set_aside
from postroom.store.read.owners import Owners
from postroom.store.secrets import seal_of
from postroom.store.write.set_aside import Unreadable, put_aside, take_back

FILE_PROBLEMS: Final = {
    "not_readable": "It cannot be read. Give this user the right to read it, and import again.",
    "vanished": "It is no longer there. If it was moved, import again from its new place.",
}
"""Why a file's mails were not met at all, and what to do."""
C = TypeVar("C", bound=Chunk)

_UNPARSABLE: Final = (SET_ASIDE, "unparsable")


class ImportRun(Generic[C]):
    """One import: what its batches share."""

    def __init__(self, place: Place, reconsider: bool) -> None:
        self.place = place
        self.reconsider = reconsider
        self.summary = Summary(lenses=place.lenses)
        self.at_hand = DirectoryAtHand(place.workspace.pk)
        self.messages = Messages(place.workspace.pk, Owners(seal_of(place.workspace)))
        self.again: list[C] = []
        """Parts to be read again, because others changed what they were judged by."""
        self.has_withdrawn = False
        """Whether engagements are gone, whose traces are to be erased."""

    def batch(self, chunk: C) -> ImportBatch[C]:
        """The judge of one part."""
        return ImportBatch(self, chunk)


class ImportBatch(Generic[C]):
    """Takes one part of the files through its stages: known? decided? filed."""

    def __init__(self, run: ImportRun[C], chunk: C) -> None:
        self._run = run
        self._chunk = chunk
        self._met: dict[int, MetMail] = {}
        self._fingerprints: dict[int, Token] = {}
        self._verdicts: dict[Token, Verdict] = {}
        self._report = Summary()
        self._times: Counter[Token] = Counter()
        """How often each mail to be read stands in this part."""
        self._reconsidered: set[Token] = set()
        self._aside: set[Token] = set()
        self._known_people: Counter[int] = Counter()
        """How often each message met before stands in this part, where the people lens is asked."""
        self._now = int(time.time())

    def new(self, mails: Sequence[MetMail]) -> list[int]:
        """The mails to read: not known yet, or to be decided again."""
        place, report = self._run.place, self._report
        self._met = {mail.index: mail for mail in mails}
        report.problems = [(m.locator, FILE_PROBLEMS[m.problem]) for m in mails if m.problem in FILE_PROBLEMS]
        there = [mail for mail in mails if mail.problem not in FILE_PROBLEMS]
        report.messages = len(there)
        self._fingerprints = {mail.index: place.fingerprint(mail.raw_token) for mail in there}
        tokens = list(self._fingerprints.values())
        known = known_copies(tokens)
        self._aside = known_set_aside(place.workspace.pk, [t for t in tokens if t not in known])
        wanted: dict[Token, int] = {}
        for index, token in self._fingerprints.items():
            if token in known and self._stays(known[token]):
                self._count_known(known[token], 1)
            elif token in self._aside and not self._run.reconsider:
                for lens, counted in ((CUSTOMER, report.outcomes), (PEOPLE, report.people)):
                    counted[_UNPARSABLE] += bool(place.lenses & lens)
            else:
                wanted.setdefault(token, index)
                self._times[token] += 1
        self._reconsidered = known.keys() & wanted.keys()
        return list(wanted.values())

    def _stays(self, copy: KnownCopy) -> bool:
        """Whether nothing new is to be learnt from a copy that is known."""
        place = self._run.place
        if place.lenses & ~copy.lenses:
            return False
        return not (self._run.reconsider and place.lenses & CUSTOMER and copy.may_be_reconsidered)

    def _count_known(self, copy: KnownCopy, times: int) -> None:
        if copy.outcome is not None and copy.reason is not None and self._run.place.lenses & CUSTOMER:
            self._report.outcomes[(copy.outcome, copy.reason)] += times
        if self._run.place.lenses & PEOPLE:
            self._known_people[copy.message] += times

    def importable(self, mails: Sequence[ReadMail], unread: Sequence[Unread]) -> list[int]:
        """Judge what was read; the mails that come in, whose content is to be read."""
        met = [self._copy(mail) for mail in mails]
        self._verdicts = self._judge(met)
        shown = {c.fingerprint for v in self._verdicts.values() if v.imports for c in v.shown}
        return [mail.index for mail, copy in zip(mails, met, strict=True) if copy.fingerprint in shown]

    def _copy(self, mail: ReadMail) -> MetCopy:
        place, fingerprint = self._run.place, self._fingerprints[mail.index]
        said = (place.received_at, mail.envelope.received_at, self._met[mail.index].received_at)
        sealed = SealedCopy(
            place.label_role,
            place.owner,
            mail.sealed,
            mail.alternative,
            next((at for at in said if at is not None), None),
            self._now,
            place.depth_at,
            place.lenses,
            place.starts_at,
        )
        return MetCopy(
            fingerprint,
            mail.identity,
            mail.message_id,
            mail.references,
            mail.envelope,
            place.source,
            place.user,
            place.label,
            sealed,
            is_known=fingerprint in self._reconsidered,
        )

    def file(self, contents: Sequence[ReadContent], unread: Sequence[Unread]) -> None:
        """Store the outcomes of this part in one transaction; or have it read again if it went stale."""
        run = self._run
        self._judge_without({self._fingerprints[mail.index] for mail in unread})
        texts = {self._fingerprints[c.index]: kept_content(c, run.place.mode) for c in contents}
        try:
            if self._verdicts or unread:
                with transaction.atomic():
                    filed = file_mail(
                        run.place.workspace,
                        self._verdicts,
                        texts,
                        run.messages,
                        run.at_hand,
                        self._now,
                        again=run.reconsider,
                    )
                    self._put_aside(unread)
                    counted = self._judge_people(filed)
                self._count(filed, counted, unread)
                run.has_withdrawn = run.has_withdrawn or bool(filed.withdrawn)
        except ContentMissing:
            run.again.append(self._chunk)
            return
        self._report.people += self._people_known()
        run.summary.add(self._report)

    def _judge_people(self, filed: Filed) -> dict[int, tuple[str, str]]:
        """Ask the people lens about what was filed for the user whose mail it is; outcome and reason by message."""
        run = self._run
        if not run.place.lenses & PEOPLE:
            return {}
        concerns = [(filed.ids[identity], run.place.user) for identity in filed.verdicts]
        judged = judge_people(run.place.workspace, concerns, run.at_hand, self._now)
        return {message: judged[message, user] for message, user in concerns}

    def _people_known(self) -> Counter[tuple[str, str]]:
        """What the people lens said of messages that were known before."""
        counts: Counter[tuple[str, str]] = Counter()
        said = people_decisions(list(self._known_people), self._run.place.user)
        for message, times in self._known_people.items():
            if message in said:
                counts[said[message]] += times
        return counts

    def _judge_without(self, unreadable: set[Token]) -> None:
        """Judge without the mails whose content turned out unreadable: they are set aside whole."""
        if unreadable:
            copies = [copy for verdict in self._verdicts.values() for copy in verdict.met]
            kept = [copy for copy in copies if copy.fingerprint not in unreadable]
            self._verdicts = self._judge(kept)

    def _judge(self, met: Sequence[MetCopy]) -> dict[Token, Verdict]:
        return judge(met, self._run.messages, self._run.at_hand, again=self._run.reconsider)

    def _put_aside(self, unread: Sequence[Unread]) -> None:
        place = self._run.place
        read = {copy.fingerprint for verdict in self._verdicts.values() for copy in verdict.met}
        take_back(place.workspace.pk, sorted(read & self._aside))
        put_aside(
            place.workspace.pk,
            [
                Unreadable(
                    self._fingerprints[mail.index],
                    place.source,
                    place.user,
                    place.label,
                    place.label_role,
                    self._met[mail.index].locator,
                    self._met[mail.index].size,
                    mail.why,
                    mail.raw,
                )
                for mail in unread
            ],
            self._now,
        )

    def _count(self, filed: Filed, counted: Mapping[int, tuple[str, str]], unread: Sequence[Unread]) -> None:
        """Count what became of each mail; one that stands twice in this part counts twice."""
        report, times = self._report, self._times
        report.new_messages, report.new_copies = filed.new_messages, filed.new_copies
        for identity, verdict in filed.verdicts.items():
            key = (verdict.decision.outcome, verdict.decision.reason)
            for copy in verdict.met:
                met = times.pop(copy.fingerprint, 0)
                if self._run.place.lenses & CUSTOMER:
                    report.outcomes[key] += met
                if counted:
                    report.people[counted[filed.ids[identity]]] += met
        for mail in unread:
            met = times.pop(self._fingerprints[mail.index], 0)
            if self._run.place.lenses & CUSTOMER:
                report.outcomes[_UNPARSABLE] += met
            if self._run.place.lenses & PEOPLE:
                report.people[_UNPARSABLE] += met
        # The rest was filed by somebody else in the meantime.
        for token, known in known_copies(list(times)).items():
            self._count_known(known, times[token])
