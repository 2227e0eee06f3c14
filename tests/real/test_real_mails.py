"""6,046 real mails: exactly one decision each, nothing crashes, importing again changes nothing (L1, L6)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import corpus
from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_organization import add_organization
from postroom.actions.import_mail import import_mail
from postroom.actions.replay import replay
from postroom.store.models import Copy, Decision, Engagement, Message, Person, SetAside, User, Workspace

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the real mails, one a file."""
    folder = tmp_path_factory.mktemp("real")
    for number, raw in enumerate(corpus.real_mails()):
        (folder / f"{number:05}.eml").write_bytes(raw)
    yield folder


def rows() -> list[int]:
    models = (Message, Copy, Decision, Engagement, Person, SetAside)
    return [model.objects.count() for model in models]


def test_every_real_mail_has_exactly_one_decision_and_keeps_it(
    workspace: Workspace, admin: User, folder: Path
) -> None:
    domains = corpus.domains()
    add_organization(workspace, domains["organization"], force=True, actor="test")
    accounts = [
        {"name": d, "domains": [{"domain": d, "known_since": "1990-01-01"}]} for d in domains["accounts"]
    ]
    add_accounts(workspace, accounts, force=True, actor="test")

    first = import_mail(workspace, folder, user_email=admin.email, label="inbox")
    there = rows()
    again = import_mail(workspace, folder, user_email=admin.email, label="inbox")
    *_, replayed = replay(workspace)

    assert (first.messages, sum(first.outcomes.values())) == (corpus.REAL_MAILS, corpus.REAL_MAILS)
    assert (first.problems, SetAside.objects.count()) == ([], 0)
    assert first.new_messages == Message.objects.count() == Decision.objects.filter(is_current=True).count()
    imported = Decision.objects.filter(is_current=True, outcome="import").count()
    assert imported == Engagement.objects.count() > corpus.REAL_MAILS // 3
    assert (again.new_messages, again.new_copies, again.messages) == (0, 0, corpus.REAL_MAILS)
    assert rows() == there
    assert (replayed.same, replayed.differences) == (Decision.objects.count(), [])
