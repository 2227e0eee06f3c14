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
from typing import Any

from django.db import transaction

from postroom.actions.file_mail import ContentMissing, Filed, MailContent, file_mail
from postroom.actions.judge_mail import MetCopy, Verdict, judge
from postroom.core.case import SealedCopy
from postroom.core.message import LABEL_ROLES
from postroom.core.reasons import IMPORT, SET_ASIDE
from postroom.core.seal import Seal, SealedAddress, Token
from postroom.providers.files import Chunk, chunks
from postroom.reader import MetMail, ReadContent, ReaderPool, ReadMail, Unread
from postroom.store.models import User, Workspace
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.messages import Messages, known_copies, known_set_aside, owners_of
from postroom.store.secrets import hash_key_of, seal_of
from postroom.store.write.set_aside import Unreadable, put_aside, take_back

SOURCE = "import"


class UserUnknown(LookupError):
    """No user of the workspace has this address: whose mail is it?"""


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
    """Where mail of this user and label stands. Raises ``UserUnknown``.

    A label named like a role, without case, has that role; any other has none.
    """
    seal = seal_of(workspace)
    email = user_email.strip().casefold()
    user = User.objects.filter(workspace=workspace, email=email).first()
    if user is None:
        raise UserUnknown(
            f"No user {user_email!r} in workspace {workspace.name!r}. Add one with: "
            f"postroom user add --workspace {workspace.name!r} --email {user_email}"
        )
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
    progress: Callable[[int, Summary], None] | None = None,
) -> Summary:
    """Read the mails at ``path``, decide each and store what came of it; ``reconsider``: also those known (F6).

    ``progress`` is told the bytes of each finished part. Raises ``UserUnknown``, ``files.PathProblem``, and
    what the database raises when the disk is full; all that was committed before stays.
    """
    place = place_of(workspace, user_email, label)
    run = ImportRun(place, reconsider)
    with ReaderPool(hash_key_of(workspace), processes) as pool:
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


class Owners(dict[int, SealedAddress]):
    """The sealed e-mail addresses of users by id, looked up when first asked for."""

    def __init__(self, seal: Seal) -> None:
        super().__init__()
        self._seal = seal

    def __missing__(self, user: int) -> SealedAddress:
        email = owners_of([user])[user]
        sealed = self[user] = self._seal.sealed(email)
        return sealed


class ImportBatch:
    """Takes one part of the files through its stages: known? decided? filed."""

    def __init__(self, run: ImportRun, chunk: Chunk) -> None:
        self._run = run
        self._chunk = chunk
        self._met: dict[int, MetMail] = {}
        self._fingerprints: dict[int, Token] = {}
        self._verdicts: dict[Token, Verdict] = {}
        self._known: Counter[tuple[str, str]] = Counter()
        self._reconsidered: set[Token] = set()
        self._aside: set[Token] = set()
        self._wanted: set[Token] = set()
        self._now = int(time.time())

    def new(self, mails: Sequence[MetMail]) -> list[int]:
        """The mails to read: not known yet, or to be decided again."""
        place = self._run.place
        self._met = {mail.index: mail for mail in mails}
        readable = [mail for mail in mails if not mail.problem]
        self._fingerprints = {mail.index: place.fingerprint(mail.raw_token) for mail in readable}
        tokens = list(self._fingerprints.values())
        known = known_copies(tokens)
        self._aside = aside = known_set_aside(place.workspace.pk, tokens)
        wanted: dict[Token, int] = {}
        for mail in readable:
            token = self._fingerprints[mail.index]
            if token in known and not (self._run.reconsider and known[token].outcome != IMPORT):
                self._known[(known[token].outcome, known[token].reason)] += 1
            elif token in aside and not self._run.reconsider:
                self._known[(SET_ASIDE, "unparsable")] += 1
            else:
                wanted.setdefault(token, mail.index)
        self._reconsidered = {token for token in wanted if token in known}
        self._wanted = set(wanted)
        return list(wanted.values())

    def importable(self, mails: Sequence[ReadMail], unread: Sequence[Unread]) -> list[int]:
        """Judge what was read; the mails that come in, whose content is to be read."""
        met = [self._copy(mail) for mail in mails]
        self._verdicts = judge(met, self._run.messages, self._run.at_hand)
        return [
            mail.index for mail, copy in zip(mails, met, strict=True) if self._verdicts[copy.identity].imports
        ]

    def _copy(self, mail: ReadMail) -> MetCopy:
        place = self._run.place
        return MetCopy(
            fingerprint=self._fingerprints[mail.index],
            identity=mail.identity,
            message_id=mail.message_id,
            references=mail.references,
            envelope=mail.envelope,
            source=SOURCE,
            user_id=place.user,
            label=place.label,
            is_known=self._fingerprints[mail.index] in self._reconsidered,
            sealed=SealedCopy(
                place.label_role,
                place.owner,
                mail.sealed,
                mail.alternative,
                _first(mail.envelope.received_at, self._met[mail.index].received_at),
                self._now,
            ),
        )

    def file(self, contents: Sequence[ReadContent], unread: Sequence[Unread]) -> None:
        """Store the outcomes of this part in one transaction; or have it read again if it went stale."""
        run, workspace = self._run, self._run.place.workspace
        self._drop([mail.index for mail in unread])
        try:
            with transaction.atomic():
                filed = file_mail(
                    workspace,
                    self._verdicts,
                    {self._fingerprints[content.index]: _stored(content) for content in contents},
                    run.messages,
                    run.at_hand,
                    self._now,
                )
                self._put_aside(unread)
        except ContentMissing:
            run.again.append(self._chunk)
            return
        self._report(filed, unread)

    def _drop(self, indices: Sequence[int]) -> None:
        """Judge without the mails whose content turned out unreadable: they are set aside whole."""
        gone = {self._fingerprints[index] for index in indices}
        copies = [copy for verdict in self._verdicts.values() for copy in verdict.met]
        if any(copy.fingerprint in gone for copy in copies):
            kept = [copy for copy in copies if copy.fingerprint not in gone]
            self._verdicts = judge(kept, self._run.messages, self._run.at_hand)

    def _put_aside(self, unread: Sequence[Unread]) -> None:
        place = self._run.place
        read = [copy.fingerprint for verdict in self._verdicts.values() for copy in verdict.met]
        if self._aside:
            take_back(place.workspace.pk, [token for token in read if token in self._aside])
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

    def _report(self, filed: Filed, unread: Sequence[Unread]) -> None:
        """Add this part to the summary; a mail that stands twice in it counts twice."""
        summary = self._run.summary
        summary.new_messages += filed.new_messages
        summary.new_copies += filed.new_copies
        summary.messages += len(self._fingerprints)
        summary.outcomes.update(self._known)
        times = Counter(token for token in self._fingerprints.values() if token in self._wanted)
        for verdict in filed.verdicts.values():
            key = (verdict.decision.outcome, verdict.decision.reason)
            for copy in verdict.met:
                summary.outcomes[key] += times.pop(copy.fingerprint, 0)
        for mail in unread:
            summary.outcomes[(SET_ASIDE, "unparsable")] += times.pop(self._fingerprints[mail.index], 0)
        for token, known in known_copies(list(times)).items():
            summary.outcomes[(known.outcome, known.reason)] += times[token]
        summary.problems += [(mail.locator, mail.problem) for mail in self._met.values() if mail.problem]


def _stored(content: ReadContent) -> MailContent:
    return MailContent(
        content.content.subject, content.snippet, content.digest, content.body, content.searchable
    )


def _first(*times: int | None) -> int | None:
    """The first time that is known."""
    return next((at for at in times if at is not None), None)
