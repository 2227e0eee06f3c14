"""Add many users from a CSV file, each row for itself; or only say what would become of each (U2, U3)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from postroom.actions.add_users import ALL_PERMISSIONS, add_users
from postroom.actions.answer import RecordAnswer
from postroom.actions.rejection import Rejected
from postroom.actions.typed import typed_address
from postroom.actions.users_csv import CsvRow, read_users_csv
from postroom.store.models import Workspace
from postroom.store.read.users import users_by_address


class CsvAnswer(NamedTuple):
    """What becomes of the row on this line."""

    line: int
    answer: RecordAnswer


def add_users_csv(
    workspace: Workspace,
    text: str,
    *,
    actor: str,
    granted_by: frozenset[str] = ALL_PERMISSIONS,
    dry_run: bool = False,
) -> list[CsvAnswer]:
    """Create or update a user for each row. Raises ``Rejected`` where it is no such file: nothing is done then.

    Of a user's own attributes those stay whose cells are empty. ``dry_run`` answers the same and stores nothing.
    """
    rows = read_users_csv(text)
    whole = [row for row in rows if row.problem is None]
    answers = iter(
        add_users(workspace, _records(workspace, whole), actor=actor, granted_by=granted_by, dry_run=dry_run)
    )
    return [
        CsvAnswer(
            row.line, _refused(index, row.problem) if row.problem else {**next(answers), "index": index}
        )
        for index, row in enumerate(rows)
    ]


def _refused(index: int, reason: str) -> RecordAnswer:
    return RecordAnswer(index=index, id=None, status="rejected", reason=reason, field=None, warnings=[])


def _records(workspace: Workspace, rows: Sequence[CsvRow]) -> list[dict[str, Any]]:
    """The records, with the attributes of the company's own that a user has and whose cells are empty."""
    addresses = {row.line: _address(row) for row in rows if "custom" in row.record}
    known = users_by_address(workspace, addresses.values())
    held: dict[int | str, dict[str, Any]] = {}
    records = []
    for row in rows:
        record = dict(row.record)
        if row.line in addresses:
            address = addresses[row.line]
            user = known.get(address)
            present = held.setdefault(user.pk if user else address, dict(user.custom) if user else {})
            present |= record["custom"]
            record["custom"] = {name: value for name, value in present.items() if value is not None}
        records.append(record)
    return records


def _address(row: CsvRow) -> str:
    with suppress(Rejected):
        return typed_address(row.record.get("email"))
    return ""
