"""Where to look first in a demo workspace, as far as one may open it; put away for as long as one is signed in."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.urls import reverse
from django.utils.http import urlencode

from postroom.actions.demo_tour import demo_tour
from postroom.web.access import PageRequest, may_open

_AWAY: Final = "tour_is_away"


class Stop(NamedTuple):
    """A thing to look at."""

    title: str
    text: str
    address: str
    tries: tuple[str, ...]
    """What to ask Explain there: an address travels in the body of a POST only."""


def stops_of(request: PageRequest) -> list[Stop]:
    """The stops that are open to whoever asks."""
    return [
        Stop(
            stop.title,
            stop.text,
            reverse(f"web:{stop.page}", kwargs=dict(stop.kwargs))
            + (f"?{urlencode(stop.query)}" if stop.query else ""),
            stop.tries if stop.page == "explain" else (),
        )
        for stop in demo_tour(request.workspace, request.me)
        if may_open(stop.page, request)
    ]


def is_put_away(request: PageRequest) -> bool:
    """Whether whoever asks put the card away."""
    return bool(request.session.get(_AWAY))


def put_away(request: PageRequest, is_away: bool) -> None:
    """Put the card away, or bring it back."""
    request.session[_AWAY] = is_away
