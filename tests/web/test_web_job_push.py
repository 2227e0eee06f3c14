"""The page of a job that applied the default synced labels: what was asked, what it waits for, each user (M6-M11)."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pushing import a_user, click, states, syncing, work
from shelf import Shelf, another_workspace, text_of

from postroom.actions.create_role import create_role
from postroom.store.models import Job, Label, Mailbox, PushResult, User


def rows(page: Any) -> list[tuple[str, str, str, str]]:
    """What the page says of each user: address, status, what changed, why."""
    return [
        (row["user"].email, row["status"], row["changes"] or row["is_so"], row["why"])
        for row in page.context["results"]
    ]


@pytest.fixture
def all_sorts(shelf: Shelf) -> Shelf:
    """Of each thing that can become of a user one; beside them boss and Sam have no mailbox."""
    there = shelf.workspace
    syncing(there, "Ann Ames", "sent")
    syncing(there, "Ben", "inbox")
    syncing(there, "Cat", lacks="inbox")
    dan = syncing(there, "Dan")
    User.objects.filter(pk=dan.pk).update(disabled_at=timezone.now())
    eve = syncing(there, "Eve")
    Label.objects.filter(mailbox__user=eve, role="sent").update(
        chosen_at=int(time.time()) + 60, origin="user"
    )
    syncing(there, "Fay", "inbox", "sent", lacks="")
    return shelf


def test_it_says_what_was_asked_and_what_came_of_it_user_by_user_M11(
    all_sorts: Shelf, browser: Client
) -> None:
    job = click(all_sorts.workspace, inbox=True, sent=False)

    page = browser.get(f"/jobs/{job.pk}")

    said = text_of(page)
    assert "Apply default synced labels Asked for by command line, " in said
    assert " · Inbox on, Sent off Done" in said
    assert "Changed 2 Were so already 1 Skipped 5 Failed 0" in said
    assert rows(page) == [
        ("ann.ames@us.com", "Changed", "Inbox on, Sent off", ""),
        ("ben@us.com", "Was so already", "Inbox on, Sent off", ""),
        ("boss@us.com", "Skipped", "", "No mailbox was ever connected. Connect it, then apply again."),
        (
            "cat@us.com",
            "Skipped",
            "",
            "The mail server says of no label that it is Inbox, so nothing was touched. "
            "Once it says so of one, apply again.",
        ),
        ("dan@us.com", "Skipped", "", "The user is disabled. Enable the user, then apply again."),
        (
            "eve@us.com",
            "Skipped",
            "",
            "Inbox or Sent was chosen by hand after the click. That stays; apply again to override it.",
        ),
        ("fay@us.com", "Changed", "Sent off", ""),
        ("s1@us.com", "Skipped", "", "No mailbox was ever connected. Connect it, then apply again."),
    ]
    assert "Ann Ames ann.ames@us.com Changed Inbox on, Sent off Overrode their own choice." in said
    assert "Ben ben@us.com Was so already Nothing: Inbox on, Sent off —" in said


def test_results_are_narrowed_by_what_came_of_it_and_by_name_M11(all_sorts: Shelf, browser: Client) -> None:
    job = click(all_sorts.workspace)
    page = browser.get(f"/jobs/{job.pk}")
    assert page.context["chips"] == [
        ("changed", "Changed", 2),
        ("overridden", "Own choice overridden", 2),
        ("unchanged", "Were so already", 1),
        ("disabled", "Disabled", 1),
        ("no_mailbox", "No mailbox", 2),
        ("no_such_label", "No such label", 1),
        ("chosen_since", "Chose since", 1),
    ]
    assert "All 8 Changed 2 Own choice overridden 2" in text_of(page)

    def found(query: str) -> list[str]:
        return [row[0] for row in rows(browser.get(f"/jobs/{job.pk}?{query}"))]

    assert found("show=overridden") == ["ann.ames@us.com", "fay@us.com"]
    assert found("show=no_mailbox") == ["boss@us.com", "s1@us.com"]
    assert found("q=AMES") == ["ann.ames@us.com"]
    assert found("q=s1%40us") == ["s1@us.com"]
    assert found("show=unchanged&q=ann") == []
    none = text_of(browser.get(f"/jobs/{job.pk}?q=%3Cb%3E"))
    assert "None of these users has “<b>” in name or address. Show all" in none
    assert browser.get(f"/jobs/{job.pk}?show=odd").status_code == 404
    assert browser.get(f"/jobs/{job.pk}?before=odd").status_code == 404


def test_many_results_come_a_page_at_a_time_M11(shelf: Shelf, browser: Client) -> None:
    for number in range(60):
        syncing(shelf.workspace, f"User {number:03} " + "of a long name " * 6)
    job = click(shelf.workspace)
    path = f"/jobs/{job.pk}"

    first = browser.get(path)

    assert len(first.content) < 100_000
    assert [len(first.context["results"]), first.context["all_results"]] == [50, 62]
    last = first.context["results"][-1]["user"]
    assert f'href="?before={last.pk}&amp;show=&amp;q=#results"' in first.content.decode()
    more = browser.get(f"{path}?before={last.pk}&show=&q=", headers={"HX-Request": "true"})
    assert more.templates[0].name == "job_push_results_rows.html"
    whole = browser.get(f"{path}?before={last.pk}")
    assert rows(whole) == rows(more)
    assert "Back to the first" in text_of(whole)
    addresses = [row[0] for row in rows(first) + rows(more)]
    assert (len(addresses), addresses) == (62, sorted(addresses))
    assert more.context["more"] is None


@pytest.mark.parametrize("users", [1, 30])
def test_a_page_asks_the_same_number_of_questions_of_many_users(
    shelf: Shelf, browser: Client, django_assert_num_queries: Any, users: int
) -> None:
    for number in range(users):
        syncing(shelf.workspace, f"User {number}", "sent")
    job = click(shelf.workspace)
    with django_assert_num_queries(16):
        assert browser.get(f"/jobs/{job.pk}").status_code == 200


def test_while_labels_are_not_known_it_says_that_it_waits_for_the_first_look_M11(
    shelf: Shelf, browser: Client
) -> None:
    syncing(shelf.workspace, "Ann")
    for name in ("Ben", "Cat"):
        a_mailbox_unread(shelf, name)
    job = click(shelf.workspace)
    assert (job.state, job.progress["left"]) == ("waiting", 2)

    page = browser.get(f"/jobs/{job.pk}")

    said = text_of(page)
    assert "Waits for the first look into 2 mailboxes" in said
    assert "It rests after a problem" not in said
    assert "Changed 1 Were so already 0 Skipped 2 Wait for the first look 2" in said
    assert page.context["how_far"] == (3, 5)
    assert ("labels_unread", "Wait for the first look", 2) in page.context["chips"]
    assert "User by user so far" in said
    assert [row[1:] for row in rows(page)][1] == (
        "Waits",
        "",
        "The labels of the mailbox are not known yet. It goes on by itself with the first look into it.",
    )
    assert "HX-Refresh" not in browser.get(f"/jobs/{job.pk}", headers={"HX-Request": "true"}).headers

    gives_up(job)
    page = browser.get(f"/jobs/{job.pk}")
    assert ("labels_unread", "Failed: labels not known", 2) in page.context["chips"]
    assert [row[1] for row in rows(page)][:3] == ["Changed", "Failed", "Skipped"]


def a_mailbox_unread(shelf: Shelf, name: str) -> User:
    user = syncing(shelf.workspace, name, labels_at=None)
    Label.objects.filter(mailbox__user=user).delete()
    return user


def gives_up(job: Job) -> None:
    """Two minutes pass in which nobody looks into a mailbox."""
    Job.objects.filter(pk=job.pk).update(
        progress={**job.progress, "since": int(time.time()) - 121}, leased_until=None
    )
    work()
    job.refresh_from_db()


def test_the_failed_are_tried_again_M11(shelf: Shelf, browser: Client) -> None:
    ann = a_mailbox_unread(shelf, "Ann")
    job = click(shelf.workspace)
    gives_up(job)
    assert job.state == "done"

    page = browser.get(f"/jobs/{job.pk}")

    said = text_of(page)
    assert (
        "Done, and failed for 1 user Changed 0 Were so already 0 Skipped 2 Failed 1 "
        "Nobody could look into this mailbox yet, so which labels there are is not known. "
        "See who Try the failed again"
    ) in said
    assert rows(page)[0] == (
        "ann@us.com",
        "Failed",
        "",
        "The labels of the mailbox are not known: nobody could look into it yet. See how the mailbox is, "
        "then try the failed again.",
    )
    assert 'href="/settings/mailboxes?q=ann%40us.com"' in page.content.decode()

    answer = browser.post(f"/jobs/{job.pk}/retry", follow=True)
    assert "It is tried again, from where it was." in text_of(answer)
    Mailbox.objects.filter(user=ann).update(labels_at=int(time.time()))
    Label.objects.create(mailbox=Mailbox.objects.get(user=ann), ref="I", path=["I"], role="inbox")
    work()

    page = browser.get(f"/jobs/{job.pk}")
    assert rows(page)[0] == ("ann@us.com", "Changed", "Inbox on", "")
    assert "Try the failed again" not in text_of(page)
    assert states(ann) == {"inbox": True}


def test_after_a_later_click_the_failed_are_not_tried_again_M11(shelf: Shelf, browser: Client) -> None:
    a_mailbox_unread(shelf, "Ann")
    job = click(shelf.workspace)
    gives_up(job)
    click(shelf.workspace, inbox=False)

    said = text_of(browser.get(f"/jobs/{job.pk}"))

    assert "Try the failed again" not in said
    assert "There was a later click, or it was undone, so it is not tried again." in said
    refused = text_of(browser.post(f"/jobs/{job.pk}/retry", follow=True))
    assert "A later click on Apply decides, so this one is not tried again." in refused


def test_a_cancelled_one_is_tried_again_only_if_no_later_click_decides_M11(
    shelf: Shelf, browser: Client
) -> None:
    job = click(shelf.workspace, works=False)
    browser.post(f"/jobs/{job.pk}/cancel")
    again = f'action="/jobs/{job.pk}/retry"'
    assert again in browser.get(f"/jobs/{job.pk}").content.decode()
    click(shelf.workspace, works=False)
    assert again not in browser.get(f"/jobs/{job.pk}").content.decode()


def test_when_it_has_ended_the_whole_page_comes_again(shelf: Shelf, browser: Client) -> None:
    job = click(shelf.workspace)
    ended = browser.get(f"/jobs/{job.pk}", headers={"HX-Request": "true"})
    assert (ended.templates[0].name, ended.headers["HX-Refresh"]) == ("job_state.html", "true")
    other = Job.objects.create(workspace=shelf.workspace, kind="reconsider", actor="x", state="done")
    assert "HX-Refresh" not in browser.get(f"/jobs/{other.pk}", headers={"HX-Request": "true"}).headers


def test_what_was_done_for_later_users_says_whose_click_it_repeats_M8(shelf: Shelf, browser: Client) -> None:
    first = click(shelf.workspace, inbox=True, sent=True)
    ann, eve = syncing(shelf.workspace, "Ann"), syncing(shelf.workspace, "Eve", "sent")
    asked = {"inbox": True, "sent": True, "users": [ann.pk, eve.pk], "total": 2}
    later = Job.objects.create(
        workspace=shelf.workspace, kind="apply_default_labels", of=first, actor=first.actor, asked=asked
    )
    work()

    page = browser.get(f"/jobs/{later.pk}")

    said = text_of(page)
    assert " · Inbox on, Sent on · for 2 users who came later Done" in said
    assert "It does the same as Inbox on, Sent on, applied " in said
    assert "by command line, and is undone together with it." in said
    assert f'href="/jobs/{first.pk}"' in page.content.decode()
    assert rows(page) == [
        ("ann@us.com", "Changed", "Inbox on, Sent on", ""),
        (
            "eve@us.com",
            "Skipped",
            "",
            "Inbox or Sent was chosen by hand before this reached them. That stays; apply to all to override it.",
        ),
    ]
    assert "Undo…" not in said


def test_the_list_of_jobs_says_what_was_asked_M11(shelf: Shelf, browser: Client) -> None:
    click(shelf.workspace, inbox=False, sent=True)
    said = text_of(browser.get("/jobs"))
    assert "Apply default synced labels Inbox off, Sent on Done Skipped: 2" in said


def test_only_admin_access_opens_it_R1(shelf: Shelf, as_user: Any) -> None:
    """Story 9; who has ``manage_rules`` and not ``admin_access`` neither."""
    job = click(shelf.workspace)
    for name, permissions, status in (
        ("Clerk", ["manage_rules", "manage_users"], 403),
        ("Syncer", ["admin_access"], 200),
    ):
        create_role(shelf.workspace, {"name": name, "permissions": permissions}, actor="x")
        client = as_user(shelf.user(name))
        assert client.get(f"/jobs/{job.pk}").status_code == status
        assert (client.post(f"/jobs/{job.pk}/retry").status_code == 403) is (status == 403)
    assert as_user(shelf.user("Member")).get(f"/jobs/{job.pk}").status_code == 403


def test_the_push_of_another_workspace_is_not_there_W3(shelf: Shelf, browser: Client) -> None:
    other = another_workspace()
    a_user(other, "Zoe Theirs")
    foreign = click(other)
    mine = click(shelf.workspace)
    assert PushResult.objects.filter(job=foreign).count() == 1
    for path in ("/jobs/{}", "/jobs/{}?show=no_mailbox", "/jobs/{}?before=1"):
        answers = [browser.get(path.format(number)) for number in (foreign.pk, 999_999)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    assert "Zoe" not in browser.get(f"/jobs/{mine.pk}").content.decode()
