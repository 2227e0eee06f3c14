"""Run a mail that was set aside again: perhaps it can be read by now (L6)."""

from __future__ import annotations

from typing import Literal, TypedDict

from postroom.actions.import_batch import ImportRun
from postroom.actions.import_mail import run_to_the_end
from postroom.actions.place import Place
from postroom.actions.process_uploads import process_items, retry_items
from postroom.actions.rejection import NotFound
from postroom.reader import ReaderPool
from postroom.reader.one_mail import OneMail
from postroom.store.models import Decision, SetAside, Workspace
from postroom.store.read.set_aside import raw_of, set_aside
from postroom.store.secrets import hash_key_of, seal_of


class Retried(TypedDict):
    """What became of the mail."""

    id: int
    status: Literal["filed", "set_aside", "rejected"]
    reason: str
    """Of the decision, or why it still cannot be read; ``file_needed`` where it was too large to keep."""


def retry_set_aside(workspace: Workspace, set_aside_id: int) -> Retried:
    """Read the mail again and file it where it can be read now. Raises ``NotFound``."""
    row = SetAside.objects.filter(workspace=workspace, pk=set_aside_id).select_related("user").first()
    if row is None:
        raise NotFound
    if row.item is not None:
        return _retry_upload(workspace, row, row.item)
    raw = raw_of(row)
    if raw is None or row.user is None:
        return Retried(id=row.pk, status="rejected", reason="file_needed")
    place = Place(
        workspace, row.user.pk, seal_of(workspace).sealed(row.user.email), row.label, row.label_role
    )
    run: ImportRun[OneMail] = ImportRun(place, reconsider=True)
    with ReaderPool(hash_key_of(workspace), 1) as pool:
        run_to_the_end(run, pool, [OneMail(raw, row.locator)])
    still = set_aside(workspace).filter(pk=row.pk).values_list("why", flat=True).first()
    if still is not None:
        return Retried(id=row.pk, status="set_aside", reason=still)
    [(_, reason)] = run.summary.outcomes
    return Retried(id=row.pk, status="filed", reason=reason)


def _retry_upload(workspace: Workspace, row: SetAside, item: int) -> Retried:
    """The item keeps the original itself."""
    retry_items(workspace, [item])
    process_items(workspace, [item])
    still = set_aside(workspace).filter(pk=row.pk).values_list("why", flat=True).first()
    if still is not None:
        return Retried(id=row.pk, status="set_aside", reason=still)
    return Retried(id=row.pk, status="filed", reason=_reason(item))


def _reason(item: int) -> str:
    """Of the decision on what the item became: the customer lens's, where it was asked."""
    decided = Decision.objects.filter(message__copies__items=item, is_current=True).order_by("lens", "pk")
    return decided.values_list("reason", flat=True).first() or ""
