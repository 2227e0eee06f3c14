"""``postroom mailbox``, ``sync`` and ``verify``: what they print, and how they end (L5)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from mail_world import K1, NOON, S1, S2, U, mail, the_company
from mailbox_world import DAY, MailboxWorld, mailbox_world

from postroom.cli.output import EXIT_CODES
from postroom.core.trouble import SignInAgain
from postroom.store.models import Label, Listing, Mailbox, Workspace

Command = Callable[..., Any]
EMPTIED_SAYS = (
    "Suddenly nearly all of its mail is lacking at the provider. That may be true, or a listing may be wrong, so "
    "nothing was believed or touched here. New mail comes in all the same. Its owner says under Email whether they "
    "were deleted."
)


@pytest.fixture
def world(db: None) -> Iterator[MailboxWorld]:
    with mailbox_world(the_company()) as made:
        yield made


@pytest.fixture
def named(world: MailboxWorld) -> tuple[str, str]:
    """The option that names the workspace."""
    return "--workspace", world.workspace.name


def filled(world: MailboxWorld, email: str = S1) -> tuple[Any, Mailbox, Label]:
    """A mailbox whose inbox, selected, has two mails that were not met yet."""
    kept, row = world.connect(email)
    [label] = world.select(row, "inbox", days=10)
    kept.deliver(kept.by_role("inbox"), mail(K1, [email], id=f"1-{email}"), received_at=NOON)
    kept.deliver(
        kept.by_role("inbox"), mail(U, [email], id=f"2-{email}", at=NOON - DAY), received_at=NOON - DAY
    )
    return kept, row, label


def test_sync_meets_what_there_is_and_says_what_came_of_it(
    world: MailboxWorld, named: tuple[str, str], command: Command
) -> None:
    filled(world)
    ran = command("sync", *named, "--json")
    assert (ran.code, ran.err) == (0, "")
    [row] = json.loads(ran.out)
    [label] = row.pop("labels")
    assert row == {
        "user": S1,
        "source": "memory",
        "listed": 2,
        "new": 2,
        "known": 0,
        "outcomes": {"import": {"imported": 1}, "skip": {"unknown_sender": 1}},
        "trouble": None,
        "trouble_code": None,
    }
    assert (label["label"], label["listed"], label["equal"], label["days"]) == ("INBOX", 2, True, 2)

    ran = command("sync", *named)
    assert ran.code == 0
    assert ran.out.splitlines() == [
        f"{S1}: mails listed: 0, new: 0, known: 0.",
        "  INBOX: 2 mails, met back to 2026-02-20.",
    ]


def test_sync_of_one_mailbox_leaves_the_others_alone(
    world: MailboxWorld, named: tuple[str, str], command: Command
) -> None:
    filled(world)
    filled(world, S2)
    ran = command("sync", *named, "--mailbox", S2.upper(), "--json")
    assert [row["user"] for row in json.loads(ran.out)] == [S2]
    assert set(Listing.objects.values_list("label__mailbox__user__email", flat=True)) == {S2}


def test_who_has_no_mailbox_is_said(world: MailboxWorld, named: tuple[str, str], command: Command) -> None:
    world.connect()
    Mailbox.objects.update(connected_at=None)
    for name in ("sync", "verify"):
        ran = command(name, *named, "--mailbox", S1)
        assert (ran.code, ran.out) == (EXIT_CODES["unknown_name"], "")
        assert ran.err.strip() == f"The mailbox of {S1} is not connected. See postroom mailbox list."
        ran = command(name, *named, "--mailbox", "nobody@us.com")
        assert (ran.code, ran.err.strip()) == (
            EXIT_CODES["unknown_name"],
            "There is no user nobody@us.com. See postroom user list.",
        )
    assert command("sync", *named).out == "There are no mailboxes.\n"
    assert command("verify", *named).out == "No label is selected.\n"


def test_trouble_ends_with_a_code_of_its_own_and_what_was_met_stays_M14(
    world: MailboxWorld, named: tuple[str, str], command: Command
) -> None:
    filled(world)
    world.server.faults.fail_next("heads", SignInAgain("password_refused", "secret words of theirs"))
    ran = command("sync", *named)
    assert ran.code == EXIT_CODES["mailbox"]
    assert ran.err.strip().splitlines()[-1] == (
        f"The mailbox of {S1} is in trouble: sign_in_again (password_refused). Settings, Mailboxes says who has to do "
        "what."
    )
    assert "secret words" not in ran.err + ran.out
    ran = command("sync", *named, "--json")
    assert (ran.code, json.loads(ran.out)[0]["new"]) == (0, 2)


def test_the_mailbox_that_the_worker_has_is_waited_for(
    world: MailboxWorld, named: tuple[str, str], command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(world)
    Mailbox.objects.update(leased_until=int(time.time()) + 60)
    monkeypatch.setattr("postroom.actions.sync_now._PATIENCE", 1)
    ran = command("sync", *named)
    assert (ran.code, ran.err.strip()) == (
        EXIT_CODES["busy"],
        "Somebody else looks into the mailbox, and was not done in time. Run the command again.",
    )
    assert Listing.objects.count() == 0


def test_verify_says_that_all_is_there_L5(
    world: MailboxWorld, named: tuple[str, str], command: Command
) -> None:
    filled(world)
    command("sync", *named)
    ran = command("verify", *named)
    assert (ran.code, ran.err) == (0, "")
    head, *rest = ran.out.splitlines()
    assert head.startswith(
        f"{S1}  INBOX  since 2026-02-20T12:00:00Z, compared with the provider's list on 20"
    )
    assert rest == [
        "      listed   imported       held    skipped  set aside",
        "           2          1          0          1          0  customer",
        "           2          0          2          0          0  people",
    ]
    document = json.loads(command("verify", *named, "--json").out)
    assert document["equal"] is True
    [label] = document["labels"]
    assert label["days"] == [
        {
            "day": "2026-03-02",
            "listed": 1,
            "set_aside": 0,
            "lenses": {
                "customer": {"imported": 1, "held": 0, "skipped": 0, "not_asked": 0, "undecided": 0},
                "people": {"imported": 0, "held": 1, "skipped": 0, "not_asked": 0, "undecided": 0},
            },
            "missed": 0,
            "gone": 0,
        },
        {
            "day": "2026-03-01",
            "listed": 1,
            "set_aside": 0,
            "lenses": {
                "customer": {"imported": 0, "held": 0, "skipped": 1, "not_asked": 0, "undecided": 0},
                "people": {"imported": 0, "held": 1, "skipped": 0, "not_asked": 0, "undecided": 0},
            },
            "missed": 0,
            "gone": 0,
        },
    ]
    assert (label["differences"], label["found_missing"], label["vanished"]) == ([], [], [])


def test_a_label_not_met_yet_is_a_difference_that_now_mends_L5(
    world: MailboxWorld, named: tuple[str, str], command: Command
) -> None:
    filled(world)
    ran = command("verify", *named)
    assert ran.code == EXIT_CODES["difference"]
    assert ran.err.strip() == (
        "Not finished yet: older mail is still being met. The worker goes on with it, or --now."
    )
    assert ran.out.splitlines() == [
        f"{S1}  INBOX  since 2026-02-20T12:00:00Z, never compared",
        "      listed   imported       held    skipped  set aside",
        "  still being met: back to nowhere yet",
    ]
    ran = command("verify", *named, "--now", "--json")
    assert (ran.code, json.loads(ran.out)["equal"]) == (0, True)


def test_what_nothing_became_of_is_named_and_healed_by_a_comparison_L5(
    world: MailboxWorld, named: tuple[str, str], command: Command
) -> None:
    _, _, label = filled(world)
    command("sync", *named)
    Listing.objects.create(label=label, ref="ghost", received_at=NOON)
    ran = command("verify", *named)
    assert ran.code == EXIT_CODES["difference"]
    assert ran.out.splitlines()[-1] == "  lacking: ghost, received 2026-03-02T12:00:00Z, not met"
    [difference] = json.loads(command("verify", *named, "--json").out)["labels"][0]["differences"]
    assert difference == {"ref": "ghost", "received_at": "2026-03-02T12:00:00Z", "lens": None}

    # The provider does not list it, which the comparison finds.
    ran = command("verify", *named, "--now")
    assert (ran.code, ran.out.splitlines()[-1]) == (
        0,
        "  gone since: 1, gone before they could be fetched: 0",
    )


def test_what_a_comparison_found_missing_is_named_L5(
    world: MailboxWorld, named: tuple[str, str], command: Command
) -> None:
    kept, _, _ = filled(world)
    command("sync", *named)
    ref = kept.deliver(kept.by_role("inbox"), mail(K1, [S1], id="3@x", at=NOON), received_at=NOON)
    world.server.faults.untold.add(ref)
    ran = command("verify", *named, "--now")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, f"  found missing and met: 1: {ref}")


def test_a_label_that_is_not_followed_is_a_difference_L5(
    world: MailboxWorld, named: tuple[str, str], command: Command
) -> None:
    filled(world)
    command("sync", *named)
    Label.objects.filter(selected_at__isnull=False).update(problem="emptied")
    ran = command("verify", *named)
    assert ran.code == EXIT_CODES["difference"]
    assert ran.out.splitlines()[-1] == f"  in trouble (emptied): {EMPTIED_SAYS}"
    assert ran.err.strip() == "A label is in trouble: what is the matter and what to do stands beside it."


def test_sync_says_which_label_is_in_trouble_and_ends_with_that_M14(
    world: MailboxWorld, named: tuple[str, str], command: Command
) -> None:
    filled(world)
    command("sync", *named)
    Label.objects.filter(selected_at__isnull=False).update(problem="emptied", problem_at=int(time.time()))
    ran = command("sync", *named)
    assert ran.code == EXIT_CODES["mailbox"]
    assert ran.out.splitlines()[1:] == [
        "  INBOX: 2 mails, met back to 2026-02-20.",
        f"    in trouble (emptied): {EMPTIED_SAYS}",
    ]
    assert ran.err.strip() == f"A label is in trouble: INBOX of {S1}. What to do stands beside it."


def test_labels_of_mailboxes_that_are_not_connected_are_counted_as_left_out_L5(
    world: MailboxWorld, named: tuple[str, str], command: Command
) -> None:
    filled(world)
    filled(world, S2)
    command("sync", *named)
    Mailbox.objects.filter(user__email=S1).update(connected_at=None)
    ran = command("verify", *named)
    assert (ran.code, ran.out.splitlines()[-1]) == (
        0,
        "Left out: 1 label of mailboxes that are not connected or whose user is disabled.",
    )
    assert json.loads(command("verify", *named, "--json").out)["left_out"] == 1
    assert json.loads(command("verify", *named, "--mailbox", S2, "--json").out)["left_out"] == 0


def test_mailboxes_are_listed_with_their_state_and_labels(
    world: MailboxWorld, named: tuple[str, str], command: Command
) -> None:
    filled(world)
    world.connect(S2)
    command("sync", *named)
    rows = json.loads(command("mailbox", "list", *named, "--json").out)
    assert [(row["user"], row["state"], [label["label"] for label in row["labels"]]) for row in rows] == [
        (S1, "up_to_date", ["INBOX"]),
        (S2, "nothing_selected", []),
    ]
    assert (rows[0]["source"], rows[0]["trouble"], rows[0]["labels"][0]["role"]) == ("memory", None, "inbox")
    assert "password" not in json.dumps(rows)
    assert command("mailbox", "list", *named).out.splitlines() == [
        f"{S1}  memory  up_to_date  INBOX",
        f"{S2}  memory  nothing_selected  nothing selected",
    ]


def test_a_workspace_without_mailboxes_says_so(workspace: Workspace, command: Command) -> None:
    assert command("mailbox", "list", "--workspace", workspace.name).out == "There are no mailboxes.\n"
