"""The demo workspace: made once, finished when cut short, and with every outcome in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from postroom.actions.make_demo import MAIL_FOLDER, Demo, ensure_demo
from postroom.actions.sign_in import sign_in
from postroom.config import config
from postroom.demo import company
from postroom.store.models import (
    Account,
    Copy,
    Decision,
    Engagement,
    Login,
    Message,
    Person,
    SetAside,
    User,
    Workspace,
)

NOW = 1_700_000_000
"""Long ago, so that no clock on which this runs is before it."""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clean_folder() -> Iterator[None]:
    yield
    for name in ("demo-sign-in.txt", MAIL_FOLDER, f".{MAIL_FOLDER}"):
        path = config().data_dir / name
        if path.is_dir():
            _remove(path)
        path.unlink(missing_ok=True)


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


def reasons() -> dict[str, int]:
    return dict(Counter(Decision.objects.filter(is_current=True).values_list("reason", flat=True)))


EXPECTED = {
    "imported": 164,
    "ambiguous": 1,
    "draft": 4,
    "spam": 10,
    "trash": 3,
    "blocked": 9,
    "internal": 80,
    "unknown_sender": 33,
    "unknown_recipients": 5,
    "no_customer": 1,
    "before_person": 13,
}


def everything(demo: Demo) -> tuple[object, ...]:
    demo.workspace.refresh_from_db()
    counted = (Message, Copy, Engagement, Person, Account, User, SetAside, Decision)
    return demo.workspace.revision, *(model.objects.count() for model in counted), reasons()


def test_the_demo_shows_every_reason_but_deleted() -> None:
    demo = ensure_demo(NOW)
    assert (demo.is_new, demo.workspace.name) == (True, company.WORKSPACE)
    assert reasons() == EXPECTED
    assert SetAside.objects.count() == 1
    assert User.objects.count() == len(company.USERS)
    assert {a.name: a.engagementaccount_set.exists() for a in Account.objects.all()} == {
        account.name: True for account in company.ACCOUNTS
    }
    from_mail = Person.objects.filter(is_from_mail=True).values_list("name", flat=True)
    assert sorted(from_mail) == sorted(person.name for person in company.NEWCOMERS)


def test_a_second_time_changes_nothing() -> None:
    first = ensure_demo(NOW)
    before = everything(first)
    second = ensure_demo(NOW + 86_400)
    assert (second.is_new, second.sign_in, everything(second)) == (False, first.sign_in, before)


def test_the_printed_password_signs_in_and_lies_where_only_the_owner_reads_it() -> None:
    demo = ensure_demo(NOW)
    assert demo.password is not None
    login = sign_in(demo.email, demo.password, client="127.0.0.1")
    assert isinstance(login, Login)
    assert login.email == company.ADMIN.email
    assert demo.sign_in == f"Sign in as {demo.email} with {demo.password} (also in {demo.sign_in_file})"
    assert oct(demo.sign_in_file.stat().st_mode & 0o777) == "0o600"


def test_without_the_file_the_sign_in_line_says_how_to_come_to_a_password() -> None:
    ensure_demo(NOW).sign_in_file.unlink()
    demo = ensure_demo(NOW)
    assert demo.password is None
    assert demo.sign_in == (
        "Sign in to Demo Company as maya.lindqvist@demo-company.example; for a new password: "
        'postroom user invite --workspace "Demo Company" maya.lindqvist@demo-company.example'
    )


def test_what_was_cut_short_is_finished() -> None:
    class PowerCut(Exception):
        pass

    def cut(done: int, total: int) -> None:
        raise PowerCut

    with pytest.raises(PowerCut):
        ensure_demo(NOW, cut)
    assert 0 < Copy.objects.count() < 100
    told: list[tuple[int, int]] = []
    demo = ensure_demo(NOW + 5, lambda done, total: told.append((done, total)))
    assert (demo.is_new, reasons()) == (False, EXPECTED)
    assert told[-1][0] == told[-1][1]
    assert not (config().data_dir / MAIL_FOLDER).exists()


def test_another_workspace_is_left_alone(workspace: Workspace) -> None:
    before = workspace.revision
    ensure_demo(NOW)
    workspace.refresh_from_db()
    assert (workspace.revision, Message.objects.filter(workspace=workspace).count()) == (before, 0)
