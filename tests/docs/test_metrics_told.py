"""Every metric stands in the reference with its labels and sentence, and none is left over."""

from __future__ import annotations

import re

from pages import read, sections, table

from postroom.store.read.readiness import SEEN_WITHIN
from postroom.store.read.tally import KEPT_SECONDS
from postroom.web.metrics import METRICS, Metric
from postroom.web.probes import PROBES
from postroom.worker.runner import LOOK_EVERY_SECONDS, SEEN_EVERY_SECONDS


def test_every_metric_stands_there_with_its_labels() -> None:
    rows = table(sections(read("reference/metrics.md"))["Metrics"], "metric")
    told = {row[0]: Metric(tuple(re.findall(r"\w+", row[1])), row[2]) for row in rows}
    assert told == METRICS


def test_alarms_name_metrics_that_are_there() -> None:
    named = re.findall(r"postroom_\w+", read("how-to/watch-postroom.md"))
    assert sorted(set(named) - METRICS.keys()) == []


def test_every_probe_stands_there() -> None:
    text = read("reference/metrics.md")
    assert [path for path in PROBES if f"`{path}`" not in text] == []


def test_the_times_told_are_those_in_force() -> None:
    text = " ".join(read("reference/metrics.md").split())
    assert f"a sign of life every {SEEN_EVERY_SECONDS:.0f} seconds" in text
    assert f"none for {SEEN_WITHIN.total_seconds():.0f} seconds counts as gone" in text
    assert f"counted every {KEPT_SECONDS:.0f} seconds at most" in text
    assert LOOK_EVERY_SECONDS == 1 / 4
    assert "looks four times a second" in " ".join(read("how-to/watch-postroom.md").split())
