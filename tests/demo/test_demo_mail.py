"""The demo's mail: the same every time, readable, and with everything in it that a demo should show."""

from __future__ import annotations

import re
from collections import Counter
from email import message_from_bytes
from email.policy import default

import pytest

from postroom.core.address import domain_of, normalise_address
from postroom.core.mail.rfc5322 import read_envelope
from postroom.core.message import LABEL_ROLES, UnreadableMail
from postroom.demo import company, threads
from postroom.demo.mail import DAYS, DemoCopy, demo_mails, mailboxes

NOW = 1_795_000_000
DAY = 86_400


@pytest.fixture(scope="module")
def copies() -> list[DemoCopy]:
    return demo_mails(NOW)


def test_the_same_seed_and_time_give_the_same_mail(copies: list[DemoCopy]) -> None:
    assert demo_mails(NOW) == copies
    assert demo_mails(NOW, seed=8) != copies
    assert demo_mails(NOW + DAY) != copies


def test_there_are_about_three_hundred_mails_in_everybodys_mailbox(copies: list[DemoCopy]) -> None:
    found = [re.search(rb"^Message-ID: (.+)$", copy.raw, re.M) for copy in copies]
    ids = {match[1] for match in found if match}
    assert 280 <= len(ids) <= 360
    assert {copy.user for copy in copies} == {user.email for user in company.USERS}
    assert {copy.label for copy in copies} == set(LABEL_ROLES) - {"all"}


def test_all_mail_is_of_the_half_year_before(copies: list[DemoCopy]) -> None:
    days = Counter[int]()
    for copy in copies[:-6]:
        date = read_envelope(copy.raw).date
        assert date is not None
        days[(NOW - date) // DAY] += 1
    assert (min(days) >= 0, max(days) <= DAYS) == (True, True)
    assert len(days) > 90


def test_every_mail_but_the_odd_ones_is_without_defect(copies: list[DemoCopy]) -> None:
    assert Counter(d for copy in copies[:-6] for d in read_envelope(copy.raw).defects) == Counter()
    assert (
        Counter(
            type(d).__name__ for c in copies[:-6] for d in message_from_bytes(c.raw, policy=default).defects
        )
        == {}
    )


def test_one_odd_mail_has_two_readings_and_one_is_no_mail(copies: list[DemoCopy]) -> None:
    odd = [copy.raw for copy in copies[-6:]]
    with pytest.raises(UnreadableMail):
        read_envelope(odd[-1])
    assert [read_envelope(raw).alternative is not None for raw in odd[:-1]] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_no_placeholder_is_left_in_any_mail(copies: list[DemoCopy]) -> None:
    left = [copy.raw for copy in copies if re.search(rb"\{[a-z]+\}", copy.raw)]
    assert left == []


def test_answers_quote_and_name_what_they_answer(copies: list[DemoCopy]) -> None:
    answers = [copy.raw for copy in copies if b"\nSubject: Re: " in copy.raw]
    assert len(answers) > 150
    for raw in answers:
        assert (b"\nIn-Reply-To: <" in raw, b"\nReferences: <" in raw, b"\n> " in raw) == (True, True, True)


def test_mail_shows_html_attachments_mailings_and_away_notes(copies: list[DemoCopy]) -> None:
    everything = b"".join(copy.raw for copy in copies)
    kinds = (
        b"text/html",
        b"Content-Disposition: attachment",
        b"List-Id:",
        b"Auto-Submitted: auto-replied",
        b"\nBcc: ",
    )
    assert [kind for kind in kinds if kind not in everything] == []


def test_every_name_is_one_that_nobody_can_own_and_every_address_is_one() -> None:
    addresses = [user.email for user in company.USERS] + [company.BLOCKED_ADDRESS]
    addresses += [email for person in (*company.PERSONS, *company.NEWCOMERS) for email in person.emails]
    addresses += [
        stranger[1] for stranger in (*threads.STRANGERS, *((n, a) for n, a, _ in threads.NEWSLETTERS))
    ]
    assert [address for address in addresses if normalise_address(address) != address] == []
    domains = {domain_of(a) for a in addresses} | {d for a in company.ACCOUNTS for d in a.domains}
    assert {domain.rpartition(".")[2] for domain in domains | {company.BLOCKED_DOMAIN}} == {"example"}


def test_everybody_is_of_an_account_that_is_there() -> None:
    names = {account.name for account in company.ACCOUNTS}
    people = (*company.PERSONS, *company.NEWCOMERS)
    assert [p.name for p in people if not set(p.accounts) <= names] == []
    assert {name: len(company.people_of(name)) >= 2 for name in names} == dict.fromkeys(names, True)
    assert [company.user(account.owner).local for account in company.ACCOUNTS] == [
        a.owner for a in company.ACCOUNTS
    ]
    with pytest.raises(StopIteration):
        company.user("nobody")


def test_mailboxes_keep_every_copy_in_its_order(copies: list[DemoCopy]) -> None:
    boxes = mailboxes(copies)
    for (user, label), mails in boxes.items():
        assert mails == [copy.raw for copy in copies if (copy.user, copy.label) == (user, label)]
    assert sum(map(len, boxes.values())) == len(copies)
