"""Let a user say what others see of their mail: of all of it, or of one message (R4). It counts at once.

Nobody says it for somebody else, whatever their role: callers hand over the user who asks.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from postroom.actions.rejection import NotFound, Rejected
from postroom.core.visibility import BY_NAME, Visibility
from postroom.store.models import Copy, Engagement, User
from postroom.store.write import visibility as write


def set_visibility(user: User, visibility: str) -> None:
    """Let others see ``everything``, ``subject`` or ``existence`` of the user's mail. Raises ``Rejected``."""
    write.show_mailbox(user, _read(visibility))


def narrow_visibility(user: User, engagement: int, visibility: str) -> None:
    """Let others see only ``subject`` or ``existence`` of one engagement, with ``everything`` as of the rest.

    Raises ``NotFound`` where it does not lie in the user's own mailbox, ``Rejected``.
    """
    level = _read(visibility)
    mine = Copy.objects.filter(message=OuterRef("message_id"), user=user)
    found = Engagement.objects.filter(Exists(mine), workspace=user.workspace_id, pk=engagement).first()
    if found is None:
        raise NotFound
    write.narrow(found.message_id, user, None if level == Visibility.EVERYTHING else level)


def _read(name: str) -> Visibility:
    if name not in BY_NAME:
        raise Rejected("visibility_unknown", "visibility")
    return BY_NAME[name]
