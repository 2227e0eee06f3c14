"""What happened to messages: looked up by address, Message-ID, identity or engagement, for Explain (L2).

Every question names the workspace; an address is looked up by its token, so nothing can be listed without
having it in hand. What only the people lens sees is told to whom it concerns; to who sees the rules as well, until
whoever it concerns had it forgotten (F1, P7).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from postroom.core.people import FORGOTTEN
from postroom.core.seal import Token
from postroom.core.upload import PEOPLE
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
from postroom.store.sealed import unpack_participants


class Onlooker(NamedTuple):
    """Whoever asks."""

    user: int | None
    """``None``: an API token, the command line."""
    sees_rules: bool

    def sees(self, message: str = "pk") -> Q:
        """The condition that ``message``, the name of its id, is told: others were not met, for all one knows."""
        current = Decision.objects.filter(message=OuterRef(message), is_current=True)
        concerning = current.exclude(reason=FORGOTTEN) if self.sees_rules else current.filter(lens="customer")
        told = Q(Exists(concerning))
        if self.user is not None:
            own = Copy.objects.filter(message=OuterRef(message), user=self.user)
            told |= Q(Exists(own)) | Q(Exists(current.filter(user=self.user)))
        return told

    def copies(self) -> QuerySet[Copy]:
        """The copies that are told of a message."""
        judged = Decision.objects.filter(message=OuterRef("message"), is_current=True, lens="people")
        if self.sees_rules:
            forgot = judged.filter(user=OuterRef("user"), reason=FORGOTTEN)
            told = ~Q(lenses=PEOPLE) | ~Q(Exists(forgot))
        else:
            told = ~Q(lenses=PEOPLE) & Q(last_seen_by=None)
        if self.user is not None:
            # What stands in nobody's mailbox, as a chat message, is of those for whom it was judged.
            in_it = Q(user=None, last_seen_by=None) & Q(Exists(judged.filter(user=self.user)))
            told |= Q(user=self.user) | in_it
        return Copy.objects.filter(told).select_related("user").order_by("pk")


def _whole(messages: QuerySet[Message], onlooker: Onlooker) -> QuerySet[Message]:
    """Load with each message its copies with their users, its decisions, and its engagement, if any.

    Of the engagement's texts only what was wrong with them.
    """
    return messages.select_related("engagement").prefetch_related(
        Prefetch("copies", onlooker.copies()),
        Prefetch("decisions", Decision.objects.select_related("user").order_by("pk")),
        Prefetch("engagement__variants", Variant.objects.only("engagement", "defects")),
    )


def messages_of_address(
    workspace: Workspace, address: Token, limit: int, onlooker: Onlooker
) -> list[Message]:
    """The messages in which a copy that is told shows the address, the last met first."""
    mentions = Mention.objects.filter(
        onlooker.sees("message_id"), address=address, message__workspace=workspace
    ).order_by("-message_id")
    found: list[Message] = []
    some = list(mentions.values_list("message_id", flat=True)[:limit])
    while True:
        messages = _whole(Message.objects.filter(pk__in=some), onlooker).order_by("-pk")
        found += [message for message in messages if _shows(message, address)]
        if len(some) < limit or len(found) >= limit:
            return found[:limit]
        earlier = mentions.filter(message_id__lt=some[-1])
        some = list(earlier.values_list("message_id", flat=True)[:limit])


def _shows(message: Message, address: Token) -> bool:
    """Whether a copy that is told does."""
    readings = [r for copy in message.copies.all() for r in (copy.participants, copy.alternative) if r]
    return any(sealed.address == address for r in readings for _, sealed in unpack_participants(r))


def messages_of_id(workspace: Workspace, message_id: Token, limit: int, onlooker: Onlooker) -> list[Message]:
    """The messages with this Message-ID: usually one."""
    found = Message.objects.filter(onlooker.sees(), message_id_token=message_id, workspace=workspace)
    return list(_whole(found, onlooker).order_by("-pk")[:limit])


def message_of_identity(workspace: Workspace, identity: Token, onlooker: Onlooker) -> list[Message]:
    """The message with this identity, or none."""
    found = Message.objects.filter(onlooker.sees(), workspace=workspace, identity=identity)
    return list(_whole(found, onlooker))


def message_of_engagement(workspace: Workspace, engagement: int, onlooker: Onlooker) -> list[Message]:
    """The message of this engagement, or none."""
    found = Message.objects.filter(workspace=workspace, engagement__pk=engagement)
    return list(_whole(found, onlooker))


def message_numbered(workspace: Workspace, message: int, onlooker: Onlooker) -> list[Message]:
    """The message with this number in the ledger, or none; also a forgotten one, which the ledger lists."""
    return list(_whole(Message.objects.filter(workspace=workspace, pk=message), onlooker))


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
