"""A timeline folds threads, and says of each what its owners let the viewer see (A4, R4)."""

from __future__ import annotations

import pytest
from mail_world import K1, S1, S2, Imports, mail

from postroom.actions.set_visibility import set_visibility
from postroom.store.models import Account, User, Workspace
from postroom.store.read.threads import HiddenRow, ThreadRow, Timeline


@pytest.fixture
def acme(company: Workspace, importing: Imports) -> Account:
    """An account with a thread of both users, a mail of S1 and two mails of S2, the newest last."""
    importing(mail(K1, [S1], id="1@x", at=1_600_000_001, subject="Owl one", text="barn"))
    of_two = mail(K1, [S2], id="2@x", at=1_600_000_002, subject="Re: Owl", text="b", more="References: <1@x>")
    importing(of_two, user=S2)
    importing(mail(K1, [S1], id="3@x", at=1_600_000_003, subject="Lark", text="field"))
    importing(mail(K1, [S2], id="4@x", at=1_600_000_004, subject="Wren", text="hedge"), user=S2)
    importing(mail(K1, [S2], id="5@x", at=1_600_000_005, subject="Tern", text="sea"), user=S2)
    return Account.objects.get(workspace=company, name="Acme")


def rows(of: Account, viewer: str | None) -> list[tuple[object, ...]]:
    """What each row of the timeline says."""
    pk = User.objects.get(workspace=of.workspace, email=viewer).pk if viewer else None
    return [said(row) for row in Timeline(of, pk).page(None).rows]


def said(row: ThreadRow | HiddenRow) -> tuple[object, ...]:
    if isinstance(row, HiddenRow):
        return "hidden", row.at, row.mails, row.hidden_by
    shown = row.shown
    return shown and (shown.subject, shown.snippet), row.at, row.mails, row.hidden, row.hidden_by


def choose(of: Account, level: str) -> None:
    set_visibility(User.objects.get(workspace=of.workspace, email=S2), level)


def test_what_nobody_hides_is_shown_with_its_newest_mail_A4(acme: Account) -> None:
    assert rows(acme, None) == [
        (("Tern", "sea"), 1_600_000_005, 1, 0, []),
        (("Wren", "hedge"), 1_600_000_004, 1, 0, []),
        (("Lark", "field"), 1_600_000_003, 1, 0, []),
        (("Re: Owl", "b"), 1_600_000_002, 2, 0, []),
    ]


@pytest.mark.parametrize("viewer", [None, S1])
def test_threads_of_which_nothing_is_seen_are_one_row_and_the_others_count_theirs_R4(
    acme: Account, viewer: str | None
) -> None:
    choose(acme, "existence")
    assert rows(acme, viewer) == [
        ("hidden", 1_600_000_005, 2, [S2]),
        (("Lark", "field"), 1_600_000_003, 1, 0, []),
        (("Owl one", "barn"), 1_600_000_002, 2, 1, [S2]),
    ]


@pytest.mark.parametrize("viewer", [None, S1])
def test_of_subjects_alone_the_newest_is_shown_without_its_text_R4(acme: Account, viewer: str | None) -> None:
    choose(acme, "subject")
    assert [row[0] for row in rows(acme, viewer)] == [
        ("Tern", ""),
        ("Wren", ""),
        ("Lark", "field"),
        ("Re: Owl", ""),
    ]


@pytest.mark.parametrize("level", ["everything", "subject", "existence"])
def test_an_owner_sees_their_timeline_as_before_R4(acme: Account, level: str) -> None:
    before = rows(acme, S2)
    choose(acme, level)
    assert rows(acme, S2) == before


def test_a_thread_unfolds_to_all_its_mails_each_as_it_is_seen_R4(acme: Account) -> None:
    choose(acme, "existence")
    owl = Timeline(acme, None).page(None).rows[-1]
    assert isinstance(owl, ThreadRow)
    thread = Timeline(acme, None).thread(owl.thread, unfold=True)
    assert thread is not None
    assert [(one.level, one.subject, one.snippet) for one in thread.unfolded] == [
        ("existence", "", ""),
        ("everything", "Owl one", "barn"),
    ]
    for unknown in ("00" * 16, "no token", ""):
        assert Timeline(acme, None).thread(unknown, unfold=True) is None
