"""Teams whose people have figures of the last weeks."""

from __future__ import annotations

from struct import pack
from typing import Any

from circle_world import Circles, last_weeks
from django.test import Client
from shelf import Shelf

from postroom.core.metrics import BLOCKS, FIGURES
from postroom.store.models import RollUp, User

NO_DAYS = pack("<63i", *[-1] * 63)


def week(user: User, weeks_ago: int = 0, **figures: dict[str, int]) -> None:
    """Figures of one of the last whole weeks, by block; what is not said is 0, or no value."""
    counts = {"received_mails", "answered_mails", "sent_mails", "responses", "active_days"}
    counts |= {name for name in FIGURES if name.startswith(("received_", "sent_"))} | {"calls", "meetings"}
    values = [
        figures.get(block, {}).get(name, 0 if name in counts else -1) for block in BLOCKS for name in FIGURES
    ]
    RollUp.objects.create(
        user=user,
        sunday=last_weeks().last - 6 - 7 * weeks_ago,
        figures=pack(f"<{len(values)}i", *values),
        days=NO_DAYS,
        pairs=b"",
    )


def team(shelf: Shelf, people: int = 5, *, at: str = "p", **attributes: Any) -> list[User]:
    """Users who consent, of Sales unless said otherwise, of whom the number n sent n mails in the last week."""
    attributes = {"department": "Sales"} | attributes
    circles = Circles(shelf.workspace)
    made = [circles.user(f"{at}{number}@us.com", **attributes) for number in range(people)]
    for number, user in enumerate(made):
        sent = {"sent_mails": number + 1}
        week(user, all=sent | {"responses": 1, "response_time": 600 * (number + 1)}, int=sent)
    return made


def teams_of(client: Client, query: str = "") -> list[tuple[str, int | None]]:
    rows = client.get(f"/reports/teams{query}").context["rows"]
    return [(row.team.name, row.team.people if row.team.is_told else None) for row in rows]
