"""Links from page to page: where the next one is, and whether the server sends us in a circle.

A link is only followed if it is at the Graph address that was set up: the token goes nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, NamedTuple, Self

from postroom.core.trouble import CannotEver


class Trail(NamedTuple):
    """The link to follow, and a mark of one met before it: a link that is met again is a circle (R. P. Brent, 1980).

    Remembers one earlier link, moved on at every power of two of steps; so a circle of n links is noticed within
    some 2n steps however long the way was, and nothing grows.
    """

    link: str
    mark: str = ""
    steps: int = 0

    def then(self, link: str) -> Self:
        """Go on to the next link. Raises ``CannotEver`` (``protocol``) where it was met before."""
        digest = blake2b(link.encode(), digest_size=12).hexdigest()
        if digest == self.mark:
            raise CannotEver("protocol", "Microsoft Graph repeats the link to the next page.")
        steps = self.steps + 1
        is_power_of_two = steps & (steps - 1) == 0
        return self._replace(link=link, mark=digest if is_power_of_two else self.mark, steps=steps)

    def as_json(self) -> dict[str, Any]:
        """What ``read`` reads."""
        return {"link": self.link, "mark": self.mark, "steps": self.steps}

    def as_text(self) -> str:
        """The same in one text."""
        return json.dumps(self.as_json())


def begin(link: str = "") -> Trail:
    """Begin with a link, or with a request that no link led to."""
    return Trail("").then(link) if link else Trail("")


def read(kept: Mapping[str, Any]) -> Trail:
    """Read what ``as_json`` made. Raises ``ValueError`` where it is not that."""
    link, mark, steps = kept.get("link"), kept.get("mark"), kept.get("steps")
    if not (isinstance(link, str) and isinstance(mark, str) and isinstance(steps, int)):
        raise ValueError("not a trail")
    return Trail(link, mark, steps)


def read_text(text: str) -> Trail:
    """Read what ``as_text`` made. Raises ``CannotEver`` (``protocol``) where it is not that."""
    try:
        return read(json.loads(text))
    except (ValueError, AttributeError):
        raise CannotEver("protocol") from None
