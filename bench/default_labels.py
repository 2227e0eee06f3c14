"""The default synced labels: what a click would do, foreseen; the push; how long somebody else who writes waits for it.

Workspaces of more and more users, so that it shows whether a user costs the same among many as among few. Beside ours,
in the same run and on copies of the same database: the same rows by bare SQL, and each user by Django's own ``save``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.default_labels_mails import MAILBOXES, MAILS
from bench.measure import measured
from bench.row import Row
from bench.setting import Setting, say

SHARES = (8, 4, 2, 1)
"""Of the users of the largest workspace, in the others."""
BARE, NAIVE = "bare SQL", "save() a label"
MOST_GROWTH = 1.5
PREVIEW, PUSH, WAIT = 1, 60, 500
"""Seconds of the processor, seconds and milliseconds, at the largest."""

_A_USER = (
    ("preview", "preview", "cpu-ms a user"),
    ("page", "its page", "cpu-ms a user"),
    ("push_cpu", "push", "cpu-ms a user"),
    ("push", "push", "ms a user"),
    ("undo", "undo", "ms a user"),
)
Told = dict[str, Any]
"""What was measured in a workspace; ``users``: how many it has."""


def run(setting: Setting) -> list[Row]:
    """Measure each size, and the peers at the largest."""
    by_size = [_ours(setting, setting.pushed // share) for share in SHARES]
    if setting.peers:
        by_size[-1] |= _peers(setting, _folder(setting, setting.pushed))
    return rows(by_size)


def rows(by_size: list[Told]) -> list[Row]:
    """What a user costs in each workspace, and the targets at the largest."""
    made = [
        Row(f"{what}, {told['users']:,} users", unit, 1_000 * told[key] / told["users"])
        for key, what, unit in _A_USER
        for told in by_size
    ]
    few, many = by_size[0], by_size[-1]
    for what in ("preview", "push_cpu"):
        growth = (many[what] / many["users"]) / (few[what] / few["users"])
        name = f"{what.partition('_')[0]}, a user among {many['users']:,} over one among {few['users']:,}"
        made.append(Row(name, "times", growth, target=f"flat: ≤ {MOST_GROWTH}", is_met=growth <= MOST_GROWTH))
    return [*made, *_at_the_largest(many)]


def _at_the_largest(told: Told) -> Iterator[Row]:
    name = f"{told['users']:,} users"
    yield Row(
        f"preview, {name}",
        "cpu-s",
        told["preview"],
        target=f"≤ {PREVIEW}",
        is_met=told["preview"] <= PREVIEW,
    )
    yield Row(f"push, {name}", "s", told["push"], target=f"≤ {PUSH}", is_met=told["push"] <= PUSH)
    yield Row(
        f"undo of neither box, {name}, {MAILBOXES:,} with {MAILS:,} mails",
        "s",
        told["undo_none"],
        target=f"≤ {PUSH}",
        is_met=told["undo_none"] <= PUSH,
    )
    for peer, key in ((BARE, "bare"), (NAIVE, "naive")):
        if key in told:
            yield Row(f"push, {name}", "s", told["push"], peer, told[key], told[key] / told["push"])
    yield Row(
        "another writer, longest wait",
        "ms",
        told["wait"],
        "without a push",
        told["wait_idle"],
        target=f"≤ {WAIT}",
        is_met=told["wait"] <= WAIT,
    )


def _ours(setting: Setting, users: int) -> Told:
    say(f"A workspace of {users:,} users")
    folder = _folder(setting, users)
    # The same at all sizes would be gigabytes, and says nothing of what a user costs among many.
    mails = ["mails"] if users == setting.pushed else []
    _run(setting, folder, "default_labels_rows", str(users), *mails)
    say("Its preview and its push")
    with _copy(folder) as copy:
        with _waiting(copy) as idle:
            pass
        with _waiting(copy) as beside:
            told = json.loads(_run(setting, copy, "default_labels_ours", "ours"))
    return {"users": users, **told, "wait": beside["longest"], "wait_idle": idle["longest"]}


def _peers(setting: Setting, folder: Path) -> Told:
    told: Told = {}
    for peer in (("default_labels_bare", "change"), ("default_labels_ours", "naive")):
        with _copy(folder) as copy:
            told |= json.loads(_run(setting, copy, *peer, str(_database(copy))))
    return told


def _run(setting: Setting, folder: Path, module: str, *asked: str) -> str:
    return measured([sys.executable, "-m", f"bench.{module}", *asked], env=setting.env(folder)).output


@contextmanager
def _waiting(folder: Path) -> Iterator[Told]:
    """Another writer as long as the block lasts; what it told stands in the answer then."""
    told: Told = {}
    command = [sys.executable, "-m", "bench.default_labels_bare", "wait", str(_database(folder))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        yield told
        output, _ = writer.communicate()
    told |= json.loads(output)


@contextmanager
def _copy(folder: Path) -> Iterator[Path]:
    """The data folder once more, gone afterwards."""
    copy = folder.with_name(f"{folder.name}-copy")
    shutil.copytree(folder, copy)
    try:
        yield copy
    finally:
        shutil.rmtree(copy)


def _folder(setting: Setting, users: int) -> Path:
    return setting.folder / f"default-labels-{users}"


def _database(folder: Path) -> Path:
    return folder / "postroom.sqlite3"
