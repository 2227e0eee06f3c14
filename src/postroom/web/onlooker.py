"""Who looks at reports on the pages: the user who signed in, with what their role lets them see (E11)."""

from __future__ import annotations

from postroom.store.read.report_sight import Onlooker
from postroom.web.access import PageRequest


def onlooker_of(request: PageRequest) -> Onlooker:
    """Whoever asks for this page."""
    return Onlooker(request.workspace, request.permissions, request.me, request.me.email)


def sees_others(request: PageRequest) -> bool:
    """Whether there may be reports of others to see."""
    return bool(request.permissions & {"report_team", "report_all"})
