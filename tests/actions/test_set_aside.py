"""What cannot be read is set aside whole, listed, and can be run again; it never just disappears (L6)."""

from __future__ import annotations

import pytest
from hostile import hostile_mails
from mail_world import ACTOR, K1, S1, S2, Imports, account, decision_of, mail, taken, timeline

from postroom.actions.add_accounts import add_accounts
from postroom.actions.place import place_of
from postroom.actions.rejection import NotFound
from postroom.actions.retry_set_aside import retry_set_aside
from postroom.core.seal import Seal
from postroom.store.models import Decision, Message, SetAside, Workspace
from postroom.store.read.decisions import summary
from postroom.store.read.set_aside import raw_of, set_aside
from postroom.store.secrets import seal_of
from postroom.store.write.set_aside import Unreadable, put_aside

UNREADABLE = b"\0no mail\0 at all"


def put(workspace: Workspace, raw: bytes, *, label: str = "inbox", size: int | None = None) -> SetAside:
    """Set a mail aside as if it could not be read."""
    place = place_of(workspace, S1, label)
    seal: Seal = seal_of(workspace)
    mail_aside = Unreadable(
        fingerprint=place.fingerprint(seal.raw(raw)),
        source="import",
        user=place.user,
        label=place.label,
        label_role=place.label_role,
        locator="mails.mbox@17",
        size=len(raw) if size is None else size,
        why="crashed",
        raw=raw,
    )
    put_aside(workspace.pk, [mail_aside], 0)
    return SetAside.objects.get(fingerprint=mail_aside.fingerprint)


def test_unreadable_mail_is_kept_whole_and_sealed_L6(company: Workspace, importing: Imports) -> None:
    result = importing(UNREADABLE, mail(K1, [S1]))

    assert result.outcomes == {("import", "imported"): 1, ("set_aside", "unparsable"): 1}
    assert (result.messages, result.new_messages) == (2, 1)
    row = SetAside.objects.get()
    assert (row.locator, row.size, row.tries) == ("00000.eml", len(UNREADABLE), 1)
    assert raw_of(row) == UNREADABLE
    assert UNREADABLE not in bytes(row.sealed_raw or b"")
    assert [aside.pk for aside in set_aside(company)] == [row.pk]
    assert summary(company) == {"customer": {"import": {"imported": 1}, "set_aside": {"unparsable": 1}}}


def test_importing_again_does_not_double_and_reconsider_tries_again_L6(
    company: Workspace, importing: Imports
) -> None:
    importing(UNREADABLE, UNREADABLE)
    importing(UNREADABLE)
    assert SetAside.objects.get().tries == 1

    again = importing(UNREADABLE, reconsider=True)

    assert again.outcomes == {("set_aside", "unparsable"): 1}
    assert SetAside.objects.get().tries == 2
    importing(UNREADABLE, user=S2)
    assert SetAside.objects.count() == 2


def test_retry_files_what_can_be_read_by_now_L6(company: Workspace) -> None:
    good = put(company, mail(K1, [S1]))
    bad = put(company, UNREADABLE)
    spam = put(company, mail(K1, [S1], id="2@x"), label="Spam")
    large = put(company, b"only the beginning", size=99)

    assert [retry_set_aside(company, row.pk) for row in (bad, good, spam, large)] == [
        {"id": bad.pk, "status": "set_aside", "reason": "no_headers"},
        {"id": good.pk, "status": "filed", "reason": "imported"},
        {"id": spam.pk, "status": "filed", "reason": "spam"},
        {"id": large.pk, "status": "rejected", "reason": "file_needed"},
    ]
    assert [e["users"] for e in timeline(company)] == [[S1]]
    assert sorted(SetAside.objects.values_list("pk", "tries")) == [(bad.pk, 2), (large.pk, 1)]
    # The fingerprint is that of the file: importing it later is nothing new.
    with pytest.raises(NotFound):
        retry_set_aside(company, good.pk)


def test_file_of_a_retried_mail_is_known_L6(company: Workspace, importing: Imports) -> None:
    raw = mail(K1, [S1])
    retry_set_aside(company, put(company, raw).pk)

    result = importing(raw)

    assert (result.new_messages, result.new_copies) == (0, 0)
    assert result.outcomes == {("import", "imported"): 1}


def test_mails_of_another_workspace_are_not_retried_W3(company: Workspace, workspace: Workspace) -> None:
    row = put(company, mail(K1, [S1]))

    with pytest.raises(NotFound):
        retry_set_aside(workspace, row.pk)
    assert SetAside.objects.count() == 1


def test_same_mail_read_again_with_reconsider_takes_it_back_L6(
    company: Workspace, importing: Imports
) -> None:
    put(company, mail(K1, [S1]))
    assert importing(mail(K1, [S1])).outcomes == {("set_aside", "unparsable"): 1}

    importing(mail(K1, [S1]), reconsider=True)

    assert SetAside.objects.count() == 0
    assert decision_of(company) == ("import", "imported")


@pytest.mark.parametrize("known", [False, True], ids=["strangers", "customers"])
def test_hostile_mails_have_exactly_one_outcome_each_L6(
    known: bool, company: Workspace, importing: Imports
) -> None:
    if known:
        taken(add_accounts(company, [account("Receiver", "receiver.example", "sender.example")], actor=ACTOR))
    mails = [raw for _, raw in hostile_mails()]

    first = importing(*mails)

    assert first.messages == sum(first.outcomes.values()) == len(mails)
    aside = SetAside.objects.count()
    assert Decision.objects.filter(is_current=True).count() == Message.objects.count()
    assert Message.objects.count() > 20 < aside or aside > 0
    for row in SetAside.objects.all():
        raw = raw_of(row)
        assert raw is None or raw in mails
    again = importing(*mails)
    assert again.messages == sum(again.outcomes.values()) == len(mails)
    assert (again.new_messages, again.new_copies) == (0, 0)
    assert SetAside.objects.count() == aside
