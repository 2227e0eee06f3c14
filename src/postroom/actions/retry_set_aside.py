"""Run mails that were set aside again: perhaps they can be read by now (L6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from postroom.actions.import_batch import ImportRun
from postroom.actions.import_mail import run_to_the_end
from postroom.actions.place import Place
from postroom.reader import ReaderPool
from postroom.reader.one_mail import OneMail
from postroom.store.models import SetAside, Workspace
from postroom.store.read.set_aside import raw_of
from postroom.store.secrets import hash_key_of, seal_of


def retry_set_aside(workspace: Workspace, ids: Sequence[int], *, actor: str) -> list[dict[str, Any]]:
    """Read these mails again and file what can be read now.

    One answer each, in order: ``{"index", "id", "status": "filed"|"set_aside"|"rejected", "reason"}``; ``file_needed``
    where the mail was too large to keep and its file has to be imported again.
    """
    rows = {row.pk: row for row in SetAside.objects.filter(workspace=workspace, pk__in=ids)}
    with ReaderPool(hash_key_of(workspace), 1) as pool:
        return [
            {"index": index, "id": id_, **_again(workspace, pool, rows.get(id_))}
            for index, id_ in enumerate(ids)
        ]


def _again(workspace: Workspace, pool: ReaderPool, row: SetAside | None) -> dict[str, str | None]:
    if row is None:
        return {"status": "rejected", "reason": "not_found"}
    raw = raw_of(row)
    if raw is None or row.user is None:
        return {"status": "rejected", "reason": "file_needed"}
    owner = seal_of(workspace).sealed(row.user.email)
    run: ImportRun[OneMail] = ImportRun(
        Place(workspace, row.user.pk, owner, row.label, row.label_role), reconsider=True
    )
    run_to_the_end(run, pool, [OneMail(raw, row.locator)])
    still = SetAside.objects.filter(pk=row.pk).values_list("why", flat=True).first()
    if still is not None:
        return {"status": "set_aside", "reason": still}
    return {"status": "filed", "reason": next((reason for _, reason in run.summary.outcomes), None)}
