"""Our side of the default synced labels, in a process of its own: ``ours`` or ``naive``; prints JSON.

``ours``: what a click would do, foreseen; the whole page of that; the click and its job; undoing it; the same of a
click with neither box ticked.
``naive``, the peer: each label of each user changed and saved by itself, one transaction a user.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.default_labels_rows import ADMIN, NOW, WORKSPACE

TIMES = 5
PAGE = "/settings/email-sync/default-labels?inbox=on&sent=on"


def main() -> None:
    """Do what is asked."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "postroom.settings"
    import django

    django.setup()
    print(json.dumps(_ours() if sys.argv[1] == "ours" else _naive()))


def _ours() -> dict[str, float]:
    from postroom.actions.default_labels import foresee_default_labels
    from postroom.core.labels import Boxes

    workspace, both = _workspace(), Boxes(True, True)
    preview = _quickest(lambda: foresee_default_labels(workspace, both).changed)
    return {"preview": preview, "page": _page(), **_push(workspace, both)}


def _page() -> float:
    from django.test import Client

    from postroom.store.models import Login

    client = Client(SERVER_NAME="localhost")
    client.force_login(Login.objects.get(email=ADMIN))
    if client.get(PAGE).status_code != 200:
        raise SystemExit(f"{PAGE} is not there")
    return _quickest(lambda: client.get(PAGE))


def _quickest(do: Callable[[], object]) -> float:
    """The least of some times, in seconds of the processor: what the machine does beside it is not in it."""
    taken = []
    for _ in range(TIMES):
        begun = time.process_time()
        do()
        taken.append(time.process_time() - begun)
    return min(taken)


def _push(workspace: Any, boxes: Any) -> dict[str, float]:
    from postroom.actions.default_labels import apply_default_labels, undo_default_labels
    from postroom.actions.push_default_labels import run_apply_labels, run_undo_labels
    from postroom.core.labels import Boxes

    job = apply_default_labels(workspace, boxes, actor=ADMIN)
    push, push_cpu = _timed(run_apply_labels)
    undo_default_labels(workspace, job.pk, actor=ADMIN)
    undo, _ = _timed(run_undo_labels)
    job.refresh_from_db()
    found = {"push": push, "push_cpu": push_cpu, "undo": undo, "changed": job.counts["changed"]}
    none = apply_default_labels(workspace, Boxes(), actor=ADMIN)
    _timed(run_apply_labels)
    undo_default_labels(workspace, none.pk, actor=ADMIN)
    return found | {"undo_none": _timed(run_undo_labels)[0]}


def _timed(duty: Callable[[Any], None]) -> tuple[float, float]:
    """Do the job that waits; seconds, and seconds of the processor."""
    from postroom.actions.work import claim_job

    job = claim_job()
    assert job is not None
    begun, cpu = time.perf_counter(), time.process_time()
    duty(job)
    return time.perf_counter() - begun, time.process_time() - cpu


def _naive() -> dict[str, float]:
    from django.db import transaction

    from postroom.store.models import Label, User

    begun, changed = time.perf_counter(), 0
    for user in User.objects.filter(workspace=_workspace(), disabled_at=None).order_by("pk"):
        with transaction.atomic():
            labels = Label.objects.filter(mailbox__user=user, role__in=("inbox", "sent"), selected_at=None)
            for label in labels:
                label.selected_at = label.starts_at = label.chosen_at = NOW
                label.origin, label.chosen_by = "admin", ADMIN
                label.save()
            changed += bool(labels)
    return {"naive": time.perf_counter() - begun, "changed": changed}


def _workspace() -> Any:
    from postroom.store.models import Workspace

    return Workspace.objects.get(name=WORKSPACE)


if __name__ == "__main__":
    main()
