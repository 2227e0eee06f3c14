"""Reports, circles and teams as they are shown: not collected is no 0, too few is nothing, and who looked is written
down (E7, E8, E11, P1, S5).
"""

from __future__ import annotations

from datetime import date

import pytest
from mail_world import ACTOR, K1, NOON, S1, S2
from upload_world import a_source, chat_record, consent, mail_record, uploaded

from postroom.actions.add_users import add_users
from postroom.actions.forget import forget
from postroom.actions.roll_up import roll_up
from postroom.actions.show_report import show_circle, show_report
from postroom.actions.show_team import show_team
from postroom.core.audit import CIRCLE_SEEN, REPORT_SEEN, TEAM_SEEN
from postroom.core.report import Value
from postroom.core.weeks import DAY, Period, period_between
from postroom.store.models import AuditEntry, Interaction, Source, User, Workspace
from postroom.store.read import teams as team_reading
from postroom.store.read.report_sight import Onlooker, Subject, oneself
from postroom.worker.runner import run_due

TWO_WEEKS = period_between(date(2026, 2, 22), date(2026, 3, 7))
"""``NOON`` is in the second."""
SEEN = (REPORT_SEEN, CIRCLE_SEEN, TEAM_SEEN)


@pytest.fixture
def source(company: Workspace) -> Source:
    consent(company, S1, S2)
    return a_source(company, "people")


def user(company: Workspace, email: str = S1) -> User:
    return User.objects.get(workspace=company, email=email)


def auditor(company: Workspace) -> Onlooker:
    """A token that may see all."""
    return Onlooker(company, frozenset({"report_all"}), None, "token:reports")


def himself(company: Workspace, email: str = S1) -> tuple[Onlooker, Subject]:
    one = user(company, email)
    return Onlooker(company, frozenset(), one, one.email), oneself(one)


def written_down(company: Workspace) -> list[tuple[str, str, str | None, dict[str, str] | None]]:
    rows = AuditEntry.objects.filter(workspace=company, act__in=SEEN).order_by("pk")
    return list(rows.values_list("act", "actor", "user__email", "after"))


def test_the_report_of_a_period_with_weeks_before_the_first_as_no_value_E7(
    company: Workspace, source: Source
) -> None:
    uploaded(source, "mail", mail_record(S1, [S2, K1], folder="sent"))
    uploaded(source, "chat", chat_record(S2, [S1]))
    roll_up(company)
    shown = show_report(*himself(company), TWO_WEEKS)
    assert shown.report is not None and shown.coverage is not None
    found = {block: values["sent_mails"] for block, values in shown.report.values.items()}
    assert found == {"all": Value(1, 1), "int": Value(1, 1), "ext": Value(1, 1)}
    assert [week["all"]["received_chats"] for week in shown.report.weeks] == [Value(None, None), Value(1, 1)]
    assert (shown.coverage.percent, shown.is_being_made) == (100.0, False)
    assert written_down(company) == []


def test_weeks_to_come_have_no_value_E7(company: Workspace, source: Source) -> None:
    uploaded(source, "chat", chat_record(S2, [S1]))
    roll_up(company)
    far = period_between(date(2199, 12, 29), date(2200, 1, 4))
    report = show_report(*himself(company), far).report
    assert report is not None
    assert report.values["all"]["sent_mails"] == Value(None, None)


def test_what_came_since_is_said_to_be_on_its_way_E10(company: Workspace, source: Source) -> None:
    uploaded(source, "chat", chat_record(S2, [S1]))
    assert show_report(*himself(company), TWO_WEEKS).is_being_made is True
    assert show_circle(*himself(company), TWO_WEEKS).is_being_made is True
    roll_up(company)
    assert show_report(*himself(company), TWO_WEEKS).is_being_made is False


def test_without_consent_nothing_is_collected_and_nothing_shown_P1(
    company: Workspace, source: Source
) -> None:
    uploaded(source, "chat", chat_record(S2, [S1]))
    roll_up(company)
    consent(company, S1, given=False)
    assert Interaction.objects.filter(user=user(company)).count() == 1
    assert show_report(*himself(company), TWO_WEEKS) == (None, None, False)
    assert show_circle(*himself(company), TWO_WEEKS)[:2] == (None, {})


def test_looking_at_another_s_is_written_down_for_them_and_at_one_s_own_is_not_S5(
    company: Workspace, source: Source
) -> None:
    another = Subject(user(company), is_self=False)
    show_report(auditor(company), another, TWO_WEEKS)
    show_circle(auditor(company), another, TWO_WEEKS)
    show_report(*himself(company), TWO_WEEKS)
    show_circle(*himself(company), TWO_WEEKS)
    days = {"start": "2026-02-22", "end": "2026-03-07"}
    assert written_down(company) == [
        (REPORT_SEEN, "token:reports", S1, days),
        (CIRCLE_SEEN, "token:reports", S1, days),
    ]


def test_a_colleague_without_consent_is_a_number_and_rises_with_it_E8(
    company: Workspace, source: Source
) -> None:
    uploaded(source, "chat", chat_record(S2, [S1]))
    roll_up(company)
    consent(company, S2, given=False)
    shown = show_circle(*himself(company), TWO_WEEKS)
    assert shown.circle is not None
    assert (shown.circle.connections, shown.circle.not_named, shown.users) == ([], 1, {})
    consent(company, S2)
    shown = show_circle(*himself(company), TWO_WEEKS)
    assert shown.circle is not None
    assert [(c.colleague, c.strength) for c in shown.circle.connections] == [(user(company, S2).pk, 100)]


def test_who_was_forgotten_is_in_nobody_s_circle_and_the_totals_stay_P7(
    company: Workspace, source: Source
) -> None:
    uploaded(source, "chat", chat_record(S2, [S1]))
    roll_up(company)
    forget(user(company, S2))
    while run_due():
        pass
    roll_up(company)
    shown = show_circle(*himself(company), TWO_WEEKS)
    assert shown.circle is not None
    assert (shown.circle.connections, shown.circle.not_named) == ([], 0)
    report = show_report(*himself(company), TWO_WEEKS).report
    assert report is not None and report.values["int"]["received_chats"] == Value(1, 1)
    theirs = show_report(*himself(company, S2), TWO_WEEKS).report
    assert theirs is not None and theirs.values["all"]["sent_chats"] == Value(None, None)


# Teams


def a_team(company: Workspace, source: Source, people: int) -> None:
    """S1 manages so many, who consent; the first wrote one chat message, the second two, and so on."""
    emails = [f"p{number}@us.com" for number in range(people)]
    records = [{"email": email, "manager_email": S1, "department": "Sales"} for email in emails]
    add_users(company, records, actor=ACTOR)
    consent(company, *emails)
    for number, email in enumerate(emails):
        chats = [
            chat_record(email, [S2], id=f"{number}-{place}", at=NOON + place) for place in range(number + 1)
        ]
        uploaded(source, "chat", *chats)
    roll_up(company)


@pytest.mark.parametrize(("kind", "name"), [("manager", S1), ("department", "Sales")])
def test_a_team_of_five_has_medians_and_that_is_written_down_E11(
    company: Workspace, source: Source, kind: str, name: str
) -> None:
    a_team(company, source, 5)
    shown = show_team(auditor(company), kind, name, TWO_WEEKS)
    assert shown is not None and shown.values is not None
    assert (shown.people, shown.values["int"]["sent_chats"]) == (5, Value(3.0, 5))
    assert [week["all"]["sent_chats"] for week in shown.weeks] == [Value(None, None), Value(3.0, 5)]
    asked = {"team": kind, "name": name, "start": "2026-02-22", "end": "2026-03-07"}
    assert written_down(company) == [(TEAM_SEEN, "token:reports", None, asked)]


@pytest.mark.parametrize("at_once", [1, 5, 14, 125_000])
def test_however_many_weeks_are_read_at_a_time_the_same_is_told_E11(
    company: Workspace, source: Source, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    a_team(company, source, 5)
    late = [chat_record(f"p{n}@us.com", [S2], id=f"late {n}", at=NOON + 14 * DAY) for n in range(4)]
    uploaded(source, "chat", *late)
    roll_up(company)
    monkeypatch.setattr(team_reading, "_AT_ONCE", at_once)
    shown = show_team(auditor(company), "department", "Sales", Period(TWO_WEEKS.first, TWO_WEEKS.last + 21))
    assert shown is not None and shown.values is not None
    weeks = [week["all"]["sent_chats"].value for week in shown.weeks]
    assert (weeks, shown.values["all"]["sent_chats"]) == ([None, 3.0, 0.0, 1.0, 0.0], Value(4.0, 5))


def test_four_are_too_few_and_nothing_is_told_of_them_E11(company: Workspace, source: Source) -> None:
    a_team(company, source, 5)
    consent(company, "p0@us.com", given=False)
    shown = show_team(auditor(company), "manager", S1, TWO_WEEKS)
    assert shown is not None
    assert (shown.people, shown.values, shown.weeks) == (None, None, [])


def test_two_teams_that_differ_by_one_are_not_both_told_E11(company: Workspace, source: Source) -> None:
    a_team(company, source, 6)
    add_users(company, [{"email": "p5@us.com", "department": "Post"}], actor=ACTOR)
    told = {
        name: None if shown is None else shown.people
        for kind, name in (("manager", S1), ("department", "Sales"), ("department", "Post"))
        for shown in [show_team(auditor(company), kind, name, TWO_WEEKS)]
    }
    assert told == {S1: 6, "Sales": None, "Post": None}


def test_a_team_that_may_not_be_asked_for_or_is_none_is_not_there_E11(
    company: Workspace, source: Source
) -> None:
    a_team(company, source, 5)
    member = Onlooker(company, frozenset({"report_team"}), user(company, S2), S2)
    manager = Onlooker(company, frozenset({"report_team"}), user(company), S1)
    assert show_team(member, "manager", S1, TWO_WEEKS) is None
    assert show_team(manager, "department", "Sales", TWO_WEEKS) is None
    assert show_team(auditor(company), "department", "Nobody's", TWO_WEEKS) is None
    assert written_down(company) == []
    assert show_team(manager, "manager", S1, TWO_WEEKS) is not None
