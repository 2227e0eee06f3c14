"""Who is on each side of a sealed message, as far as may be said: users by name, all others as numbers (L1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from postroom.core.directory import Directory
from postroom.core.message import SENDERS
from postroom.core.reasons import HOLD
from postroom.core.seal import SealedAddress, Token
from postroom.store.models import Copy, Decision, Engagement, Interaction, Item, User, Workspace
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.sealed import unpack_participants


@dataclass(slots=True)
class Side:
    """The senders or the recipients of a mail."""

    users: list[User] = field(default_factory=list)
    colleagues: int = 0
    """Addresses that are inside, but no user's."""
    outside: int = 0


@dataclass(slots=True)
class DecisionRow:
    """A decision in a list, with what may be seen of its message."""

    decision: Decision
    engagement: Engagement | None = None
    senders: Side = field(default_factory=Side)
    recipients: Side = field(default_factory=Side)
    owners: list[User] = field(default_factory=list)
    """In whose mailboxes it was met."""
    defects: list[str] = field(default_factory=list)
    """What was wrong with the headers of its copies: names of ``core.mail.defects``."""
    interaction: Interaction | None = None
    """How it is counted, where the people lens counts it."""

    @property
    def is_released(self) -> bool:
        """Whether it is held no more, and comes in once it is imported or sent again (C0)."""
        return self.decision.outcome == HOLD and self.decision.message.released_at is not None


def decision_rows(workspace: Workspace, decisions: Sequence[Decision]) -> list[DecisionRow]:
    """Put to each decision of the workspace what may be seen of its message; inside as of today (D2)."""
    rows = [DecisionRow(decision) for decision in decisions]
    messages: dict[int, list[DecisionRow]] = defaultdict(list)
    for row in rows:
        messages[row.decision.message_id].append(row)
    senders: dict[int, dict[Token, SealedAddress]] = defaultdict(dict)
    recipients: dict[int, dict[Token, SealedAddress]] = defaultdict(dict)
    for copy in Copy.objects.filter(message__in=list(messages)).select_related("user").order_by("pk"):
        for row in messages[copy.message_id]:
            if copy.user is not None and copy.user not in row.owners:
                row.owners.append(copy.user)
            row.defects += [name for name in copy.defects.split() if name not in row.defects]
        for role, sealed in unpack_participants(copy.participants):
            (senders if role in SENDERS else recipients)[copy.message_id][sealed.address] = sealed
    everybody = [sealed for side in (*senders.values(), *recipients.values()) for sealed in side.values()]
    directory = DirectoryAtHand(workspace.pk).for_(everybody)
    users = User.objects.in_bulk(set(directory.users.values()))
    for row in rows:
        pk = row.decision.message_id
        row.senders = _side(senders[pk].values(), directory, users)
        others = [sealed for token, sealed in recipients[pk].items() if token not in senders[pk]]
        row.recipients = _side(others, directory, users)
    for engagement in Engagement.objects.filter(message__in=list(messages)).only("pk", "message_id"):
        for row in messages[engagement.message_id]:
            row.engagement = engagement
    return rows


def people_rows(decisions: Sequence[Decision]) -> list[DecisionRow]:
    """Put to each decision of the people lens how it is counted: numbers, and nobody but its user (P10)."""
    found = Interaction.objects.filter(message__in=[decision.message_id for decision in decisions])
    counted = {(one.message_id, one.user_id): one for one in found.defer("outsiders")}
    return [
        DecisionRow(decision, interaction=counted.get((decision.message_id, decision.user_id or 0)))
        for decision in decisions
    ]


def places_of(message_ids: Iterable[int]) -> list[tuple[str, str, int]]:
    """In whose mailboxes and labels files brought these messages, and how many: those with most first."""
    copies = Copy.objects.filter(message__in=list(message_ids), user__isnull=False, source="import")
    rows = copies.values_list("user__email", "label").annotate(count=Count("message", distinct=True))
    return list(rows.order_by("-count", "user__email", "label"))


def uploaders_of(message_ids: Iterable[int]) -> list[tuple[str, int]]:
    """The sources that uploaded these messages and feed the customer lens, and how many: those with most first."""
    items = Item.objects.filter(copy__message__in=list(message_ids), source__feeds_customer=True)
    rows = items.values_list("source__name").annotate(count=Count("copy__message", distinct=True))
    return list(rows.order_by("-count", "source__name"))


def _side(people: Iterable[SealedAddress], directory: Directory, users: Mapping[int, User]) -> Side:
    """Name the users; count the others."""
    side = Side()
    # Two addresses of a user are one user.
    named: set[int] = set()
    for sealed in people:
        party = directory.party(sealed)
        if party.colleague is not None:
            named.add(party.colleague)
        elif party.inside:
            side.colleagues += 1
        else:
            side.outside += 1
    side.users = sorted((users[pk] for pk in named), key=lambda user: user.email)
    return side
