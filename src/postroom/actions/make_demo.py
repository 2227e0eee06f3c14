"""Make the demo workspace: a company with half a year of made-up mail, imported like any other.

Works only by the other actions. Must not touch a workspace that it did not make.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from django.db import transaction

from postroom.actions.accept_items import accept
from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_organization import add_organization, list_addresses
from postroom.actions.add_persons import add_persons
from postroom.actions.add_users import add_users
from postroom.actions.answer import RecordAnswer
from postroom.actions.create_source import create_source
from postroom.actions.create_workspace import create_workspace
from postroom.actions.demo_mailboxes import connect_demo_mailboxes
from postroom.actions.demo_push import click_in_demo, push_in_demo
from postroom.actions.demo_records import account_record, blocklist_records, person_record, user_record
from postroom.actions.find_communities import find_communities
from postroom.actions.import_mail import import_mail
from postroom.actions.import_summary import Summary
from postroom.actions.process_uploads import process_some
from postroom.actions.roll_up import roll_up
from postroom.actions.set_consent import set_consent
from postroom.actions.set_visibility import set_visibility
from postroom.config import config
from postroom.core.upload import BOTH
from postroom.demo import company
from postroom.demo.chats import demo_chats
from postroom.demo.colleagues import DOMAIN, USERS
from postroom.demo.desk import DemoCopy
from postroom.demo.mail import demo_mails, mailboxes
from postroom.demo.quiet import NEWCOMERS
from postroom.demo.routine import demo_routine
from postroom.reader import ReaderPool
from postroom.store.models import Login, Workspace
from postroom.store.read.sources import source_named
from postroom.store.read.users import users
from postroom.store.read.workspaces import workspace_named
from postroom.store.rows import batched
from postroom.store.secrets import hash_key_of
from postroom.store.write.users import store_login
from postroom.store.write.workspaces import mark_as_demo

ACTOR: Final = "command line"
SIGN_IN_FILE: Final = "demo-sign-in.txt"
_CHATS, _ROUTINE = "chats.json", "routine.json"
MAIL_FOLDER: Final = "demo-mail"
"""There while the mail is being imported: what was begun is finished from it the next time."""

CHAT_SOURCE: Final = "Chat bridge"
TEAM_SOURCE: Final = "Teamwork bridge"
"""What goes on day by day, mostly among colleagues: for reports alone."""
_CALL: Final = 200
"""Records in one call of it."""
_EVERY_FOURTH: Final = 4
"""Does not consent to Collect passive data."""
NO_CONSENT: Final = ("Ben Hale", "Viktor Hallas")
"""Nor do these: somebody who may be asked for it, and a manager, whose department is his team so."""

_FROM: Final = re.compile(rb"^(>*From )", re.M)
"""A line that an mbox would take for the beginning of a mail."""


class OtherSignIn(NamedTuple):
    """Somebody as whom one may sign in too, and what is different for them."""

    email: str
    who: str


def _other(name: str, more: str = "") -> OtherSignIn:
    user = company.user_named(name)
    return OtherSignIn(user.email, f"{user.role}{more}")


OTHERS: Final = (
    _other("Tom Okafor"),
    _other("Kate Ashby", ", shows others only subjects"),
    _other("Ben Hale"),
)
"""They have the administrator's password."""

Progress = Callable[[int, int], None]
"""Told how much of how much mail is imported, in bytes."""


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo workspace and how to get in."""

    workspace: Workspace
    email: str
    password: str | None
    """``None`` where the sign-in file is gone."""
    sign_in_file: Path
    is_new: bool

    @property
    def sign_in(self) -> str:
        """How to sign in, and as whom else, to see what they see."""
        if self.password is None:
            return (
                f"Sign in to {company.WORKSPACE} as {self.email}; for a new password: "
                f'postroom user invite --workspace "{company.WORKSPACE}" {self.email}'
            )
        others = "\n".join(f"  {other.email}, {other.who}" for other in OTHERS)
        return (
            f"Sign in as {self.email} with {self.password} (also in {self.sign_in_file})\n"
            f"With the same password one sees what others see:\n{others}"
        )


def ensure_demo(now: int | None = None, progress: Progress | None = None) -> Demo:
    """Make the demo workspace where there is none, finish one that was cut short, and say how to sign in.

    ``now`` (Unix seconds) is the demo's present: its mail is of the half year before.
    """
    folder, sign_in_file = config().data_dir / MAIL_FOLDER, config().data_dir / SIGN_IN_FILE
    workspace = workspace_named(company.WORKSPACE)
    is_new = workspace is None
    now = int(time.time()) if now is None else now
    if workspace is None:
        _write_mail(folder, now)
        workspace = _make_workspace(sign_in_file, now)
    if folder.exists():
        _write_uploads(folder, now)
        push_in_demo(workspace, now)
        _import(workspace, folder, progress)
        _upload(workspace, CHAT_SOURCE, ["customer", "people"], folder / _CHATS)
        _upload(workspace, TEAM_SOURCE, ["people"], folder / _ROUTINE)
        roll_up(workspace)
        find_communities(workspace)
        connect_demo_mailboxes(workspace, now)
        shutil.rmtree(folder)
    return Demo(workspace, company.ADMIN.email, _password_in(sign_in_file), sign_in_file, is_new)


def _make_workspace(sign_in_file: Path, now: int) -> Workspace:
    """Make the workspace and its directory, all or nothing."""
    password = "-".join(secrets.token_hex(3) for _ in range(3))
    _write_sign_in(sign_in_file, password)
    with transaction.atomic():
        workspace = create_workspace(company.WORKSPACE, company.ADMIN.email, password, actor=ACTOR).workspace
        mark_as_demo(workspace)
        _all_taken(add_organization(workspace, [DOMAIN], actor=ACTOR))
        _all_taken(list_addresses(workspace, "internal", [company.INTERNAL_ADDRESS], actor=ACTOR))
        _all_taken(list_addresses(workspace, "excluded", [company.EXCLUDED_ADDRESS], actor=ACTOR))
        newcomers = {each.name for each in NEWCOMERS}
        there = [user_record(user) for user in USERS if user.name not in newcomers]
        _all_taken(add_users(workspace, there, actor=ACTOR))
        click_in_demo(workspace, now)
        since = [user_record(user) for user in USERS if user.name in newcomers]
        _all_taken(add_users(workspace, since, actor=ACTOR))
        _all_taken(add_accounts(workspace, [account_record(a, now) for a in company.ACCOUNTS], actor=ACTOR))
        _all_taken(add_persons(workspace, [person_record(p, now) for p in company.PERSONS], actor=ACTOR))
        _all_taken(add_blocklist(workspace, blocklist_records(), actor=ACTOR))
        _settle(workspace)
    return workspace


def _all_taken(answers: Sequence[RecordAnswer]) -> None:
    refused = [answer for answer in answers if answer["status"] == "rejected"]
    if refused:
        raise AssertionError(f"The demo's own records were refused: {refused}")


def _settle(workspace: Workspace) -> None:
    """Let others than the administrator in too, and two show less of their mail."""
    rows = {user.email: user for user in users(workspace)}
    known = Login.objects.get(email=company.ADMIN.email)
    for other in OTHERS:
        # Working a password out anew takes longer than hundreds of mails.
        store_login(rows[other.email], Login(email=other.email, password=known.password))
    refusing = {company.user_named(name).email for name in NO_CONSENT}
    for number, user in enumerate(sorted(rows.values(), key=lambda user: user.email)):
        if number % _EVERY_FOURTH and user.email not in refusing:
            set_consent(workspace, [(user, True)], actor=user.email, how="own page")
    for name, visibility in company.STRICT.items():
        set_visibility(rows[company.user_named(name).email], visibility)


def _write_mail(folder: Path, now: int) -> None:
    """Write the mail as one mbox a user and label; the folder appears when it is complete."""
    fresh = folder.with_name(f".{folder.name}")
    shutil.rmtree(fresh, ignore_errors=True)
    for (user, label), mails in mailboxes(demo_mails(now)).items():
        (fresh / user).mkdir(parents=True, exist_ok=True)
        (fresh / user / label).write_bytes(_mbox(mails))
    _write_uploads(fresh, now)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _write_uploads(folder: Path, now: int) -> None:
    """Write what programs upload, as far as it is missing: an earlier version may have begun the folder without."""
    for name, written in ((_CHATS, demo_chats), (_ROUTINE, demo_routine)):
        if not (folder / name).exists():
            fresh = folder / f".{name}"
            fresh.write_text(json.dumps(written(now)))
            fresh.rename(folder / name)


def _mbox(mails: Iterable[DemoCopy]) -> bytes:
    return b"".join(
        f"From demo {time.asctime(time.gmtime(mail.at))}\n".encode() + _FROM.sub(rb">\1", mail.raw) + b"\n"
        for mail in mails
    )


def _import(workspace: Workspace, folder: Path, progress: Progress | None) -> None:
    boxes = sorted(folder.glob("*/*"))
    sizes = [path.stat().st_size for path in boxes]
    done = 0

    def tell(size: int, _: Summary) -> None:
        nonlocal done
        done += size
        if progress is not None:
            progress(done, sum(sizes))

    with ReaderPool(hash_key_of(workspace), 1) as pool:
        for box in boxes:
            import_mail(
                workspace,
                box,
                user_email=box.parent.name,
                label=box.name,
                lenses=BOTH,
                pool=pool,
                progress=tell,
            )


def _upload(workspace: Workspace, name: str, lenses: list[str], file: Path) -> None:
    """Upload the records of a file as a connector would; those uploaded before are known."""
    source = source_named(workspace, name)
    if source is None:
        source, _ = create_source(workspace, name, lenses, actor=company.ADMIN.email)
    for kind, records in json.loads(file.read_text()).items():
        for some in batched(records, _CALL):
            accept(source, kind, some)
    while process_some(workspace.pk):
        pass


def _write_sign_in(path: Path, password: str) -> None:
    """Keep the password where only the owner of the data folder can read it."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{company.ADMIN.email}\n{password}\n\nWith the same password:\n")
        file.writelines(f"{other.email}, {other.who}\n" for other in OTHERS)


def _password_in(path: Path) -> str | None:
    try:
        return path.read_text().splitlines()[1]
    except (OSError, IndexError):
        return None
