"""What weeks come to: sums, medians of weeks that have a value, shares of the whole; and what is no value at all."""

from __future__ import annotations

import pytest

from postroom.core.metrics import BLOCKS, BY_NAME, FIGURES, METRICS, Metric
from postroom.core.report import NOTHING, Report, Value, report_of, round_half_up, value_of
from postroom.core.rollup import Figures
from postroom.core.weeks import Period

FIRST = 10 * 7 - 4
FOUR_WEEKS = Period(FIRST, FIRST + 27)
SUNDAYS = list(FOUR_WEEKS.sundays)
EVER = range(SUNDAYS[0], SUNDAYS[3] + 1, 7)


def week(**figures: int | None) -> dict[str, Figures]:
    """A week with these figures in ALL."""
    return dict.fromkeys(BLOCKS, NOTHING) | {"all": NOTHING | figures}


def told(report: Report, name: str, block: str = "all") -> tuple[Value, list[Value]]:
    """A metric over the period and in each week."""
    return report.values[block][name], [values[block][name] for values in report.weeks]


def test_counts_are_summed_and_a_week_in_which_nothing_happened_is_0_E2() -> None:
    weeks = {SUNDAYS[0]: week(sent_mails=3), SUNDAYS[2]: week(sent_mails=4)}
    report = report_of(FOUR_WEEKS, weeks, EVER)
    assert told(report, "sent_mails") == (Value(7, 7), [Value(3, 3), Value(0, 0), Value(4, 4), Value(0, 0)])
    assert told(report, "sent_mails", "ext") == (Value(0, 0), [Value(0, 0)] * 4)


def test_response_time_is_the_median_of_the_weeks_that_have_one_with_how_many_E3() -> None:
    weeks = {
        SUNDAYS[0]: week(responses=5, response_time=100),
        SUNDAYS[1]: week(responses=1, response_time=103),
        SUNDAYS[3]: week(sent_mails=9),
    }
    period, of_weeks = told(report_of(FOUR_WEEKS, weeks, EVER), "response_time")
    assert (period, of_weeks[2], of_weeks[3]) == (Value(102, 6), Value(None, 0), Value(None, 0))


def test_the_share_is_of_the_whole_period_and_empty_where_nothing_came_E4() -> None:
    weeks = {
        SUNDAYS[0]: week(received_mails=3, answered_mails=1),
        SUNDAYS[1]: week(received_mails=5, answered_mails=5),
    }
    period, of_weeks = told(report_of(FOUR_WEEKS, weeks, EVER), "response_share")
    assert (period, of_weeks) == (
        Value(75.0, 8),
        [Value(33.3, 3), Value(100.0, 5), Value(None, 0), Value(None, 0)],
    )
    assert told(report_of(FOUR_WEEKS, {}, EVER), "response_share") == (Value(None, 0), [Value(None, 0)] * 4)


def test_the_digital_day_is_the_median_of_weeks_E5() -> None:
    starts = [30_000, 36_000, 33_001, None]
    weeks = {
        sunday: week(day_start=start, active_days=0 if start is None else 2)
        for sunday, start in zip(SUNDAYS, starts, strict=True)
    }
    assert told(report_of(FOUR_WEEKS, weeks, EVER), "day_start")[0] == Value(33_001, 6)


def test_weeks_before_the_first_or_to_come_have_no_value_and_count_for_nothing_E7() -> None:
    known = range(SUNDAYS[1], SUNDAYS[2] + 1, 7)
    report = report_of(FOUR_WEEKS, {SUNDAYS[1]: week(sent_mails=2)}, known)
    none = Value(None, None)
    assert told(report, "sent_mails") == (Value(2, 2), [none, Value(2, 2), Value(0, 0), none])
    nothing = report_of(FOUR_WEEKS, {}, range(0))
    assert {value for values in nothing.values.values() for value in values.values()} == {none}


def test_a_week_outside_of_the_period_is_not_in_it_E7() -> None:
    weeks = {SUNDAYS[0] - 7: week(sent_mails=1), SUNDAYS[3] + 7: week(sent_mails=1)}
    assert told(report_of(FOUR_WEEKS, weeks, EVER), "sent_mails")[0] == Value(0, 0)


def test_each_block_has_all_metrics_in_the_period_and_each_week_E1() -> None:
    report = report_of(FOUR_WEEKS, {}, EVER)
    names = [metric.name for metric in METRICS]
    for values in (report.values, *report.weeks):
        assert {block: list(metrics) for block, metrics in values.items()} == dict.fromkeys(BLOCKS, names)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_every_metric_of_one_week_is_that_week_s_E7(metric: Metric) -> None:
    figures: Figures = {name: place + 1 for place, name in enumerate(FIGURES)}
    value = value_of(metric, [figures])
    expected = figures[metric.of[0]]
    if len(metric.of) == 2:
        expected = round(100 * figures[metric.of[0]] / figures[metric.of[1]], 1)
    assert value == Value(expected, figures[metric.count])


def test_half_a_second_is_rounded_up_E3() -> None:
    assert [round_half_up(value) for value in (0, 0.5, 1.5, 2.5, 2.49)] == [0, 1, 2, 3, 2]
    assert value_of(BY_NAME["day_length"], [NOTHING | {"day_length": n} for n in (1, 2)]).value == 2
