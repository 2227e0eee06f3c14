"""The demo's living mail: the same every time however far it is asked for, and with something for every rule."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import islice, pairwise

from postroom.core.mail.rfc5322 import read_envelope
from postroom.demo.company import user_named
from postroom.demo.live import AFTER, BEFORE, DAY, PROJECTS, live_mails

NOW = 1_795_262_400
"""21 November 2026, 12:00 UTC."""


def test_the_same_present_gives_the_same_mails_in_the_same_order_however_far_it_is_asked_for() -> None:
    first = list(islice(live_mails(NOW), 600))
    assert list(islice(live_mails(NOW), 400)) == first[:400]
    assert list(islice(live_mails(NOW + 1), 400)) != first[:400]
    assert [copy.at for copy in first] == sorted(copy.at for copy in first)
    assert 0 <= first[0].at - (NOW - BEFORE * DAY) < 3 * DAY


def test_before_the_present_people_write_on_working_days_by_day() -> None:
    times = [datetime.fromtimestamp(copy.at, UTC) for copy in live_mails(NOW) if copy.at < NOW]
    assert {at.weekday() for at in times} == {0, 1, 2, 3, 4}
    assert {at.hour for at in times if not 6 <= at.hour < 18} == set()


def test_a_mail_comes_every_few_minutes_at_any_hour_until_it_ends() -> None:
    after = [copy.at - NOW for copy in live_mails(NOW) if copy.at >= NOW]
    assert (after[0], after[-1] < (AFTER + 1) * DAY) == (0, True)
    pauses = [later - earlier for earlier, later in pairwise(after)]
    assert max(pauses[:25]) < 6 * 60
    assert max(pauses) < 3_600


def test_it_lies_in_a_few_mailboxes_and_none_of_it_is_broken() -> None:
    some = list(islice(live_mails(NOW), 600))
    assert {copy.user for copy in some} == {user_named(name).email for name in PROJECTS}
    roles = {"inbox", "sent", "drafts", "spam", "trash"}
    assert {copy.label for copy in some} == roles | set(PROJECTS.values())
    assert min(Counter(copy.label for copy in some).values()) > 2
    envelopes = [read_envelope(copy.raw) for copy in some]
    assert Counter(defect for envelope in envelopes for defect in envelope.defects) == Counter()
    assert [envelope.date for envelope in envelopes] == [copy.at for copy in some]


def test_mail_of_a_customer_is_in_the_label_of_the_customer_alone() -> None:
    of_tom = [copy for copy in islice(live_mails(NOW), 900) if copy.user == user_named("Tom Okafor").email]
    assert {copy.label for copy in of_tom} & set(PROJECTS.values()) == {PROJECTS["Tom Okafor"]}
    from_alder = [copy.label for copy in of_tom if b"@alder-bakeries.example>\nTo:" in copy.raw]
    assert set(from_alder) <= {PROJECTS["Tom Okafor"], "trash"}
