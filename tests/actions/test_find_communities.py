"""Communities: of those who consent, the same each time, and looked for only where something changed (E9)."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

import pytest
from circle_world import Circles, last_weeks

from postroom.actions import find_communities as actions
from postroom.actions.find_communities import find_communities, find_communities_everywhere
from postroom.actions.forget import forget, run_forget
from postroom.actions.set_consent import set_consent
from postroom.actions.show_communities import ShownCommunities, show_communities
from postroom.actions.work import claim_job
from postroom.measure.communities import Edges, communities_among
from postroom.store.models import (
    AuditEntry,
    CommunityMember,
    CommunitySearch,
    Consent,
    RollUp,
    RollUpDue,
    RollUpState,
    User,
    Workspace,
)
from postroom.store.read.report_sight import Onlooker
from postroom.store.write.rollups import make_anew


@pytest.fixture
def circles(workspace: Workspace) -> Circles:
    return Circles(workspace)


def group(circles: Circles, letter: str, count: int, **attributes) -> list[User]:
    """Users who each wrote to each other."""
    users = [circles.user(f"{letter}{number}@us.com", **attributes) for number in range(count)]
    for one in users:
        for other in users:
            if one != other:
                circles.had(one, other, 2, 1)
    return users


def shown(workspace: Workspace) -> ShownCommunities:
    found = show_communities(Onlooker(workspace, frozenset({"report_all"}), None, "token:it"))
    assert found is not None
    return found


def told(workspace: Workspace) -> list[list[str]]:
    """The members of each community."""
    return [[user.email.split("@")[0] for user in c.members] for c in shown(workspace).communities]


def forgotten(user: User) -> None:
    """Have a user forgotten, as the worker does."""
    asked = forget(user)
    while (job := claim_job()) is not None and job.pk != asked.pk:
        pass
    assert job is not None
    run_forget(job)


def test_who_has_much_with_one_another_is_a_community_E9(circles: Circles) -> None:
    support, sales = group(circles, "u", 6, department="Support"), group(circles, "s", 5, department="Sales")
    circles.had(support[0], sales[0], 3)
    circles.had(sales[1], support[0], 1)
    assert find_communities(circles.workspace) is True
    assert told(circles.workspace) == [["u0", "u1", "u2", "u3", "u4", "u5"], ["s0", "s1", "s2", "s3", "s4"]]
    first, second = shown(circles.workspace).communities
    assert (first.departments, second.departments) == ([("Support", 6)], [("Sales", 5)])
    # Of 6 · 5 · 3 = 90 on each side of the pairs and 4 with the others: counted for both who had it.
    assert (first.inner, second.inner) == (round(100 * 180 / 184), round(100 * 120 / 124))
    [bridge] = first.bridges
    assert (bridge.number, bridge.share, [user.email for user in bridge.people]) == (2, 2, ["u0@us.com"])
    assert [user.email for user in second.bridges[0].people] == ["s0@us.com", "s1@us.com"]


def test_who_does_not_consent_is_in_none_and_binds_nobody_E8(circles: Circles) -> None:
    support, sales = group(circles, "u", 5), group(circles, "s", 5)
    between = circles.user("between@us.com", consents=False)
    for user in support + sales:
        circles.had(user, between, 50, 50)
    find_communities(circles.workspace)
    assert [len(members) for members in told(circles.workspace)] == [5, 5]
    assert CommunityMember.objects.filter(user=between).exists() is False


def test_who_withdraws_is_shown_no_more_at_once_and_four_are_told_of_no_more_E11(circles: Circles) -> None:
    users = group(circles, "u", 6)
    find_communities(circles.workspace)
    User.objects.filter(pk=users[0].pk).update(collects_since=None)
    assert told(circles.workspace) == [["u1", "u2", "u3", "u4", "u5"]]
    User.objects.filter(pk=users[1].pk).update(disabled_at=datetime(2026, 11, 1, tzinfo=UTC))
    found = shown(circles.workspace)
    assert (found.communities, found.small, found.small_people) == ([], 1, 4)


def test_who_agreed_to_a_text_that_does_not_tell_of_communities_is_in_none_P2(circles: Circles) -> None:
    users = group(circles, "u", 7)
    Consent.objects.filter(user=users[0]).update(text_version=1)
    find_communities(circles.workspace)
    assert told(circles.workspace) == [["u1", "u2", "u3", "u4", "u5", "u6"]]
    assert CommunityMember.objects.filter(user=users[0]).exists() is False
    Consent.objects.filter(user=users[1]).update(text_version=1)
    assert told(circles.workspace) == [["u2", "u3", "u4", "u5", "u6"]]
    for user in users[:2]:
        set_consent(circles.workspace, [(user, True)], actor=user.email, how="own page", has_read=True)
    assert find_communities(circles.workspace) is True
    assert told(circles.workspace) == [["u0", "u1", "u2", "u3", "u4", "u5", "u6"]]


def test_of_fewer_than_five_nothing_is_told_E11(circles: Circles) -> None:
    group(circles, "u", 5)
    group(circles, "s", 4)
    group(circles, "t", 2)
    circles.user("alone@us.com")
    find_communities(circles.workspace)
    found = shown(circles.workspace)
    assert ([len(c.members) for c in found.communities], found.small, found.small_people) == ([5], 2, 6)


def test_only_the_last_twelve_weeks_count_E9(circles: Circles) -> None:
    users = group(circles, "u", 5)
    late = circles.user("late@us.com")
    circles.had(users[0], late, 1, weeks_ago=11)
    circles.had(late, users[0], 0, 1, weeks_ago=11)
    old = circles.user("old@us.com")
    circles.had(users[0], old, 1, weeks_ago=12)
    circles.had(old, users[0], 0, 1, weeks_ago=12)
    find_communities(circles.workspace)
    assert told(circles.workspace) == [["late", "u0", "u1", "u2", "u3", "u4"]]
    assert shown(circles.workspace).period == (last_weeks().last + 1 - 84, last_weeks().last)


def test_the_same_edges_come_to_the_same_communities_in_any_order_E9() -> None:
    dice = random.Random(3)
    edges = {}
    for _ in range(3_000):
        one = dice.randrange(200)
        other = one // 10 * 10 + dice.randrange(10) if dice.random() < 0.8 else dice.randrange(200)
        if one < other:
            edges[one, other] = dice.randrange(1, 100_000)
    found = communities_among(edges)
    shuffled = dict(dice.sample(sorted(edges.items()), len(edges)))
    assert communities_among(shuffled) == found
    assert sorted(user for members in found for user in members) == sorted(
        {u for edge in edges for u in edge}
    )
    assert [len(members) for members in found] == sorted((len(m) for m in found), reverse=True)


def test_nobody_is_in_no_community(circles: Circles) -> None:
    assert find_communities(circles.workspace) is True
    assert told(circles.workspace) == []
    assert communities_among({}) == []


def test_it_is_looked_for_again_only_where_something_changed(circles: Circles) -> None:
    users = group(circles, "u", 5)
    assert find_communities(circles.workspace) is True
    assert find_communities(circles.workspace) is False
    RollUpState.objects.filter(user=users[0]).update(fence=7)
    assert find_communities(circles.workspace) is True
    User.objects.filter(pk=users[0].pk).update(collects_since=None)
    assert find_communities(circles.workspace) is True


def test_it_is_looked_for_again_where_others_are_as_many(circles: Circles) -> None:
    """Somebody is disabled, and somebody else no more."""
    users = group(circles, "u", 7)
    disabled = datetime(2026, 11, 1, tzinfo=UTC)
    User.objects.filter(pk=users[0].pk).update(disabled_at=disabled)
    find_communities(circles.workspace)
    assert told(circles.workspace) == [["u1", "u2", "u3", "u4", "u5", "u6"]]
    User.objects.filter(pk=users[0].pk).update(disabled_at=None)
    User.objects.filter(pk=users[1].pk).update(disabled_at=disabled)
    assert find_communities(circles.workspace) is True
    assert told(circles.workspace) == [["u0", "u2", "u3", "u4", "u5", "u6"]]
    assert CommunityMember.objects.count() == 6


def test_it_is_looked_for_once_a_day_whether_anybody_is_found_or_not(circles: Circles) -> None:
    def found_a_day_later() -> int:
        CommunitySearch.objects.update(made_at=datetime.now(UTC) - timedelta(hours=24))
        find_communities_everywhere()
        return len(told(circles.workspace))

    find_communities_everywhere()
    group(circles, "u", 5)
    find_communities_everywhere()
    assert (len(told(circles.workspace)), found_a_day_later()) == (0, 1)
    for user in group(circles, "s", 5):
        RollUpState.objects.filter(user=user).update(fence=2)
    find_communities_everywhere()
    assert (len(told(circles.workspace)), found_a_day_later()) == (1, 2)


@pytest.mark.parametrize(
    ("day", "seconds_ago", "waits"), [(0, 0, True), (20_000, 3_600, True), (20_000, 0, False)]
)
def test_it_waits_while_roll_ups_are_behind_and_not_for_what_just_came(
    circles: Circles, day: int, seconds_ago: int, *, waits: bool
) -> None:
    them = Circles(Workspace.objects.create(name="Them", sealed_hash_key=circles.workspace.sealed_hash_key))
    user = group(circles, "u", 5)[0]
    group(them, "t", 5)
    RollUpDue.objects.create(user=user, day=day, change=1, since=int(time.time()) - seconds_ago)
    find_communities_everywhere()
    searched = [
        CommunitySearch.objects.filter(workspace=w).count() for w in (circles.workspace, them.workspace)
    ]
    assert searched == [0 if waits else 1, 1]
    RollUpDue.objects.all().delete()
    find_communities_everywhere()
    assert told(circles.workspace) == [["u0", "u1", "u2", "u3", "u4"]]


def test_who_is_forgotten_is_in_no_community_P7(circles: Circles) -> None:
    users = group(circles, "u", 5)
    find_communities(circles.workspace)
    forgotten(users[0])
    assert CommunityMember.objects.filter(user=users[0]).exists() is False


def test_who_is_forgotten_while_it_is_looked_for_is_in_no_community_P7(
    circles: Circles, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = group(circles, "u", 6)

    def forgotten_meanwhile(edges: Edges) -> list[list[int]]:
        make_anew(users[0].pk)
        return communities_among(edges)

    monkeypatch.setattr(actions, "communities_among", forgotten_meanwhile)
    find_communities(circles.workspace)
    assert told(circles.workspace) == [["u1", "u2", "u3", "u4", "u5"]]


def test_who_was_forgotten_while_colleagues_figures_still_name_them_is_in_no_community_P7(
    circles: Circles,
) -> None:
    users = group(circles, "u", 6)
    forgotten(users[0])
    find_communities(circles.workspace)
    assert told(circles.workspace) == [["u1", "u2", "u3", "u4", "u5"]]


def test_who_has_figures_but_nothing_with_colleagues_is_in_no_community_P7(circles: Circles) -> None:
    users = group(circles, "u", 6)
    RollUp.objects.filter(user=users[0]).update(pairs=b"")
    find_communities(circles.workspace)
    assert told(circles.workspace) == [["u1", "u2", "u3", "u4", "u5"]]


def test_each_workspace_has_its_own_W3(circles: Circles) -> None:
    them = Workspace.objects.create(name="Them", sealed_hash_key=circles.workspace.sealed_hash_key)
    group(circles, "u", 5)
    group(Circles(them), "t", 6)
    find_communities_everywhere()
    assert (told(circles.workspace), told(them)) == (
        [["u0", "u1", "u2", "u3", "u4"]],
        [["t0", "t1", "t2", "t3", "t4", "t5"]],
    )


def test_each_look_is_written_down_S5(circles: Circles) -> None:
    find_communities(circles.workspace)
    told(circles.workspace)
    entries = AuditEntry.objects.values_list("act", "actor", "user", "after")
    assert list(entries) == [("team_report_seen", "token:it", None, {"communities": True})]
