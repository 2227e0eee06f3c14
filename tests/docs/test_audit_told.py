"""The acts that the reference lists are those of the audit log."""

from __future__ import annotations

from pages import read, table

from postroom.core.audit import ACTS


def test_every_act_stands_there_with_its_sentence_S5() -> None:
    told = {row[0]: row[1] for row in table(read("reference/audit.md"), "act")}
    assert told == ACTS
