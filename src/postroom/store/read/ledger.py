"""What happened to messages: looked up by address, Message-ID, identity or engagement, for Explain (L2).

Every question names the workspace; an address is looked up by its token, so nothing can be listed without
having it in hand.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from postroom.core.seal import Token
from postroom.store.models import (
    BlocklistEntry,
    Copy,
    Decision,
    Mention,
    Message,
    PersonAddress,
    SetAside,
    UserAddress,
    Variant,
    Workspace,
)


def _whole(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Load with each message its copies with their users, its decisions, and its engagement, if any.

    Of the engagement's texts only what was wrong with them.
    """
    return messages.select_related("engagement").prefetch_related(
        Prefetch("copies", Copy.objects.select_related("user").order_by("pk")),
        Prefetch("decisions", Decision.objects.select_related("user").order_by("pk")),
        Prefetch("engagement__variants", Variant.objects.only("engagement", "defects")),
    )


def messages_of_address(workspace: Workspace, address: Token, limit: int) -> list[Message]:
    """The messages in which the address takes part, the last met first."""
    ids = (
        Mention.objects.filter(address=address, message__workspace=workspace)
        .order_by("-message_id")
        .values_list("message_id", flat=True)[:limit]
    )
    return list(_whole(Message.objects.filter(pk__in=list(ids))).order_by("-pk"))


def messages_of_id(workspace: Workspace, message_id: Token, limit: int) -> list[Message]:
    """The messages with this Message-ID: usually one."""
    found = Message.objects.filter(message_id_token=message_id, workspace=workspace)
    return list(_whole(found).order_by("-pk")[:limit])


def message_of_identity(workspace: Workspace, identity: Token) -> list[Message]:
    """The message with this identity, or none."""
    return list(_whole(Message.objects.filter(workspace=workspace, identity=identity)))


def message_of_engagement(workspace: Workspace, engagement: int) -> list[Message]:
    """The message of this engagement, or none."""
    return list(_whole(Message.objects.filter(workspace=workspace, engagement__pk=engagement)))


def message_numbered(workspace: Workspace, message: int) -> list[Message]:
    """The message with this number in the ledger, or none."""
    return list(_whole(Message.objects.filter(workspace=workspace, pk=message)))


def people_of(workspace: Workspace, tokens: Iterable[Token]) -> dict[Token, str]:
    """Who of us, or which person, has these addresses today: e-mail addresses, by token."""
    tokens = list(tokens)
    people: dict[Token, str] = {}
    for model in (PersonAddress, UserAddress):
        rows = model.objects.filter(workspace=workspace, token__in=tokens, closed_in=None)
        people.update((bytes(token), address) for token, address in rows.values_list("token", "address"))
    return people


def blocklist_entries(workspace: Workspace, ids: Iterable[int]) -> dict[int, BlocklistEntry]:
    """These entries of the blocklist, removed ones too."""
    return BlocklistEntry.objects.filter(workspace=workspace).in_bulk(list(ids))


def set_aside_places(workspace: Workspace) -> list[tuple[str, int | None, str]]:
    """Where mails were set aside: source, user, label; each once."""
    rows = SetAside.objects.filter(workspace=workspace).values_list("source", "user_id", "label")
    return list(rows.distinct())


def set_aside_as(workspace: Workspace, fingerprints: Iterable[Token]) -> SetAside | None:
    """The mail that was set aside under one of these fingerprints."""
    rows = SetAside.objects.filter(workspace=workspace, fingerprint__in=list(fingerprints))
    return rows.defer("sealed_raw").first()
