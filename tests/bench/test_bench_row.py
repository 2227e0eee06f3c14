"""The table a person reads."""

from __future__ import annotations

from bench.row import Row, figure, table


def test_figures_are_short() -> None:
    assert [figure(value) for value in (0, 0.126, 12.3456, 99.999, 100, 12345.6)] == [
        "0.00",
        "0.13",
        "12.35",
        "100.00",
        "100",
        "12,346",
    ]


def test_the_table_lines_up_ours_the_peer_the_ratio_and_the_target() -> None:
    rows = [
        Row("import", "msg/s", 2_000, "notmuch new", 100, 20.0, "≥ 20 ×", True),
        Row("again", "msg/s", 50.5, target="≥ 10 ×", is_met=False),
        Row("memory", "MB", 200),
    ]
    assert table(rows).split("\n") == [
        "work    unit    ours  peer         its figure   ratio  target",
        "------  -----  -----  -----------  ----------  ------  ------  -------",
        "import  msg/s  2,000  notmuch new         100  20.0 ×  ≥ 20 ×  met",
        "again   msg/s  50.50                                   ≥ 10 ×  NOT MET",
        "memory  MB       200",
    ]
