"""Centralized Connect: one secret, all users, told one by one; begun again it goes on from where it was (M2, M3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from postroom.actions import connect_users
from postroom.actions.add_users import add_users
from postroom.actions.connect_all import check_central, connect_all, connect_new_users, disconnect_all
from postroom.actions.connect_by_password import connect_by_password
from postroom.actions.disable_user import disable_user
from postroom.actions.disconnect_mailbox import disconnect_mailbox
from postroom.actions.mailbox_access import access_of
from postroom.actions.mailbox_source import set_up_source
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.sync_mailbox import look
from postroom.actions.work import claim_job, do_claimed
from postroom.core.trouble import NotAllowed, TryLater
from postroom.providers import registry
from postroom.providers.memory import MemoryServer, memory_server
from postroom.providers.port import Missing
from postroom.store.models import Job, Label, Mailbox, Source, User, Workspace
from postroom.store.read.mailbox_sources import Reach, reach_of
from postroom.store.write import jobs
from postroom.worker.duties import DUTIES

BOSS = "boss@us.com"
ANN, BEN, CAT, DAN = (f"{name}@us.com" for name in ("ann", "ben", "cat", "dan"))
MASTER = {"host": "imap.us.com", "master_user": "reader", "master_password": "master"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryServer]:
    """A mail server with mailboxes of Ann, of Ben under his alias, and of somebody who is no user."""
    for kind in ("imap", "google"):
        monkeypatch.setitem(registry._WHERE, kind, "postroom.providers.memory")  # type: ignore[index]
    with memory_server("ours") as made:
        for address in (ANN, "benjamin@us.com", "stranger@us.com"):
            made.add_user(address)
        yield made


@pytest.fixture
def source(workspace: Workspace, server: MemoryServer) -> Source:
    add_users(
        workspace,
        [{"email": ANN}, {"email": BEN, "aliases": ["benjamin@us.com"]}, {"email": CAT}],
        actor=BOSS,
    )
    made = set_up_source(workspace, "imap", MASTER, actor=BOSS)
    made.settings["server"] = "ours"
    made.save()
    return made


def run(job: Job | None = None) -> Job:
    """Do the job that is due, as the worker does."""
    claimed = claim_job()
    assert claimed is not None and (job is None or claimed.pk == job.pk)
    do_claimed(claimed, DUTIES[claimed.kind])
    claimed.refresh_from_db()
    return claimed


def connected(source: Source) -> Job:
    return run(connect_all(source.workspace, "imap", ANN, actor=BOSS))


def told(job: Job) -> list[tuple[str, str, str | None]]:
    return [(one["user"].partition("@")[0], one["status"], one["reason"]) for one in job.results]


def addresses() -> dict[str, str]:
    there = Mailbox.objects.filter(connected_at__isnull=False).select_related("user")
    return {mailbox.user.email: mailbox.address for mailbox in there}


def refused(act: Callable[..., object], *given: Any, **more: Any) -> tuple[str, str | None]:
    with pytest.raises(Rejected) as refusal:
        act(*given, **more)
    return refusal.value.reason, refusal.value.field


# Before


def test_a_check_says_what_is_missing_in_the_providers_words_M2(source: Source, server: MemoryServer) -> None:
    workspace = source.workspace
    assert check_central(workspace, "imap", ANN) == []

    server.missing = [Missing("delegation", "Allow it under Security, API controls.")]
    assert check_central(workspace, "imap", ANN) == server.missing

    server.master_password = "another"
    assert [each.what for each in check_central(workspace, "imap", ANN)] == ["password_refused", "delegation"]


def test_it_is_checked_and_begun_with_the_address_of_a_user_only_M2(source: Source) -> None:
    for act in (check_central, lambda *given: connect_all(*given, actor=BOSS)):
        assert refused(act, source.workspace, "imap", "stranger@us.com") == ("user_unknown", "email")
        assert refused(act, source.workspace, "imap", "ann") == ("email_invalid", None)
    assert not Job.objects.exists()


def test_without_a_secret_for_all_it_is_not_begun_M2(source: Source) -> None:
    set_up_source(source.workspace, "imap", {"master_user": None, "master_password": None}, actor=BOSS)

    assert refused(connect_all, source.workspace, "imap", ANN, actor=BOSS) == ("central_not_set_up", None)
    with pytest.raises(NotFound):
        connect_all(source.workspace, "google", ANN, actor=BOSS)
    assert not Source.objects.get().is_central


# Connecting


@pytest.mark.parametrize("lists", [True, False])
def test_all_users_with_a_mailbox_are_connected_and_the_others_named_M2(
    source: Source, server: MemoryServer, lists: bool
) -> None:
    server.lists_addresses = lists

    job = connected(source)

    assert (job.state, job.problem) == ("done", "")
    assert job.counts == {"connected": 2, "unchanged": 0, "no_mailbox": 1, "own_connection": 0, "failed": 0}
    assert told(job) == [("ann", "connected", None), ("ben", "connected", None), ("cat", "no_mailbox", None)]
    assert addresses() == {ANN: ANN, BEN: "benjamin@us.com"}
    mailbox = Mailbox.objects.select_related("source").get(user__email=ANN)
    assert (mailbox.is_central, mailbox.sealed_secret, mailbox.connected_by) == (True, None, BOSS)
    assert access_of(mailbox).secret["master_password"] == "master"


def test_nothing_is_selected_by_it_M3(source: Source) -> None:
    connected(source)

    assert not Label.objects.filter(selected_at__isnull=False).exists()


def test_again_changes_nothing_and_asks_for_nobody_M2(source: Source, server: MemoryServer) -> None:
    connected(source)
    before = list(Mailbox.objects.order_by("pk").values())
    server.lists_addresses = False
    server.faults.requests.clear()

    job = connected(source)

    assert job.counts == {"connected": 0, "unchanged": 2, "no_mailbox": 1, "own_connection": 0, "failed": 0}
    assert told(job) == [("cat", "no_mailbox", None)]
    assert list(Mailbox.objects.order_by("pk").values()) == before
    assert server.faults.requests["open"] == 2  # the check, and cat


def test_a_users_own_connection_wins_M2(source: Source) -> None:
    ann = User.objects.get(email=ANN)
    sent = {"username": ANN, "password": "password"}
    connect_by_password(ann, sent, actor=ANN, client="10.0.0.1")

    job = connected(source)

    assert ("ann", "own_connection", None) in told(job)
    mailbox = Mailbox.objects.get(user=ann)
    assert (mailbox.is_central, mailbox.connected_by) == (False, ANN)

    disconnect_mailbox(ann, actor=ANN)
    job = run()
    assert told(job) == [("ann", "connected", None)]
    mailbox.refresh_from_db()
    assert (mailbox.is_central, mailbox.settings, mailbox.sealed_secret, mailbox.connected_by) == (
        True,
        {},
        None,
        ANN,
    )


def test_a_mailbox_stays_bound_to_its_address_M14(source: Source, server: MemoryServer) -> None:
    connected(source)
    disconnect_all(source.workspace, "imap", actor="boss@us.com")
    server.remove_user("benjamin@us.com")
    server.add_user(BEN)

    assert ("ben", "no_mailbox", None) in told(connected(source))

    add_users(source.workspace, [{"email": BEN, "aliases": []}], actor=BOSS)
    server.add_user("benjamin@us.com")
    assert ("ben", "failed", "not_your_address") in told(connected(source))


def test_a_mailbox_whose_address_is_somebody_elses_now_is_bound_to_ones_own_M14(
    source: Source, server: MemoryServer
) -> None:
    connected(source)
    ben = Mailbox.objects.get(user__email=BEN)
    Label.objects.create(mailbox=ben, ref="INBOX", selected_at=5, starts_at=5, cursor={"at": "7"})
    add_users(source.workspace, [{"email": BEN, "aliases": []}], actor=BOSS)
    add_users(source.workspace, [{"email": CAT, "aliases": ["benjamin@us.com"]}], actor=BOSS)

    told_of = told(connected(source))
    assert ("ben", "failed", "not_your_address") in told_of
    assert ("cat", "connected", None) in told_of

    server.add_user(BEN)
    look(ben.pk)
    ben.refresh_from_db()
    assert (ben.trouble, ben.trouble_code) == ("not_allowed", "not_your_address")
    Job.objects.update(created_at=timezone.now() - timedelta(days=2))
    connect_new_users()
    assert ("ben", "connected", None) in told(run())
    assert addresses() == {ANN: ANN, BEN: BEN, CAT: "benjamin@us.com"}
    label = Label.objects.get()
    assert (label.selected_at, label.cursor) == (5, None)


def test_who_is_disabled_is_left_out_U4(source: Source) -> None:
    disable_user(source.workspace, ANN, actor=BOSS)

    job = run(connect_all(source.workspace, "imap", "benjamin@us.com", actor=BOSS))

    assert told(job) == [("ben", "connected", None), ("cat", "no_mailbox", None)]
    assert addresses() == {BEN: "benjamin@us.com"}


def test_what_one_mailbox_does_not_allow_is_told_of_that_user_M11(
    source: Source, server: MemoryServer
) -> None:
    server.lists_addresses = False
    server.faults.fail_next("open", NotAllowed("access_denied"), after=1)

    job = connected(source)

    assert told(job) == [
        ("ann", "failed", "access_denied"),
        ("ben", "connected", None),
        ("cat", "no_mailbox", None),
    ]


def test_where_mailboxes_cannot_be_read_at_all_nobody_is_named_M2(
    source: Source, server: MemoryServer
) -> None:
    server.missing = [Missing("delegation", "Allow it."), Missing("api_off", "Switch it on.")]

    job = connected(source)

    assert (job.state, job.problem, job.results) == ("failed", "delegation, api_off", [])
    assert addresses() == {}


# Interrupted


def test_a_server_that_is_away_is_waited_for_from_where_it_was_M11(
    source: Source, server: MemoryServer
) -> None:
    server.lists_addresses = False
    server.faults.fail_next("open", TryLater("unreachable", after_seconds=0), after=2)

    job = connected(source)
    assert (job.state, job.tries, told(job)) == ("waiting", 1, [("ann", "connected", None)])

    Job.objects.update(leased_until=None)
    job = run(job)
    assert (job.state, job.tries) == ("done", 0)
    assert told(job) == [("ann", "connected", None), ("ben", "connected", None), ("cat", "no_mailbox", None)]


def test_one_mailbox_that_is_never_there_does_not_stop_the_others_M11(
    source: Source, server: MemoryServer
) -> None:
    server.lists_addresses = False
    # Each run begins with the check; then come ann, ben by both addresses in vain, and cat.
    answers = iter(["check", "ann", "away", "check", "away", "check", "away", "check", "away", "away"])

    def away(_: str) -> None:
        if next(answers, "") == "away":
            raise TryLater("unreachable", after_seconds=0)

    server.faults.before = away
    job = connected(source)
    while job.state == "waiting":
        Job.objects.update(leased_until=None)
        job = run(job)

    assert job.state == "done"
    assert told(job) == [
        ("ann", "connected", None),
        ("ben", "failed", "unreachable"),
        ("cat", "no_mailbox", None),
    ]


def test_a_server_that_hangs_up_for_one_address_alone_has_no_mailbox_there_M2(
    source: Source, server: MemoryServer
) -> None:
    server.lists_addresses = False
    server.remove_user("benjamin@us.com")
    # The check, and ann; of ben both addresses, after each of which ann's is opened once more; of cat one.
    answers = iter(["", "", "cut_off", "", "cut_off", "", "over_quota", ""])

    def answer(_: str) -> None:
        if code := next(answers):
            raise TryLater(code)

    server.faults.before = answer
    job = connected(source)

    assert told(job) == [
        ("ann", "connected", None),
        ("ben", "no_mailbox", None),
        ("cat", "failed", "over_quota"),
    ]


def test_killed_after_any_user_it_goes_on_and_nobody_is_told_twice_M11(
    source: Source, server: MemoryServer
) -> None:
    class Killed(Exception):
        pass

    server.lists_addresses = False
    job = connect_all(source.workspace, "imap", ANN, actor=BOSS)
    for opened in range(1, 5):
        seen: list[str] = []

        def kill(method: str, seen: list[str] = seen, opened: int = opened) -> None:
            seen.append(method)
            if len(seen) > opened:
                raise Killed

        server.faults.before = kill
        try:
            run(job)
        except Killed:
            Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    server.faults.before = lambda _: None
    job.refresh_from_db()
    if job.state != "done":
        job = run(job)

    assert told(job) == [("ann", "connected", None), ("ben", "connected", None), ("cat", "no_mailbox", None)]
    assert sum(job.counts.values()) == 3


@pytest.mark.parametrize(("seconds", "notes"), [(3600, 2), (0, 4)])
def test_how_far_it_is_is_noted_now_and_then_not_for_each_user_M11(
    source: Source, server: MemoryServer, monkeypatch: pytest.MonkeyPatch, seconds: int, notes: int
) -> None:
    """At the beginning, and after the step of all three users; or of each, where trying takes long."""
    server.lists_addresses = False
    monkeypatch.setattr(connect_users, "_NOTE_EVERY_SECONDS", seconds)

    with CaptureQueriesContext(connection) as asked:
        job = connected(source)

    kept = [each for each in asked if each["sql"].startswith("UPDATE") and '"results" = ' in each["sql"]]
    assert len(kept) == notes
    assert told(job) == [("ann", "connected", None), ("ben", "connected", None), ("cat", "no_mailbox", None)]


def test_switched_off_while_it_goes_it_connects_nobody_more_M2(source: Source, server: MemoryServer) -> None:
    server.lists_addresses = False
    seen: list[str] = []

    def switch_off(method: str) -> None:
        seen.append(method)
        if len(seen) == 3:  # the check, ann, and now ben
            disconnect_all(source.workspace, "imap", actor="boss@us.com")

    server.faults.before = switch_off
    job = connected(source)

    assert (job.state, told(job)) == ("done", [])
    assert addresses() == {}


def test_cancelled_it_stops_at_its_next_step(source: Source) -> None:
    job = connect_all(source.workspace, "imap", ANN, actor=BOSS)
    claimed = claim_job()
    assert claimed is not None
    jobs.ask_to_cancel(source.workspace, job.pk, BOSS)
    do_claimed(claimed, DUTIES[claimed.kind])

    job.refresh_from_db()
    assert (job.state, addresses()) == ("cancelled", {})


# After


def test_switching_it_off_disconnects_those_it_connected_and_keeps_the_rest_M2(source: Source) -> None:
    cat = User.objects.get(email=CAT)
    connected(source)
    Mailbox.objects.create(
        workspace=source.workspace,
        user=cat,
        source=source,
        address=CAT,
        connected_at=timezone.now(),
        connected_by=CAT,
    )
    ann = Mailbox.objects.get(user__email=ANN)
    Label.objects.create(mailbox=ann, ref="INBOX", selected_at=5, starts_at=5)
    assert reach_of(source) == Reach(users=3, own=1, here=2, elsewhere=0)

    assert disconnect_all(source.workspace, "imap", actor="boss@us.com") == 2

    assert addresses() == {CAT: CAT}
    assert Label.objects.get().selected_at == 5
    assert not Source.objects.get().is_central
    fence = ann.fence
    ann.refresh_from_db()
    assert ann.fence > fence
    assert reach_of(source) == Reach(users=3, own=1, here=0, elsewhere=0)


def test_users_added_later_are_connected_by_themselves_M2(source: Source, server: MemoryServer) -> None:
    connect_new_users()
    assert not Job.objects.exists()
    first = connected(source)

    connect_new_users()
    assert Job.objects.count() == 1

    add_users(source.workspace, [{"email": DAN}], actor=BOSS)
    server.add_user(DAN)
    connect_new_users()
    connect_new_users()
    job = run()

    assert Job.objects.count() == 2
    assert (job.asked, job.actor) == (first.asked, BOSS)
    assert told(job) == [("cat", "no_mailbox", None), ("dan", "connected", None)]


def test_who_had_no_mailbox_is_tried_again_the_next_day_M2(source: Source, server: MemoryServer) -> None:
    connected(source)
    Job.objects.update(created_at=timezone.now() - timedelta(hours=25))
    server.add_user(CAT)

    connect_new_users()

    assert told(run()) == [("cat", "connected", None)]
    Job.objects.update(created_at=timezone.now() - timedelta(hours=25))
    connect_new_users()
    assert Job.objects.count() == 2


def test_the_secret_stands_in_no_job_S7(source: Source) -> None:
    job = connected(source)

    written = json.dumps([job.asked, job.results, job.progress, job.counts, job.problem])
    assert "master" not in written
