"""Find communities: who of those who consent works together, over the last twelve weeks (E9).

Made anew as a whole where something changed, at most once a day; killed anywhere it is found again the next time.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from postroom.measure.communities import communities_among, edges_of
from postroom.store.models import Workspace
from postroom.store.read import communities as read
from postroom.store.read.workspaces import workspaces
from postroom.store.write import communities as write
from postroom.store.write.turn import take_turn

_HOLDS: Final = timedelta(hours=23)
"""What was found is not looked for again for so long."""


def find_communities_everywhere() -> None:
    """Find the communities of each workspace whose last search is of yesterday, once its roll-ups are made."""
    for workspace in workspaces():
        last = read.last_search(workspace)
        is_held = last is not None and timezone.now() - last.made_at < _HOLDS
        if not is_held and not read.is_behind(workspace):
            find_communities(workspace)


def find_communities(workspace: Workspace) -> bool:
    """Find the communities of a workspace; says whether anything had changed since the last time."""
    ground = read.ground_of(workspace)
    last = read.last_search(workspace)
    if last is not None and last.made_of == ground.state:
        return False
    edges = edges_of(read.pairs_in(workspace, ground.period), ground.users)
    number = {user: at for at, members in enumerate(communities_among(edges), start=1) for user in members}
    strength: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (one, other), had in edges.items():
        strength[one][number[other]] += had
        strength[other][number[one]] += had
    with transaction.atomic():
        take_turn(workspace)
        # Who withdrew meanwhile is left out, and who was forgotten, whom colleagues' roll-ups may name a while longer.
        there = read.users_with_pairs(workspace, ground.period) & set(read.ground_of(workspace).users)
        members = {u: (community, dict(strength[u])) for u, community in number.items() if u in there}
        write.put(workspace, ground.period, ground.state, members)
    return True
