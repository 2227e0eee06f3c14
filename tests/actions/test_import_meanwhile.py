"""What changes between judging and filing: it is judged again by what is true then."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from mail_world import (
    ACTOR,
    K1,
    S1,
    S2,
    Imports,
    N,
    account,
    mail,
    persons_in_force,
    replayed,
    taken,
    timeline,
)

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.delete_engagement import delete_engagement
from postroom.actions.import_batch import ImportBatch, ImportRun
from postroom.actions.place import place_of
from postroom.actions.replay import Replayed
from postroom.reader import MetMail, ReadContent, ReadMail, Unread
from postroom.reader.one_mail import OneMail
from postroom.store.models import (
    Decision,
    Engagement,
    Message,
    PersonAddress,
    Workspace,
)
from postroom.store.read import directory
from postroom.store.secrets import seal_of

DAY = 86400
IMPORTED = ("import", "imported")


class Meanwhile:
    """A part of an import during which something else happens, once: before or after it was judged."""

    def __init__(self, batch: ImportBatch[OneMail], act: list[Callable[[], object]], before: bool) -> None:
        self._batch = batch
        self._act = act
        self._before = before

    def new(self, mails: Sequence[MetMail]) -> list[int]:
        return self._batch.new(mails)

    def importable(self, mails: Sequence[ReadMail], unread: Sequence[Unread]) -> list[int]:
        if self._act and self._before:
            self._act.pop()()
        chosen = self._batch.importable(mails, unread)
        if self._act:
            self._act.pop()()
        return chosen

    def file(self, contents: Sequence[ReadContent], unread: Sequence[Unread]) -> None:
        self._batch.file(contents, unread)


def import_while(
    importing: Imports, raw: bytes, act: Callable[[], object], user: str = S1, *, before: bool = False
) -> ImportRun[OneMail]:
    """Import ``raw`` into the inbox; ``act`` happens between judging and filing, or ``before`` judging."""
    run: ImportRun[OneMail] = ImportRun(place_of(importing.workspace, user, "inbox"), reconsider=False)
    acts = [act]
    importing.pool.run([OneMail(raw)], lambda chunk: Meanwhile(run.batch(chunk), acts, before))
    while run.again:
        stale, run.again = run.again, []
        importing.pool.run(stale, run.batch)
    return run


def test_account_added_meanwhile_lets_the_mail_in(company: Workspace, importing: Imports) -> None:
    def add() -> None:
        taken(add_accounts(company, [account("Far", "faraway.example")], actor=ACTOR))

    run = import_while(importing, mail("u@faraway.example", [S1]), add)

    assert run.summary.outcomes == {IMPORTED: 1}
    assert (run.summary.messages, run.summary.new_messages) == (1, 1)
    assert [e["subject"] for e in timeline(company)] == ["Hello"]
    assert replayed(company) == Replayed(same=1)


def test_address_blocked_meanwhile_keeps_the_mail_out(company: Workspace, importing: Imports) -> None:
    run = import_while(
        importing, mail(K1, [S1]), lambda: taken(add_blocklist(company, ["acme.com"], actor=ACTOR))
    )

    assert run.summary.outcomes == {("skip", "blocked"): 1}
    assert timeline(company) == []
    assert replayed(company) == Replayed(same=1)


def test_engagement_deleted_meanwhile_stays_deleted_C17(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1]))

    run = import_while(
        importing,
        mail(K1, [S1], text="another text"),
        lambda: delete_engagement(company, Engagement.objects.get().pk, actor=ACTOR),
        user=S2,
    )
    assert run.summary.outcomes == {("skip", "deleted"): 1}
    assert timeline(company) == []
    assert Decision.objects.filter(is_current=True).count() == 1
    assert replayed(company) == Replayed(same=2)


@pytest.mark.parametrize("before", [False, True])
def test_copy_filed_meanwhile_by_another_import_is_not_doubled(
    before: bool, company: Workspace, importing: Imports
) -> None:
    raw = mail(N, [S1])
    folder = importing.written(raw)

    def other() -> None:
        with Imports(company, folder.parent / "elsewhere") as another:
            another.path(folder)

    run = import_while(importing, raw, other, before=before)

    assert run.summary.outcomes == {IMPORTED: 1}
    assert (run.summary.messages, run.summary.new_messages, run.summary.new_copies) == (1, 0, 0)
    assert (Message.objects.count(), Engagement.objects.count(), Decision.objects.count()) == (1, 1, 1)
    assert PersonAddress.objects.filter(address=N).count() == 1


def test_who_took_part_is_known_though_others_were_judged_meanwhile(
    company: Workspace, importing: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "MAX_KNOWN", 3)
    seal = seal_of(company)
    run: ImportRun[OneMail] = ImportRun(place_of(company, S2, "inbox"), reconsider=False)
    others = [seal.sealed(f"{number}@elsewhere.org") for number in range(5)]
    raw = mail(f"Uncle Sam <{S1}>", ["New One <new@acme.com>", K1])
    acts: list[Callable[[], object]] = [lambda: run.at_hand.for_(others)]
    importing.pool.run([OneMail(raw)], lambda chunk: Meanwhile(run.batch(chunk), acts, before=False))
    (shown,) = timeline(company)
    assert (shown["direction"], shown["users"]) == ("out", [S1, S2])
    assert [person["name"] for person in persons_in_force(company)] == ["K One", "K Two", "New One"]
