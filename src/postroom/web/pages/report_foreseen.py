"""What my report would show, before saying yes to *Collect passive data*: for one's own eyes, and kept nowhere (P1).

Reckoned on a click alone, never by opening the page.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from postroom.actions.foresee_report import MOST, foresee_report
from postroom.core.circle import Connection
from postroom.store.models import User
from postroom.web.access import PageRequest
from postroom.web.circle_words import parts_told
from postroom.web.names import short_name
from postroom.web.pages.report import blocks_of
from postroom.web.report_period import asked_period
from postroom.web.report_words import NO_VALUE, known_words


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest) -> HttpResponse:
    """Say what reckoning is, then show the report and the circle as they would be; who said yes has the real ones."""
    user = request.me
    if user.collects_since is not None:
        return redirect("web:report", user.pk)
    chosen = asked_period(request, user)
    shown: dict[str, Any] = {"chosen": chosen, "subject": user, "most": MOST}
    if request.method == "POST" and not chosen.problems:
        found = foresee_report(user, chosen.period)
        blocks = blocks_of(found.report, None)
        shown |= {
            "found": found,
            "waiting": found.counted - found.kept,
            "known": known_words(found.report),
            "blocks": blocks,
            "has_dash": any(
                row.text == NO_VALUE for block in blocks for _, rows in block["parts"] for row in rows
            ),
            "named": [_named(found.users[c.colleague], c) for c in found.circle.connections],
            "others": found.circle.not_named,
        }
    return render(request, "report_foreseen.html", shown, status=chosen.status)


def _named(user: User, connection: Connection) -> tuple[str, int, str]:
    """A colleague, the strength of the connection, and what it is made of."""
    return short_name(user.name or user.email), connection.strength, ", ".join(parts_told(connection.parts))
