"""Which labels sync: selecting starts now, deselecting deletes nothing; what is kept of mail (M4, M10, M15, S8)."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import Any

import pytest

from postroom.actions.choose_labels import choose_labels
from postroom.actions.foresee_backfill import TRIES, foresee_backfill
from postroom.actions.look_now import look_now
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.set_mailbox_mode import set_mailbox_mode, set_strictest_mode
from postroom.core.job_kinds import APPLY_LABELS
from postroom.core.mailbox import NOT_SELECTED, Mode
from postroom.core.trouble import TryLater
from postroom.providers.memory import MemoryProvider, memory_server
from postroom.providers.port import Access
from postroom.store.models import Copy, Job, Label, Listing, Mailbox, Message, User, Workspace

sys.path.insert(0, str(Path(__file__).parents[1]))
from mailbox_rows import DAY, NOW, a_label, a_mailbox, selected_at

CHOSEN = {"origin": "user", "actor": "boss@us.com", "now": NOW}


@pytest.fixture
def mailbox(admin: User) -> Mailbox:
    """The mailbox of an administrator, in which nothing is selected."""
    return a_mailbox(admin, look_at=NOW + 60)


def sync_of(label: Label) -> tuple[object, ...]:
    label.refresh_from_db()
    return label.selected_at, label.starts_at, label.cursor, label.begun_at, label.walked_to


def test_a_selected_label_starts_at_the_moment_of_its_selection_M15(mailbox: Mailbox) -> None:
    inbox, other = a_label(mailbox, "INBOX", role="inbox"), a_label(mailbox, "Other")
    chosen = choose_labels(mailbox, {inbox.pk: True, other.pk: False}, **CHOSEN)
    assert (chosen.selected, chosen.deselected, chosen.earlier) == ([inbox], [], [])
    assert sync_of(inbox) == (NOW, NOW, None, None, None)
    assert (inbox.origin, inbox.chosen_by, inbox.chosen_at) == ("user", "boss@us.com", NOW)
    assert sync_of(other) == (None, None, None, None, None)
    assert (other.origin, other.chosen_at) == ("", None)
    mailbox.refresh_from_db()
    assert mailbox.look_at == NOW


def test_it_goes_back_so_many_days_where_asked_to_M15(mailbox: Mailbox) -> None:
    inbox = a_label(mailbox, "INBOX", role="inbox")
    choose_labels(mailbox, {inbox.pk: True}, backfill_days=30, **CHOSEN)
    assert sync_of(inbox) == (NOW, NOW - 30 * DAY, None, None, None)


def test_choosing_again_what_is_so_changes_nothing(mailbox: Mailbox) -> None:
    inbox = a_label(mailbox, "INBOX", **selected_at(NOW - DAY))
    before = sync_of(inbox)
    chosen = choose_labels(mailbox, {inbox.pk: True}, origin="admin", actor="x@us.com", now=NOW)
    assert (any(chosen), sync_of(inbox), inbox.origin) == (False, before, "user")
    mailbox.refresh_from_db()
    assert mailbox.look_at == NOW + 60


def test_a_selected_label_goes_further_back_and_keeps_its_cursor_M15(
    mailbox: Mailbox, workspace: Workspace
) -> None:
    push = Job.objects.create(workspace=workspace, kind=APPLY_LABELS, actor="other@us.com")
    inbox = a_label(mailbox, "INBOX", **selected_at(NOW - DAY, origin="admin", chosen_in=push))
    chosen = choose_labels(mailbox, {inbox.pk: True}, backfill_days=30, **CHOSEN)
    assert (chosen.selected, chosen.earlier) == ([], [inbox])
    assert sync_of(inbox) == (NOW - DAY, NOW - 30 * DAY, {"at": "1"}, NOW - DAY + 10, NOW - DAY)
    assert (inbox.origin, inbox.chosen_by, inbox.chosen_at) == ("user", "boss@us.com", NOW)
    assert inbox.chosen_in is None


def test_deselecting_forgets_the_cursor_and_deletes_nothing_M10(mailbox: Mailbox) -> None:
    inbox = a_label(mailbox, "INBOX", **selected_at(NOW - DAY, problem="emptied", problem_at=NOW - 60))
    Listing.objects.create(label=inbox, ref="1", received_at=NOW - DAY + 5)
    chosen = choose_labels(mailbox, {inbox.pk: False}, **CHOSEN)
    assert chosen.deselected == [inbox]
    assert sync_of(inbox) == (None, None, None, None, None)
    assert (inbox.problem, inbox.problem_at, inbox.chosen_at) == ("", None, NOW)
    assert Listing.objects.filter(label=inbox, gone_at=None).count() == 1


def test_what_was_met_too_early_is_fetched_again_C13(mailbox: Mailbox, workspace: Workspace) -> None:
    """Of what lies in the label: what came before its start then and not before that of now."""
    inbox = a_label(mailbox, "INBOX")
    message = Message.objects.create(
        workspace=workspace, identity=bytes(16), reference_tokens=b"", at=NOW, flags=""
    )

    def listed(ref: str, received_at: int, starts_at: int, **fields: object) -> None:
        copy = Copy.objects.create(
            message=message,
            fingerprint=secrets.token_bytes(16),
            source="imap",
            user=mailbox.user,
            label="INBOX",
            participants=b"",
            met_at=NOW,
            starts_at=starts_at,
        )
        Listing.objects.create(label=inbox, ref=ref, received_at=received_at, copy=copy, **fields)

    listed("too early still", NOW - 31 * DAY, NOW - DAY)
    listed("too early then", NOW - 29 * DAY, NOW - DAY)
    listed("not selected then", NOW - 29 * DAY, NOT_SELECTED)
    listed("let in then", NOW - 29 * DAY, NOW - 40 * DAY)
    listed("gone", NOW - 29 * DAY, NOW - DAY, gone_at=NOW)
    choose_labels(mailbox, {inbox.pk: True}, backfill_days=30, **CHOSEN)
    due = Listing.objects.filter(is_due=True).values_list("ref", flat=True)
    assert sorted(due) == ["not selected then", "too early then"]


@pytest.mark.parametrize("role", ["drafts", "spam", "trash"])
def test_drafts_spam_and_trash_may_be_selected_M16(mailbox: Mailbox, role: str) -> None:
    label = a_label(mailbox, role.title(), role=role)
    assert choose_labels(mailbox, {label.pk: True}, **CHOSEN).selected == [label]


@pytest.mark.parametrize(
    ("of_mailbox", "of_label", "reason"),
    [
        ({"connected_at": None}, {}, "mailbox_disconnected"),
        ({}, {"gone_at": NOW}, "label_gone"),
        ({}, {"is_selectable": False}, "label_holds_labels"),
    ],
)
def test_what_cannot_sync_is_not_selected_and_nothing_beside_it(
    mailbox: Mailbox, of_mailbox: dict[str, object], of_label: dict[str, object], reason: str
) -> None:
    Mailbox.objects.update(**of_mailbox) if of_mailbox else None
    mailbox.refresh_from_db()
    fine, wrong = a_label(mailbox, "Fine"), a_label(mailbox, "Wrong", **of_label)
    with pytest.raises(Rejected) as refused:
        choose_labels(mailbox, {fine.pk: True, wrong.pk: True}, **CHOSEN)
    assert (refused.value.reason, refused.value.field) == (reason, "selected")
    assert not Label.objects.filter(selected_at__isnull=False).exists()


def test_of_a_mailbox_that_is_disconnected_a_label_is_deselected(mailbox: Mailbox) -> None:
    Mailbox.objects.update(connected_at=None)
    mailbox.refresh_from_db()
    inbox = a_label(mailbox, "INBOX", **selected_at(NOW - DAY))
    assert choose_labels(mailbox, {inbox.pk: False}, **CHOSEN).deselected == [inbox]


@pytest.mark.parametrize("days", [-1, 3_651])
def test_nobody_goes_back_so_many_days(mailbox: Mailbox, days: int) -> None:
    inbox = a_label(mailbox, "INBOX")
    with pytest.raises(Rejected, match=r"A number of days to go back, from 0 to 3,650\."):
        choose_labels(mailbox, {inbox.pk: True}, backfill_days=days, **CHOSEN)


def test_a_label_of_another_mailbox_is_not_there_W3(mailbox: Mailbox, workspace: Workspace) -> None:
    other = a_mailbox(User.objects.create(workspace=workspace, email="sam@us.com"))
    ours, theirs = a_label(mailbox, "INBOX"), a_label(other, "INBOX")
    with pytest.raises(NotFound):
        choose_labels(mailbox, {ours.pk: True, theirs.pk: True}, **CHOSEN)
    assert not Label.objects.filter(selected_at__isnull=False).exists()


def test_what_going_back_means_is_counted_before_it_starts_M15(mailbox: Mailbox) -> None:
    mailbox.settings = {"server": "counted"}
    mailbox.source.settings = {"server": "counted"}
    with memory_server("counted") as server:
        theirs = server.add_user("boss@us.com")
        mailbox.is_central = True
        for days in (1, 29, 31):
            theirs.deliver(theirs.by_role("inbox"), b"Subject: x\r\n\r\n", received_at=NOW - days * DAY)
        inbox = a_label(mailbox, "INBOX", ref=theirs.by_role("inbox"))
        mailbox.source.sealed_secret = sealed_master()
        seen = foresee_backfill(mailbox, [inbox], 30, client="10.1.1.1", now=NOW)
        assert (seen.since, seen.counts, seen.total, seen.minutes) == (NOW - 30 * DAY, ((inbox, 2),), 2, 1)
        server.faults.fail_next("count", TryLater("throttled"))
        vain = foresee_backfill(mailbox, [inbox], 30, client="10.1.1.1", now=NOW)
        assert (vain.counts, vain.trouble, vain.trouble_code) == ((), "try_later", "throttled")
    assert not Label.objects.filter(selected_at__isnull=False).exists()


def test_somebody_who_waits_has_five_labels_counted_and_ten_tries_in_vain_M15(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    with memory_server("box") as server:
        mailbox.source.settings = {"server": "box"}
        mailbox.source.sealed_secret = sealed_master()
        mailbox.is_central = True
        theirs = server.add_user(mailbox.address)
        labels = [a_label(mailbox, f"L{n}", ref=theirs.by_role("inbox") + " " * n) for n in range(7)]
        monkeypatch.setattr(MemoryProvider, "open", opening(asked))
        for one in labels:
            one.ref = theirs.by_role("inbox")
        seen = foresee_backfill(mailbox, labels, 30, client="10.1.1.1", now=NOW)
        assert ([label.pk for label, _ in seen.counts], seen.uncounted) == ([one.pk for one in labels[:5]], 2)
        assert asked == [10]

        for n in range(TRIES):
            server.faults.fail_next("count", TryLater("too_slow"))
            vain = foresee_backfill(mailbox, labels, 30, client=f"10.1.1.{n}", now=NOW)
            assert vain.trouble_code == "too_slow"
        last = foresee_backfill(mailbox, labels, 30, client="10.1.2.1", now=NOW)
        assert (last.counts, last.trouble, last.trouble_code) == ((), "try_later", "asked_too_often")
        assert len(asked) == 1 + TRIES


def opening(asked: list[object]) -> Any:
    """Opens mailboxes as ever, and notes how long somebody waits."""
    opens = MemoryProvider.open

    def noted(self: MemoryProvider, access: Access) -> Any:
        asked.append(access.settings.get("seconds"))
        return opens(self, access)

    return noted


def sealed_master() -> bytes | None:
    from postroom.actions.mailbox_secrets import sealed

    return sealed({"master_password": "master"})


def test_looking_now_puts_a_connected_mailbox_first(mailbox: Mailbox) -> None:
    look_now(mailbox)
    mailbox.refresh_from_db()
    assert mailbox.look_at != NOW + 60
    mailbox.connected_at = None
    with pytest.raises(Rejected, match=r"The mailbox is not connected; connect it first\."):
        look_now(mailbox)


def test_the_owner_chooses_what_is_kept_and_others_only_less_S8(mailbox: Mailbox) -> None:
    assert set_mailbox_mode(mailbox, "subject", is_owner=False, actor="boss@us.com") is True
    assert set_mailbox_mode(mailbox, "subject", is_owner=False, actor="boss@us.com") is False
    with pytest.raises(Rejected, match=r"Only its owner lets more of a mailbox be kept\."):
        set_mailbox_mode(mailbox, "full", is_owner=False, actor="boss@us.com")
    assert set_mailbox_mode(mailbox, "full", is_owner=True, actor="boss@us.com") is True
    mailbox.refresh_from_db()
    assert mailbox.mode == Mode.FULL
    with pytest.raises(Rejected, match="What is kept is `full`, `subject` or `metadata`"):
        set_mailbox_mode(mailbox, "nothing", is_owner=True, actor="boss@us.com")


def test_the_workspace_allows_no_more_and_it_is_recorded_who_said_so_S8(workspace: Workspace) -> None:
    assert set_strictest_mode(workspace, "metadata", actor="boss@us.com") is True
    assert set_strictest_mode(workspace, "metadata", actor="boss@us.com") is False
    workspace.refresh_from_db()
    assert workspace.mailbox_mode == Mode.METADATA
    last = workspace.revisions.get()
    assert (last.actor, last.change) == ("boss@us.com", "keep at most of mailboxes: metadata")
