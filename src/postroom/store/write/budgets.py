"""What may be asked of providers in a span of time, spent by all workers together."""

from __future__ import annotations

import time

from django.db.models import F, Q

from postroom.store.models import Budget


def spend(key: str, units: int, most: int, seconds: int) -> float | None:
    """Spend ``units`` of the budget of ``most`` in so many ``seconds``; ``None``: they were there to spend.

    Else answers in how many seconds to ask again. What is more than the whole budget is spent where none of it was.
    """
    now = int(time.time())
    budget = Budget.objects.filter(key=key)
    # Each statement says by itself what must hold, so that of two workers none spends what the other did.
    in_span = budget.filter(
        span_began_at__gt=now - seconds, span_began_at__lte=now + seconds, spent__lte=most - units
    )
    if in_span.update(spent=F("spent") + units):
        return None
    # A span that begins much later than now is of a clock that was wrong.
    is_over = Q(span_began_at__lte=now - seconds) | Q(span_began_at__gt=now + seconds)
    if budget.filter(is_over).update(span_began_at=now, spent=units):
        return None
    first, is_made = Budget.objects.get_or_create(key=key, defaults={"span_began_at": now, "spent": units})
    return None if is_made else float(max(1, first.span_began_at + seconds - now))
