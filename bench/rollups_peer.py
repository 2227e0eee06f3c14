"""The peer of the roll-ups: the same figures by Polars, in a process of its own; prints JSON.

``python rollups_peer.py DATABASE FIRST LAST OPENED``: from the database and from columns in memory, all weeks of
everybody; then of so many users the report and the circle of the weeks between two Sundays, by the numbers of the days.
Knows nothing of Postroom's code: definitions are written down once more, so that the two hold each other true.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import polars as pl

DAY, FOUR = 86_400, 14_400
BLOCKS = {0: None, 1: "is_inside", 2: "is_outside"}
MET = ("call", "meeting")
LENGTHS = {"mail": 300, "chat": 60, "reaction": 10, "task": 300, "comment": 60, "call": 0, "meeting": 0}
_FIELDS = (
    "id, user_id AS user, at, kind, is_sent, is_automatic, is_inside, is_outside, others, "
    "COALESCE(seconds, 0) AS seconds, answered_at, answered_sides"
)
INTERACTIONS = f"SELECT {_FIELDS} FROM store_interaction i"
COLLEAGUES = "SELECT c.interaction_id AS id, c.user_id AS colleague, c.role FROM store_colleague c"
ZONES = "SELECT id AS user, time_zone FROM store_user"
FIGURES = (
    "received_mails", "answered_mails", "sent_mails", "responses", "response_time", "received_chats", "sent_chats",
    "received_reactions", "sent_reactions", "calls", "meetings", "active_days", "day_start", "day_end", "day_length",
    "week_length",
)  # fmt: skip
PAIRS = (
    "given", "got", "together", "sent_mails", "received_mails", "sent_chats", "received_chats", "sent_reactions",
    "received_reactions", "calls", "meetings", "talked_seconds", "last_at",
)  # fmt: skip
_SIDES = (("mail", "mails"), ("chat", "chats"), ("reaction", "reactions"))
Frames = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]


def main() -> None:
    """Do all of it once."""
    database = sys.argv[1]
    first, last, opened = map(int, sys.argv[2:])
    # What it loads when first asked is no part of what it takes.
    pl.read_database_uri("SELECT 1", f"sqlite:///{database}", engine="adbc")
    begun, cpu = time.perf_counter(), time.process_time()
    frames = read(database)
    read_for = time.perf_counter() - begun
    figures, days, pairs = built(frames)
    scratch, cpu = time.perf_counter() - begun, time.process_time() - cpu
    told: dict[str, Any] = {
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024,
        "read": read_for,
        "scratch": scratch,
        "scratch_cpu": cpu,
        "memory": _seconds(lambda: built(frames)),
        "digests": [digest(figures), digest(days), digest(pairs)],
        "weeks": len(figures),
    }
    local, links = with_local_times(frames), frames[1]
    users = sorted(local["user"].unique())[:opened]
    for name, made in (("report", figures_of), ("circle", pairs_of)):
        told[f"{name}_scratch"] = median(
            _seconds(lambda u=user, m=made: of_user(m, *_localised(read(database, u)), u, first, last))
            for user in users
        )
        told[f"{name}_memory"] = median(
            _seconds(lambda u=user, m=made: of_user(m, local, links, u, first, last)) for user in users
        )
    print(json.dumps(told))


def _seconds(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def read(database: str, user: int | None = None) -> Frames:
    """The interactions, their colleagues, and the time zones; all, or of one user."""
    mine = "" if user is None else f" WHERE i.user_id = {user}"
    linked = "" if user is None else " JOIN store_interaction i ON i.id = c.interaction_id" + mine
    zones = ZONES if user is None else f"{ZONES} WHERE id = {user}"
    queries = (INTERACTIONS + mine, COLLEAGUES + linked, zones)
    rows, colleagues, of_users = (
        pl.read_database_uri(query, f"sqlite:///{database}", engine="adbc") for query in queries
    )
    flags = pl.col("is_sent", "is_automatic", "is_inside", "is_outside").cast(pl.Boolean)
    return (
        rows.with_columns(flags, pl.col("answered_at", "answered_sides").cast(pl.Int64)),
        colleagues,
        of_users,
    )


def built(frames: Frames) -> Frames:
    """Figures, days and pairs of all weeks."""
    rows = with_local_times(frames)
    days = days_of(rows)
    return figures_of(rows, days), days, pairs_of(rows, frames[1])


def _localised(frames: Frames) -> tuple[pl.DataFrame, pl.DataFrame]:
    return with_local_times(frames), frames[1]


def of_user(
    make: Callable[..., pl.DataFrame],
    rows: pl.DataFrame,
    links: pl.DataFrame,
    user: int,
    first: int,
    last: int,
) -> pl.DataFrame:
    """What a report or a circle needs: the figures of these weeks, or the pairs up to them."""
    rows = rows.filter(pl.col("user") == user)
    if make is pairs_of:
        return pairs_of(rows, links).filter(pl.col("sunday") <= last)
    return figures_of(rows, days_of(rows)).filter(pl.col("sunday").is_between(first, last))


def with_local_times(frames: Frames) -> pl.DataFrame:
    """The interactions with the time by the clock on the wall, in seconds as if that were UTC, and with their weeks."""
    rows = frames[0].join(frames[2], on="user")
    parts = []
    for (zone,), part in rows.group_by("time_zone"):
        there = (
            pl.from_epoch("at", time_unit="s").dt.replace_time_zone("UTC").dt.convert_time_zone(zone or "UTC")
        )
        parts.append(part.with_columns(local=there.dt.replace_time_zone(None).dt.epoch("s")))
    met = pl.col("kind").is_in(MET)
    counts = ~pl.col("is_automatic") | met
    return pl.concat(parts).with_columns(
        sunday=_sunday(pl.col("local") // DAY),
        day=(pl.col("local") - FOUR) // DAY,
        met=met,
        counts=counts,
        is_activity=counts & (pl.col("is_sent") | met),
    )


def _sunday(day: pl.Expr) -> pl.Expr:
    return (day + 4) // 7 * 7 - 4


def days_of(rows: pl.DataFrame) -> pl.DataFrame:
    """The digital days, by block; with the seconds that activities cover."""
    found = []
    for block, side in BLOCKS.items():
        chosen = rows.filter(pl.col("is_activity") & (pl.col(side) if side else True))
        over = FOUR + DAY
        start = pl.col("local") - pl.col("day") * DAY
        own = pl.when("met").then("seconds").otherwise(0)
        length = pl.col("kind").replace_strict(LENGTHS, return_dtype=pl.Int64)
        lines = (
            chosen.select(
                "user",
                "day",
                start=start,
                end=pl.min_horizontal(start + own, pl.lit(over)),
                covered=pl.min_horizontal(start + own + length, pl.lit(over)),
            )
            .sort("user", "day", "start")
            .with_columns(line=pl.struct("user", "day").rle_id().cast(pl.Int64) * 2 * DAY)
            .with_columns(furthest=(pl.col("covered") + pl.col("line")).cum_max())
        )
        before = pl.max_horizontal(
            pl.col("start") + pl.col("line"), pl.col("furthest").shift(1, fill_value=-1)
        )
        found.append(
            lines.with_columns(gained=(pl.col("furthest") - before).clip(0))
            .group_by("user", "day")
            .agg(pl.col("start").min(), pl.col("end").max(), pl.col("gained").sum())
            .select(
                "user",
                "day",
                "start",
                "end",
                "gained",
                block=pl.lit(block, pl.Int64),
                sunday=_sunday(pl.col("day")),
                length=pl.col("end") - pl.col("start"),
            )
        )
    return pl.concat(found)


def figures_of(rows: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """The figures of each user, week and block in which there is anything; ``None``: no such value."""
    total = {name: pl.col(name).sum() for name in ("start", "end", "length")}
    weeks = days.group_by("user", "sunday", "block").agg(
        pl.len().cast(pl.Int64).alias("active_days"),
        *(
            ((2 * total[name] + pl.len()) // (2 * pl.len())).cast(pl.Int64).alias(f"day_{name}")
            for name in total
        ),
        pl.col("gained").sum().alias("week_length"),
    )
    counted = pl.concat(
        rows.group_by("user", "sunday")
        .agg(**_counts(block, side))
        .with_columns(block=pl.lit(block, pl.Int64))
        for block, side in BLOCKS.items()
    )
    keys = ["user", "sunday", "block"]
    made = counted.join(weeks, on=keys, how="full", coalesce=True).select(*keys, *FIGURES)
    numbers = [name for name in FIGURES if not name.startswith(("day_", "week_", "response_"))]
    made = made.with_columns(pl.col(numbers).fill_null(0))
    return made.filter(pl.any_horizontal(pl.col(numbers) > 0))


def _counts(block: int, side: str | None) -> dict[str, pl.Expr]:
    here = pl.col("counts") & (pl.col(side) if side else True)
    received_mail = here & (pl.col("kind") == "mail") & ~pl.col("is_sent")
    answers = (
        pl.col("counts")
        & (pl.col("kind") == "mail")
        & pl.col("is_sent")
        & pl.col("answered_at").is_not_null()
    )
    if block:
        answers &= (pl.col("answered_sides") & block) != 0
    took = (pl.col("at") - pl.col("answered_at")).filter(answers)
    counts = {
        f"{way}_{many}": here & (pl.col("kind") == kind) & (pl.col("is_sent") == (way == "sent"))
        for kind, many in _SIDES
        for way in ("received", "sent")
    }
    counts |= {f"{kind}s": here & (pl.col("kind") == kind) for kind in MET}
    counts |= {"answered_mails": received_mail & pl.col("answered_at").is_not_null(), "responses": answers}
    sums = {name: which.sum().cast(pl.Int64) for name, which in counts.items()}
    return sums | {"response_time": (took.median() + 0.5).floor().cast(pl.Int64)}


def pairs_of(rows: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """What users had with each colleague, by week."""
    linked = links.join(rows, on="id").filter(
        pl.col("counts")
        & (pl.col("is_sent") | pl.col("met") | pl.col("role").is_in(("from", "author", "reactor")))
        & pl.col("kind").is_in(("mail", "chat", "reaction", *MET))
    )
    weight = pl.when("met").then(1.0).when(kind="chat").then(0.4).when(kind="reaction").then(0.2)
    weight = weight.when("is_sent").then(1.0).otherwise(0.7)
    quarters = pl.when("met").then(pl.col("seconds") / 900).otherwise(1.0)
    others = pl.col("others").clip(1).cast(pl.Float64)
    strength = (weight * quarters * 10_000 / others.sqrt()).round(mode="half_to_even").cast(pl.Int64)
    ways = {"given": pl.col("is_sent") & ~pl.col("met"), "got": ~pl.col("is_sent") & ~pl.col("met")}
    counts = {
        f"{way}_{many}": (pl.col("kind") == kind) & (pl.col("is_sent") == (way == "sent"))
        for kind, many in _SIDES
        for way in ("sent", "received")
    } | {f"{kind}s": pl.col("kind") == kind for kind in MET}
    return (
        linked.with_columns(strength=strength)
        .group_by("user", "sunday", "colleague")
        .agg(
            *(pl.col("strength").filter(which).sum().alias(name) for name, which in ways.items()),
            pl.col("strength").filter("met").sum().alias("together"),
            *(which.sum().cast(pl.Int64).alias(name) for name, which in counts.items()),
            pl.col("seconds").filter("met").sum().alias("talked_seconds"),
            pl.col("at").max().alias("last_at"),
        )
        .select("user", "sunday", "colleague", *PAIRS)
    )


def digest(made: pl.DataFrame) -> str:
    """Of whole numbers in one order, so that two programs can say whether they found the same; -1: no value."""
    keys = [name for name in ("user", "sunday", "block", "day", "colleague") if name in made.columns]
    ordered = [*keys, *(name for name in made.columns if name not in (*keys, "gained"))]
    table = made.select(pl.col(ordered).fill_null(-1).cast(pl.Int64)).sort(ordered).to_numpy(order="c")
    return hashlib.sha256(table.tobytes()).hexdigest()


if __name__ == "__main__":
    main()
