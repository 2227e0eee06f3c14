"""What Gmail spends of Google's quota, and what it does where that is used up."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from contract_looks import from_now, pages, since
from contract_world import AT, DAY, a_mail
from gmail_answers import said
from gmail_world import GmailWorld, kept_world

from postroom.core.trouble import TryLater
from postroom.providers.gmail import Gmail
from postroom.providers.gmail.mailbox import PAGE
from postroom.providers.port import HEADS, Access


@pytest.fixture
def world() -> GmailWorld:
    return kept_world()


class Purse:
    """Counts what is spent; a minute goes by when somebody waits."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self.left = {"mailbox": 6_000, "source": 1_200_000}
        self.terms: set[tuple[str, int, int]] = set()
        self.waits: list[float] = []

    def spend(self, key: str, units: int, most: int, seconds: int) -> None:
        self.terms.add((key, most, seconds))
        if units > self.left[key]:
            raise TryLater("budget_spent", after_seconds=40)
        self.left[key] -= units
        self.spent[key] += units

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.left["mailbox"] = 6_000


def with_purse(world: GmailWorld, **settings: int) -> tuple[Access, Purse]:
    purse = Purse()
    world.provider = Gmail(world.shim.as_transport(), sleep=purse.sleep)
    settings = {**world.mine.settings, **settings}
    return replace(world.mine, spend=purse.spend, settings=settings), purse


def filled(world: GmailWorld, many: int) -> list[str]:
    return [world.put(a_mail(f"{number:03}", AT + number), "INBOX") for number in range(many)]


def test_every_unit_that_google_counts_was_spent_before(world: GmailWorld) -> None:
    refs = filled(world, 70)
    world.shim.fail(refs[3], said(404, "notFound"))
    access, purse = with_purse(world)
    with world.provider.open(access) as mailbox:
        mailbox.address()
        mailbox.labels()
        cursor = from_now(mailbox, "INBOX")
        world.put(a_mail("new"), "INBOX")
        since(mailbox, "INBOX", cursor)
        pages(mailbox, "INBOX", 0, AT + DAY)
        mailbox.count("INBOX", AT)
        assert len(mailbox.heads("INBOX", refs)) == 69
        assert len([*mailbox.wholes("INBOX", refs[:30])]) == 30
    used = world.shim.used[access.address]
    # A fault answers before the shim counts.
    assert purse.spent == {"mailbox": used + 20, "source": used + 20}
    assert purse.terms == {("mailbox", 6_000, 60), ("source", 1_200_000, 60)}


def test_a_retried_part_is_paid_again(world: GmailWorld) -> None:
    refs = filled(world, 2)
    world.shim.fail(refs[0], said(429, "rateLimitExceeded"), times=2)
    access, purse = with_purse(world)
    with world.provider.open(access) as mailbox:
        assert len(mailbox.heads("INBOX", refs)) == 2
    assert purse.spent["mailbox"] == 2 * 20 + 20 + 20


def test_older_projects_have_more_and_pay_less(world: GmailWorld) -> None:
    access, purse = with_purse(world, units_per_minute=15_000)
    refs = filled(world, 2)
    with world.provider.open(access) as mailbox:
        mailbox.heads("INBOX", refs)
    assert (purse.spent["mailbox"], ("mailbox", 15_000, 60) in purse.terms) == (10, True)


def test_what_cannot_be_paid_whole_is_not_begun(world: GmailWorld) -> None:
    refs = filled(world, 100)
    access, purse = with_purse(world)
    purse.left["mailbox"] = 1_999
    with world.provider.open(access) as mailbox:
        for ask in (lambda: mailbox.heads("INBOX", refs), lambda: [*mailbox.wholes("INBOX", refs)]):
            with pytest.raises(TryLater, match=r"^budget_spent$") as caught:
                ask()
            assert caught.value.after_seconds == 40
        assert (mailbox.requests, purse.left["mailbox"], purse.waits) == (0, 1_999, [])


def test_a_page_of_mails_can_be_had_whole_in_one_minute(world: GmailWorld) -> None:
    refs = filled(world, PAGE + 10)
    access, purse = with_purse(world)
    with world.provider.open(access) as mailbox:
        listed = [mail.ref for mail in mailbox.list("INBOX", 0, AT + DAY).listed]
        assert listed == refs[:9:-1]
        mailbox.heads("INBOX", listed)
        assert len([*mailbox.wholes("INBOX", listed)]) == PAGE
    assert (purse.waits, purse.spent["mailbox"] <= 6_000) == ([], True)


def test_what_no_minute_suffices_for_is_waited_for(world: GmailWorld) -> None:
    refs = filled(world, HEADS)
    access, purse = with_purse(world)
    with world.provider.open(access) as mailbox:
        assert [head.ref for head in mailbox.heads("INBOX", refs)] == refs
        assert [whole.ref for whole in mailbox.wholes("INBOX", refs[:250])] == refs[:250]
    assert (purse.waits, purse.spent["mailbox"]) == ([40, 40], 750 * 20)


def test_waiting_for_units_has_an_end(world: GmailWorld) -> None:
    refs = filled(world, 301)
    access, purse = with_purse(world)
    with world.provider.open(access) as mailbox:
        purse.left["source"] = 6_000
        with pytest.raises(TryLater, match=r"^budget_spent$"):
            mailbox.heads("INBOX", refs)
    assert purse.waits == [40, 40, 40]


def test_google_that_counts_more_than_we_do_is_believed(world: GmailWorld) -> None:
    filled(world, 1)
    world.shim.quota = 3
    access, _ = with_purse(world)
    with world.provider.open(access) as mailbox, pytest.raises(TryLater, match=r"^throttled$"):
        pages(mailbox, "INBOX", 0, AT + DAY)
