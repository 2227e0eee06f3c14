"""What a viewer sees of messages, held against every case there is of three users and their choices (R4)."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from postroom.core.visibility import Visibility
from postroom.store.models import Copy, Engagement, Message, Narrowing, User, Workspace
from postroom.store.read.visibility import Sight, at_least, sights

EXISTENCE, SUBJECT, EVERYTHING = Visibility.EXISTENCE, Visibility.SUBJECT, Visibility.EVERYTHING

NO_COPY, COPY = "no copy", "copy"
STATES = (NO_COPY, COPY, SUBJECT, EXISTENCE)
"""Of one user and one message: no copy; one; one that is narrowed to this."""
CHOICES = list(product(Visibility, repeat=3))


class World(NamedTuple):
    """A message for every case, and who has a copy of it."""

    workspace: Workspace
    users: list[User]
    cases: dict[int, tuple[object, ...]]
    """The state of each user, by message."""


@pytest.fixture
def world(workspace: Workspace) -> World:
    """Three users and each case of what they have of a message."""
    users = [
        User.objects.create(workspace=workspace, email=f"s{number}@us.com", name=f"S {number}")
        for number in range(3)
    ]
    cases = {}
    for number, states in enumerate(product(STATES, repeat=3)):
        message = add_message(workspace, number)
        cases[message.pk] = states
        for user, state in zip(users, states, strict=True):
            if state != NO_COPY:
                add_copy(message, user)
            if isinstance(state, Visibility):
                Narrowing.objects.create(message=message, user=user, visibility=state)
    return World(workspace, users, cases)


def add_message(workspace: Workspace, number: int) -> Message:
    """A message that is an engagement."""
    message = Message.objects.create(
        workspace=workspace, identity=number.to_bytes(16, "big"), reference_tokens=b"", at=1, flags=""
    )
    Engagement.objects.create(
        workspace=workspace,
        message=message,
        at=1,
        subject="",
        snippet="",
        direction="in",
        thread=b"",
        rfc_message_id="",
        participants=[],
    )
    return message


def add_copy(message: Message, user: User | None, label: str = "Inbox", role: str = "inbox") -> None:
    """A copy in the user's mailbox, or in that of somebody who was erased."""
    Copy.objects.create(
        message=message,
        fingerprint=(1000 + Copy.objects.count()).to_bytes(16, "big"),
        source="import",
        user=user,
        label=label,
        label_role=role,
        participants=b"",
        met_at=1,
    )


def expected(world: World, chosen: tuple[Visibility, ...], viewer: int | None, message: int) -> Sight:
    """What rule R4 says, written down once more."""
    allowed = {
        user.pk: (min(mailbox, state) if isinstance(state, Visibility) else mailbox, user.name)
        for user, mailbox, state in zip(world.users, chosen, world.cases[message], strict=True)
        if state != NO_COPY
    }
    if viewer in allowed:
        of_others = [choice for user, (choice, _) in allowed.items() if user != viewer]
        return Sight(EVERYTHING, (), True, others=min(of_others, default=EVERYTHING))
    level = min((choice for choice, _ in allowed.values()), default=EVERYTHING)
    names = tuple(sorted(name for choice, name in allowed.values() if choice == level))
    return Sight(level, () if level == EVERYTHING else names, False)


@pytest.mark.parametrize("chosen", CHOICES, ids=lambda chosen: "-".join(str(int(c)) for c in chosen))
def test_every_case_of_three_owners_is_seen_and_found_as_the_rule_says_R4(
    world: World, chosen: tuple[Visibility, ...]
) -> None:
    for user, choice in zip(world.users, chosen, strict=True):
        User.objects.filter(pk=user.pk).update(visibility=choice)
    for viewer in (None, *(user.pk for user in world.users)):
        seen = sights(viewer, world.cases)
        wanted = {message: expected(world, chosen, viewer, message) for message in world.cases}
        assert {message: seen.of(message) for message in world.cases} == wanted
        for level in Visibility:
            found = Engagement.objects.filter(at_least(world.workspace, viewer, level))
            assert set(found.values_list("message_id", flat=True)) == {
                message for message, sight in wanted.items() if sight.level >= level
            }


def test_many_messages_are_asked_for_in_one_query_R4(world: World) -> None:
    with CaptureQueriesContext(connection) as captured:
        sights(None, world.cases)
    assert len(captured) == 1


def test_a_copy_in_spam_makes_an_owner_too_R4(workspace: Workspace) -> None:
    strict = User.objects.create(workspace=workspace, email="s@us.com", visibility=EXISTENCE)
    message = add_message(workspace, 0)
    add_copy(message, strict, "Junk", "spam")
    assert sights(None, [message.pk]).of(message.pk) == Sight(EXISTENCE, ("s@us.com",))
    assert sights(strict.pk, [message.pk]).of(message.pk) == Sight(EVERYTHING, (), True)
    assert not Engagement.objects.filter(at_least(workspace, None, SUBJECT)).exists()


def test_who_is_disabled_stays_an_owner_R4(workspace: Workspace) -> None:
    gone = User.objects.create(
        workspace=workspace, email="s@us.com", visibility=SUBJECT, disabled_at="2026-01-01T00:00:00Z"
    )
    message = add_message(workspace, 0)
    add_copy(message, gone)
    assert sights(None, [message.pk]).of(message.pk) == Sight(SUBJECT, ("s@us.com",))
    assert not Engagement.objects.filter(at_least(workspace, None, EVERYTHING)).exists()


def test_a_copy_of_nobody_hides_nothing_R4(workspace: Workspace) -> None:
    message = add_message(workspace, 0)
    add_copy(message, None)
    assert sights(None, [message.pk]).of(message.pk) == Sight(EVERYTHING)
    assert Engagement.objects.filter(at_least(workspace, None, EVERYTHING)).count() == 1


def test_of_an_owner_the_strictest_of_mailbox_and_mail_counts_once_R4(workspace: Workspace) -> None:
    owner = User.objects.create(workspace=workspace, email="s@us.com", name="S", visibility=EXISTENCE)
    message = add_message(workspace, 0)
    add_copy(message, owner)
    add_copy(message, owner, "Archive", "archive")
    Narrowing.objects.create(message=message, user=owner, visibility=SUBJECT)
    assert sights(None, [message.pk]).of(message.pk) == Sight(EXISTENCE, ("S",))
