"""Runs the benchmarks one after the other and prints one table: ours, the peer, the ratio, the target."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import (
    corpus,
    deciding,
    default_labels,
    import_again,
    import_maildir,
    mailbox,
    memory,
    rollups,
    timeline,
    upload,
)
from bench.row import Row, table
from bench.setting import Setting

BENCHMARKS: dict[str, Callable[[Setting], list[Row]]] = {
    "import": import_maildir.run,
    "again": import_again.run,
    "memory": memory.run,
    "deciding": deciding.run,
    "timeline": timeline.run,
    "upload": upload.run,
    "mailbox": mailbox.run,
    "default_labels": default_labels.run,
    "rollups": rollups.run,
}
QUICK_MAILS = 2_000
ENGAGEMENTS = 1_000_000
INTERACTIONS = 1_000_000


def main() -> None:
    """Run what was asked for; exit with 1 where a benchmark could not run."""
    asked = _arguments()
    mails = asked.mails or (QUICK_MAILS if asked.quick else corpus.MAILS)
    rows: list[Row] = []
    with _work_folder() as folder:
        setting = Setting(
            folder,
            mails,
            repeats=1 if asked.quick else asked.repeats,
            peers=not asked.no_peers,
            decisions=2_000 if asked.quick else 60_000,
            engagements=asked.engagements or (2_000 if asked.quick else ENGAGEMENTS),
            openings=2 if asked.quick else 20,
            uploads=500 if asked.quick else 16_000,
            synced=300 if asked.quick else 10_000,
            mailboxes=5 if asked.quick else 1_000,
            pushed=80 if asked.quick else 10_000,
            interactions=asked.interactions or (20_000 if asked.quick else INTERACTIONS),
        )
        for name in asked.only or BENCHMARKS:
            rows += BENCHMARKS[name](setting)
    if asked.quick:
        rows = [row._replace(is_met=None) for row in rows]
    print(f"\n{mails:,} mails · {_machine()}{' · too few for a verdict' if asked.quick else ''}\n")
    print(table(rows))
    if asked.json:
        asked.json.write_text(json.dumps([row._asdict() for row in rows], indent=2) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--mails", type=int, help=f"How many mails to import (default {corpus.MAILS:,}).")
    parser.add_argument(
        "--engagements", type=int, help=f"Size of the workspace of `timeline` (default {ENGAGEMENTS:,})."
    )
    parser.add_argument(
        "--interactions", type=int, help=f"Of so many `rollups` are made (default {INTERACTIONS:,})."
    )
    parser.add_argument("--repeats", type=int, default=3, help="Runs of ours, of which the median counts.")
    parser.add_argument(
        "--quick", "--smoke", action="store_true", help="Few mails: does everything run? Figures mean little."
    )
    parser.add_argument("--no-peers", action="store_true", help="Leave out the other programs.")
    parser.add_argument(
        "--only", action="append", choices=list(BENCHMARKS), help="One benchmark; repeatable."
    )
    parser.add_argument("--json", type=Path, help="Write the rows to this file too.")
    return parser.parse_args()


@contextmanager
def _work_folder() -> Iterator[Path]:
    """A folder beside the corpus, on the same disk, gone afterwards."""
    corpus.FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=corpus.FOLDER))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _machine() -> str:
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores · {platform.machine()} · Python {sys.version.split()[0]}"
