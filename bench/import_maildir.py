"""Import of a Maildir, read, decided, filed, searchable: beside the peers' indexing, and reading alone."""

from __future__ import annotations

import json
import os
import sys

from bench import peers
from bench.measure import Measured, measured, median_of
from bench.row import Row
from bench.setting import Setting, say

READING_ALONE = (sys.executable, "-m", "bench.reading")


def run(setting: Setting) -> list[Row]:
    """Measure, peers once, ours and reading alone several times."""
    maildir, n = setting.maildir, setting.mails
    say("Import")
    ours = median_of([_import(setting, f"import-{i}") for i in range(setting.repeats)])
    setting.known["import"] = ours
    per_second, per_cpu = n / ours.seconds, n / ours.cpu_seconds
    imported = sum(json.loads(ours.output)["outcomes"]["customer"].get("import", {}).values())
    rows = [
        Row("import of a Maildir", "imported share", imported / n, target="about 0.5"),
        Row("import of a Maildir", "msg/cpu-s", per_cpu, target="≥ 1,500", is_met=per_cpu >= 1_500),
    ]
    if setting.peers:
        say("notmuch new")
        rows += _beside(ours, n, "notmuch new", peers.notmuch_new(maildir, setting.folder), 20)
        say("mu init + index")
        rows += _beside(ours, n, "mu index", peers.mu_index(maildir, setting.folder), 10)
    say("Reading alone")
    alone = median_of([measured([*READING_ALONE, str(maildir)]) for _ in range(setting.repeats)])
    alone_per_cpu = n / alone.cpu_seconds
    rows.append(
        Row(
            "import of a Maildir",
            "msg/cpu-s",
            per_cpu,
            "reading alone",
            alone_per_cpu,
            per_cpu / alone_per_cpu,
        )
    )
    if len(os.sched_getaffinity(0)) > 1:
        say("Import on one core")
        one = median_of([_import(setting, "import-one", one_core=True) for _ in range(setting.repeats)])
        ratio = one.seconds / ours.seconds
        rows.append(
            Row("all cores", "msg/s", per_second, "one core", n / one.seconds, ratio, "≥ 1.7 ×", ratio >= 1.7)
        )
    return rows


def _import(setting: Setting, name: str, *, one_core: bool = False) -> Measured:
    return setting.import_into(setting.fresh_data(name), setting.maildir, one_core=one_core)


def _beside(ours: Measured, n: int, peer: str, theirs: Measured, target: int) -> list[Row]:
    wall, cpu = theirs.seconds / ours.seconds, theirs.cpu_seconds / ours.cpu_seconds
    return [
        Row("import of a Maildir", "msg/s", n / ours.seconds, peer, n / theirs.seconds, wall),
        Row(
            "import of a Maildir",
            "msg/cpu-s",
            n / ours.cpu_seconds,
            peer,
            n / theirs.cpu_seconds,
            cpu,
            f"≥ {target} ×",
            cpu >= target,
        ),
    ]
