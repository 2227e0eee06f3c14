"""What repeats in the demo's weeks: the same every time, in the hours of where people live, before the present."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from demo_reading import NOW

from postroom.demo.colleagues import USERS
from postroom.demo.occasions import DAYS
from postroom.demo.routine import GROUPS, HEADS, STAND_UPS, demo_routine

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
    writes = [moment(chat["date"]).astimezone(ZONES[chat["author"]]).hour for chat in written()["chat"]]
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
    assert set(subjects) == {"Stand-up", "One to one", HEADS, *(group[0] for group in GROUPS)}
    assert min(subjects.values()) > 20


def test_reactions_are_to_messages_that_are_there() -> None:
    chats = {chat["id"]: chat for chat in written()["chat"]}
    for reaction in written()["reaction"]:
        said = chats[reaction["message_id"]]
        assert (reaction["chat_id"], reaction["message_author"]) == (said["chat_id"], said["author"])
        assert moment(reaction["date"]) > moment(said["date"])
        assert {reaction["user"], reaction["message_author"]} == set(said["members"])
    assert len(written()["reaction"]) > 200
