"""The floor under a push, with bare SQL: ``python -m bench.default_labels_bare change|wait DATABASE``; prints JSON.

``change``: the same rows by one statement for each of the two roles, in one transaction; nothing is kept of whom.
``wait``: write a little, again and again, until standard input ends: how long it takes while somebody else writes.
"""

from __future__ import annotations

import json
import select
import sqlite3
import sys
import time
from statistics import median

from bench.default_labels_rows import ADMIN, NOW
from bench.upload_servers import PRAGMAS

PAUSE = 0.005
"""Seconds between two writes of ``wait``."""
LEAST = 100
"""So many writes are made in any case."""
_CHANGE = (
    "UPDATE store_label SET selected_at = ?, starts_at = ?, chosen_at = ?, origin = 'admin', chosen_by = ?, "
    "cursor = NULL, begun_at = NULL, walked_to = NULL, verified_at = NULL, problem = '' "
    "WHERE role = ? AND selected_at IS NULL AND gone_at IS NULL"
)


def main() -> None:
    """Do what is asked."""
    what, file = sys.argv[1:]
    database = sqlite3.connect(file, isolation_level=None, timeout=30)
    for pragma in PRAGMAS.split(";"):
        database.execute(pragma)
    print(json.dumps(_changed(database) if what == "change" else _waited(database)))


def _changed(database: sqlite3.Connection) -> dict[str, float]:
    begun = time.perf_counter()
    database.execute("BEGIN IMMEDIATE")
    changed = sum(
        database.execute(_CHANGE, [NOW, NOW, NOW, ADMIN, role]).rowcount for role in ("inbox", "sent")
    )
    database.execute("COMMIT")
    return {"bare": time.perf_counter() - begun, "labels": changed}


def _waited(database: sqlite3.Connection) -> dict[str, float]:
    taken = []
    while not select.select([sys.stdin], [], [], PAUSE)[0] or len(taken) < LEAST:
        begun = time.perf_counter()
        database.execute("BEGIN IMMEDIATE")
        database.execute("UPDATE store_workspace SET holds_for_days = NULL")
        database.execute("COMMIT")
        taken.append(1_000 * (time.perf_counter() - begun))
    return {"longest": max(taken), "median": median(taken), "writes": len(taken)}


if __name__ == "__main__":
    main()
