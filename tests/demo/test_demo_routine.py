"""What repeats in the demo's weeks: the same every time, in the hours of where people live, before the present."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from functools import cache
from statistics import mean
from typing import Any
from zoneinfo import ZoneInfo

from demo_reading import NOW

from postroom.demo.colleagues import DOMAIN, USERS
from postroom.demo.occasions import DAYS
from postroom.demo.routine import GROUPS, HEADS, PROSPECTS, SIDE_BY_SIDE, STAND_UPS, demo_routine

ZONES = {user.email: ZoneInfo(user.time_zone) for user in USERS}
Records = dict[str, list[dict[str, Any]]]


@cache
def written() -> Records:
    return demo_routine(NOW)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def people(activity: dict[str, Any]) -> list[str]:
    return [activity["user"], *activity["participants"]]


def test_the_same_seed_and_time_give_the_same_records() -> None:
    assert demo_routine(NOW) == written()
    assert demo_routine(NOW, seed=14) != written()
    for records in written().values():
        assert len({record["id"] for record in records}) == len(records)


def test_all_of_it_is_of_the_half_year_before_and_of_working_days() -> None:
    times = [
        moment(record.get("date") or record["end"]).timestamp()
        for kind in written().values()
        for record in kind
    ]
    assert (max(times) < NOW, min(times) > NOW - (DAYS + 1) * 86_400) == (True, True)
    days = {moment(activity["start"]).weekday() for activity in written()["activity"]}
    assert days == {0, 1, 2, 3, 4}


def test_nobody_meets_or_writes_outside_the_working_hours_of_where_they_live() -> None:
    meets = [
        moment(activity["start"]).astimezone(ZONES[person]).hour
        for activity in written()["activity"]
        for person in people(activity)
    ]
    writes = [
        moment(said["date"]).astimezone(ZONES[author]).hour
        for said in (*written()["chat"], *written()["mail"])
        if (author := said.get("author") or said["from"]) in ZONES
    ]
    assert {hour for hour in (*meets, *writes) if not 8 <= hour < 18} == set()


def test_departments_begin_their_days_together_and_everybody_meets_their_manager() -> None:
    departments: dict[str, set[str]] = defaultdict(set)
    reports: set[str] = set()
    subjects = Counter(activity["subject"] for activity in written()["activity"])
    by_email = {user.email: user for user in USERS}
    for activity in written()["activity"]:
        if activity["subject"] == "Stand-up":
            departments[activity["start"][11:]] |= {
                by_email[person].department for person in people(activity)
            }
        if activity["subject"] == "One to one":
            reports |= {by_email[person].name for person in activity["participants"]}
    assert set().union(*departments.values()) == set(STAND_UPS)
    assert reports == {user.name for user in USERS if user.manager}
    assert set(subjects) == {"Stand-up", "One to one", HEADS, *SIDE_BY_SIDE, *(group[0] for group in GROUPS)}
    assert min(subjects.values()) > 20


def test_reactions_are_to_messages_that_are_there() -> None:
    chats = {chat["id"]: chat for chat in written()["chat"]}
    for reaction in written()["reaction"]:
        said = chats[reaction["message_id"]]
        assert (reaction["chat_id"], reaction["message_author"]) == (said["chat_id"], said["author"])
        assert moment(reaction["date"]) > moment(said["date"])
        assert {reaction["user"], reaction["message_author"]} == set(said["members"])
    assert len(written()["reaction"]) > 200


def test_everybodys_days_go_from_the_morning_to_the_late_afternoon() -> None:
    days: dict[str, dict[date, list[float]]] = defaultdict(lambda: defaultdict(list))
    for activity in written()["activity"]:
        for person in people(activity):
            for at in (activity["start"], activity["end"]):
                _note(days[person], moment(at).astimezone(ZONES[person]))
    for said in (*written()["chat"], *written()["mail"]):
        author = said.get("author") or said["from"]
        if author in ZONES:
            _note(days[author], moment(said["date"]).astimezone(ZONES[author]))
    begins = {person: mean(min(hours) for hours in those.values()) for person, those in days.items()}
    ends = {person: mean(max(hours) for hours in those.values()) for person, those in days.items()}
    assert set(days) == set(ZONES)
    assert [person for person, hour in begins.items() if not 8.3 < hour < 9.8] == []
    assert [person for person, hour in ends.items() if not 16 < hour < 18] == []


def _note(days: dict[date, list[float]], at: datetime) -> None:
    days[at.date()].append(at.hour + at.minute / 60)


def test_mail_lies_with_who_sent_it_and_who_got_it_and_is_mostly_answered_on_that_day() -> None:
    folders: dict[str, dict[str, str]] = defaultdict(dict)
    mails = {mail["message_id"]: mail for mail in written()["mail"]}
    for copy in written()["mail"]:
        folders[copy["message_id"]][copy["folder"]] = copy["user"]
    for id_, mail in mails.items():
        wanted = {"sent": mail["from"], "inbox": mail["to"][0]}
        assert folders[id_] == {folder: who for folder, who in wanted.items() if who.endswith(f"@{DOMAIN}")}
    took = [
        moment(mail["date"]) - moment(mails[mail["in_reply_to"]]["date"])
        for mail in mails.values()
        if "in_reply_to" in mail
    ]
    assert (min(took) > timedelta(minutes=3), max(took) < timedelta(days=4)) == (True, True)
    assert sum(time < timedelta(hours=4) for time in took) > len(took) * 0.75 > 300
    assert {mail["from"] for mail in mails.values()} - set(ZONES) == set(PROSPECTS)
