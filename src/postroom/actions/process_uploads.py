"""Judge and file what was uploaded: each item once, in both lenses, however often this is interrupted.

What is due is read from rows (``store.read.uploads_due``), and the rows go in the transaction that stores what
came of them; so being killed is to be due still, and two at a time find the rows of the other gone (P4). An
item that cannot be judged is marked and left alone, until somebody tries it again; it never stops the rest.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

from django.db import transaction

from postroom.actions.erase_traces import erase_traces_now
from postroom.actions.file_mail import ContentMissing, file_mail
from postroom.actions.judge_mail import MetCopy, Verdict, judge
from postroom.actions.judge_people import judge_people
from postroom.actions.kept_content import kept_content
from postroom.actions.met_upload import SOURCE, content_of, met_mail, met_other, upload_fingerprint
from postroom.actions.shown_mail import MailContent
from postroom.actions.spool import open_item
from postroom.actions.work import may_pass
from postroom.core.seal import Token
from postroom.core.upload import MAIL, Uploaded, UploadedMail
from postroom.reader import MetMail, ReadContent, ReaderPool, ReaderProblem, ReadMail, Unread
from postroom.reader.one_mail import Mails, OneMail
from postroom.store.models import Workspace
from postroom.store.problems import place_of
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.messages import Messages, known_copies
from postroom.store.read.owners import Owners
from postroom.store.read.uploads_due import DueItem, due_item_ids, due_items, still_due, waiting_for_nothing
from postroom.store.secrets import KeyMissing, hash_key_of, seal_of
from postroom.store.write import uploads_done
from postroom.store.write.set_aside import Unreadable, put_aside, take_back
from postroom.store.write.turn import take_turn

BATCH: Final = 500
"""Items in one transaction."""
BATCH_BYTES: Final = 48 * 1024 * 1024
CONTENT_LOST: Final = "content_missing"
"""The problem of an item that waits though nothing is kept of what it says."""
_ROUNDS: Final = 20
"""Batches before others have their turn."""
_TRIES: Final = 5
"""So often a batch is judged again because what it was judged by changed meanwhile."""

_log = logging.getLogger("postroom.uploads")


def process_some(workspace_id: int) -> int:
    """Judge what is due in a workspace, up to some thousands of items; returns how many were taken up.

    Raises errors of the database that may pass, and ``KeyMissing`` where the workspace's own key cannot be read;
    all that was committed before stays.
    """
    workspace = Workspace.objects.get(pk=workspace_id)
    taken = 0
    with _Run(workspace) as run:
        for _ in range(_ROUNDS):
            ids = due_item_ids(workspace_id, BATCH)
            items = due_items(ids, BATCH_BYTES)
            lost = [] if len(items) == len(ids) else waiting_for_nothing(ids)
            if not items and not lost:
                break
            uploads_done.mark_failed(lost, CONTENT_LOST)
            run.take(items)
            taken += len(items) + len(lost)
    return taken


def process_items(workspace: Workspace, item_ids: Sequence[int]) -> None:
    """Judge these items now, those of them that are due."""
    with _Run(workspace) as run:
        run.take(due_items(item_ids, BATCH_BYTES))


def retry_items(workspace: Workspace, item_ids: Sequence[int]) -> int:
    """Have failed items taken up again by the worker; returns how many lenses waited for them."""
    return uploads_done.clear_problems(workspace, item_ids)


class _Run:
    """One sweep: what its batches share."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.seal = seal_of(workspace)
        self.at_hand = DirectoryAtHand(workspace.pk)
        self.owners = Owners(self.seal)
        self.messages = Messages(workspace.pk, self.owners)
        self.has_withdrawn = False
        self._stack = ExitStack()
        self._pool: ReaderPool | None = None

    def __enter__(self) -> _Run:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        if self.has_withdrawn:
            erase_traces_now(self.workspace)

    def pool(self) -> ReaderPool:
        """The reading processes, started when the first mail comes."""
        if self._pool is None:
            self._pool = self._stack.enter_context(ReaderPool(hash_key_of(self.workspace), 1))
        return self._pool

    def take(self, items: Sequence[DueItem]) -> None:
        """Judge and file these items; one that cannot be is marked, and the others done without it."""
        opened = self._opened(items)
        for again in (False, True):
            self._take(
                [item for item in items if item.id in opened and item.is_again == again], opened, again
            )

    def _opened(self, items: Sequence[DueItem]) -> dict[int, Uploaded]:
        """What each item says; one that no key opens, or that is damaged, is marked and left out."""
        opened = {}
        for item in items:
            try:
                opened[item.id] = open_item(item.kind, item.key, item.sealed)
            except Exception as error:
                _mark(item, error)
        return opened

    def _take(self, items: Sequence[DueItem], opened: dict[int, Uploaded], again: bool) -> None:
        if not items:
            return
        try:
            self._take_together(items, opened, again)
        except (KeyMissing, ReaderProblem):
            raise
        except Exception as error:
            if may_pass(error):
                raise
            self.at_hand = DirectoryAtHand(self.workspace.pk)
            if len(items) > 1:
                for item in items:
                    self._take([item], opened, again)
                return
            _mark(items[0], error)

    def _take_together(self, items: Sequence[DueItem], opened: dict[int, Uploaded], again: bool) -> None:
        mails = [item for item in items if item.kind == MAIL]
        for _ in range(_TRIES):
            others = [item for item in items if item.kind != MAIL]
            batch = _Batch(self, mails, others, opened, again)
            try:
                if mails:
                    chunk = Mails(tuple(OneMail(_raw(opened[item.id]), "upload") for item in mails))
                    self.pool().run([chunk], lambda _, batch=batch: batch)  # type: ignore[misc]
                else:
                    batch.importable([], [])
                    batch.file([], [])
                return
            except ContentMissing:
                continue
        raise ContentMissing


def _mark(item: DueItem, error: Exception) -> None:
    """Leave the item alone until somebody tries it again."""
    _log.error("an uploaded item met %s", place_of(error))
    uploads_done.mark_failed(item.waiting, type(error).__name__)


def _raw(uploaded: Uploaded) -> bytes:
    assert isinstance(uploaded, UploadedMail)
    return uploaded.raw


class _Batch:
    """Takes a batch through its stages; the reading pool's judge for the mails among it."""

    def __init__(
        self,
        run: _Run,
        mails: Sequence[DueItem],
        others: Sequence[DueItem],
        opened: dict[int, Uploaded],
        again: bool,
    ) -> None:
        self._run = run
        self._again = again
        self._mails = mails
        self._items = [*mails, *others]
        self._others = others
        self._opened = opened
        self._now = int(time.time())
        self._copies: dict[int, MetCopy] = {}
        """By item."""
        self._verdicts: dict[Token, Verdict] = {}

    def new(self, mails: Sequence[MetMail]) -> list[int]:
        """All are to be read: what was judged before is due only to be decided again."""
        return [mail.index for mail in mails]

    def importable(self, mails: Sequence[ReadMail], unread: Sequence[Unread]) -> list[int]:
        """Judge what was read, and all that is no mail; the mails that come in."""
        run = self._run
        prints = {item.id: upload_fingerprint(item.key, item.digest) for item in self._items}
        known = known_copies(list(prints.values()))
        for read in mails:
            item, mail = self._mails[read.index], self._opened[self._mails[read.index].id]
            assert isinstance(mail, UploadedMail)
            owner = None if item.owner is None else run.owners[item.owner]
            self._copies[item.id] = met_mail(item, mail, read, owner, is_known=prints[item.id] in known)
        for item in self._others:
            self._copies[item.id] = met_other(
                item, self._opened[item.id], run.seal, is_known=prints[item.id] in known
            )
        self._verdicts = self._judge()
        shown = {c.fingerprint for v in self._verdicts.values() if v.imports for c in v.shown}
        return [read.index for read in mails if prints[self._mails[read.index].id] in shown]

    def _judge(self) -> dict[Token, Verdict]:
        return judge(list(self._copies.values()), self._run.messages, self._run.at_hand, again=self._again)

    def file(self, contents: Sequence[ReadContent], unread: Sequence[Unread]) -> None:
        """Store what came of the batch, in one transaction; raises ``ContentMissing`` where it went stale."""
        run = self._run
        failed = {self._mails[mail.index].id: mail for mail in unread}
        with transaction.atomic():
            take_turn(run.workspace)
            due = still_due(self._items)
            live = [item for item in self._items if due[item.id] >= set(item.waiting)]
            gone = {item.id for item in self._items} - {item.id for item in live} | failed.keys()
            for id_ in gone:
                self._copies.pop(id_, None)
            if gone:
                self._verdicts = self._judge()
            texts = self._texts(contents)
            filed = file_mail(
                run.workspace,
                self._verdicts,
                texts,
                run.messages,
                run.at_hand,
                self._now,
                again=self._again,
            )
            run.has_withdrawn = run.has_withdrawn or bool(filed.withdrawn)
            judged = [item for item in live if item.id in self._copies]
            concerns = {
                (filed.ids[self._copies[item.id].identity], user) for item in judged for user in item.users
            }
            if concerns:
                judge_people(run.workspace, concerns, run.at_hand, self._now)
            uploads_done.name_copies((item.id, self._copies[item.id].fingerprint) for item in judged)
            uploads_done.end_waiting((w for item in judged for w in item.waiting), [i.id for i in judged])
            self._put_aside([item for item in live if item.id in failed], failed, judged)

    def _texts(self, contents: Sequence[ReadContent]) -> dict[Token, MailContent]:
        texts = {
            self._copies[item.id].fingerprint: content_of(self._opened[item.id])
            for item in self._others
            if item.id in self._copies and item.is_for_customers
        }
        for content in contents:
            copy = self._copies.get(self._mails[content.index].id)
            if copy is not None:
                texts[copy.fingerprint] = kept_content(content)
        return texts

    def _put_aside(
        self, items: Sequence[DueItem], failed: dict[int, Unread], judged: Sequence[DueItem]
    ) -> None:
        """List what cannot be read; its item keeps it, encrypted, to be run again (L6)."""
        workspace_id = self._run.workspace.pk
        take_back(workspace_id, [self._copies[item.id].fingerprint for item in judged if item.kind == MAIL])
        aside = []
        for item in items:
            mail = self._opened[item.id]
            assert isinstance(mail, UploadedMail)
            why = failed[item.id].why
            uploads_done.mark_failed(item.waiting, why)
            aside.append(
                Unreadable(
                    upload_fingerprint(item.key, item.digest),
                    SOURCE,
                    item.owner,
                    mail.label,
                    mail.label_role,
                    "upload",
                    len(mail.raw),
                    why,
                    b"",
                    item.id,
                )
            )
        put_aside(workspace_id, aside, self._now)
