"""Every kind of job stands in the reference with its permission, and none is left over."""

from __future__ import annotations

from pages import read, sections, table

from postroom.core.job_kinds import KINDS


def test_every_kind_of_job_stands_there_with_its_permission_R3() -> None:
    rows = table(sections(read("reference/api.md"))["Kinds of jobs"], "Kind")
    told = {row[0]: (row[1].strip("`"), row[2] == "yes") for row in rows}
    assert told == {name: (kind.permission, kind.may_be_cancelled) for name, kind in KINDS.items()}
