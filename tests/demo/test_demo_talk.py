"""What people write in the demo: many situations, hardly anything twice, in working hours, nothing left unfilled."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

from demo_reading import read, written

from postroom.demo import manners
from postroom.demo.colleagues import USERS
from postroom.demo.mail import (
    BEFORE_THE_CONTRACT,
    COLLEAGUES,
    IN_THEIR_LANGUAGE,
    IN_TROUBLE,
    WITH_CUSTOMERS,
)

SITUATIONS = [situation for those in WITH_CUSTOMERS.values() for situation in those]
EVERY = [
    *SITUATIONS,
    *IN_TROUBLE,
    *BEFORE_THE_CONTRACT,
    *(situation for those in IN_THEIR_LANGUAGE.values() for situation in those),
]


def test_there_are_situations_enough() -> None:
    assert (len(SITUATIONS) >= 45, len(COLLEAGUES) >= 20) == (True, True)
    assert {language: len(those) >= 8 for language, those in IN_THEIR_LANGUAGE.items()} == {
        "de": True,
        "fr": True,
        "es": True,
    }
    assert [s.subject for s in (*EVERY, *COLLEAGUES) if not 2 <= len(s.turns) <= 9] == []


def test_customers_and_we_speak_with_customers_and_only_we_among_colleagues() -> None:
    assert [
        s.subject for s in EVERY if not set(s.speakers) & set("cde") or not set(s.speakers) & set("uvw")
    ] == []
    assert [s.subject for s in COLLEAGUES if set(s.speakers) - set("uvw")] == []
    departments = {user.department for user in USERS}
    assert [
        s.subject for s in COLLEAGUES if not set(s.departments) <= departments or len(s.departments) < 2
    ] == []


def test_brackets_are_closed_in_every_text() -> None:
    texts = [text for s in (*EVERY, *COLLEAGUES) for text in (s.subject, *(turn.text for turn in s.turns))]
    assert [
        text for text in texts if text.count("[") != text.count("]") or text.count("{") != text.count("}")
    ] == []
    assert [text for text in texts if re.search(r"\|(?![^\[]*\])", text)] == []


def test_nothing_is_left_unfilled_in_any_mail() -> None:
    said = [f"{one.subject}\n{one.said}" for one in read()]
    assert [text for text in said if re.search(r"[{}\[\]|]|\s@\s|  | [,.]|None", text)] == []


def test_hardly_anything_is_said_twice_to_customers() -> None:
    said = Counter(one.said for one in read() if one.is_with_customers)
    assert [text for text, times in said.most_common(5) if times > 8] == []
    assert sum(times for times in said.values() if times == 1) > len(said) * 0.9


def test_no_subject_begins_more_than_twelve_threads() -> None:
    threads: dict[str, set[str]] = defaultdict(set)
    for one in read():
        if not one.mail["Auto-Submitted"] and one.label in ("inbox", "sent", "archive"):
            threads[one.topic].add(one.thread)
    assert {subject: len(those) for subject, those in threads.items() if len(those) > 12} == {}


def test_people_write_in_the_hours_of_where_they_live_and_seldom_at_weekends_or_in_august() -> None:
    zones = {user.email: ZoneInfo(user.time_zone) for user in USERS}
    ours = [one.at.astimezone(zones[one.addresses[0]]) for one in read() if one.addresses[0] in zones]
    hours = Counter(at.hour for at in ours)
    assert sum(hours[hour] for hour in range(8, 18)) == len(ours)
    days = Counter(one.at.weekday() for one in read())
    assert (days[5] + days[6]) * 20 < days[1] + days[2]
    months = Counter(one.at.month for one in read())
    assert months[8] < min(months[6], months[7], months[9], months[10]) * 0.75


def test_tomorrow_is_a_working_day() -> None:
    for one in read():
        if re.search(r"\btomorrow\b", one.said):
            assert one.at.weekday() not in (4, 5), one.said


def test_languages_are_told_by_how_people_greet() -> None:
    said = [one.said for one in read() if one.is_with_customers]
    begun = Counter(text.partition(" ")[0] for text in said)
    assert (begun["Hallo"] > 30, begun["Bonjour"] > 20, begun["Hola"] > 10) == (True, True, True)
    for pool in (manners.BEFORE_THE_FIRST, manners.BEFORE_AN_ANSWER, manners.AFTER):
        assert set(pool) == {"en", *IN_THEIR_LANGUAGE}


def test_nobody_is_answered_by_themselves_first() -> None:
    wrong = [one.subject for one in read() if one.addresses[0] in one.addresses[1:]]
    assert wrong == []


def test_texts_are_short_enough_to_be_read() -> None:
    assert max(len(one.said) for one in read()) < 1_200
    assert sum(len(copy.raw) for copy in written()) < 20_000_000
