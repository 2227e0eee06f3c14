"""Import mail from files: mbox, Maildir, a directory of mails or one mail.

Whatever was committed is known by its fingerprint, so an import that was killed is resumed by running it
again, and running it again doubles nothing. There is no cursor that could be wrong.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from postroom.actions.file_mail import ContentMissing, Filed, MailContent, file_mail
from postroom.actions.judge_mail import MetCopy, Verdict, judge
from postroom.actions.rejection import Rejected
from postroom.core.case import SealedCopy
from postroom.core.message import LABEL_ROLES
from postroom.core.reasons import IMPORT, SET_ASIDE
from postroom.core.seal import SealedAddress, Token
from postroom.providers.files import Chunk, chunks
from postroom.reader import MetMail, ReadContent, ReaderPool, ReadMail, Unread
from postroom.store.models import User, Workspace
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.messages import Messages, known_copies, known_set_aside
from postroom.store.read.owners import Owners
from postroom.store.secrets import hash_key_of, seal_of
from postroom.store.write.set_aside import Unreadable, put_aside, take_back

SOURCE: Final = "import"
"""The kind of the source."""
FILE_PROBLEMS: Final = {
    "not_readable": "It cannot be read. Give this user the right to read it, and import again.",
    "vanished": "It is no longer there. If it was moved, import again from its new place.",
}
"""Why a file's mails were not met at all, and what to do."""
_UNPARSABLE: Final = (SET_ASIDE, "unparsable")


def copy_fingerprint(raw_token: Token, user: int, label: str) -> Token:
    """What an imported copy is known by: all its bytes, whose mail it is and where it stands."""
    return blake2b(raw_token + f"{SOURCE}\0{user}\0{label}".encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Place:
    """Whose mail it is and where it stands: what a copy is, beside its bytes."""

    workspace: Workspace
    user: int
    owner: SealedAddress
    label: str
    label_role: str

    def fingerprint(self, raw_token: Token) -> Token:
        """What this copy is known by when it is met again."""
        return copy_fingerprint(raw_token, self.user, self.label)


@dataclass(slots=True)
class Summary:
    """What an import met and what became of it."""

    messages: int = 0
    """Mails met, copies and repeats included."""
    new_messages: int = 0
    """Messages that were not known before."""
    new_copies: int = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many of ``messages`` by outcome and reason, customer lens."""
    problems: list[tuple[str, str]] = field(default_factory=list)
    """Files that could not be opened, with what to do: nothing of them is stored."""

    def add(self, part: Summary) -> None:
        """Add what a part of the files came to."""
        self.messages += part.messages
        self.new_messages += part.new_messages
        self.new_copies += part.new_copies
        self.outcomes += part.outcomes
        self.problems += part.problems

    def as_json(self) -> dict[str, Any]:
        """``{"messages", "outcomes": {lens: {outcome: {reason: n}}}, …}``."""
        by_outcome: dict[str, dict[str, int]] = {}
        for (outcome, reason), count in sorted(self.outcomes.items()):
            by_outcome.setdefault(outcome, {})[reason] = count
        return {
            "messages": self.messages,
            "new_messages": self.new_messages,
            "new_copies": self.new_copies,
            "outcomes": {"customer": by_outcome},
            "problems": [{"file": file, "problem": problem} for file, problem in self.problems],
        }


def place_of(workspace: Workspace, user_email: str, label: str) -> Place:
    """Where mail of this user and label stands. Raises ``Rejected``.

    A label named like a role, without case, has that role; any other has none.
    """
    seal = seal_of(workspace)
    email = user_email.strip().casefold()
    user = User.objects.filter(workspace=workspace, email=email).first()
    if user is None:
        raise Rejected("user_unknown", "user")
    role = label.strip().casefold()
    return Place(
        workspace, user.pk, seal.sealed(user.email), label.strip(), role if role in LABEL_ROLES else ""
    )


def import_mail(
    workspace: Workspace,
    path: Path,
    *,
    user_email: str,
    label: str,
    reconsider: bool = False,
    processes: int | None = None,
    pool: ReaderPool | None = None,
    progress: Callable[[int, Summary], None] | None = None,
) -> Summary:
    """Read the mails at ``path``, decide each and store what came of it; ``reconsider``: also those known (F6).

    ``pool``: reading processes of the workspace that stay for further imports. ``progress`` is told the bytes
    of each finished part. Raises ``Rejected``, ``files.PathProblem``, and what the database raises when the
    disk is full; all that was committed before stays.
    """
    place = place_of(workspace, user_email, label)
    run = ImportRun(place, reconsider)
    if pool is not None:
        return _run(run, pool, path, progress)
    with ReaderPool(hash_key_of(workspace), processes) as own:
        return _run(run, own, path, progress)


def _run(
    run: ImportRun, pool: ReaderPool, path: Path, progress: Callable[[int, Summary], None] | None
) -> Summary:
    waiting: Sequence[Chunk] | None = None
    source = chunks(path)
    while waiting is None or waiting:
        run.again = []
        pool.run(waiting if waiting else source, run.batch, lambda chunk: _told(progress, chunk, run))
        waiting = run.again
    return run.summary


def _told(progress: Callable[[int, Summary], None] | None, chunk: Chunk, run: ImportRun) -> None:
    if progress is not None:
        progress(chunk.size, run.summary)


class ImportRun:
    """One import: what its batches share."""

    def __init__(self, place: Place, reconsider: bool) -> None:
        self.place = place
        self.reconsider = reconsider
        self.summary = Summary()
        self.at_hand = DirectoryAtHand(place.workspace.pk)
        self.messages = Messages(place.workspace.pk, Owners(seal_of(place.workspace)))
        self.again: list[Chunk] = []
        """Parts to be read again, because others changed what they were judged by."""

    def batch(self, chunk: Chunk) -> ImportBatch:
        """The judge of one part."""
        return ImportBatch(self, chunk)


class ImportBatch:
    """Takes one part of the files through its stages: known? decided? filed."""

    def __init__(self, run: ImportRun, chunk: Chunk) -> None:
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
        self._aside = known_set_aside(place.workspace.pk, tokens)
        wanted: dict[Token, int] = {}
        for index, token in self._fingerprints.items():
            if token in known and not (self._run.reconsider and known[token].outcome != IMPORT):
                report.outcomes[(known[token].outcome, known[token].reason)] += 1
            elif token in self._aside and not self._run.reconsider:
                report.outcomes[_UNPARSABLE] += 1
            else:
                wanted.setdefault(token, index)
                self._times[token] += 1
        self._reconsidered = known.keys() & wanted.keys()
        return list(wanted.values())

    def importable(self, mails: Sequence[ReadMail], unread: Sequence[Unread]) -> list[int]:
        """Judge what was read; the mails that come in, whose content is to be read."""
        met = [self._copy(mail) for mail in mails]
        self._verdicts = judge(met, self._run.messages, self._run.at_hand)
        return [
            mail.index for mail, copy in zip(mails, met, strict=True) if self._verdicts[copy.identity].imports
        ]

    def _copy(self, mail: ReadMail) -> MetCopy:
        place, fingerprint = self._run.place, self._fingerprints[mail.index]
        received_at = mail.envelope.received_at
        if received_at is None:
            received_at = self._met[mail.index].received_at
        sealed = SealedCopy(
            place.label_role, place.owner, mail.sealed, mail.alternative, received_at, self._now
        )
        return MetCopy(
            fingerprint,
            mail.identity,
            mail.message_id,
            mail.references,
            mail.envelope,
            SOURCE,
            place.user,
            place.label,
            sealed,
            is_known=fingerprint in self._reconsidered,
        )

    def file(self, contents: Sequence[ReadContent], unread: Sequence[Unread]) -> None:
        """Store the outcomes of this part in one transaction; or have it read again if it went stale."""
        run = self._run
        self._judge_without({self._fingerprints[mail.index] for mail in unread})
        texts = {self._fingerprints[content.index]: _stored(content) for content in contents}
        try:
            if self._verdicts or unread:
                with transaction.atomic():
                    filed = file_mail(
                        run.place.workspace, self._verdicts, texts, run.messages, run.at_hand, self._now
                    )
                    self._put_aside(unread)
                self._count(filed, unread)
        except ContentMissing:
            run.again.append(self._chunk)
            return
        run.summary.add(self._report)

    def _judge_without(self, unreadable: set[Token]) -> None:
        """Judge without the mails whose content turned out unreadable: they are set aside whole."""
        if unreadable:
            copies = [copy for verdict in self._verdicts.values() for copy in verdict.met]
            kept = [copy for copy in copies if copy.fingerprint not in unreadable]
            self._verdicts = judge(kept, self._run.messages, self._run.at_hand)

    def _put_aside(self, unread: Sequence[Unread]) -> None:
        place = self._run.place
        read = {copy.fingerprint for verdict in self._verdicts.values() for copy in verdict.met}
        take_back(place.workspace.pk, sorted(read & self._aside))
        put_aside(
            place.workspace.pk,
            [
                Unreadable(
                    self._fingerprints[mail.index],
                    SOURCE,
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

    def _count(self, filed: Filed, unread: Sequence[Unread]) -> None:
        """Count what became of each mail; one that stands twice in this part counts twice."""
        report, times = self._report, self._times
        report.new_messages, report.new_copies = filed.new_messages, filed.new_copies
        for verdict in filed.verdicts.values():
            key = (verdict.decision.outcome, verdict.decision.reason)
            for copy in verdict.met:
                report.outcomes[key] += times.pop(copy.fingerprint, 0)
        for mail in unread:
            report.outcomes[_UNPARSABLE] += times.pop(self._fingerprints[mail.index], 0)
        # The rest was filed by somebody else in the meantime.
        for token, known in known_copies(list(times)).items():
            report.outcomes[(known.outcome, known.reason)] += times[token]


def _stored(content: ReadContent) -> MailContent:
    return MailContent(
        content.content.subject, content.snippet, content.digest, content.body, content.searchable
    )
