"""What is stored of a mail's content, as far as its mailbox keeps it (S8)."""

from __future__ import annotations

from postroom.actions.shown_mail import MailContent
from postroom.core import body
from postroom.core.mailbox import Mode
from postroom.core.message import Content
from postroom.reader import ReadContent
from postroom.store.bodies import pack


def kept_content(read: ReadContent, mode: Mode = Mode.FULL) -> MailContent:
    """The content of a copy as it is stored and searched."""
    if mode is Mode.FULL:
        return MailContent(
            read.subject, read.snippet, read.digest, read.body, read.searchable, " ".join(read.defects)
        )
    content = Content(read.subject if mode is Mode.SUBJECT else "", "", "")
    return MailContent(content.subject, "", body.digest(content), pack(content), "", "", mode)
