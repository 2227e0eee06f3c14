"""Trouble with a whole mailbox: throttled, signed out, signed in to another mailbox (rows 38, 44-47)."""

from __future__ import annotations

import pytest
from mail_world import NOON, S1, S2
from mailbox_world import DAY, MailboxWorld, listed
from sound import assert_nothing_doubled, assert_sound, begun, deliver, mails, subjects

from postroom.actions.add_users import add_users
from postroom.actions.connect_mailbox import connect_own
from postroom.actions.mailbox_access import access_of
from postroom.actions.mailbox_secrets import opened, sealed
from postroom.actions.mailbox_settings import Parts
from postroom.actions.rejection import Rejected
from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, SignInAgain, TryLater
from postroom.providers.memory import PROVIDER
from postroom.store.models import Copy, Engagement, Label, Mailbox, User
from postroom.store.read.mailboxes import due_mailboxes
from postroom.store.write.mailboxes import be_due

METHODS = ["open", "labels", "changes", "list", "heads", "wholes"]


# Throttled


def test_row_38_what_a_provider_asks_for_is_obeyed_and_others_have_their_turn_meanwhile(
    world: MailboxWorld,
) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    theirs, other = world.connect(S2)
    [their_inbox] = world.select(other, "inbox")
    world.look(other)
    deliver(world, kept, inbox.ref, 1)
    world.later(120)
    world.server.faults.fail_next("changes", TryLater("throttled", after_seconds=600.0))
    world.server.faults.requests.clear()
    world.look(row)
    assert (row.trouble, row.trouble_code, row.trouble_since) == ("try_later", "throttled", world.now)
    assert row.look_at == world.now + 600
    be_due([row.pk], world.now)
    throttled_at, asked = world.now, world.server.faults.requests["changes"]
    for turn in range(5):
        theirs.deliver(their_inbox.ref, b"From: x@y.z\n\n%d" % turn, received_at=world.now)
        assert due_mailboxes(world.now, 10) == [other.pk]
        world.look(other)
        world.now = other.look_at
    assert (asked, world.server.faults.requests["changes"]) == (1, 6)
    assert listed(their_inbox) == (5, 0, 0)
    world.now = throttled_at + 600
    assert row.pk in due_mailboxes(world.now, 10)
    world.look(row)
    assert_sound(world, kept, row)
    assert subjects() == mails(1)


def test_row_38_a_provider_that_is_away_for_a_day_is_asked_less_and_less(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1)
    ends_at = world.now + DAY
    world.server.faults.fail_always("open", TryLater("away"))
    world.server.faults.requests.clear()
    while world.now < ends_at:
        world.now = max(world.now + 1, row.look_at)
        world.look(row)
    assert 24 <= sum(world.server.faults.requests.values()) <= 60
    assert (row.trouble, row.trouble_since is not None, row.tries > 20) == ("try_later", True, True)
    world.server.faults.heal()
    world.now = row.look_at
    world.look(row)
    assert_sound(world, kept, row)
    assert subjects() == mails(1)


def test_row_38_a_quota_that_is_used_up_is_no_trouble_and_is_gone_on_with(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, *range(10))
    Mailbox.objects.update(trouble="try_later", trouble_code="away", trouble_since=1, tries=3)
    world.server.faults.fail_next("wholes", TryLater("budget_spent", after_seconds=30.0), after=5)
    world.later(60)
    world.look(row)
    assert (row.trouble, row.trouble_code, row.trouble_since, row.tries) == ("", "", None, 0)
    assert row.look_at == world.now + 30
    world.now = row.look_at
    world.look(row)
    assert_sound(world, kept, row)
    assert subjects() == mails(*range(10))


# Errors anywhere


@pytest.mark.parametrize(
    "error",
    [
        TryLater("busy", "told S1 s1@us.com"),
        SignInAgain("password_refused", "told s1@us.com"),
        NotAllowed("scope_missing", "told"),
        CannotEver("server_broken", "told"),
    ],
    ids=lambda error: error.kind,
)
@pytest.mark.parametrize("method", METHODS)
def test_an_error_at_any_request_is_said_keeps_the_cursor_and_heals_I4_I5(
    world: MailboxWorld, method: str, error: ProviderError
) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1, 2, 3)
    world.later(900)
    Label.objects.update(verified_at=None)
    inbox.refresh_from_db()
    before = inbox.cursor
    world.server.faults.fail_next(method, error)
    world.look(row)
    inbox.refresh_from_db()
    assert (row.trouble, row.trouble_code, row.trouble_since, row.tries) == (
        error.kind,
        error.code,
        world.now,
        1,
    )
    assert world.now < row.look_at <= world.now + 3_600
    assert row.leased_until is None
    assert (inbox.cursor == before) is (method != "list")
    assert_nothing_doubled(world)
    world.now = row.look_at
    world.look(row)
    assert_sound(world, kept, row)
    assert subjects() == mails(1, 2, 3)


# Signed out


def test_rows_44_45_a_password_that_is_no_longer_good_is_said_at_once_and_nothing_is_lost_by_it(
    world: MailboxWorld,
) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1)
    world.look(row)
    inbox.refresh_from_db()
    cursor, looked_at = inbox.cursor, row.looked_at
    kept.password = "another"
    deliver(world, kept, inbox.ref, 2)
    world.now = row.look_at
    world.look(row)
    assert (row.trouble, row.trouble_code, row.looked_at) == ("sign_in_again", "password_refused", looked_at)
    inbox.refresh_from_db()
    assert (inbox.cursor, inbox.selected_at) == (cursor, NOON)
    for number in range(3, 10):
        deliver(world, kept, inbox.ref, number)
        world.later(3_600)
        world.look(row)
    assert subjects() == mails(1)
    connect_own(row.user, world.source, Parts({}, {"password": "another"}), S1, actor=S1)
    row.refresh_from_db()
    assert (row.trouble, row.trouble_since, row.tries) == ("", None, 0)
    assert_heals(world, row)
    assert_sound(world, kept, row)
    assert (subjects(), listed(inbox)) == (mails(*range(1, 10)), (9, 0, 0))
    assert Copy.objects.count() == Engagement.objects.count() == 9


def assert_heals(world: MailboxWorld, row: Mailbox) -> None:
    """The next look is due now or was, by any clock."""
    assert row.pk in due_mailboxes(max(world.now, row.look_at), 10)
    world.look(row)


def test_row_46_signing_in_again_to_another_mailbox_is_refused_and_changes_nothing_M14(
    world: MailboxWorld,
) -> None:
    add_users(world.workspace, [{"email": S1, "aliases": ["sam@us.com"]}], actor="boss@us.com")
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1)
    world.look(row)
    other = world.server.add_user("sam@us.com", password="other")
    other.deliver(
        other.by_role("inbox"), b"From: k1@acme.com\nTo: sam@us.com\n\nPrivate", received_at=world.now
    )
    world.server.add_user("else@us.com", password="other", aliases=("s2@us.com",))
    before = Mailbox.objects.values().get(pk=row.pk)
    for user, address, reason in (
        (row.user, "sam@us.com", "another_mailbox"),
        (row.user, "else@us.com", "not_your_address"),
        (User.objects.get(email=S2), "s2@us.com", "not_your_address"),
    ):
        with pytest.raises(Rejected) as refusal:
            connect_own(user, world.source, Parts({}, {"password": "other"}), address, actor=S1)
        assert refusal.value.reason == reason
    assert Mailbox.objects.values().get() == before
    world.later(60)
    world.look(row)
    assert_sound(world, kept, row)
    assert subjects() == mails(1)


def with_tokens(world: MailboxWorld) -> None:
    """The mailbox is opened with a refresh token, of which each is good once."""
    world.server.rotates_tokens = True
    Mailbox.objects.update(sealed_secret=sealed({"refresh_token": f"token-1-of-{S1}"}))


def stored_token() -> str:
    return opened(bytes(Mailbox.objects.get().sealed_secret or b""))["refresh_token"]


def test_row_47_a_token_that_is_replaced_at_each_sign_in_is_never_lost(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    with_tokens(world)
    for number in range(1, 4):
        deliver(world, kept, inbox.ref, number)
        world.later(60)
        world.server.faults.fail_next("changes", TryLater("busy"))
        world.look(row)
        world.look(row)
        assert stored_token() == kept.refresh_token == f"token-{2 * number + 1}-of-{S1}"
    assert_sound(world, kept, row)
    assert subjects() == mails(1, 2, 3)


def test_row_47_two_at_once_leave_the_newest_token_and_no_trouble(world: MailboxWorld) -> None:
    """Somebody who waits at the mailbox signs in after the look has read the token, and before it does itself."""
    kept, row, [inbox] = begun(world, "inbox")
    with_tokens(world)
    deliver(world, kept, inbox.ref, 1)

    def sign_in_first(method: str) -> None:
        if method == "open":
            world.server.faults.before = lambda _: None
            access = access_of(Mailbox.objects.select_related("user", "source").get())
            PROVIDER.open(access)

    world.server.faults.before = sign_in_first
    world.later(60)
    world.look(row)
    assert stored_token() == kept.refresh_token == f"token-2-of-{S1}"
    assert (row.trouble, row.trouble_code) == ("try_later", "secret_replaced")
    assert row.look_at <= world.now + 5
    world.look(row)
    assert stored_token() == kept.refresh_token == f"token-3-of-{S1}"
    assert_sound(world, kept, row)
    assert subjects() == mails(1)


def test_row_47_a_token_kept_late_does_not_replace_what_was_connected_since(world: MailboxWorld) -> None:
    kept, row, _ = begun(world, "inbox")
    with_tokens(world)
    access = access_of(Mailbox.objects.select_related("user", "source").get())
    connect_own(row.user, world.source, Parts({}, {"refresh_token": f"token-1-of-{S1}"}), S1, actor=S1)
    access.keep_secret({"refresh_token": "token-old"})
    assert stored_token() == kept.refresh_token == f"token-2-of-{S1}"
