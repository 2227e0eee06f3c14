"""Add many users from a CSV file, each row for itself; or only say what would become of each (U2, U3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

from postroom.actions.add_users import ALL_PERMISSIONS, add_users
from postroom.actions.answer import RecordAnswer
from postroom.actions.rejection import Rejected
from postroom.actions.typed import typed_address
from postroom.actions.users_csv import CsvRow, read_users_csv
from postroom.store.models import Workspace
from postroom.store.read.users import users_by_address

_RANK: Final = ("created", "updated", "unchanged", "rejected")
"""Of what becomes of several rows about one user the first is said."""
_SHOWN: Final = 3
"""So many other lines about a user are named."""


class CsvAnswer(NamedTuple):
    """What becomes of the row on this line."""

    line: int
    answer: RecordAnswer
    said: Mapping[str, Any] = {}
    """What stands in the row, by column; empty cells are left out."""
    also: tuple[int, ...] = ()
    """Other lines that are about the same user: all, or more than ``_SHOWN`` of them."""


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
    told = [
        CsvAnswer(
            row.line,
            _refused(index, row.problem) if row.problem else {**next(answers), "index": index},
            row.record,
        )
        for index, row in enumerate(rows)
    ]
    lines = _lines_of_users(told)
    return [
        row._replace(
            also=tuple(line for line in lines.get(row.answer["id"], [])[: _SHOWN + 2] if line != row.line)
        )
        for row in told
    ]


def _lines_of_users(told: Sequence[CsvAnswer]) -> dict[int | str | None, list[int]]:
    lines: dict[int | str | None, list[int]] = {}
    for row in told:
        if row.answer["id"] is not None:
            lines.setdefault(row.answer["id"], []).append(row.line)
    return lines


def same_user(row: CsvAnswer) -> str:
    """What is said of a row whose user other rows are about too."""
    lines = ", ".join(map(str, row.also[:_SHOWN])) + (" and more" if len(row.also) > _SHOWN else "")
    named = f"line{'s' if len(row.also) > 1 else ''} {lines}"
    return f"The same user stands on {named} too; the last one has the last word."


def count_fates(told: Sequence[CsvAnswer]) -> dict[str, int]:
    """How many users each status is for, and how many rows were refused; a user of several rows counts once."""
    fates: dict[object, str] = {}
    for row in told:
        status = row.answer["status"]
        who = ("row", row.line) if status == "rejected" else row.answer["id"]
        if who not in fates or _RANK.index(status) < _RANK.index(fates[who]):
            fates[who] = status
    counts = Counter(fates.values())
    return {status: counts[status] for status in _RANK if counts[status]}


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
