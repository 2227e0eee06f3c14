"""A reaction that its connector says is removed is taken back (K3, K7)."""

from __future__ import annotations

from mail_world import ACTOR, S1, S2, U
from test_accept_items import HELD, QUEUED, UNKNOWN, UPDATED, reaction, source, waiting
from upload_world import consent, sent

from postroom.actions.check_items import checked
from postroom.actions.disable_user import disable_user
from postroom.actions.process_uploads import process_some
from postroom.store.models import Interaction, Item, Source, Waiting, Workspace

__all__ = ["source"]
NOT_THERE = ("skipped", "not_there")


def test_a_removed_reaction_is_taken_back_and_never_counted_K3_K7(company: Workspace, source: Source) -> None:
    consent(company, S2)
    given, gone = reaction(S1, S2), reaction(S1, S2, removed=True)
    assert sent(source, "reaction", gone) == [NOT_THERE]
    assert sent(source, "reaction", given) == [QUEUED]
    process_some(company.pk)
    assert Interaction.objects.count() == 2
    assert [one.answer["status"] for one in checked(source, "reaction", [gone])] == ["updated"]
    assert sent(source, "reaction", gone, gone) == [UPDATED, NOT_THERE]
    process_some(company.pk)
    assert (Item.objects.count(), Waiting.objects.count(), Interaction.objects.count()) == (0, 0, 0)
    assert sent(source, "reaction", given) == [QUEUED]
    process_some(company.pk)
    assert Interaction.objects.count() == 2


def test_a_reaction_given_and_removed_in_one_call_K5_K7(source: Source) -> None:
    given, gone = reaction(S1, S2), reaction(S1, S2, removed=True)
    assert sent(source, "reaction", given, gone, reaction(S1, S2, id="2")) == [QUEUED, UPDATED, QUEUED]
    assert Item.objects.count() == 1
    assert sent(source, "reaction", reaction(S1, id="2", removed=True), reaction(S2, id="2")) == [
        UPDATED,
        HELD,
    ]
    assert (Item.objects.count(), waiting()) == (1, [(S2, 0)])


def test_a_removal_is_taken_whatever_the_source_feeds_now_and_who_is_disabled_K7(
    company: Workspace, source: Source
) -> None:
    assert sent(source, "reaction", reaction(S2, id="1"), reaction(S1, id="2")) == [HELD, QUEUED]
    disable_user(company, S2, actor=ACTOR)
    assert sent(source, "reaction", reaction(S2, id="1", removed=True)) == [UPDATED]
    Source.objects.update(feeds_people=False, feeds_customer=True)
    source.refresh_from_db()
    assert sent(source, "reaction", reaction(S1, id="2", removed=True)) == [UPDATED]
    assert sent(source, "reaction", reaction(U, id="2", removed=True)) == [UNKNOWN]
    assert Item.objects.count() == 0
