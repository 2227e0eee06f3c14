"""The demo's mail: the same every time, in order, whole, and with everything in it that a demo should show."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256

import pytest
from demo_reading import NOW, ODD, read, written

from postroom.core.mail.rfc5322 import read_envelope
from postroom.core.message import LABEL_ROLES, UnreadableMail
from postroom.demo.colleagues import DOMAIN, USERS
from postroom.demo.desk import DemoCopy
from postroom.demo.mail import demo_mails, mailboxes
from postroom.demo.occasions import DAYS

DAY = 86_400


def digest(copies: list[DemoCopy]) -> str:
    everything = sha256()
    for copy in copies:
        everything.update(repr(copy[:3]).encode() + copy.raw)
    return everything.hexdigest()


def test_the_same_seed_and_time_give_the_same_bytes_in_the_same_order() -> None:
    assert digest(demo_mails(NOW)) == digest(written())
    assert digest(demo_mails(NOW, seed=8)) != digest(written())
    assert digest(demo_mails(NOW + DAY)) != digest(written())


def test_there_are_some_thousand_mails_in_everybodys_mailbox() -> None:
    assert 4_400 <= len(read()) <= 4_900
    assert 6_500 <= len(written()) <= 8_500
    assert {copy.user for copy in written()} == {user.email for user in USERS}
    assert {copy.label for copy in written()} == set(LABEL_ROLES) - {"all"}


def test_all_mail_is_of_the_half_year_before_and_nothing_is_of_the_future() -> None:
    days = Counter[int]()
    for copy in written()[:-ODD]:
        assert read_envelope(copy.raw).date == copy.at
        days[(NOW - copy.at) // DAY] += 1
    assert (min(days) >= 0, max(days) <= DAYS + 1, len(days) > 150) == (True, True, True)


def test_every_mail_but_the_odd_ones_is_without_defect() -> None:
    assert Counter(d for copy in written()[:-ODD] for d in read_envelope(copy.raw).defects) == Counter()
    parts = [part for one in read() for part in one.mail.walk()]
    assert Counter(type(defect).__name__ for part in parts for defect in part.defects) == {}


def test_one_odd_mail_has_two_readings_and_one_is_no_mail() -> None:
    odd = [copy.raw for copy in written()[-ODD:]]
    with pytest.raises(UnreadableMail):
        read_envelope(odd[-1])
    two_readings = [read_envelope(raw).alternative is not None for raw in odd[:-1]]
    assert two_readings == [True, False, False, False, False, False]


def test_answers_name_what_they_answer_come_after_it_and_quote_it() -> None:
    by_id = {one.message_id: one for one in read()}
    answers = [one for one in read() if one.mail["In-Reply-To"]]
    assert len(answers) > 2_500
    for one in answers:
        answered = by_id[one.mail["In-Reply-To"]]
        assert answered.at < one.at
        assert (one.references[-1], one.topic) == (answered.message_id, answered.topic)
        assert f"> {answered.said.splitlines()[0]}" in one.text or "- Forwarded message -" in one.text


def test_who_comes_back_to_a_thread_days_later_answers_themselves() -> None:
    by_id = {one.message_id: one for one in read()}
    ours = [one for one in read() if one.mail["In-Reply-To"] and one.addresses[0].endswith(f"@{DOMAIN}")]
    late = Counter[int]()
    for one in ours:
        answered = by_id[one.mail["In-Reply-To"]]
        if answered.addresses[0] != one.addresses[0]:
            late[min(5, (one.at - answered.at).days)] += 1
    assert (late[5], late[3] + late[4] < len(ours) * 0.04, late[0] > len(ours) * 0.7) == (0, True, True), late


def test_mail_shows_html_attachments_mailings_away_notes_charsets_and_encodings() -> None:
    everything = b"".join(copy.raw for copy in written())
    kinds = {
        b"text/html",
        b"Content-Disposition: attachment",
        b"List-Id:",
        b"Auto-Submitted: auto-replied",
        b"\nBcc: ",
        b"\nCc: ",
        b"iso-8859-1",
        b"Transfer-Encoding: 8bit",
        b"Transfer-Encoding: base64",
        b"Transfer-Encoding: quoted-printable",
        b"Subject: Fwd: ",
        b"Subject: RE: ",
        b"=?utf-8?",
    }
    assert {kind for kind in kinds if kind not in everything} == set()


def test_pictures_in_html_are_far_away_and_nobodys() -> None:
    html = [one.html for one in read() if one.html]
    assert len(html) > 1_000
    links = {match for text in html for match in re.findall(r'(?:src|href)="([^"]*)"', text)}
    assert {bool(re.match(r"https://(images|www)\.[a-z.-]+\.example/", link)) for link in links} == {True}
    assert [text for text in html if re.search(r"<script|<style|onload|javascript:", text)] == []
    assert sum("<table" in text for text in html) > 200
    assert sum('width="1" height="1"' in text for text in html) == 240


def test_there_are_threads_of_two_to_twelve_mails_with_several_of_us_and_days_between() -> None:
    threads: dict[str, list[int]] = {}
    ours: dict[str, set[str]] = {}
    for one in read():
        threads.setdefault(one.thread, []).append(int(one.at.timestamp()))
        ours.setdefault(one.thread, set()).update(a for a in one.addresses if a.endswith(DOMAIN))
    lengths = Counter(min(len(times), 13) for times in threads.values())
    assert all(lengths[number] for number in range(2, 9)), lengths
    assert lengths[13] == 0
    assert sum(len(those) > 2 for those in ours.values()) > 120
    assert sum(max(times) - min(times) > 2 * DAY for times in threads.values()) > 300


def test_mailboxes_keep_every_copy_in_its_order() -> None:
    boxes = mailboxes(written()[:-ODD])
    for mails in boxes.values():
        assert [copy.at for copy in mails] == sorted(copy.at for copy in mails)
    for (user, label), mails in list(boxes.items())[::20]:
        assert mails == [copy for copy in written()[:-ODD] if (copy.user, copy.label) == (user, label)]
    assert sum(map(len, boxes.values())) == len(written()) - ODD
