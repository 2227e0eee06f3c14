"""The mails that are uploaded are new ones, the calls full, the floor our own rows, the verdict on the largest."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from random import Random

import pytest
from stand_in_bench import answering

from bench.upload import BARE, PEER, mails_of, processor_rows, rows
from bench.upload_bare import Bare
from bench.upload_mails import USERS, CallFailed, calls, mail, send


def test_each_mail_is_a_new_one_of_a_user() -> None:
    mails = [mail(number, Random(number)) for number in range(500)]
    assert len({(made["id"], made["message_id"], made["date"]) for made in mails}) == 500
    assert {made["user"] for made in mails} <= set(USERS)
    assert 1_000 < sum(len(json.dumps(made)) for made in mails) / 500 < 3_000


def test_calls_are_full_and_go_on_from_a_number() -> None:
    sent = [json.loads(body)["messages"] for body in calls(7, 300, 100)]
    assert [len(messages) for messages in sent] == [100, 100, 100]
    assert [made["id"] for messages in sent for made in messages] == [
        f"m-{number}" for number in range(7, 307)
    ]


def test_a_round_sends_as_much_as_goes_in_a_moment_and_keeps_every_connection_busy() -> None:
    cells = [(1, 1), (1, 8), (100, 1), (100, 8), (1_000, 1), (1_000, 8)]
    assert [mails_of(cell, 16_000) for cell in cells] == [761, 760, 13_300, 12_800, 15_000, 8_000]
    assert [mails_of(cell, 500) for cell in cells] == [23, 16, 400, 800, 1_000, 8_000]


def test_a_call_that_is_refused_ends_the_benchmark() -> None:
    with answering(422, b'{"code": "invalid"}') as port, pytest.raises(CallFailed, match=r"^422: "):
        send(port, "/mail-messages", "", [b"{}"] * 5, 2)
    refusing = answering(200, b'{"accepted": 0, "rejected": 1, "results": []}')
    with refusing as port, pytest.raises(CallFailed, match=r"^200: "):
        send(port, "/mail-messages", "", [b"{}"], 1)
    with answering(200, b'{"accepted": 1, "rejected": 0, "results": []}') as port:
        assert send(port, "/mail-messages", "", [b"{}"] * 5, 2) > 0


def test_the_bare_insert_has_our_tables_and_takes_each_row_once(tmp_path: Path) -> None:
    ours = sqlite3.connect(tmp_path / "ours", isolation_level=None)
    ours.executescript(
        "CREATE TABLE store_item (id INTEGER PRIMARY KEY, kind TEXT); CREATE INDEX by_kind ON store_item (kind);"
        "CREATE TABLE store_waiting (id INTEGER PRIMARY KEY, item_id INTEGER); CREATE TABLE other (id INTEGER)"
    )
    bare = Bare(tmp_path / "ours", tmp_path / "bare")
    theirs = sqlite3.connect(tmp_path / "bare")
    for first in (1, 2_001):
        ours.executemany("INSERT INTO store_item VALUES (?, 'mail')", [(first + n,) for n in range(2_000)])
        ours.executemany("INSERT INTO store_waiting VALUES (NULL, ?)", [(first + n,) for n in range(2_000)])
        assert bare.insert_what_is_new() > 0
        count = "SELECT (SELECT count(*) FROM store_item), (SELECT count(*) FROM store_waiting)"
        assert theirs.execute(count).fetchone() == (first + 1_999, first + 1_999)
    names = {name for (name,) in theirs.execute("SELECT name FROM sqlite_master")}
    assert names == {"store_item", "store_waiting", "by_kind"}
    bare.close()
    theirs.close()
    ours.close()


def test_the_largest_calls_are_judged_by_their_medians() -> None:
    figures = {
        (1, 8): {"ours": [10.0, 30.0, 20.0], PEER: [20.0, 20.0, 5.0], BARE: [90.0, 90.0, 90.0]},
        (1_000, 1): {"ours": [50.0, 60.0, 55.0], PEER: [10.0, 11.0, 12.0], BARE: [111.0, 110.0, 10.0]},
    }
    assert [(row.work, row.ours, row.peer, row.ratio, row.target, row.is_met) for row in rows(figures)] == [
        ("upload, 1 a call, 8 at once", 20.0, PEER, 1.0, "", None),
        ("upload, 1,000 a call, 1 at once", 55.0, BARE, 0.5, "≥ 0.5 ×", True),
        ("upload, 1,000 a call, 1 at once", 55.0, PEER, 5.0, "≥ 5 ×", True),
    ]
    alone = {cell: {"ours": taken["ours"], BARE: taken[BARE]} for cell, taken in figures.items()}
    assert [row.peer for row in rows(alone)] == ["", BARE]


def test_processor_time_stands_beside_it_without_a_verdict() -> None:
    both = {(1, 8): {"ours": [10.0, 30.0, 20.0], PEER: [20.0, 40.0, 50.0]}}
    alone = {(1, 8): {"ours": [10.0]}}
    found = [*processor_rows(both), *processor_rows(alone)]
    assert [(row.unit, row.ours, row.peer, row.ratio, row.is_met) for row in found] == [
        ("msg/cpu-s", 20.0, PEER, 0.5, None),
        ("msg/cpu-s", 10.0, "", None, None),
    ]
