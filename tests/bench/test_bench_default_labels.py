"""What the table says of the default synced labels, and who is in the workspaces that are measured."""

from __future__ import annotations

from collections import Counter

from bench.default_labels import Told, rows
from bench.default_labels_rows import LABELS, labels_of


def told(users: int, preview: float, push: float, **more: float) -> Told:
    measured = {"users": users, "preview": preview, "page": 2 * preview, "push": push, "push_cpu": push / 2}
    return measured | {"undo": push, "undo_none": push / 4, "wait": 80.0, "wait_idle": 1.0, **more}


def test_a_user_costs_the_same_among_many_and_the_largest_stands_beside_the_peers() -> None:
    largest = told(10_000, 1.5, 8.0, bare=0.2, naive=40.0)
    made = rows([told(1_000, 0.1, 0.8), largest])
    a_user = [(row.work, row.unit, round(row.ours, 2)) for row in made if row.unit.endswith("ms a user")]
    assert a_user == [
        ("preview, 1,000 users", "cpu-ms a user", 0.1),
        ("preview, 10,000 users", "cpu-ms a user", 0.15),
        ("its page, 1,000 users", "cpu-ms a user", 0.2),
        ("its page, 10,000 users", "cpu-ms a user", 0.3),
        ("push, 1,000 users", "cpu-ms a user", 0.4),
        ("push, 10,000 users", "cpu-ms a user", 0.4),
        ("push, 1,000 users", "ms a user", 0.8),
        ("push, 10,000 users", "ms a user", 0.8),
        ("undo, 1,000 users", "ms a user", 0.8),
        ("undo, 10,000 users", "ms a user", 0.8),
    ]
    assert [(row.work, round(row.ours, 2), row.is_met) for row in made[10:]] == [
        ("preview, a user among 10,000 over one among 1,000", 1.5, True),
        ("push, a user among 10,000 over one among 1,000", 1.0, True),
        ("preview, 10,000 users", 1.5, False),
        ("push, 10,000 users", 8.0, True),
        ("undo of neither box, 10,000 users, 100 with 5,000 mails", 2.0, True),
        ("push, 10,000 users", 8.0, None),
        ("push, 10,000 users", 8.0, None),
        ("another writer, longest wait", 80.0, True),
    ]
    beside = [(row.peer, row.peer_figure, row.ratio) for row in made if row.peer]
    assert beside == [("bare SQL", 0.2, 0.025), ("save() a label", 40.0, 5.0), ("without a push", 1.0, None)]


def test_without_peers_and_with_a_growth_the_table_says_so() -> None:
    made = rows([told(10, 0.1, 0.1), told(80, 2.0, 0.8)])
    assert [row.is_met for row in made if row.unit == "times"] == [False, True]
    assert [row.peer for row in made if row.peer] == ["without a push"]


def test_every_mailbox_has_as_many_labels_and_they_are_chosen_in_every_manner() -> None:
    boxes = [labels_of(1, number) for number in range(100)]
    assert {len(labels) for labels in boxes} == {LABELS}
    chosen = Counter(
        " ".join(f"{label.path[0]} {label.origin}" for label in labels if label.selected_at is not None)
        for labels in boxes
    )
    assert chosen == {
        "": 20,
        "inbox user": 20,
        "inbox admin sent admin": 18,
        "inbox admin": 2,
        "Label 7 user": 20,
        "sent user": 20,
    }
