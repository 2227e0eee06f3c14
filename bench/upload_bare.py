"""The floor under uploads: rows that are ready, inserted by ``executemany`` into tables like ours, and nothing else."""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.upload_servers import PRAGMAS

A_TRANSACTION = 1_000
TABLES = ("store_item", "store_waiting")

Rows = dict[str, list[Sequence[Any]]]


class Bare:
    """A database of its own with our tables of uploaded items, their indexes too."""

    def __init__(self, ours: Path, file: Path) -> None:
        self._ours = ours
        self._seen = dict.fromkeys(TABLES, 0)
        file.unlink(missing_ok=True)
        self._database = sqlite3.connect(file, isolation_level=None)
        for pragma in PRAGMAS.split(";"):
            self._database.execute(pragma)
        with closing(sqlite3.connect(ours)) as source:
            marks = ",".join("?" * len(TABLES))
            statements = source.execute(
                f"SELECT sql FROM sqlite_master WHERE tbl_name IN ({marks}) AND sql NOT NULL ORDER BY type DESC",
                TABLES,
            )
            for (statement,) in statements.fetchall():
                self._database.execute(statement)

    def insert_what_is_new(self) -> float:
        """Insert what ours has and this has not, 1,000 items a transaction; items a second."""
        rows = self._new()
        waiting: defaultdict[int, list[Sequence[Any]]] = defaultdict(list)
        item_of = self._columns("store_waiting").index("item_id")
        for row in rows["store_waiting"]:
            waiting[row[item_of]].append(row)
        items = rows["store_item"]
        portions = [items[at : at + A_TRANSACTION] for at in range(0, len(items), A_TRANSACTION)]
        whole = [(portion, [row for item in portion for row in waiting[item[0]]]) for portion in portions]
        begun = time.perf_counter()
        for portion in whole:
            self._database.execute("BEGIN IMMEDIATE")
            for table, some in zip(TABLES, portion, strict=True):
                marks = ",".join("?" * len(some[0]))
                self._database.executemany(f"INSERT INTO {table} VALUES ({marks})", some)
            self._database.execute("COMMIT")
        return len(items) / (time.perf_counter() - begun)

    def _new(self) -> Rows:
        """The rows of ours that were written since the last time."""
        found: Rows = {}
        with closing(sqlite3.connect(self._ours)) as source:
            for table in TABLES:
                found[table] = source.execute(
                    f"SELECT * FROM {table} WHERE id > ? ORDER BY id", [self._seen[table]]
                ).fetchall()
                self._seen[table] = found[table][-1][0]
        return found

    def _columns(self, table: str) -> list[str]:
        return [row[1] for row in self._database.execute(f"PRAGMA table_info({table})")]

    def close(self) -> None:
        """End it."""
        self._database.close()
