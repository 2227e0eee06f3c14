"""What is kept of mailboxes, to the byte: by mode (S8), no secret in clear (S1), nothing of it in a log line (S7)."""

from __future__ import annotations

import logging
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from typing import Any

import pytest
from django.conf import settings
from gmail_emulate import CANARY_TEXT
from mail_world import K1, S1, S2, U
from mailbox_world import decisions
from stories import Story
from test_import_leaves_nothing import stored

from postroom.actions.disconnect_mailbox import disconnect_mailbox
from postroom.actions.mailbox_secrets import opened, sealed
from postroom.actions.set_mailbox_mode import set_mailbox_mode
from postroom.actions.sync_mailbox import look
from postroom.core.mailbox import MODES_BY_NAME, Mode
from postroom.core.trouble import SignInAgain
from postroom.providers import oauth
from postroom.store.bodies import unpack
from postroom.store.log_lines import PlacesOnly
from postroom.store.models import Engagement, Job, Mailbox, Source, Variant

pytestmark = [
    pytest.mark.django_db(transaction=True, available_apps=settings.INSTALLED_APPS),
    pytest.mark.usefixtures("committed"),
]

SUBJECT, TEXT, HTML, FILE = "quetzal", "axolotl", "okapi", "narwhal"
UNWANTED, THEIRS = "kakapo", "dodo"
WRONG = "a wrong secret"


def canary(sender: str, at: int, subject: str, text: str, html: str, file: str) -> bytes:
    """A mail with text, HTML and an attachment."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, S1, f"The {subject} flies"
    made["Date"] = format_datetime(localtime().fromtimestamp(at).astimezone())
    made["Message-ID"] = f"<{at}@acme.com>"
    made.set_content(f"A {text} in the text.\n")
    made.add_alternative(f"<p>An {html} in the HTML.</p>", subtype="html")
    made.add_attachment(b"none", maintype="application", subtype="pdf", filename=f"{file}.pdf")
    return made.as_bytes()


@pytest.mark.parametrize("mode", MODES_BY_NAME)
def test_what_a_mode_does_not_keep_is_nowhere_on_the_disk_S8(story: Story, mode: str) -> None:
    theirs = story.new_box(S2)
    theirs.deliver("inbox", canary(K1, story.now, *[THEIRS] * 4), story.now)
    box = story.new_box()
    mailbox = story.connect(box)
    set_mailbox_mode(mailbox, mode, is_owner=True, actor="boss@us.com")
    story.choose(mailbox, "inbox")
    story.look(mailbox)
    box.deliver("inbox", canary(K1, story.now, SUBJECT, TEXT, HTML, FILE), story.now)
    story.later(5)
    box.deliver("inbox", canary(U, story.now, *[UNWANTED] * 4), story.now)
    story.later(60)
    story.look(mailbox)
    story.look(mailbox, verify=True)

    kept = MODES_BY_NAME[mode]
    assert decisions() == {("import", "imported"): 1, ("skip", "unknown_sender"): 1}
    [subject] = Engagement.objects.values_list("subject", flat=True)
    assert subject == ("The quetzal flies" if kept >= Mode.SUBJECT else "")
    body = unpack(Variant.objects.get().body)
    is_full = kept is Mode.FULL
    assert (TEXT in str(body), HTML in str(body), FILE in str(body)) == (is_full, is_full, is_full)
    assert story.post.fetched() in (None, int(is_full))
    found = stored()
    assert is_in(SUBJECT, found) == (kept >= Mode.SUBJECT)
    assert is_in(TEXT, found) == is_full
    if not is_full:
        assert [word for word in (TEXT, HTML, FILE) if is_in(word, found)] == []
    assert [word for word in (UNWANTED, THEIRS, CANARY_TEXT.lower()) if is_in(word, found)] == []


def is_in(word: str, found: bytes) -> bool:
    """Whether it stands there; also in the bytes that PostgreSQL writes as hexadecimal digits."""
    return word.lower().encode() in found or word.lower().encode().hex().encode() in found


def look_in_vain(story: Story, mailbox: Mailbox) -> None:
    """Look with a secret that is good no more."""
    mailbox.refresh_from_db()
    mailbox.sealed_secret = sealed(dict.fromkeys(opened(mailbox.sealed_secret), WRONG))
    mailbox.save()
    oauth._kept.clear()
    look(mailbox.pk, clock=lambda: story.now, pool=story.pool)
    mailbox.refresh_from_db()
    assert mailbox.trouble == "sign_in_again"


def rows_of(*models: Any) -> str:
    """Every value of every row, as text; bytes as they are."""
    values = [value for model in models for row in model.objects.values_list() for value in row]
    raw = (
        bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
        for value in values
    )
    return "\n".join(raw)


def test_nothing_secret_is_in_a_row_or_on_the_disk_and_nothing_readable_in_a_log_line_S1_S7(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    for name in ("postroom", "httpx2", "httpcore2"):
        caplog.set_level(1, name)
    box = story.new_box()
    story.connect_all(box)
    mailbox = Mailbox.objects.select_related("user").get()
    story.look(mailbox)
    story.choose(mailbox, "inbox")
    for number in range(2):
        box.deliver("inbox", canary(K1, story.now, SUBJECT, TEXT, HTML, FILE), story.now)
        box.deliver("inbox", canary(U, story.now + 1, *[UNWANTED] * 4), story.now + 1)
        story.later(60)
        story.look(mailbox, verify=True)
        if not number:
            story.connect(box)
    with pytest.raises(SignInAgain) as refused:
        story.post.connect(mailbox.user, box, WRONG)
    look_in_vain(story, mailbox)
    disconnect_mailbox(story.user(), actor=S1)
    story.run_job()

    secrets = [WRONG, *story.post.secrets()]
    assert len(secrets) >= 2
    readable = rows_of(Mailbox, Source, Job)
    assert [secret for secret in secrets if secret in readable] == []
    found = stored()
    assert [secret for secret in secrets if is_in(secret, found)] == []

    said = [*secrets, box.address, S1, S2, K1, U, SUBJECT, TEXT, HTML, FILE, UNWANTED]
    ours = [record for record in caplog.records if record.name.startswith("postroom")]
    assert [record.getMessage() for record in ours if record.levelno >= logging.WARNING] == [
        f"mailbox {mailbox.pk}: sign_in_again ({refused.value.code})"
    ]
    written = [PlacesOnly().format(record) for record in caplog.records]
    written += [f"{record.getMessage()} {record.args} {record.exc_text}" for record in ours]
    assert [line for line in written if any(word in line for word in said)] == []
