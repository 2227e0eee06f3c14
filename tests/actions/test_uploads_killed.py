"""A worker that is killed while it judges uploads loses nothing and counts nothing twice (K6, P4)."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from test_import_killed import Installation

UPLOAD = """
import mail_world as world, upload_world as up
from postroom.store.models import Workspace
company = Workspace.objects.get()
source = up.a_source(company, "customer", "people")
people = [world.S1, world.S2, world.K1, world.U]
for start in range(0, 120, 60):
    numbers = range(start, start + 60)
    mails = [up.mail_record(people[n % 4], [people[(n + 1) % 4], world.S1], id=str(n), at=world.NOON - n,
                            user=(world.S1, world.S2)[n % 2]) for n in numbers]
    chats = [up.chat_record(world.S1, [world.S2], id=str(n), chat=f"c{n % 7}", at=world.NOON - n) for n in numbers]
    assert {status for status, _ in up.sent(source, "mail", *mails)} == {"queued"}
    assert {status for status, _ in up.sent(source, "chat", *chats)} == {"queued"}
up.consent(company, world.S1)
"""
WORK = """
from postroom.actions import process_uploads
from postroom.store.models import Workspace
process_uploads.BATCH = 20
print("begun", flush=True)
while process_uploads.process_some(Workspace.objects.get().pk):
    pass
print("done", flush=True)
"""
STATE = """
import json
from django.db import connection
from django.db.models import Count
from postroom.store.models import Copy, Decision, Engagement, Interaction, Item, Message, Waiting
from postroom.store.models import ChatLine
fields = ("user__email", "kind", "at", "is_sent", "is_inside", "is_outside", "others")
count = lambda rows, *names: sorted(list(row) for row in rows.order_by().values_list(*names).annotate(Count("pk")))
cursor = connection.cursor()
cursor.execute("PRAGMA integrity_check")
print(json.dumps({
    "interactions": sorted(list(row) for row in Interaction.objects.values_list(*fields)),
    "named": Interaction.objects.filter(colleagues__isnull=False).count(),
    "decisions": count(Decision.objects.filter(is_current=True), "lens", "user__email", "outcome", "reason"),
    "waiting": count(Waiting.objects.all(), "user__email", "kind", "problem"),
    "items": count(Item.objects.all(), "kind", "state"),
    "unsealed": Item.objects.filter(sealed=None).count(),
    "rows": [model.objects.count() for model in (Message, Copy, Engagement, ChatLine)],
    "sound": cursor.fetchall(),
}))
"""
ON_FOR_THE_OTHER = """
import mail_world as world, upload_world as up
from postroom.store.models import Workspace
up.consent(Workspace.objects.get(), world.S2)
"""


DONE = (0, b"done\n", b"")


def worker(installation: Installation) -> subprocess.Popen[bytes]:
    """A worker of uploads, in a process group of its own, that has begun."""
    process = subprocess.Popen(
        [sys.executable, "-c", "import django; django.setup()" + WORK],
        env=installation.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None and process.stdout.readline() == b"begun\n"
    return process


def work_to_the_end(installation: Installation) -> None:
    assert end_of(worker(installation)) == DONE


def end_of(process: subprocess.Popen[bytes]) -> tuple[int, bytes, bytes]:
    """How a worker ended, and what it said."""
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def state(installation: Installation) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(installation.python(STATE))
    return found


def test_killed_again_and_again_it_comes_to_the_same_as_undisturbed_P4(tmp_path: Path) -> None:
    undisturbed, killed = Installation(tmp_path / "undisturbed"), Installation(tmp_path / "killed")
    for installation in (undisturbed, killed):
        installation.python(UPLOAD)
    work_to_the_end(undisturbed)
    half = state(undisturbed)
    assert {user for user, *_ in half["interactions"]} == {"s1@us.com"}
    assert half["waiting"] == [["s2@us.com", "chat", "", 120], ["s2@us.com", "mail", "", 60]]
    undisturbed.python(ON_FOR_THE_OTHER)
    work_to_the_end(undisturbed)
    whole = state(undisturbed)
    assert (whole["waiting"], whole["items"]) == ([], [["chat", "done", 120], ["mail", "done", 120]])
    assert whole["unsealed"] == 240

    chance = random.Random(11)
    for expected, then in ((half, ON_FOR_THE_OTHER), (whole, "")):
        for turn in range(3):
            process = worker(killed)
            time.sleep(chance.random() * 1.2)
            if turn % 2:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()  # Its reading processes find out by themselves.
            process.communicate()
        # Two finish what is left, side by side.
        other = worker(killed)
        work_to_the_end(killed)
        assert end_of(other) == DONE
        assert state(killed) == expected
        if then:
            killed.python(then)
