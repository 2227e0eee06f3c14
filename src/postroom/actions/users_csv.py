"""Users as CSV: a file read into records of Add users, and users written as such a file (U3).

A column for each attribute, ``custom: NAME`` for those of the company's own. An empty cell leaves an attribute as
it is, ``null`` clears it. A cell that a spreadsheet would take for a formula is written behind an apostrophe, which
reading takes off again: what was written is read as it was. Must not look anything up.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from postroom.actions.csv_cells import csv_line, is_risky
from postroom.actions.rejection import Rejected
from postroom.actions.user_attributes import FIELDS
from postroom.store.models import User, UserAddress

COLUMNS: Final = tuple(name for name in FIELDS if name != "custom")
CUSTOM: Final = "custom:"
"""How the name of a column with an attribute of the company's own begins."""
CLEARED: Final = "null"
"""A cell that clears its attribute."""
MAX_ROWS: Final = 5_000

_MEANT: Final = {name.replace("_", ""): name for name in COLUMNS} | {"mail": "email", "emailaddress": "email"}
"""Columns by their names without blanks, hyphens and underscores."""
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_ALIASES: Final = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^\s;,"])+')


class CsvRow(NamedTuple):
    """A row of the file, and the record that it is."""

    line: int
    """Counted as a text editor does: where the row ends."""
    record: dict[str, Any]
    problem: str | None = None
    """Why it is no record; see ``rejection.REJECTIONS``."""


def csv_text(content: bytes) -> str:
    """The text of a file. Raises ``Rejected`` for what is no text at all, and ``UnicodeDecodeError``."""
    if b"\0" in content and not content.startswith(_UTF_16):
        raise Rejected("csv_not_text")
    return content.decode("utf-8-sig")


def read_users_csv(text: str) -> list[CsvRow]:
    """The rows that hold something. Raises ``Rejected``, naming the column or line, where it is no such file."""
    reader = csv.reader(
        io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=_delimiter(text), strict=True
    )
    try:
        filled = ((reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells))
        columns = _columns(next(filled, (1, []))[1])
        rows: list[CsvRow] = []
        for line, cells in filled:
            if len(rows) == MAX_ROWS:
                raise Rejected("csv_too_long")
            rows.append(_row(line, cells, columns))
    except csv.Error:
        raise Rejected("csv_malformed", f"line {reader.line_num}") from None
    return rows


def _delimiter(text: str) -> str:
    """What stands between the cells of the first line; spreadsheets differ by country."""
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)


def _columns(names: Sequence[str]) -> list[str]:
    columns = []
    for name in names:
        own, is_own, called = name.strip().partition(":")
        folded = re.sub(r"[\s_-]+", "", own.casefold())
        column = _MEANT.get(folded, folded)
        if is_own and column == "custom" and called.strip():
            column = CUSTOM + called.strip()
        elif is_own or column not in COLUMNS:
            raise Rejected("csv_column_unknown", name.strip()[:100])
        if column in columns:
            raise Rejected("csv_column_twice", name.strip()[:100])
        columns.append(column)
    if "email" not in columns:
        raise Rejected("csv_email_missing")
    return columns


def _row(line: int, cells: Sequence[str], columns: Sequence[str]) -> CsvRow:
    if any(cell.strip() for cell in cells[len(columns) :]):
        return CsvRow(line, {}, "csv_too_many_cells")
    record: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=False):
        said = cell.strip()
        if not said:
            continue
        value = None if said == CLEARED else _taken_off(said)
        if column.startswith(CUSTOM):
            record.setdefault("custom", {})[column.removeprefix(CUSTOM)] = value
        else:
            record[column] = _ALIASES.findall(value) if column == "aliases" and value else value
    return CsvRow(line, record)


def write_users_csv(users: Iterable[User], addresses: Mapping[int, Sequence[UserAddress]]) -> Iterator[str]:
    """The lines of a file with these users; ``addresses`` are those in force, by user id."""
    users = list(users)
    own = sorted({name for user in users for name in user.custom})
    yield csv_line([*COLUMNS, *(f"{CUSTOM} {name}" for name in own)])
    for user in users:
        aliases = "; ".join(entry.address for entry in addresses[user.pk] if entry.is_alias)
        said = [aliases if name == "aliases" else str(getattr(user, name) or "") for name in COLUMNS]
        yield csv_line([_put_on(cell) for cell in [*said, *(user.custom.get(name, "") for name in own)]])


def template_csv() -> str:
    """A file of no users: its first line names the columns."""
    return csv_line(COLUMNS)


def _is_risky(cell: str) -> bool:
    return is_risky(cell) or cell == CLEARED


def _put_on(cell: str) -> str:
    return f"'{cell}" if _is_risky(cell) else cell


def _taken_off(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _is_risky(cell[1:]) else cell
