"""Forget erases what the people lens knows of a user, and nothing of anybody else's (P7, P8)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone
from passive_world import NOON, Passive, reasons

from postroom.actions import forget as module
from postroom.actions.drop_too_old import drop_too_old, set_holding
from postroom.actions.forget import forget, run_forget
from postroom.actions.judge_people import judge_people
from postroom.actions.reclassify import run_reclassify
from postroom.actions.rejection import Rejected
from postroom.actions.take_back import take_back
from postroom.actions.work import claim_job
from postroom.store.models import (
    Colleague,
    Consent,
    Decision,
    Interaction,
    Item,
    Job,
    Revision,
    SetAside,
    User,
    Waiting,
    Workspace,
)
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.held import Held, count_holding, held_in, held_of, queued_of

DAY = 86_400


@pytest.fixture
def passive(workspace: Workspace) -> Passive:
    return Passive(workspace)


@pytest.fixture
def ann(passive: Passive) -> User:
    return passive.user("ann@us.com")


@pytest.fixture
def ben(passive: Passive) -> User:
    return passive.user("ben@us.com")


def consent(user: User) -> None:
    User.objects.filter(pk=user.pk).update(collects_since=timezone.now())


def do_forget(user: User) -> Job:
    asked = forget(user)
    while (job := claim_job()) is not None:
        if job.kind == module.KIND:
            run_forget(job)
        else:
            Job.objects.filter(pk=job.pk).update(state="done")
    asked.refresh_from_db()
    return asked


def test_what_is_held_is_counted_by_kind_with_oldest_and_newest_P3(passive, ann, ben) -> None:
    for at in (NOON, NOON - 5 * DAY, NOON + 60):
        passive.item("mail", [ann], at=at, owner=ann)
    passive.item("chat", [ann, ben])
    passive.item("mail", [None])
    assert held_of(ann) == [Held("chat", 1, NOON, NOON), Held("mail", 3, NOON - 5 * DAY, NOON + 60)]
    assert held_of(ben) == [Held("chat", 1, NOON, NOON)]
    consent(ann)
    assert (held_of(ann), queued_of(ann), queued_of(ben)) == ([], 4, 0)
    assert held_in(passive.workspace) == [Held("chat", 1, NOON, NOON)]
    assert count_holding(passive.workspace) == 1


def test_held_counts_ask_one_query_P3(passive, ann, ben, django_assert_num_queries) -> None:
    for kind in ("mail", "chat", "reaction", "activity"):
        passive.item(kind, [ann, ben])
    with django_assert_num_queries(2):
        held_of(ann)
        held_in(passive.workspace)


def test_nothing_of_the_users_is_left_and_others_keep_their_totals_P7(passive, ann, ben) -> None:
    consent(ann)
    both = passive.message([ann, ben])
    passive.counted(both, ann, [ben])
    of_ben = passive.counted(both, ben, [ann])
    alone = passive.message([ben])
    passive.counted(alone, ben, [ann])
    held = passive.message([ann])
    passive.decision(held, ann, "no_consent")

    job = do_forget(ann)

    assert (job.state, job.counts) == ("done", {"held": 0, "interactions": 1, "named": 2})
    assert list(Interaction.objects.filter(user=ann)) == []
    assert list(Colleague.objects.filter(user=ann)) == []
    assert list(Colleague.objects.filter(user=ben)) == []
    of_ben.refresh_from_db()
    assert (of_ben.others, of_ben.is_inside) == (2, True)
    assert Interaction.objects.filter(user=ben).count() == 2
    ids = (both.message_id, alone.message_id, held.message_id)
    assert reasons(ann) == [(id_, "forgotten") for id_ in ids]
    assert reasons(ben) == [(both.message_id, "counted"), (alone.message_id, "counted")]
    assert Decision.objects.filter(user=ann, is_current=False).count() == 2
    new = Decision.objects.get(user=ann, is_current=True, message=both.message_id)
    assert (new.outcome, new.last_copy, new.revision) == ("skip", both.pk, passive.workspace.revision)
    assert User.objects.get(pk=ann.pk).collects_since is not None
    assert Consent.objects.count() == 0


def test_what_waits_goes_and_what_others_wait_for_stays_P7(passive, ann, ben) -> None:
    own = passive.item("mail", [ann], owner=ann)
    customers = passive.item("mail", [ann, None], owner=ann)
    shared = passive.item("chat", [ann, ben])
    judged = passive.item("chat", [ann], became=passive.message([ann, ben]))

    job = do_forget(ann)

    assert job.counts == {"held": 4, "interactions": 0, "named": 0}
    assert held_of(ann) == []
    assert not Item.objects.filter(pk=own.pk).exists()
    for item in (customers, shared):
        item.refresh_from_db()
        assert (item.state, item.sealed is None, item.waiting.count()) == ("waiting", False, 1)
    judged.refresh_from_db()
    assert (judged.state, judged.sealed) == ("done", None)


def test_mail_that_was_counted_may_be_sent_again_P7(passive, ann, ben) -> None:
    consent(ann)
    mine, bens = passive.message([ann, ben], owner=ann), passive.message([ann, ben], owner=ben)
    passive.counted(mine, ann, [ben])
    passive.counted(bens, ben, [ann])
    gone = passive.item("mail", [], owner=ann, became=mine)
    stays = passive.item("mail", [], owner=ben, became=bens)
    do_forget(ann)
    assert not Item.objects.filter(pk=gone.pk).exists()
    assert Item.objects.filter(pk=stays.pk).exists()


def test_asking_twice_is_one_job_of_the_users_own_name_P7(ann) -> None:
    assert forget(ann).pk == forget(ann).pk
    assert list(Job.objects.values_list("kind", "asked", "actor")) == [
        ("forget", {"user": ann.pk}, "ann@us.com")
    ]


def test_it_forgets_many_rows_a_few_at_a_time_P7(passive, ann, ben, monkeypatch) -> None:
    monkeypatch.setattr(module, "_BATCH", 2)
    consent(ann)
    for _ in range(5):
        copy = passive.message([ann, ben])
        passive.counted(copy, ann, [ben])
        passive.counted(copy, ben, [ann])
        passive.item("mail", [ann], owner=ann)
    assert do_forget(ann).counts == {"held": 5, "interactions": 5, "named": 5}
    assert (Interaction.objects.count(), Waiting.objects.count()) == (5, 0)
    assert {reason for _, reason in reasons(ann)} == {"forgotten"}


def judge(passive: Passive, *concerns: tuple[int, int]) -> None:
    with transaction.atomic():
        judge_people(passive.workspace, concerns, DirectoryAtHand(passive.workspace.pk), NOON)


def test_what_was_forgotten_stays_so_when_others_are_judged_again_P7(passive, ann, ben) -> None:
    consent(ann)
    consent(ben)
    copy = passive.message([ann, ben])
    judge(passive, (copy.message_id, ann.pk), (copy.message_id, ben.pk))
    assert Colleague.objects.get(interaction__user=ben).user_id == ann.pk
    do_forget(ann)

    judge(passive, (copy.message_id, ben.pk))

    assert reasons(ann) == [(copy.message_id, "forgotten")]
    assert list(Interaction.objects.values_list("user", "others")) == [(ben.pk, 1)]
    assert Colleague.objects.count() == 0


def test_what_was_forgotten_counts_again_when_it_is_sent_for_its_user_again_P7(passive, ann, ben) -> None:
    consent(ann)
    copy = passive.message([ann, ben])
    judge(passive, (copy.message_id, ann.pk))
    do_forget(ann)
    judge(passive, (copy.message_id, ann.pk))
    assert reasons(ann) == [(copy.message_id, "counted")]
    assert Interaction.objects.get().user_id == ann.pk


def forgotten_at(user: User, at: int) -> None:
    Job.objects.filter(kind="forget", asked={"user": user.pk}).update(
        ended_at=datetime.fromtimestamp(at, UTC)
    )


def test_who_forgot_is_not_named_in_what_was_held_for_others_then_P7_P8(passive, ann, ben) -> None:
    consent(ben)
    held = passive.message([ann, ben], at=NOON)
    later = passive.message([ann, ben], at=NOON + 1)
    do_forget(ann)
    forgotten_at(ann, NOON)

    judge(passive, (held.message_id, ben.pk), (later.message_id, ben.pk))

    rows = Interaction.objects.order_by("at").values_list("user", "others", "colleagues__user")
    assert list(rows) == [(ben.pk, 1, None), (ben.pk, 1, ann.pk)]
    consent(ann)
    judge(passive, (held.message_id, ann.pk), (held.message_id, ben.pk))
    assert set(Colleague.objects.values_list("interaction__at", "user")) == {
        (NOON, ben.pk),
        (NOON, ann.pk),
        (NOON + 1, ann.pk),
    }


def test_while_forgetting_is_under_way_nothing_new_names_who_asked_P7(passive, ann, ben) -> None:
    consent(ben)
    copy = passive.message([ann, ben])
    forget(ann)
    judge(passive, (copy.message_id, ben.pk))
    assert (Interaction.objects.get().others, Colleague.objects.count()) == (1, 0)


def test_counting_anew_names_nobody_who_forgot_before_it_was_counted_P7_D4(passive, ann, ben) -> None:
    consent(ben)
    copy = passive.message([ann, ben])
    do_forget(ann)
    judge(passive, (copy.message_id, ben.pk))
    Job.objects.create(workspace=passive.workspace, kind="reclassify", actor="boss@us.com")
    again = claim_job()
    assert again is not None
    run_reclassify(again)
    assert again.counts == {"changed": 0, "unchanged": 1}
    assert Colleague.objects.count() == 0


def test_what_was_forgotten_stays_so_when_a_source_takes_a_copy_back_K7(passive, ann, ben) -> None:
    consent(ann)
    consent(ben)
    copy = passive.message([ann, ben])
    judge(passive, (copy.message_id, ann.pk), (copy.message_id, ben.pk))
    item = passive.item("chat", [], became=copy)
    do_forget(ann)
    with transaction.atomic():
        take_back(passive.workspace, [item.pk], NOON)
    assert reasons(ann) == [(copy.message_id, "forgotten")]
    assert reasons(ben) == [(copy.message_id, "taken_back")]
    assert Interaction.objects.count() == 0


def test_what_could_not_be_read_goes_with_its_item_P7(passive, ann) -> None:
    item = passive.item("mail", [ann], owner=ann)
    SetAside.objects.create(
        workspace=passive.workspace,
        fingerprint=b"1" * 16,
        source="api",
        user=ann,
        label="Inbox",
        locator="upload",
        size=1,
        why="empty",
        met_at=NOON,
        item=item.pk,
    )
    do_forget(ann)
    assert (Item.objects.count(), SetAside.objects.count()) == (0, 0)


class _Killed(BaseException):
    pass


def test_killed_at_any_write_it_goes_on_and_ends_the_same_P7(passive, ann, ben, monkeypatch) -> None:
    """The database refuses the n-th change, for every n: what the transaction did is undone, the rest is done later."""
    monkeypatch.setattr(module, "_BATCH", 2)
    consent(ann)
    for _ in range(3):
        copy = passive.message([ann, ben])
        passive.counted(copy, ann, [ben])
        passive.counted(copy, ben, [ann])
        passive.item("chat", [ann, ben])
    forget(ann)
    killed = 0
    while True:
        left = killed

        def stop_later(execute, sql, params, many, context):
            nonlocal left
            if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
                left -= 1
                if left < 0:
                    raise _Killed
            return execute(sql, params, many, context)

        Job.objects.filter(kind="forget").update(leased_until=None)
        job = claim_job()
        assert job is not None and job.kind == "forget"
        try:
            with connection.execute_wrapper(stop_later), transaction.atomic():
                run_forget(job)
            break
        except _Killed:
            killed += 1
    assert killed > 10
    assert job.counts == {"held": 3, "interactions": 3, "named": 3}
    assert (Interaction.objects.filter(user=ann).count(), Colleague.objects.filter(user=ann).count()) == (
        0,
        0,
    )
    assert [item.waiting.count() for item in Item.objects.all()] == [1, 1, 1]
    assert [reason for _, reason in reasons(ann)] == ["forgotten"] * 3
    assert Decision.objects.filter(user=ann).count() == 6


def test_what_is_held_for_too_long_is_dropped_and_counted_P8(passive, ann, ben) -> None:
    assert set_holding(passive.workspace, 30, actor="boss@us.com") is True
    assert set_holding(passive.workspace, 30, actor="boss@us.com") is False
    old, new = (
        int(timezone.now().timestamp()) - 30 * DAY - 60,
        int(timezone.now().timestamp()) - 30 * DAY + 600,
    )
    consent(ben)
    dropped = passive.item("mail", [ann], received_at=old, owner=ann)
    young = passive.item("mail", [ann], received_at=new, owner=ann)
    queued = passive.item("mail", [ben], received_at=old, owner=ben)
    both = passive.item("chat", [ann, ben], received_at=old)
    copy = passive.message([ann, ben])
    judged = passive.item("chat", [ann], received_at=old, became=copy)

    assert drop_too_old(passive.workspace) == 3
    assert drop_too_old(passive.workspace) == 0

    states = dict(Item.objects.values_list("pk", "state"))
    assert states == {
        dropped.pk: "dropped",
        young.pk: "waiting",
        queued.pk: "waiting",
        both.pk: "waiting",
        judged.pk: "done",
    }
    assert set(Item.objects.filter(sealed=None).values_list("pk", flat=True)) == {dropped.pk, judged.pk}
    assert held_of(ann) == [Held("mail", 1, NOON, NOON)]
    assert queued_of(ben) == 2
    assert reasons(ann) == [(copy.message_id, "held_too_long")]
    assert Revision.objects.filter(change="keep what is held for 30 days", actor="boss@us.com").count() == 1


def test_without_an_age_nothing_is_dropped_P8(passive, ann) -> None:
    passive.item("mail", [ann], received_at=0)
    assert drop_too_old(passive.workspace) == 0
    assert Waiting.objects.count() == 1


@pytest.mark.parametrize("days", [0, -1, 3_651])
def test_an_age_is_between_a_day_and_ten_years_P8(passive, days: int) -> None:
    with pytest.raises(Rejected) as refused:
        set_holding(passive.workspace, days, actor="boss@us.com")
    assert (refused.value.reason, refused.value.field) == ("days_invalid", "days")


def test_another_workspace_keeps_what_it_holds_W3(passive, ann) -> None:
    other = Workspace.objects.create(name="Them", sealed_hash_key=b"", holds_for_days=1)
    passive.item("mail", [ann], received_at=0)
    assert drop_too_old(other) == 0
    assert Waiting.objects.count() == 1
