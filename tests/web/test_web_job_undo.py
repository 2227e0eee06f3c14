"""Undoing a click on the default synced labels: what is said before, who gets what back, what is refused (M11)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from mailbox_rows import DAY
from pushing import LONG_AGO, a_user, click, states, syncing, work
from shelf import Shelf, another_workspace, text_of

from postroom.actions.choose_labels import choose_labels
from postroom.actions.create_role import create_role
from postroom.actions.foresee_undo import foresee_undo
from postroom.store.models import Job, Label, PushResult, User, Workspace


def chooses_anew(user: User) -> None:
    """The user selects Sent by hand."""
    sent = Label.objects.get(mailbox__user=user, role="sent")
    choose_labels(sent.mailbox, {sent.pk: True}, origin="user", actor=user.email, now=LONG_AGO + DAY)


def test_it_says_before_who_gets_what_back_and_who_keeps_theirs_M11(shelf: Shelf, browser: Client) -> None:
    ann, ben = syncing(shelf.workspace, "Ann", "sent"), syncing(shelf.workspace, "Ben", "inbox", "sent")
    cat = syncing(shelf.workspace, "Cat", "inbox", "sent")
    job = click(shelf.workspace, inbox=True, sent=False, actor="maya@us.com")
    chooses_anew(cat)
    labels = list(Label.objects.order_by("pk").values())
    assert f'href="/jobs/{job.pk}/undo"' in browser.get(f"/jobs/{job.pk}").content.decode()

    said = text_of(browser.get(f"/jobs/{job.pk}/undo"))

    assert "Undo “Inbox on, Sent off”? Applied to all users by maya@us.com, " in said
    assert (
        "For 2 users it is again as it was before , also who had chosen it and when. "
        "Inbox syncs no more for 1 Sent syncs again for 2 Who Ann ann@us.com Ben ben@us.com "
        "For 1 user it stays as it is now : Inbox or Sent was chosen anew since, by hand or by a later click. "
        "Who Cat cat@us.com "
        "Where a label syncs no more, what came in from it stays, and nothing more is fetched. "
        "Where a label syncs again, it goes on from where it had started: mail of the time between comes in too, "
        "as far as the mailbox still has it. "
        "All other labels stay as they are. Undo it for 2 users Leave as it is"
    ) in said
    assert list(Label.objects.order_by("pk").values()) == labels
    assert PushResult.objects.exclude(job=job).count() == 0

    answer = browser.post(f"/jobs/{job.pk}/undo", follow=True)
    undone = Job.objects.get(kind="undo_default_labels")
    assert answer.redirect_chain == [(f"/jobs/{undone.pk}", 302)]
    work()

    said = text_of(browser.get(f"/jobs/{undone.pk}"))
    assert "Undo default synced labels Asked for by Bo Boss, " in said
    assert (
        "Done Set back 2 Were so already 0 Keep what they have 1 Failed 0 It undoes Inbox on, Sent off, applied "
        in said
    )
    assert "Ann ann@us.com Set back Inbox off, Sent on —" in said
    assert (
        "Cat cat@us.com Keeps what it is Nothing Inbox or Sent was chosen anew since, by hand or by a later click. "
        "That stays."
    ) in said
    assert [states(user) for user in (ann, ben, cat)] == [
        {"inbox": False, "sent": True},
        {"inbox": True, "sent": True},
        {"inbox": True, "sent": True},
    ]
    said = text_of(browser.get(f"/jobs/{job.pk}"))
    assert "It was undone: asked for " in said and "Undo…" not in said


def test_what_is_foreseen_is_what_is_done_M11(shelf: Shelf) -> None:
    for number in range(5):
        syncing(shelf.workspace, f"User {number}", *(["sent"] if number % 2 else ["inbox"]))
    job = click(shelf.workspace)
    chooses_anew(User.objects.get(email="user.3@us.com"))
    foreseen = {fate.user: (fate.status, fate.before, fate.after) for fate in foresee_undo(job).fates}

    undo = Job.objects.create(workspace=shelf.workspace, kind="undo_default_labels", of=job, actor="x")
    work()

    results = PushResult.objects.filter(job=undo)
    assert {row.user_id: (row.status, row.before, row.after) for row in results} == foreseen
    assert sorted(status for status, _, _ in foreseen.values()) == ["changed", "skipped"]


def test_where_all_chose_anew_nobody_gets_anything_back_and_it_says_so_M11(
    shelf: Shelf, browser: Client
) -> None:
    ann = syncing(shelf.workspace, "Ann", "inbox", "sent")
    job = click(shelf.workspace)
    chooses_anew(ann)
    said = text_of(browser.get(f"/jobs/{job.pk}/undo"))
    assert (
        "For nobody anything changes : wherever the click changed something, somebody chose anew since."
        in said
    )
    assert "Undo it all the same" in said
    assert "Where a label syncs" not in said


def test_of_many_the_first_are_named_and_the_others_counted_M11(
    shelf: Shelf, browser: Client, django_assert_num_queries: Any
) -> None:
    for number in range(23):
        syncing(shelf.workspace, f"User {number:02}")
    job = click(shelf.workspace)
    with django_assert_num_queries(17):
        page = browser.get(f"/jobs/{job.pk}/undo")
    said = text_of(page)
    assert "For 23 users it is again as it was before" in said
    assert "User 19 user.19@us.com and 3 more" in said
    assert "User 20" not in said


def test_with_future_users_on_it_says_what_these_get_then_M8(shelf: Shelf, browser: Client) -> None:
    syncing(shelf.workspace, "Ann")
    job = click(shelf.workspace)
    future = "Also for future users stays on: who comes later gets what the click before this one said"
    assert future not in text_of(browser.get(f"/jobs/{job.pk}/undo"))
    Workspace.objects.update(future_labels_since=1)
    assert future in text_of(browser.get(f"/jobs/{job.pk}/undo"))


def refused(browser: Client, job: Job) -> str:
    """What is said instead, by GET and POST alike; nothing is asked for."""
    before = Job.objects.count()
    answers = [
        browser.get(f"/jobs/{job.pk}/undo", follow=True),
        browser.post(f"/jobs/{job.pk}/undo", follow=True),
    ]
    assert [answer.redirect_chain for answer in answers] == [[(f"/jobs/{job.pk}", 302)]] * 2
    texts = {str(next(iter(answer.context["messages"]))) for answer in answers}
    assert (len(texts), Job.objects.count()) == (1, before)
    return texts.pop()


def test_why_it_cannot_be_undone_is_said_in_words_M11(shelf: Shelf, browser: Client) -> None:
    nothing = click(shelf.workspace)
    assert refused(browser, nothing) == "It changed nothing for anybody, so there is nothing to undo."
    assert "cannot be undone" not in text_of(browser.get(f"/jobs/{nothing.pk}"))
    syncing(shelf.workspace, "Ann")
    first, second = click(shelf.workspace), click(shelf.workspace, inbox=False)
    later = "A later click on Apply stands; undo that one first."
    assert refused(browser, first) == later
    assert f"It cannot be undone. {later}" in text_of(browser.get(f"/jobs/{first.pk}"))

    waiting = click(shelf.workspace, inbox=False, works=False)
    assert refused(browser, waiting) == "It is still under way; wait for its end, or cancel it."
    work()
    browser.post(f"/jobs/{second.pk}/undo")
    assert refused(browser, second) == "It was undone before."
    work()
    undo = Job.objects.get(kind="undo_default_labels")
    assert refused(browser, undo) == "What such a job does cannot be undone here."
    assert "cannot be undone" not in text_of(browser.get(f"/jobs/{undo.pk}"))

    Job.objects.filter(pk=first.pk).update(ended_at=timezone.now() - timedelta(days=31))
    over = "It can be undone for 30 days, and they are over."
    assert refused(browser, first) == over
    assert f"It cannot be undone. {over}" in text_of(browser.get(f"/jobs/{first.pk}"))


def test_only_who_may_click_may_undo_R1(shelf: Shelf, as_user: Any) -> None:
    """Each kind has its own permission: ``manage_rules`` undoes earlier messages, not this."""
    syncing(shelf.workspace, "Ann")
    push, earlier = click(shelf.workspace), shelf.job(state="done")
    for name, permissions, expected in (
        ("Clerk", ["manage_rules"], [403, 403, 404]),
        ("Syncer", ["admin_access"], [200, 302, 403]),
    ):
        create_role(shelf.workspace, {"name": name, "permissions": permissions}, actor="x")
        client = as_user(shelf.user(name))
        path = f"/jobs/{push.pk}/undo"
        answers = [client.get(path), client.post(path), client.get(f"/jobs/{earlier.pk}/undo")]
        assert [answer.status_code for answer in answers] == expected
    assert Job.objects.filter(kind="undo_default_labels").count() == 1


def test_the_click_of_another_workspace_is_not_undone_W3(shelf: Shelf, browser: Client) -> None:
    other = another_workspace()
    a_user(other, "Zoe Theirs")
    foreign = click(other)
    for send in (browser.get, browser.post):
        answers = [send(f"/jobs/{number}/undo") for number in (foreign.pk, 999_999)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    assert not Job.objects.filter(kind="undo_default_labels").exists()
