"""Roll-ups of a year of interactions, reports and circles; beside Polars making the same of the same database.

What the two find must be equal to the last second, else there is nothing to compare.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.measure import measured
from bench.peers import PeerMissing
from bench.rollups_ours import WEEKS
from bench.rollups_rows import OPENED, SUNDAY, users_of
from bench.row import Row
from bench.setting import Setting, say

PACKAGES = ("polars", "numpy", "pyarrow", "adbc-driver-sqlite", "tzdata")
SCRATCH, MEMORY = "Polars, from the database", "Polars, in memory"
MOST_TIMES_POLARS, MOST_OF_FULL, LIMIT = 1.5, 1, 50
"""A full build beside Polars; percent of it that one more day takes; milliseconds a report or a circle."""
MEGABYTE = 1_000_000
Told = dict[str, Any]


def run(setting: Setting) -> list[Row]:
    """Make the workspace; measure the peer, then ours."""
    count, folder = setting.interactions, setting.folder / "rollups"
    say(f"A workspace of {count:,} interactions of {users_of(count):,} users")
    env = setting.env(folder)
    subprocess.run(
        [sys.executable, "-m", "bench.rollups_rows", str(count)], env={**os.environ, **env}, check=True
    )
    peer = _peer(setting, folder / "postroom.sqlite3") if setting.peers else None
    say("Its roll-ups, and reports made of them")
    command = [sys.executable, "-m", "bench.rollups_ours", str(setting.repeats), str(setting.openings)]
    done = measured(command, env=env)
    ours = json.loads(done.output)
    if peer and peer["digests"] != ours["digests"]:
        raise SystemExit("Ours and Polars find different figures, days or pairs: nothing to compare")
    return rows(count, ours, peer)


def _peer(setting: Setting, database: Path) -> Told:
    say("The same by Polars")
    last = (SUNDAY - date(1970, 1, 1)) // timedelta(1) - 7
    asked = (str(database), str(last - 7 * (WEEKS - 1)), str(last), str(OPENED))
    script = str(Path(__file__).with_name("rollups_peer.py"))
    done = measured([_python_of_peer(setting), script, *asked])
    told: Told = json.loads(done.output)
    return told


def _python_of_peer(setting: Setting) -> str:
    """The Python of an environment with Polars, which goes with the folder of the benchmarks."""
    folder = setting.folder / "rollups-peer"
    uv = str(Path(sys.executable).with_name("uv"))
    say("Installing Polars")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    python = str(folder / "bin" / "python")
    install = [uv, "pip", "install", "--quiet", "--python", python, *PACKAGES]
    done = subprocess.run(install, check=False, capture_output=True, text=True)
    if done.returncode:
        raise PeerMissing(f"{' '.join(install)} failed; leave it out with --no-peers\n{done.stderr[-500:]}")
    return python


def rows(count: int, ours: Told, peer: Told | None) -> list[Row]:
    """What it took; beside the peer where there is one."""
    return [*_builds(count, ours, peer), *_shown(ours, peer)]


def _builds(count: int, ours: Told, peer: Told | None) -> Iterator[Row]:
    full, day, work = ours["full"], ours["day"], f"roll-ups of {count:,} interactions"
    if peer:
        yield Row(
            work,
            "s",
            full,
            SCRATCH,
            peer["scratch"],
            peer["scratch"] / full,
            f"≤ {MOST_TIMES_POLARS} × its time",
            full <= MOST_TIMES_POLARS * peer["scratch"],
        )
        cpu, theirs = ours["full_cpu"], peer["scratch_cpu"]
        yield Row(work, "cpu-s", cpu, SCRATCH, theirs, theirs / cpu)
        yield Row(work, "s", full, MEMORY, peer["memory"], peer["memory"] / full)
    else:
        yield Row(work, "s", full)
    one_more = f"one more day, {ours['day_interactions']:,} interactions"
    if peer:
        yield Row(one_more, "s", day, SCRATCH, peer["scratch"], peer["scratch"] / day)
    share = 100 * day / full
    yield Row(
        f"{one_more}, of a full build",
        "%",
        share,
        target=f"≤ {MOST_OF_FULL}",
        is_met=share <= MOST_OF_FULL,
    )
    beside = (SCRATCH, peer["peak"] / MEGABYTE, peer["peak"] / ours["peak"]) if peer else ()
    yield Row("roll-ups, memory", "MB", ours["peak"] / MEGABYTE, *beside)


def _shown(ours: Told, peer: Told | None) -> Iterator[Row]:
    for name in ("report", "circle"):
        times = sorted(ours[name])
        middle = times[len(times) // 2]
        target, is_met = f"≤ {LIMIT}", middle <= LIMIT
        yield Row(name, "ms", middle, f"worst of {len(times)}", times[-1], None, target, is_met)
        if peer:
            for beside, key in ((SCRATCH, "scratch"), (MEMORY, "memory")):
                theirs = 1_000 * peer[f"{name}_{key}"]
                yield Row(name, "ms", middle, beside, theirs, theirs / middle)
