"""The same import again: nothing changed, so it should be quick and write nothing."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from bench import peers
from bench.measure import Measured, median_of
from bench.row import Row
from bench.setting import Setting, say


def run(setting: Setting) -> list[Row]:
    """Measure the second import against the first, and what is in the database before and after."""
    data, maildir, n = setting.fresh_data("again"), setting.maildir, setting.mails
    say("Import, then again")
    first = setting.import_into(data, maildir)
    before = _written(data)
    second = median_of([setting.import_into(data, maildir) for _ in range(setting.repeats)])
    writes = 0 if _written(data) == before else 1
    ratio = first.seconds / second.seconds
    rows = [
        Row(
            "the same again",
            "msg/s",
            n / second.seconds,
            "the first",
            n / first.seconds,
            ratio,
            "≥ 10 ×",
            ratio >= 10,
        ),
        Row("the same again", "database changed", writes, target="0", is_met=writes == 0),
        Row("the same again", "new messages", json.loads(second.output)["new_messages"], target="0"),
    ]
    if setting.peers and (setting.folder / "notmuch").exists():
        rows += [
            _beside(second, n, "notmuch new", peers.notmuch_new(maildir, setting.folder)),
            _beside(second, n, "mu index", peers.mu_index(maildir, setting.folder)),
        ]
    return rows


def _written(data: Path) -> tuple[object, ...]:
    """What any write would change: the header's change counter, once the log is merged into the file."""
    database = sqlite3.connect(data / "postroom.sqlite3")
    try:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()
    file = data / "postroom.sqlite3"
    return file.stat().st_size, file.read_bytes()[24:28], file.read_bytes()[92:96]


def _beside(ours: Measured, n: int, peer: str, theirs: Measured) -> Row:
    ratio = theirs.seconds / ours.seconds
    return Row("the same again", "msg/s", n / ours.seconds, peer, n / theirs.seconds, ratio)
