"""Further copies of a message: what they add, whichever is met first, and what they do not change (F3, F4, F6)."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

from mail_world import (
    ACTOR,
    K1,
    LONG_AGO,
    NOON,
    S1,
    S2,
    Imports,
    L,
    U,
    X,
    decision_of,
    mail,
    persons_in_force,
    taken,
    the_company,
    timeline,
)

from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_persons import add_persons
from postroom.actions.delete_engagement import delete_engagement
from postroom.actions.explain import explain
from postroom.store.models import Engagement, Message, Variant, Workspace
from postroom.store.secrets import seal_of


def test_reconsidering_brings_in_the_text_of_every_copy_F3_F6(company: Workspace, importing: Imports) -> None:
    one, two = mail(U, [S1, S2], text="To the first"), mail(U, [S1, S2], text="To the second")
    importing(one)
    importing(two, user=S2)
    taken(add_persons(company, [{"emails": [U], "known_since": LONG_AGO}], actor=ACTOR))
    for raw, user in ((one, S1), (two, S2), (two, S2)):
        importing(raw, user=user, reconsider=True)
    assert decision_of(company) == ("import", "imported")
    assert (Variant.objects.count(), [shown["users"] for shown in timeline(company)]) == (2, [[S1, S2]])


def test_thread_and_marks_do_not_depend_on_which_copy_came_first_F4(db: None, tmp_path: Path) -> None:
    plain = mail(K1, [S1], id="answer@acme.com")
    listed = mail(K1, [S1], id="answer@acme.com", more="List-Id: <all.us.com>\nReferences: <root@us.com>")
    bulk = mail(K1, [S1], id="answer@acme.com", more="Precedence: bulk\nIn-Reply-To: <root@us.com>")
    states = []
    for number, order in enumerate(permutations((plain, listed, bulk))):
        workspace = the_company()
        folder = tmp_path / str(number)
        folder.mkdir()
        with Imports(workspace, folder) as importing:
            for raw in order:
                importing(raw)
        message = Message.objects.get(workspace=workspace)
        states.append((message.flags, bytes(message.reference_tokens), timeline(workspace)[0]["thread"]))
    root = seal_of(the_company()).message_id("root@us.com")
    assert states == [("bulk list", root, root.hex())] * 6


def test_a_copy_that_adds_nothing_changes_no_decision_F6_C13(company: Workspace, importing: Imports) -> None:
    raw = mail(U, [S1, S2])
    importing(raw)
    taken(add_persons(company, [{"emails": [U], "known_since": LONG_AGO}], actor=ACTOR))
    summary = importing(raw, user=S2)
    assert dict(summary.outcomes) == {("skip", "unknown_sender"): 1}
    assert (decision_of(company), timeline(company)) == (("skip", "unknown_sender"), [])
    importing(raw, user=S2, reconsider=True)
    assert decision_of(company) == ("import", "imported")


def test_a_copy_that_names_somebody_more_is_decided_afresh_F4_F6(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(S1, [U]))
    assert decision_of(company) == ("skip", "unknown_recipients")
    importing(mail(S1, [U], bcc=[K1]), label="sent")
    assert decision_of(company) == ("import", "imported")


def test_a_copy_elsewhere_than_spam_is_decided_afresh_C1(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1]), label="spam")
    assert decision_of(company) == ("skip", "spam")
    importing(mail(K1, [S1]))
    assert decision_of(company) == ("import", "imported")


def test_a_blocked_bcc_withdraws_though_the_sender_was_blocked_meanwhile_C3_C16_F4(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(K1, [S1]))
    taken(add_blocklist(company, [K1], actor=ACTOR))
    importing(mail(K1, [S1]), user=S2)
    assert decision_of(company) == ("import", "imported")
    importing(mail(K1, [S1], bcc=[X]), label="sent")
    assert (decision_of(company), timeline(company)) == (("skip", "blocked"), [])


def test_a_deleted_mail_takes_the_name_along_that_it_gave_C12_C17(
    company: Workspace, importing: Imports
) -> None:
    importing(mail("Funny Name <new@acme.com>", [S1], id="first@acme.com"))
    importing(mail("New Person <new@acme.com>", [S1], id="second@acme.com", at=NOON + 60))
    first = Engagement.objects.get(workspace=company, rfc_message_id="first@acme.com")
    delete_engagement(company, first.pk, actor=ACTOR)
    named = {person["emails"][0]: person["name"] for person in persons_in_force(company)}
    assert named["new@acme.com"] == "New Person"


def test_what_was_wrong_with_a_mail_is_kept_with_it(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1], at=None, more="Date: Fri, 31 Feb 2026 10:00:00 +0000"))
    copy = Message.objects.get(workspace=company).copies.get()
    assert (copy.defects, copy.is_shown) == ("bad_date", True)
    importing(mail(L, [S1], id="two@acme.com"))
    assert Message.objects.get(workspace=company, engagement=None).copies.get().is_shown is False


def test_an_empty_mail_is_found_again_where_it_was_set_aside_L2_L6(
    company: Workspace, importing: Imports
) -> None:
    importing(b"")
    (told,) = explain(company, raw=b"", sees_rules=True)["messages"]
    assert (told["met"], told["customer"]["outcome"]) == (True, "set_aside")
