"""What only the people lens sees of a message is no business of others, in Explain as anywhere (F1, P7)."""

from __future__ import annotations

from typing import Any

import pytest
from mail_world import K1, S1, S2, Imports, U, mail
from upload_world import a_source, chat_record, consent, mail_record, raw_record, uploaded

from postroom.actions.explain import explain
from postroom.actions.forget import KIND, forget, run_forget
from postroom.actions.work import claim_job
from postroom.store.models import Job, Message, User, Workspace

UNION = "Union meeting"
RAW = mail(S1, [U], id="private@us.com")


def asked(workspace: Workspace, who: str | None, *, sees_rules: bool = False, **what: Any) -> Any:
    """The messages that Explain tells this user of."""
    viewer = User.objects.get(workspace=workspace, email=who).pk if who else None
    return explain(workspace, sees_rules=sees_rules, viewer=viewer, **what)["messages"]


def do_forget(workspace: Workspace, email: str) -> None:
    forget(User.objects.get(workspace=workspace, email=email))
    while (job := claim_job()) is not None:
        if job.kind == KIND:
            run_forget(job)
        else:
            Job.objects.filter(pk=job.pk).update(state="done")


@pytest.fixture
def private(company: Workspace) -> Workspace:
    """A mail of S1's with U, which only the people lens sees."""
    consent(company, S1)
    uploaded(a_source(company, "people"), "mail", raw_record(RAW, folder=UNION))
    return company


QUESTIONS: list[dict[str, Any]] = [{"address": U}, {"address": S1}, {"message_id": "private@us.com"}]


@pytest.mark.parametrize("what", QUESTIONS)
@pytest.mark.parametrize("who", [S2, None])
def test_mail_of_the_people_lens_alone_was_not_met_for_others_F1(
    private: Workspace, who: str | None, what: dict[str, Any]
) -> None:
    assert asked(private, who, **what) == []


@pytest.mark.parametrize("who", [S2, None])
def test_who_brings_such_a_mail_is_told_what_would_happen_F1(private: Workspace, who: str | None) -> None:
    [told] = asked(private, who, raw=RAW)
    assert (told["met"], told["id"], told["copies"], told["people"]) == (False, None, [], {})


@pytest.mark.parametrize("what", [*QUESTIONS, {"raw": RAW}])
def test_whose_mail_it_is_sees_all_of_it_F1(private: Workspace, what: dict[str, Any]) -> None:
    [told] = asked(private, S1, **what)
    assert told["met"] is True
    assert [(copy["user"], copy["label"]) for copy in told["copies"]] == [(S1, UNION)]
    assert (told["customer"], told["people"][S1]["reason"]) == (None, "counted")


@pytest.mark.parametrize("what", [*QUESTIONS, {"raw": RAW}])
@pytest.mark.parametrize("who", [S2, None])
def test_who_sees_the_rules_is_told_no_label_of_it_F1(
    private: Workspace, who: str | None, what: dict[str, Any]
) -> None:
    [told] = asked(private, who, sees_rules=True, **what)
    assert [(copy["user"], copy["label"]) for copy in told["copies"]] == [(S1, None)]
    assert told["people"][S1]["reason"] == "counted"
    assert UNION not in str(told)


@pytest.mark.parametrize("what", QUESTIONS)
@pytest.mark.parametrize("sees_rules", [False, True])
def test_what_was_forgotten_was_not_met_for_others_P7(
    private: Workspace, sees_rules: bool, what: dict[str, Any]
) -> None:
    do_forget(private, S1)
    assert asked(private, S2, sees_rules=sees_rules, **what) == []
    assert asked(private, None, sees_rules=sees_rules, **what) == []
    [told] = asked(private, S1, **what)
    assert told["people"][S1]["reason"] == "forgotten"


def test_the_row_of_a_forgotten_message_in_the_ledger_tells_no_copies_P7(private: Workspace) -> None:
    do_forget(private, S1)
    [told] = asked(private, S2, sees_rules=True, message=Message.objects.get().pk)
    assert (told["copies"], told["people"][S1]["reason"]) == ([], "forgotten")


def test_of_a_customers_mail_the_copies_of_the_people_lens_stay_unsaid_F1(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(K1, [S2], id="both@us.com"), user=S2)
    consent(company, S1)
    hidden = mail(K1, [S2], bcc=[U], id="both@us.com")
    uploaded(a_source(company, "people"), "mail", raw_record(hidden, folder=UNION))

    for who in (S2, None):
        [told] = asked(company, who, address=K1)
        assert [(copy["user"], copy["label"]) for copy in told["copies"]] == [(S2, "inbox")]
        assert asked(company, who, address=U) == []
    [told] = asked(company, S1, address=U)
    assert [(copy["user"], copy["label"]) for copy in told["copies"]] == [(S2, "inbox"), (S1, UNION)]
    assert told["roles"] == ["bcc"]
    [told] = asked(company, S2, sees_rules=True, address=K1)
    assert [(copy["user"], copy["label"]) for copy in told["copies"]] == [(S2, "inbox"), (S1, None)]
    do_forget(company, S1)
    [told] = asked(company, S2, sees_rules=True, address=K1)
    assert [copy["user"] for copy in told["copies"]] == [S2]
    assert asked(company, S2, sees_rules=True, address=U) == []


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("chat", chat_record(S1, [U])),
        ("activity", {"id": "1", "type": "meeting", "user": S1, "participants": [U]}),
    ],
)
def test_chats_and_meetings_of_the_people_lens_are_their_users_alone_F1(
    company: Workspace, kind: str, record: dict[str, Any]
) -> None:
    times = {"start": "2026-03-02T12:00:00Z", "end": "2026-03-02T13:00:00Z"} if kind == "activity" else {}
    consent(company, S1)
    uploaded(a_source(company, "people"), kind, record | times)

    assert asked(company, S2, address=U) == asked(company, None, address=U) == []
    [own] = asked(company, S1, address=U)
    assert (len(own["copies"]), list(own["people"])) == (1, [S1])
    [told] = asked(company, S2, sees_rules=True, address=U)
    assert (told["copies"][0]["label"], told["people"][S1]["reason"]) == (None, "counted")
    do_forget(company, S1)
    assert asked(company, S2, sees_rules=True, address=U) == []


def test_a_chat_held_for_a_member_is_not_theirs_to_see_P3(company: Workspace) -> None:
    consent(company, S1)
    uploaded(a_source(company, "people"), "chat", chat_record(S1, [S2, U]))
    assert asked(company, S2, address=U) == []
    assert len(asked(company, S1, address=U)) == 1


def test_what_others_are_not_told_does_not_count_among_the_messages_L2(
    company: Workspace, importing: Imports
) -> None:
    consent(company, S1)
    source = a_source(company, "people")
    importing(mail(U, [S2], id="first@us.com"), user=S2)
    uploaded(source, "mail", *(mail_record(S1, [U], id=str(number)) for number in range(52)))
    viewer = User.objects.get(workspace=company, email=S2).pk
    answer = explain(company, sees_rules=False, viewer=viewer, address=U)
    assert (len(answer["messages"]), answer["more"]) == (1, False)
    everything = explain(company, sees_rules=True, viewer=viewer, address=U)
    assert (len(everything["messages"]), everything["more"]) == (50, True)
