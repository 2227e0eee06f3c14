"""Questions about the default synced labels: how users stand, what was applied last, what came of it (M5-M12)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Final, NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from postroom.core.job_kinds import APPLY_LABELS, IN_ORDER, UNDER_WAY, UNDO_LABELS
from postroom.core.labels import (
    CHANGED,
    CHOSEN_SINCE,
    DEFAULT_ROLES,
    FAILED,
    NO_SUCH_LABEL,
    UNCHANGED,
    USER,
    LabelNow,
    UserNow,
)
from postroom.store.models import Job, Label, Mailbox, PushResult, User, Workspace

_REACHED: Final = Q(status__in=(CHANGED, UNCHANGED)) | Q(reason__in=(NO_SUCH_LABEL, CHOSEN_SINCE))
"""What came of users whom a push was meant for: it had nothing more to do for them."""


class There(NamedTuple):
    """The users at one moment."""

    until: int
    """The highest id; 0: there are none."""
    total: int


def users_there(workspace: Workspace) -> There:
    """The users of the workspace, disabled ones too, as they are now."""
    found = User.objects.filter(workspace=workspace).aggregate(until=Max("pk"), total=Count("pk"))
    return There(found["until"] or 0, found["total"])


def users_now(workspace: Workspace, ids: Collection[int] | None = None) -> list[UserNow]:
    """How these users, or all, stand, by id: three queries, however many there are."""
    users = User.objects.filter(workspace=workspace)
    mailboxes = Mailbox.objects.filter(workspace=workspace)
    if ids is not None:
        users, mailboxes = users.filter(pk__in=ids), mailboxes.filter(user__in=ids)
    there = {
        user: (mailbox, connected_at is not None, labels_at is not None)
        for user, mailbox, connected_at, labels_at in mailboxes.values_list(
            "user_id", "pk", "connected_at", "labels_at"
        )
    }
    labels = _labels_of(workspace, None if ids is None else [mailbox for mailbox, _, _ in there.values()])
    found = []
    for user, disabled_at in users.order_by("pk").values_list("pk", "disabled_at"):
        mailbox, is_connected, are_read = there.get(user, (0, False, False))
        known = labels.get(mailbox, ())
        # Connected anew and disconnected before it was looked into: what was known of it holds.
        are_read = are_read or (bool(known) and not is_connected)
        found.append(UserNow(user, disabled_at is None, is_connected or are_read, are_read, known))
    return found


def _labels_of(workspace: Workspace, mailboxes: Collection[int] | None) -> dict[int, list[LabelNow]]:
    """Mailbox → its labels of the two roles."""
    labels = Label.objects.filter(role__in=DEFAULT_ROLES)
    of = (
        labels.filter(mailbox__workspace=workspace)
        if mailboxes is None
        else labels.filter(mailbox__in=mailboxes)
    )
    found: dict[int, list[LabelNow]] = {}
    for mailbox, id_, role, gone_at, is_selectable, selected_at, origin, chosen_at, chosen_in in of.order_by(
        "pk"
    ).values_list(
        *("mailbox_id", "pk", "role", "gone_at", "is_selectable"),
        *("selected_at", "origin", "chosen_at", "chosen_in_id"),
    ):
        found.setdefault(mailbox, []).append(
            LabelNow(
                id_,
                role,
                gone_at is None and is_selectable,
                selected_at is not None,
                origin == USER,
                chosen_at if chosen_in is None else None,
                chosen_in,
            )
        )
    return found


def clicks(workspace: Workspace) -> QuerySet[Job]:
    """Each click on Apply to all users, the latest first; not what was done for users who came later."""
    return Job.objects.filter(workspace=workspace, kind=APPLY_LABELS, of=None).order_by("-pk")


def click_in_force(workspace: Workspace) -> Job | None:
    """The last click that did something, or may yet, and was not undone; ``None``: there is none."""
    reached = PushResult.objects.filter(job=OuterRef("pk"))
    stands = Q(state__in=(*UNDER_WAY, "done")) | Exists(reached)
    return _not_undone(workspace).filter(stands).first()


def _not_undone(workspace: Workspace) -> QuerySet[Job]:
    return clicks(workspace).filter(~Exists(undoing(Job.objects.filter(of=OuterRef("pk")))))


def is_later_click_in_the_way(click: Job) -> bool:
    """Whether a later click has to be undone first: one that changed anybody, or may do so yet."""
    changed = PushResult.objects.filter(status=CHANGED)
    did_something = (
        Q(state__in=UNDER_WAY)
        | Exists(changed.filter(job=OuterRef("pk")))
        | Exists(changed.filter(job__of=OuterRef("pk"), job__kind=APPLY_LABELS))
    )
    return _not_undone(click.workspace).filter(did_something, pk__gt=click.pk).exists()


def undo_of(click: Job) -> Job | None:
    """The job that undid this click, or is about to."""
    return undoing(Job.objects.filter(of=click)).order_by("-pk").first()


def undoing(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Those that undo; not one that was cancelled or failed, which may be asked for again."""
    return jobs.filter(kind=UNDO_LABELS, state__in=(*UNDER_WAY, "done"))


def pushes_of(click: Job) -> list[int]:
    """The job of a click, and those that did the same for users who came later."""
    return [click.pk, *_later_pushes(click).values_list("pk", flat=True)]


def _later_pushes(click: Job) -> QuerySet[Job]:
    return Job.objects.filter(of=click, kind=APPLY_LABELS)


def all_ended_at(click: Job) -> datetime | None:
    """When a click, and what did the same for later users, had ended; ``None``: some of it has not yet."""
    pushes = Job.objects.filter(Q(pk=click.pk) | Q(of=click, kind=APPLY_LABELS))
    ends = list(pushes.values_list("ended_at", flat=True))
    return None if None in ends else max(end for end in ends if end is not None)


def workspaces_with_future_labels() -> list[Workspace]:
    """The workspaces in which later users get the default synced labels too."""
    return list(Workspace.objects.filter(future_labels_since__isnull=False))


class FutureLabels(NamedTuple):
    """That later mailboxes get what was applied last, too (M8)."""

    since: int
    """Mailboxes connected from then on, Unix seconds."""
    actor: str
    """Who chose it."""


def future_labels(workspace: Workspace) -> FutureLabels | None:
    """Whether later mailboxes get them, as it is now; ``None``: they do not."""
    since, actor = Workspace.objects.values_list("future_labels_since", "future_labels_by").get(
        pk=workspace.pk
    )
    return FutureLabels(since, actor) if since is not None else None


def is_push_under_way(workspace: Workspace) -> bool:
    """Whether a push, or undoing one, waits or is under way."""
    return Job.objects.filter(workspace=workspace, kind__in=IN_ORDER, state__in=UNDER_WAY).exists()


def is_later_click_waiting(job: Job) -> bool:
    """Whether something was asked for after the job that waits for it to end."""
    later = Job.objects.filter(workspace=job.workspace_id, kind__in=IN_ORDER, pk__gt=job.pk)
    return later.filter(state="waiting").exists()


def next_users(job: Job, after: int, limit: int) -> list[int]:
    """The next users after this id whom a push is for: those there at the click, or those it was asked for."""
    users = User.objects.filter(workspace=job.workspace_id, pk__gt=after).order_by("pk")
    if "users" in job.asked:
        users = users.filter(pk__in=job.asked["users"])
    else:
        users = users.filter(pk__lte=job.asked["until"])
    return list(users.values_list("pk", flat=True)[:limit])


def results(job: Job) -> QuerySet[PushResult]:
    """What a push or an undo came to, user by user, by the user's address."""
    return PushResult.objects.filter(job=job).select_related("user").order_by("user__email", "pk")


def failed_users(job: Job) -> list[int]:
    """The users for whom a push failed, and need not by now: not those whose labels are not known still."""
    unread = Q(
        user__disabled_at=None, user__mailbox__connected_at__isnull=False, user__mailbox__labels_at=None
    )
    failed = PushResult.objects.filter(~unread, job=job, status=FAILED)
    return list(failed.order_by("user").values_list("user_id", flat=True))


def left_to_undo(click: Job) -> QuerySet[PushResult]:
    """What came of each user for whom a click changed something that no undo set back yet."""
    set_back = PushResult.objects.filter(
        job__of=click, job__kind=UNDO_LABELS, status=CHANGED, user=OuterRef("user")
    )
    found = PushResult.objects.filter(job__in=pushes_of(click), status=CHANGED)
    return found.filter(~Exists(set_back))


class NotReached(NamedTuple):
    """Enabled users with a mailbox whom a click did not reach, by id."""

    joined: list[int]
    """Were added since."""
    connected: list[int]
    """Were there, and disabled or without a mailbox then."""


def not_reached(click: Job) -> NotReached:
    """Whom applying the same again would be for: they came after it, and get nothing by themselves.

    For whom it failed is another matter.
    """
    came_of = PushResult.objects.filter(user=OuterRef("pk"))
    reached = came_of.filter(_REACHED | Q(status=FAILED), job__in=pushes_of(click))
    left = User.objects.filter(
        workspace=click.workspace_id, disabled_at=None, mailbox__connected_at__isnull=False
    ).filter(~Exists(reached))
    future = future_labels(click.workspace)
    if future is not None:
        left = left.filter(mailbox__connected_at__lt=datetime.fromtimestamp(future.since, UTC))
    ids = list(left.order_by("pk").values_list("pk", flat=True))
    until = click.asked["until"]
    return NotReached([id_ for id_ in ids if id_ > until], [id_ for id_ in ids if id_ <= until])


def connected_later(click: Job, since: int, limit: int) -> list[int]:
    """Enabled users whose mailbox was connected since then, with labels that are known, and whom no push reached.

    Not those of a push that somebody cancelled, or that failed: it can be tried again.
    """
    reached = PushResult.objects.filter(_REACHED, job__in=pushes_of(click), user=OuterRef("user"))
    found = Mailbox.objects.filter(
        workspace=click.workspace_id,
        user__disabled_at=None,
        connected_at__gte=datetime.fromtimestamp(since, UTC),
        labels_at__isnull=False,
    ).filter(~Exists(reached))
    given_up = {
        user
        for asked in _later_pushes(click)
        .filter(state__in=("cancelled", "failed"))
        .values_list("asked", flat=True)
        for user in asked["users"]
    }
    ids = found.order_by("user").values_list("user_id", flat=True)
    return [user for user in ids if user not in given_up][:limit]


def later_pushes_under_way(workspace: Workspace) -> list[int]:
    """The jobs for users who came later that wait or are under way, by id."""
    later = Job.objects.filter(workspace=workspace, kind=APPLY_LABELS, of__isnull=False)
    return list(later.filter(state__in=UNDER_WAY).values_list("pk", flat=True))


def names_of(ids: Iterable[int]) -> dict[int, User]:
    """These users by id, with their names and addresses alone."""
    return User.objects.only("name", "email").in_bulk(list(ids))
