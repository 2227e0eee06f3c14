"""Sets of rows at once: ids reserved ahead, then one statement for many rows.

Hot paths write through here, never a model instance per row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def reserve_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Reserve ``count`` ids of ``model``, rising, in the transaction that inserts the rows."""
    if not count:
        return range(0)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return sorted(int(row[0]) for row in cursor.fetchall())
        # SQLite writes alone: nobody takes these ids before the transaction ends.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        first = int(row[0]) + 1 if row else 1
        return range(first, first + count)


def insert(table: str, columns: str, rows: Sequence[Sequence[Any]], *, ignore_known: bool = False) -> None:
    """Insert ``rows`` into ``table``; with ``ignore_known`` rows that are there already are left as they are."""
    if not rows:
        return
    marks = ",".join(["%s"] * len(rows[0]))
    known = " ON CONFLICT DO NOTHING" if ignore_known else ""
    with connection.cursor() as cursor:
        # Table and columns are literals of the callers, never input.
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks}){known}", rows)  # noqa: S608


def change(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run ``statement`` once for each of ``rows``."""
    rows = list(rows)
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)
