"""Run a mail that was set aside again: perhaps it can be read by now (L6)."""

from __future__ import annotations

from typing import Literal, TypedDict

from postroom.actions.import_batch import ImportRun
from postroom.actions.import_mail import run_to_the_end
from postroom.actions.place import Place
from postroom.actions.rejection import NotFound
from postroom.reader import ReaderPool
from postroom.reader.one_mail import OneMail
from postroom.store.models import SetAside, Workspace
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
