"""What labels list, as mbsync sees it: after an hour of deliveries, moves and deletes the same mails are known (L5)."""

from __future__ import annotations

import shutil
import subprocess
from email import message_from_bytes
from email.policy import compat32
from pathlib import Path
from random import Random

import pytest
from imap_hand import ImapHand
from mail_world import K1, S1, S2, U, mail
from stories import Story
from story_posts import DovecotPost, ImapBox

from postroom.store.models import Listing, Mailbox
from postroom.store.secrets import seal_of

pytestmark = [pytest.mark.django_db, pytest.mark.servers]

LABELS = ("INBOX", "Sent", "Project X")
MINUTES = 60
LOOK_EVERY = 5


class Hour:
    """What happens in the mailbox, minute by minute; the same for the same seed."""

    def __init__(self, story: Story, box: ImapBox, hand: ImapHand, seed: int) -> None:
        self.story, self.box, self.hand = story, box, hand
        self.random = Random(seed)
        self._number = 0

    def one_minute(self) -> None:
        """Some of it, a second apart."""
        for _ in range(self.random.randint(1, 6)):
            self.story.later(1)
            what = self.random.choices((self.deliver, self.move, self.copy, self.expunge), (6, 2, 1, 2))
            what[0]()
        self.story.later(54)

    def deliver(self) -> None:
        self._number += 1
        sender, to = self.random.choice(((K1, S1), (S1, K1), (U, S1), (S1, S2)))
        raw = mail(sender, [to], id=f"{self._number}@hour.example", at=self.story.now)
        self.hand.deliver(self.random.choice(LABELS), raw.replace(b"\n", b"\r\n"), self.story.now)

    def move(self) -> None:
        label, to = self.random.sample(LABELS, 2)
        if uids := self.uids(label):
            self.hand.move(label, f":{self.random.choice(uids)}", to)

    def copy(self) -> None:
        label, to = self.random.sample(LABELS, 2)
        if uids := self.uids(label):
            self.hand._client.uid("COPY", self.random.choice(uids), f'"{to}"')

    def expunge(self) -> None:
        label = self.random.choice(LABELS)
        for uid in self.random.sample(uids := self.uids(label), min(len(uids), self.random.randint(1, 3))):
            self.hand.expunge(label, f":{uid}")

    def uids(self, label: str) -> list[str]:
        """The mails of a label; it is open then."""
        self.hand._select(label)
        [found] = self.hand._done(self.hand._client.uid("SEARCH", "ALL"))
        return [uid.decode() for uid in found.split()]


def pulled(folder: Path, box: ImapBox) -> dict[str, set[str]]:
    """By label the Message-IDs of what mbsync finds."""
    shutil.rmtree(folder, ignore_errors=True)
    near = folder / "mail"
    near.mkdir(parents=True)
    patterns = " ".join(f'"{label}"' for label in LABELS)
    (folder / "mbsyncrc").write_text(
        f"IMAPAccount far\nHost localhost\nPort {box.user.plain_port}\nUser {box.address}\n"  # type: ignore[union-attr]
        f'Pass "{box.user.password}"\nSSLType None\nAuthMechs LOGIN\n\nIMAPStore far\nAccount far\n\n'
        f"MaildirStore near\nPath {near}/\nInbox {near}/INBOX\nSubFolders Verbatim\n\n"
        f"Channel pull\nFar :far:\nNear :near:\nPatterns {patterns}\nCreate Near\nSync Pull\nSyncState *\n"
    )
    done = subprocess.run(
        ["mbsync", "-q", "-c", str(folder / "mbsyncrc"), "pull"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return {
        label: {
            str(message_from_bytes(file.read_bytes(), policy=compat32)["Message-ID"]).strip("<>")
            for part in ("cur", "new")
            for file in (near / label / part).iterdir()
        }
        for label in LABELS
    }


def assert_same(story: Story, mailbox: Mailbox, theirs: dict[str, set[str]]) -> None:
    """What we know to be in each label is what mbsync found there."""
    seal = seal_of(story.workspace)
    for label in story.labels(mailbox, *LABELS):
        there = Listing.objects.filter(label=label, gone_at=None)
        ours = {bytes(t) for t in there.values_list("copy__message__message_id_token", flat=True)}
        expected = {seal.message_id(id): id for id in theirs[label.path[-1]]}
        assert sorted(id for token, id in expected.items() if token not in ours) == []
        assert ours == expected.keys()
        assert there.count() == len({*there.values_list("ref", flat=True)})


@pytest.mark.parametrize("post", ["Dovecot"], indirect=True)
@pytest.mark.parametrize("seed", range(3))
def test_after_a_random_hour_we_know_what_mbsync_pulls_L5(story: Story, tmp_path: Path, seed: int) -> None:
    assert isinstance(story.post, DovecotPost)
    box = story.new_box()
    assert isinstance(box, ImapBox)
    hand = box.user.hand()
    hand.add_label("Project X")
    mailbox = story.connect(box)
    story.choose(mailbox, *LABELS)
    story.look(mailbox)
    hour = Hour(story, box, hand, seed)
    try:
        for minute in range(1, MINUTES + 1):
            hour.one_minute()
            if minute % LOOK_EVERY == 0:
                story.look(mailbox)
            if minute % 20 == 0:
                assert_same(story, mailbox, pulled(tmp_path / "near", box))
    finally:
        hand.close()
    assert all(len(mails) > 5 for mails in pulled(tmp_path / "near", box).values())

    for label in LABELS:
        story.post.server.change_uidvalidity(box.address, label)
    story.later(120)
    story.look(mailbox)
    story.look(mailbox, verify=True)
    assert_same(story, mailbox, pulled(tmp_path / "near", box))
