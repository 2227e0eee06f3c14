"""What owners let others see: of their mailboxes, and of single messages (R4)."""

from __future__ import annotations

from postroom.core.visibility import Visibility
from postroom.store.models import Narrowing, User


def show_mailbox(user: User, visibility: Visibility) -> None:
    """Store what others see of the mail in the user's mailbox."""
    User.objects.filter(pk=user.pk).update(visibility=visibility)
    user.visibility = visibility


def narrow(message: int, user: User, visibility: Visibility | None) -> None:
    """Store what others see of one message in it; ``None``: as much as of the rest."""
    if visibility is None:
        Narrowing.objects.filter(message=message, user=user).delete()
    else:
        Narrowing.objects.update_or_create(message_id=message, user=user, defaults={"visibility": visibility})
