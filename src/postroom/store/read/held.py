"""What waits in temporary storage for consent: counts alone, and nothing else of it (P3).

Being held is derived: an item waits for the people lens while its user has not consented (P4).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count, Exists, Max, Min, Q, QuerySet

from postroom.core.consent import NO_CONSENT
from postroom.core.job_kinds import RELEASE, UNDER_WAY
from postroom.core.reasons import IMPORT
from postroom.core.seal import Token
from postroom.store.models import Decision, Interaction, Item, Job, User, Waiting, Workspace


class Held(NamedTuple):
    """How many items of a kind wait, and the dates of the oldest and the newest, Unix seconds."""

    kind: str
    items: int
    oldest: int
    newest: int


def held_of(user: User) -> list[Held]:
    """What is held for one user, by kind; nothing while *Collect passive data* is on."""
    return _counts(Waiting.objects.filter(user=user, user__collects_since=None))


def held_in(workspace: Workspace) -> list[Held]:
    """What is held in the workspace, by kind; what waits for the consent of several users counts for each."""
    without = User.objects.filter(workspace=workspace, collects_since=None)
    return _counts(Waiting.objects.filter(user__in=without.values("pk")))


def count_holding(workspace: Workspace) -> int:
    """For how many users something is held."""
    without = User.objects.filter(workspace=workspace, collects_since=None, waiting__isnull=False)
    return without.distinct().count()


def queued_of(user: User) -> int:
    """How many items of a user who consented wait to be processed."""
    return _queued(user).count()


def _queued(user: User) -> QuerySet[Waiting]:
    return Waiting.objects.filter(user=user, user__collects_since__isnull=False, problem="")


def is_being_released(user: User) -> Q:
    """Whether what waited for a user who consented is on its way to be counted, as a condition of a question."""
    asked = Job.objects.filter(
        workspace=user.workspace_id, kind=RELEASE, state__in=UNDER_WAY, asked__user=user.pk
    )
    return Q(Exists(_queued(user))) | Q(Exists(asked))


def failed_of(user: User) -> int:
    """How many items of a user could not be judged, and are left alone until somebody tries them again."""
    return Waiting.objects.filter(user=user).exclude(problem="").count()


def _counts(rows: QuerySet[Waiting]) -> list[Held]:
    found = rows.filter(problem="").order_by("kind").values_list("kind")
    return [Held(*row) for row in found.annotate(items=Count("pk"), oldest=Min("at"), newest=Max("at"))]


def count_older(workspace: Workspace, received_before: int) -> int:
    """How many are held since before then, Unix seconds."""
    held = Waiting.objects.filter(workspace=workspace, user__isnull=False, user__collects_since=None)
    return held.filter(item__received_at__lt=received_before).count()


def dropped_in(workspace: Workspace) -> list[tuple[str, int]]:
    """How many items were dropped because nobody consented in time, by kind."""
    dropped = Item.objects.filter(source__workspace=workspace, state="dropped")
    return list(dropped.order_by("kind").values_list("kind").annotate(Count("pk")))


def held_item_ids(user: User, most: int) -> list[int]:
    """The newest items that are held for one user."""
    waiting = Waiting.objects.filter(user=user, problem="", item__sealed__isnull=False)
    return list(waiting.order_by("-at", "-pk").values_list("item_id", flat=True)[:most])


def held_messages(user: User, most: int) -> dict[int, Token]:
    """The newest messages that wait for one user's consent or were counted before, with what they are known by."""
    found = Decision.objects.filter(
        Q(reason=NO_CONSENT) | Q(outcome=IMPORT), user=user, lens="people", is_current=True
    )
    newest = found.order_by("-message__at", "-message_id").values_list("message_id", "message__identity")
    return {message: bytes(identity) for message, identity in newest[:most]}


def kept_messages(user: User, messages: Collection[int]) -> set[int]:
    """Those of these messages that were counted for the user before, and still are."""
    kept = Interaction.objects.filter(user=user, message__in=messages)
    return set(kept.values_list("message_id", flat=True))
