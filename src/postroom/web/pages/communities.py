"""Communities: who works together, whatever the departments (E9, E12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from postroom.actions.csv_cells import csv_line, defused
from postroom.actions.show_communities import Community, ShownCommunities, show_communities
from postroom.core.clock_text import moment_text
from postroom.web.access import PageRequest
from postroom.web.export import asked_format, handed_out
from postroom.web.onlooker import onlooker_of

_SHOWN_AT_ONCE: Final = 12
"""So many members of each are not folded away."""
_MOST_NAMED: Final = 300
"""So many members are named on the page, over all; the file names them all."""
_COLUMNS: Final = ("community", "user", "name", "department")


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show the communities that were found last, the largest first."""
    shown = show_communities(onlooker_of(request))
    left = _MOST_NAMED
    communities = shown.communities if shown else []
    titles = {community.number: _title(community) for community in communities}
    rows = []
    for community in communities:
        named = community.members[:left]
        left -= len(named)
        rows.append(
            {
                "community": community,
                "title": titles[community.number],
                "bridges": [(bridge, titles[bridge.number]) for bridge in community.bridges],
                "is_mixed": len(community.departments) > 1,
                "first": named[:_SHOWN_AT_ONCE],
                "folded": named[_SHOWN_AT_ONCE:],
                "unnamed": len(community.members) - len(named),
            }
        )
    return render(request, "communities.html", {"shown": shown, "rows": rows})


@require_safe
def export(request: PageRequest) -> HttpResponse:
    """Hand out who is in which community as a file."""
    form = asked_format(request)
    shown = show_communities(onlooker_of(request))
    communities = shown.communities if shown else []
    return handed_out(_document(shown), _csv(communities), form, "communities")


def _title(community: Community) -> str:
    """By the departments that most are of: ``Sales and Support``."""
    quarter = len(community.members) / 4
    most = [name for name, count in community.departments if name and count >= quarter]
    return " and ".join([", ".join(most[:-1]), most[-1]] if len(most) > 1 else most) or "Mixed"


def _csv(communities: list[Community]) -> Iterator[str]:
    yield csv_line(_COLUMNS)
    for community in communities:
        for user in community.members:
            yield csv_line(
                (community.number, defused(user.email), defused(user.name), defused(user.department))
            )


def _document(shown: ShownCommunities | None) -> dict[str, Any]:
    if shown is None:
        return {"made_at": None, "period": None, "communities": [], "small": 0, "small_people": 0}
    return {
        "made_at": moment_text(shown.made_at),
        "period": {"start": shown.period.start.isoformat(), "end": shown.period.end.isoformat()},
        "communities": [
            {
                "community": community.number,
                "users": [user.email for user in community.members],
                "departments": [{"name": name, "users": count} for name, count in community.departments],
                "inner_percent": community.inner,
                "bridges": [
                    {
                        "community": bridge.number,
                        "percent": bridge.share,
                        "users": [user.email for user in bridge.people],
                    }
                    for bridge in community.bridges
                ],
            }
            for community in shown.communities
        ],
        "small": shown.small,
        "small_people": shown.small_people,
    }
