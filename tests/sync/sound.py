"""What must hold of a mailbox whatever happened to it, once it was looked at in peace: the invariants of sync."""

from __future__ import annotations

from collections import Counter

from mail_world import K1, NOON, S1, mail
from mailbox_world import MailboxWorld

from postroom.actions.mailbox_reading import depth_at
from postroom.core.sync import wanted_from
from postroom.providers.memory import KeptMailbox
from postroom.store.models import Copy, Decision, Engagement, Label, Listing, Mailbox, Message, Vanished


def hello(number: int, *, sender: str = K1, to: str = S1, at: int = NOON) -> bytes:
    """A mail of its own."""
    return mail(sender, [to], id=f"{number}@acme.com", at=at, subject=f"Mail {number}")


def begun(world: MailboxWorld, *names: str, days: int = 0) -> tuple[KeptMailbox, Mailbox, list[Label]]:
    """A mailbox with these labels selected, looked at once."""
    kept, row = world.connect()
    labels = world.select(row, *names, days=days)
    world.look(row)
    return kept, row, labels


def deliver(world: MailboxWorld, kept: KeptMailbox, label: str, *numbers: int) -> list[str]:
    """New mails into a label, a second apart from now on; returns their refs."""
    refs = []
    for number in numbers:
        world.later(1)
        refs.append(kept.deliver(label, hello(number, at=world.now), received_at=world.now))
    return refs


def subjects() -> list[str]:
    """Of all engagements, sorted."""
    return sorted(Engagement.objects.values_list("subject", flat=True))


def mails(*numbers: int) -> list[str]:
    """The subjects of these mails, sorted."""
    return sorted(f"Mail {number}" for number in numbers)


def assert_nothing_doubled(world: MailboxWorld) -> None:
    """I2: one engagement a message, one decision in force, one copy for each place with each header."""
    messages = Message.objects.filter(workspace=world.workspace)
    decided = Counter(
        Decision.objects.filter(workspace=world.workspace, lens="customer", is_current=True).values_list(
            "message", flat=True
        )
    )
    assert decided == Counter(messages.values_list("pk", flat=True))
    filed = Counter(Engagement.objects.filter(workspace=world.workspace).values_list("message", flat=True))
    assert set(filed.values()) <= {1}
    people = Counter(
        Decision.objects.filter(workspace=world.workspace, lens="people", is_current=True).values_list(
            "message", "user"
        )
    )
    assert set(people.values()) <= {1}
    places = Counter(
        (copy.message_id, copy.user_id, copy.label, copy.label_role, bytes(copy.participants))
        for copy in Copy.objects.filter(message__workspace=world.workspace, last_seen_by=None)
    )
    assert set(places.values()) <= {1}


def assert_complete(world: MailboxWorld, kept: KeptMailbox, row: Mailbox) -> None:
    """I1: what each selected label lists since its start is what is known to be there, each with an outcome."""
    row = Mailbox.objects.select_related("user", "source").get(pk=row.pk)
    there = {label.ref: label for label in kept.labels()}
    for label in Label.objects.filter(mailbox=row, selected_at__isnull=False, gone_at=None):
        since = wanted_from(
            label.starts_at or 0,
            depth_at(row),
            row.source.feeds_people and row.user.collects_since is not None,
        )
        at_provider = {ref for ref, one in there[label.ref].mails.items() if one.received_at >= since}
        listings = Listing.objects.filter(label=label, gone_at=None, received_at__gte=since)
        assert set(listings.values_list("ref", flat=True)) == at_provider
    for copy, aside in Listing.objects.filter(label__mailbox=row).values_list("copy", "set_aside"):
        assert (copy is None) != (aside is None)


def assert_sound(world: MailboxWorld, kept: KeptMailbox, row: Mailbox) -> None:
    """All of it, with the row saying that all is well."""
    assert_complete(world, kept, row)
    assert_nothing_doubled(world)
    row.refresh_from_db()
    assert (row.trouble, row.trouble_code, row.trouble_since, row.tries) == ("", "", None, 0)
    assert row.leased_until is None
    assert row.looked_at == world.now


def all_met(label: Label) -> set[str]:
    """Every ref the label was ever known to list, those that vanished too."""
    return {
        *Listing.objects.filter(label=label).values_list("ref", flat=True),
        *Vanished.objects.filter(label=label).values_list("ref", flat=True),
    }
