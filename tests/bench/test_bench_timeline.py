"""The large workspace is what it is said to be, and its table says what took how long."""

from __future__ import annotations

from collections import Counter
from random import Random

from bench.crowd import NOW, Size, mails, shares, size_of
from bench.timeline import rows


def test_a_million_engagements_are_on_accounts_of_ten_to_many_thousands() -> None:
    size = size_of(1_000_000)
    assert size == Size(1_000_000, 2_000, 10_000, 5_000)
    of_accounts = shares(size)
    assert (len(of_accounts), min(of_accounts), of_accounts[-1]) == (2_000, 10, 10)
    assert of_accounts[0] > 10_000 and abs(sum(of_accounts) - 1_000_000) < 1_000


def test_mails_lie_mailbox_after_mailbox_and_one_thread_is_very_long() -> None:
    size = size_of(10_000)
    made = mails(size, Random(1))
    assert [mail[:2] for mail in made] == sorted(mail[:2] for mail in made)
    assert sum(mail.account >= 0 for mail in made) == sum(shares(size))
    threads = Counter(mail.thread for mail in made if mail.account >= 0)
    assert threads.pop(0) == size.long_thread == 50
    assert (min(threads.values()), max(threads.values())) == (1, 12)
    assert max(mail.at for mail in made) <= NOW


def test_a_page_is_met_by_its_median_and_a_long_history_beside_a_short_one() -> None:
    taken = {"large account": [20.0, 30.0, 90.0], "small account": [10.0, 15.0, 20.0], "slow": [51.0, 51.0]}
    assert [(row.work, row.ours, row.peer_figure, row.is_met) for row in rows("Member", taken)] == [
        ("large account, Member", 30.0, 90.0, True),
        ("small account, Member", 15.0, 20.0, True),
        ("slow, Member", 51.0, 51.0, False),
        ("large over small account, Member", 2.0, None, False),
    ]
