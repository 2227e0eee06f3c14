"""What waits for a provider keeps its lease; trouble with one label stays with it; what is chosen meanwhile counts."""

from __future__ import annotations

import time

import pytest
from mail_world import K1, NOON, S1, mail
from mailbox_world import MailboxWorld, listed

from postroom.actions import keep_lease
from postroom.actions.keep_lease import LeaseKeeper
from postroom.core.mailbox import Mode
from postroom.core.trouble import TryLater
from postroom.store.models import Engagement, Mailbox, SetAside, Variant


def hello(number: int) -> bytes:
    return mail(K1, [S1], id=f"{number}@acme.com", at=NOON, subject=f"Mail {number}")


def test_the_lease_is_kept_while_a_look_waits(world: MailboxWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[tuple[int, int]] = []
    monkeypatch.setattr(keep_lease, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(keep_lease, "renew", lambda *of: renewed.append(of[:2]))
    with LeaseKeeper(7, 3):
        time.sleep(0.2)
    told = len(renewed)
    assert (set(renewed), told > 2) == ({(7, 3)}, True)
    time.sleep(0.05)
    assert len(renewed) == told


def test_trouble_with_one_label_stops_no_other(world: MailboxWorld) -> None:
    kept, row = world.connect()
    kept.deliver(kept.by_role("inbox"), hello(1), received_at=world.now - 60)
    inbox, sent = sorted(world.select(row, "inbox", "sent", days=1), key=lambda label: label.role)
    faults = world.server.faults
    # The inbox is followed first, Sent second.
    faults.fail_next("changes", TryLater("server_trouble"), after=1)
    assert world.look(row).outcomes == {("import", "imported"): 1}
    for label in (inbox, sent):
        label.refresh_from_db()
    assert (inbox.problem, sent.problem, row.trouble, row.looked_at) == ("", "try_later", "", world.now)
    world.later(300)
    faults.requests.clear()
    world.look(row)
    assert faults.requests["changes"] == 1
    world.later(300)
    world.look(row)
    sent.refresh_from_db()
    assert (sent.problem, sent.begun_at) == ("", world.now)


def test_trouble_with_every_label_is_the_mailbox_s(world: MailboxWorld) -> None:
    _, row = world.connect()
    world.select(row, "inbox", "sent")
    before = world.now
    world.later(60)
    world.server.faults.fail_next("changes", TryLater("server_trouble"), times=2)
    world.look(row)
    assert (row.trouble, row.trouble_code, row.looked_at) == ("try_later", "server_trouble", before)
    assert set(row.labels.values_list("problem", flat=True)) == {""}


@pytest.mark.parametrize("stricter", ["owner", "workspace"])
def test_a_mode_chosen_while_a_mail_is_fetched_counts_for_it_S8(world: MailboxWorld, stricter: str) -> None:
    kept, row = world.connect()
    world.select(row, "inbox")
    world.look(row)
    kept.deliver(kept.by_role("inbox"), hello(1), received_at=world.now)

    def choose(method: str) -> None:
        if method == "wholes" and stricter == "owner":
            Mailbox.objects.update(mode=Mode.METADATA)
        elif method == "wholes":
            type(world.workspace).objects.update(mailbox_mode=Mode.METADATA)

    world.server.faults.before = choose
    world.later(5)
    world.look(row)
    assert list(Engagement.objects.values_list("subject", "snippet")) == [("", "")]
    assert list(Variant.objects.values_list("subject", "kept")) == [("", Mode.METADATA)]


def test_of_two_alike_that_cannot_be_read_both_are_listed_L5(world: MailboxWorld) -> None:
    kept, row = world.connect()
    [label] = world.select(row, "inbox")
    world.look(row)
    levels = "".join(
        f"--b{level}\nContent-Type: multipart/mixed; boundary=b{level + 1}\n\n" for level in range(300)
    )
    deep = hello(1).replace(b"text/plain; charset=utf-8", b"multipart/mixed; boundary=b0") + levels.encode()
    for _ in range(2):
        kept.deliver(kept.by_role("inbox"), deep, received_at=world.now)
    world.later(5)
    world.look(row)
    assert (listed(label), SetAside.objects.count(), Engagement.objects.count()) == ((2, 0, 0), 1, 0)
