"""Questions about consent to *Collect passive data*: what was said when, and what waits for it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from postroom.core.consent import NO_CONSENT
from postroom.store.models import Consent, Decision, User
from postroom.store.rows import batched


def consents_of(user: User) -> list[Consent]:
    """All that was said, the newest first."""
    return list(Consent.objects.filter(user=user).order_by("-pk"))


def with_decisions_held(users: Iterable[int]) -> list[int]:
    """Those of these users of whom messages are decided ``no_consent`` and kept sealed, by id."""
    held = Decision.objects.filter(user=OuterRef("pk"), is_current=True, reason=NO_CONSENT)
    return [
        user
        for some in batched(sorted(users), 500)
        for user in User.objects.filter(Exists(held), pk__in=some).order_by("pk").values_list("pk", flat=True)
    ]
