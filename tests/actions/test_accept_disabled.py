"""What is uploaded for users who are disabled: nobody waits for it (P11)."""

from __future__ import annotations

from mail_world import ACTOR, K1, S1, S2
from test_accept_items import BEFORE, DEPTH, DUPLICATE, HELD, QUEUED, TOO_EARLY, source, states, waiting
from upload_world import a_source, chat_record, mail_record, sent

from postroom.actions.check_items import checked
from postroom.actions.disable_user import disable_user, enable_user
from postroom.store.models import Item, Source, Waiting, Workspace

__all__ = ["source"]
DISABLED = ("skipped", "user_disabled")


def test_for_a_disabled_user_nothing_is_stored_and_it_may_come_later_P11(
    company: Workspace, source: Source
) -> None:
    record = mail_record(K1, user=S2)
    disable_user(company, S2, actor=ACTOR)
    (foreseen,) = checked(source, "mail", [record])
    assert sent(source, "mail", record, record) == [DISABLED, DISABLED]
    assert (foreseen.answer["status"], foreseen.answer["reason"]) == DISABLED
    assert (Item.objects.count(), Waiting.objects.count()) == (0, 0)
    enable_user(company, S2, actor=ACTOR)
    assert sent(source, "mail", record) == [HELD]


def test_who_is_disabled_is_not_waited_for_beside_others_P11(company: Workspace, source: Source) -> None:
    disable_user(company, S2, actor=ACTOR)
    assert sent(source, "chat", chat_record(S1, [S2])) == [QUEUED]
    both = a_source(company, "customer", "people", name="Both")
    assert sent(both, "mail", mail_record(K1, user=S2)) == [QUEUED]
    assert waiting() == [(S1, 0), (None, 1)]


def test_what_was_there_before_a_user_was_disabled_stays_P11(company: Workspace, source: Source) -> None:
    held = mail_record(K1, user=S2)
    assert sent(source, "mail", held) == [HELD]
    disable_user(company, S2, actor=ACTOR)
    assert sent(source, "mail", held, held | {"subject": "Another"}, held) == [DUPLICATE, DISABLED, DUPLICATE]
    assert (states(), waiting()) == (["waiting"], [(S2, 1)])


def test_too_early_is_said_before_disabled_P11(company: Workspace) -> None:
    source = a_source(company, "people", depth=DEPTH)
    disable_user(company, S2, actor=ACTOR)
    assert sent(source, "mail", mail_record(K1, user=S2, at=BEFORE)) == [TOO_EARLY]
