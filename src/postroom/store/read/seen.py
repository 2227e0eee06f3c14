"""Engagements as one viewer sees them: what is hidden from the viewer is not in them (R4).

Whatever shows engagements, in lists, alone or in search, shows these and never the rows themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from postroom.core.upload import MAIL
from postroom.core.visibility import NAMES, Visibility
from postroom.store.models import (
    Account,
    Engagement,
    EngagementAccount,
    EngagementPerson,
    EngagementUser,
    Person,
    User,
)
from postroom.store.read.visibility import Sight, sights


@dataclass(slots=True)
class SeenEngagement:
    """What a viewer sees of an engagement; of what is hidden subject, snippet and the like are empty."""

    pk: int
    message: int
    kind: str
    at: int
    """The time of the mail, Unix seconds."""
    direction: str
    thread: str
    """Token of the thread, in hexadecimal."""
    sight: Sight
    subject: str = ""
    participants: list[dict[str, str]] = field(default_factory=list)
    """``[{"role", "email", "name"}]``."""
    rfc_message_id: str = ""
    snippet: str = ""
    users: list[User] = field(default_factory=list)
    """Who of us took part, or has it in their mailbox."""
    persons: list[Person] = field(default_factory=list)
    """Deleted ones too."""
    accounts: list[Account] = field(default_factory=list)
    """Deleted ones too; loaded only with ``with_accounts``."""

    @property
    def level(self) -> str:
        """``everything``, ``subject`` or ``existence``."""
        return NAMES[self.sight.level]

    @property
    def shows_subject(self) -> bool:
        """Whether the viewer sees subject and participants."""
        return self.sight.level >= Visibility.SUBJECT

    @property
    def shows_everything(self) -> bool:
        """Whether the viewer sees the text too."""
        return self.sight.level == Visibility.EVERYTHING


def seen(
    viewer: int | None, engagements: Sequence[Engagement], *, with_accounts: bool = False
) -> list[SeenEngagement]:
    """The engagements as the viewer sees them, in their order, in three or four queries."""
    allowed = sights(viewer, [engagement.message_id for engagement in engagements])
    rows = {e.pk: as_seen(e, allowed.of(e.message_id)) for e in engagements}
    users = EngagementUser.objects.filter(engagement__in=rows).select_related("user")
    for of_user in users.order_by("user__email"):
        rows[of_user.engagement_id].users.append(of_user.user)
    persons = EngagementPerson.objects.filter(engagement__in=rows).select_related("person")
    for of_person in persons.order_by("person__name", "person_id"):
        rows[of_person.engagement_id].persons.append(of_person.person)
    if with_accounts:
        accounts = EngagementAccount.objects.filter(engagement__in=rows).select_related("account")
        for of_account in accounts.order_by("account_id"):
            rows[of_account.engagement_id].accounts.append(of_account.account)
    return list(rows.values())


def as_seen(engagement: Engagement, sight: Sight) -> SeenEngagement:
    """What ``sight`` leaves of an engagement, without its people."""
    shown = SeenEngagement(
        engagement.pk,
        engagement.message_id,
        engagement.kind,
        engagement.at,
        engagement.direction,
        bytes(engagement.thread).hex(),
        sight,
    )
    if sight.level >= Visibility.SUBJECT:
        shown.subject = engagement.subject
        shown.participants = _participants(engagement, sight)
        shown.rfc_message_id = engagement.rfc_message_id
    if sight.level == Visibility.EVERYTHING:
        shown.snippet = engagement.snippet
    return shown


def _once(engagement: Engagement) -> list[dict[str, str]]:
    """Everybody once: who wrote or held it is not also told as who was there."""
    first: dict[str, dict[str, str]] = {}
    for one in sorted(engagement.participants, key=lambda one: one["role"] != "author"):
        first.setdefault(one["email"], one)
    return list(first.values())


def _participants(engagement: Engagement, sight: Sight) -> list[dict[str, str]]:
    """Who took part, as far as the viewer's copy says where another owner hides the rest."""
    participants = _once(engagement) if engagement.kind != MAIL else engagement.participants
    if sight.may_know_bcc(participants):
        return participants
    return [one for one in participants if one["role"] != "bcc" or one["email"] in sight.addresses]
