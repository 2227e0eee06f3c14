"""The made-up mail of the set-up: find it among what was uploaded, and take it back.

It is known by its id, which names its date; nothing of what an item says is read for it.
"""

from __future__ import annotations

from collections.abc import Iterable

from postroom.actions.accept_items import delete_item
from postroom.actions.upload_command import first_id
from postroom.core.upload import MAIL
from postroom.store.models import Item, Workspace
from postroom.store.secrets import seal_of


def first_mail_among(workspace: Workspace, items: Iterable[Item]) -> Item | None:
    """The newest of these items of the workspace that is such a mail; ``None``: none is."""
    seal = seal_of(workspace)
    return max(
        (
            item
            for item in items
            if item.kind == MAIL
            and bytes(item.key) == seal.item(item.source_id, MAIL, item.user_id, first_id(item.at))
        ),
        key=lambda item: item.pk,
        default=None,
    )


def take_first_mail_back(workspace: Workspace, item_id: int) -> bool:
    """Take the item back as its source could (K7). ``False``: it is gone, or is no such mail."""
    found = Item.objects.filter(workspace=workspace, pk=item_id).select_related("source__workspace", "user")
    item = first_mail_among(workspace, found.defer("sealed"))
    if item is None or item.user is None:
        return False
    return delete_item(item.source, MAIL, first_id(item.at), item.user.email)
