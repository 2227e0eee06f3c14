"""Pages over a large workspace: server time, in process and warm, and whether it grows with an account's history.

``python -m bench.timeline ENGAGEMENTS OPENINGS`` is the measured process; it prints as JSON what each page took.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from bench.crowd import ADMIN, COMMON, MEMBER, RARE, shares, size_of
from bench.measure import measured
from bench.row import Row
from bench.setting import Setting, say

WARM = 3
LIMIT = 50
"""Milliseconds a page (A4)."""
FULL = 150
"""An account with so many engagements fills a page; one with fewer is quicker only for having less to show."""
MOST_GROWTH = 1.5
LATE = 100
"""The late page of a timeline, or its last where it has fewer."""

Taken = dict[str, list[float]]
"""Milliseconds, by page."""


def run(setting: Setting) -> list[Row]:
    """Make the workspace and measure its pages as an administrator and as a Member."""
    count, env = setting.engagements, setting.env(setting.folder / "crowd")
    say(f"A workspace of {count:,} engagements")
    subprocess.run([sys.executable, "-m", "bench.crowd", str(count)], env={**os.environ, **env}, check=True)
    say("Its pages")
    command = [sys.executable, "-m", "bench.timeline", str(count), str(setting.openings)]
    taken = json.loads(measured(command, env=env).output)
    return [row for role, pages in taken.items() for row in rows(role, pages)]


def rows(role: str, pages: Taken) -> list[Row]:
    """What each page took in the median, beside its worst; and a long history beside a short one."""
    middle = {page: median(times) for page, times in pages.items()}
    made = [
        Row(
            f"{page}, {role}",
            "ms",
            middle[page],
            f"worst of {len(times)}",
            max(times),
            target=f"≤ {LIMIT}",
            is_met=middle[page] <= LIMIT,
        )
        for page, times in pages.items()
    ]
    growth = middle["large account"] / middle["small account"]
    target, is_met = f"flat: ≤ {MOST_GROWTH}", growth <= MOST_GROWTH
    return [*made, Row(f"large over small account, {role}", "times", growth, target=target, is_met=is_met)]


def main() -> None:
    """Open each page some times and print what it took."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "postroom.settings"
    import django

    django.setup()
    from django.test import Client

    from postroom.store.models import Login

    count, openings = map(int, sys.argv[1:])
    small = sum(share >= FULL for share in shares(size_of(count)))
    taken: dict[str, Taken] = {}
    for role, email in (("Administrator", ADMIN), ("Member", MEMBER)):
        client = Client(SERVER_NAME="localhost")
        client.force_login(Login.objects.get(email=email))
        pages = [*_timelines(client, small), *_others(small)]
        taken[role] = {
            name: _times(client, path, openings) for name, path in pages if _may_open(client, path)
        }
    print(json.dumps(taken))


def _timelines(client: Any, small: int) -> Iterator[tuple[str, str]]:
    large = 1
    long_thread = (0).to_bytes(16).hex()
    pages = _older(client, f"/accounts/{large}")
    yield "large account", f"/accounts/{large}"
    yield "small account", f"/accounts/{small}"
    yield "large account, page 2", pages[1]
    yield f"large account, page {len(pages)}", pages[-1]
    yield "large account, long thread unfolded", f"/accounts/{large}?thread={long_thread}"
    yield "large person", "/persons/1"


def _others(small: int) -> Iterator[tuple[str, str]]:
    yield "overview", "/"
    yield "accounts", "/accounts"
    yield "accounts, last mail first", "/accounts?sort=last"
    yield "persons", "/persons"
    yield "engagements", "/engagements"
    yield "engagements of an account", "/engagements?account=1"
    yield "engagements of a small account", f"/engagements?account={small}"
    yield "search, a rare word", f"/engagements?q={RARE}"
    yield "search, a common word", f"/engagements?q={COMMON}"
    yield "search, in an account", f"/engagements?q={COMMON}&account=1"
    yield "search, in a small account", f"/engagements?q={COMMON}&account={small}"
    yield "a mail of a long thread", "/engagements/1"
    yield "decisions", "/decisions"
    yield "explain", "/explain?engagement=1"


def _older(client: Any, path: str) -> list[str]:
    """The pages of a timeline, up to the late one."""
    paths = [path]
    while len(paths) < LATE and (
        older := re.search(r'href="\?before=([\d.-]+)"', client.get(paths[-1]).content.decode())
    ):
        paths.append(f"{path}?before={older[1]}")
    return paths


def _may_open(client: Any, path: str) -> bool:
    return bool(client.get(path).status_code == 200)


def _times(client: Any, path: str, openings: int) -> list[float]:
    times = []
    for _ in range(WARM + openings):
        begun = time.perf_counter()
        client.get(path)
        times.append(1_000 * (time.perf_counter() - begun))
    return times[WARM:]


if __name__ == "__main__":
    main()
