"""Who is on each side of a sealed message, as far as may be said: users by name, all others as numbers (L1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from postroom.core.seal import SealedAddress, Token
from postroom.store.models import (
    Copy,
    Decision,
    Engagement,
    OrganizationDomain,
    User,
    UserAddress,
    Workspace,
)
from postroom.store.read.directory import batched
from postroom.store.sealed import unpack_participants

_TOKENS_A_QUERY = 5_000


@dataclass(slots=True)
class Side:
    """The senders or the recipients of a mail."""

    users: list[User] = field(default_factory=list)
    colleagues: int = 0
    """Addresses of the company that are no user's."""
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


def decision_rows(workspace: Workspace, decisions: Sequence[Decision]) -> list[DecisionRow]:
    """Put to each decision of the workspace what may be seen of its message."""
    rows = {decision.message_id: DecisionRow(decision) for decision in decisions}
    senders: dict[int, dict[Token, SealedAddress]] = defaultdict(dict)
    recipients: dict[int, dict[Token, SealedAddress]] = defaultdict(dict)
    for copy in Copy.objects.filter(message__in=rows).select_related("user").order_by("pk"):
        if copy.user is not None and copy.user not in rows[copy.message_id].owners:
            rows[copy.message_id].owners.append(copy.user)
        for role, sealed in unpack_participants(copy.participants):
            (senders if role == "from" else recipients)[copy.message_id][sealed.address] = sealed
    users = _users(workspace, {token for side in (*senders.values(), *recipients.values()) for token in side})
    is_ours = _company(workspace)
    for pk, row in rows.items():
        row.senders = _side(senders[pk].values(), users, is_ours)
        others = (sealed for token, sealed in recipients[pk].items() if token not in senders[pk])
        row.recipients = _side(others, users, is_ours)
    for engagement in Engagement.objects.filter(message__in=rows).only("pk", "message_id", "subject"):
        rows[engagement.message_id].engagement = engagement
    return list(rows.values())


def _side(
    people: Iterable[SealedAddress], users: dict[Token, User], is_ours: Callable[[SealedAddress], bool]
) -> Side:
    """Name the users; count the others."""
    side = Side()
    # Two addresses of a user are one user.
    named: dict[int, User] = {}
    for sealed in people:
        user = users.get(sealed.address)
        if user is not None:
            named[user.pk] = user
        elif is_ours(sealed):
            side.colleagues += 1
        else:
            side.outside += 1
    side.users = sorted(named.values(), key=lambda user: user.email)
    return side


def _users(workspace: Workspace, tokens: Iterable[Token]) -> dict[Token, User]:
    """The users who have these addresses today, by token."""
    users = {}
    rows = UserAddress.objects.filter(workspace=workspace, closed_in=None).select_related("user")
    for some in batched(tokens, _TOKENS_A_QUERY):
        users.update({bytes(row.token): row.user for row in rows.filter(token__in=some)})
    return users


def _company(workspace: Workspace) -> Callable[[SealedAddress], bool]:
    """A question: is this address under a domain of the company, as it is today?"""
    rows = OrganizationDomain.objects.filter(workspace=workspace, closed_in=None)
    domains = {bytes(row.token): row.include_subdomains for row in rows}

    def is_ours(sealed: SealedAddress) -> bool:
        return sealed.domain in domains or any(domains.get(parent, False) for parent in sealed.parents)

    return is_ours
