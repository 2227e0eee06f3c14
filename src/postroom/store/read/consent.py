"""Questions about consent to *Collect passive data*: what was said when, to which text, and what waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, QuerySet

from postroom.core.consent import NO_CONSENT, TELLS_OF_TEAMS, TEXT_VERSION
from postroom.store.models import Consent, Decision, User, Workspace
from postroom.store.rows import batched


def consents_of(user: User) -> list[Consent]:
    """All that was said, the newest first."""
    return list(Consent.objects.filter(user=user).order_by("-pk"))


def agreed_text(said: Sequence[Consent]) -> int | None:
    """The number of the text that a user agrees to now, from all they said, the newest first; ``None``: to none."""
    return said[0].text_version if said and said[0].is_given else None


def users_told_together(workspace: Workspace) -> QuerySet[User]:
    """Those of whom medians of teams and communities are made: who agree to a text that says so, and are not disabled.

    The one place that says so.
    """
    return User.objects.filter(_agreed_to(TELLS_OF_TEAMS), workspace=workspace, disabled_at=None)


def agreeing_to_older(users: Iterable[int]) -> set[int]:
    """Those of these users who agree to another text than that of now, by id."""
    consenting = User.objects.filter(collects_since__isnull=False).exclude(_agreed_to(TEXT_VERSION))
    return {
        user
        for some in batched(sorted(users), 500)
        for user in consenting.filter(pk__in=some).values_list("pk", flat=True)
    }


def _agreed_to(version: int) -> Exists:
    """Whether what is on now was agreed to by this text or a later one."""
    since = Consent.objects.filter(user=OuterRef("pk"), is_given=True, at__gte=OuterRef("collects_since"))
    return Exists(since.filter(text_version__gte=version))


def with_decisions_held(users: Iterable[int]) -> list[int]:
    """Those of these users of whom messages are decided ``no_consent`` and kept sealed, by id."""
    held = Decision.objects.filter(user=OuterRef("pk"), is_current=True, reason=NO_CONSENT)
    return [
        user
        for some in batched(sorted(users), 500)
        for user in User.objects.filter(Exists(held), pk__in=some).order_by("pk").values_list("pk", flat=True)
    ]
