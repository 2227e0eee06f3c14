"""An uploaded item as a copy that was met: what the lenses judge, and what is shown of it once it is imported."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from postroom.actions.judge_mail import MetCopy
from postroom.actions.shown_mail import MailContent
from postroom.core import body
from postroom.core.address import domain_of
from postroom.core.case import SealedCopy
from postroom.core.message import Content, Envelope, Participant
from postroom.core.seal import Seal, SealedAddress, Token
from postroom.core.upload import Uploaded, UploadedActivity, UploadedChat, UploadedMail, UploadedReaction
from postroom.reader import ReadMail
from postroom.store.bodies import pack
from postroom.store.read.uploads_due import DueItem

SOURCE = "api"
"""The kind of the sources of uploads."""


def upload_fingerprint(key: Token, digest: Token) -> Token:
    """What an uploaded copy is known by: the item, and what it said."""
    return blake2b(key + digest, digest_size=16).digest()


def met_mail(
    item: DueItem, mail: UploadedMail, read: ReadMail, owner: SealedAddress | None, *, is_known: bool
) -> MetCopy:
    """An uploaded mail, whose envelope was ``read``."""
    sealed = SealedCopy(
        mail.label_role,
        owner,
        read.sealed,
        read.alternative,
        read.envelope.received_at,
        item.received_at,
        item.depth_at,
        item.lenses,
    )
    return MetCopy(
        upload_fingerprint(item.key, item.digest),
        read.identity,
        read.message_id,
        read.references,
        read.envelope,
        SOURCE,
        item.owner,
        mail.label,
        sealed,
        deleted_at=item.deleted_at,
        deleted_by=item.deleted_by,
        is_known=is_known,
    )


def met_other(item: DueItem, uploaded: Uploaded, seal: Seal, *, is_known: bool) -> MetCopy:
    """An uploaded chat message, reaction or activity: its identity is the item's own, as long as it says the same."""
    facts = _facts(item, uploaded, seal)
    participants = tuple(Participant(role, a, domain_of(a)) for role, a in facts.participants)
    envelope = Envelope("", facts.at, None, participants, None, (), (), ())
    sealed = SealedCopy(
        "",
        None,
        tuple((role, seal.sealed(address)) for role, address in facts.participants),
        None,
        None,
        item.received_at,
        item.depth_at,
        item.lenses,
    )
    return MetCopy(
        upload_fingerprint(item.key, item.digest),
        upload_fingerprint(item.key, item.digest),
        None,
        facts.references,
        envelope,
        SOURCE,
        None,
        "",
        sealed,
        facts.kind,
        facts.seconds,
        facts.chat_day,
        item.deleted_at,
        item.deleted_by,
        is_known=is_known,
    )


class _Facts(NamedTuple):
    kind: str
    at: int
    participants: list[tuple[str, str]]
    references: bytes = b""
    seconds: int | None = None
    chat_day: Token | None = None


def _facts(item: DueItem, uploaded: Uploaded, seal: Seal) -> _Facts:
    match uploaded:
        case UploadedChat():
            chat = seal.chat(item.source, uploaded.chat)
            members = [("member", a) for a in uploaded.members if a != uploaded.author]
            # A chat is one thread, whatever is answered in it.
            return _Facts(
                "chat",
                uploaded.at,
                [("author", uploaded.author), *members],
                references=chat,
                chat_day=seal.chat_day(chat, uploaded.at),
            )
        case UploadedReaction():
            return _Facts(
                "reaction",
                uploaded.at,
                [("reactor", uploaded.reactor), *([("member", uploaded.author)] if uploaded.author else [])],
            )
        case UploadedActivity():
            members = [("member", a) for a in uploaded.participants if a != uploaded.user]
            return _Facts(
                uploaded.type, uploaded.at, [("author", uploaded.user), *members], seconds=uploaded.seconds
            )
    raise TypeError(uploaded)


def content_of(uploaded: Uploaded) -> MailContent:
    """What is shown of a chat message or an activity."""
    subject = uploaded.subject if isinstance(uploaded, UploadedActivity) else ""
    text = uploaded.text if isinstance(uploaded, UploadedChat) else ""
    content = Content(subject, text, "")
    return MailContent(
        subject, body.snippet(text), body.digest(content), pack(content), body.searchable(text), ""
    )
