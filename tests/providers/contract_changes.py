"""The contract of labels and of what changes in them."""

from __future__ import annotations

import json
from typing import ClassVar

import pytest
from contract_looks import from_now, ids, large_numbers, named, ref_of, since
from contract_world import AT, DAY, World, a_mail

from postroom.core.trouble import StartOver
from postroom.providers.port import OpenMailbox


class LabelContract:
    """What labels there are, and what they are called."""

    roles: ClassVar[frozenset[str]]

    def test_labels_have_the_roles_the_provider_says_M12(self, mailbox: OpenMailbox) -> None:
        labels = mailbox.labels()
        assert sorted(label.role for label in labels if label.role) == sorted(self.roles)
        assert len({label.ref for label in labels}) == len(labels)
        assert all(label.is_selectable for label in labels if label.role)

    def test_a_label_has_no_role_by_its_name_M12(self, world: World, mailbox: OpenMailbox) -> None:
        names = ("Sent Messages", "Gesendet", "Deleted", "Spam mails")
        refs = {world.add_label(name) for name in names}
        assert {label.path: label.role for label in mailbox.labels() if label.ref in refs} == {
            (name,): "" for name in names
        }

    def test_labels_are_nested_and_called_as_their_owner_calls_them_M4(
        self, world: World, mailbox: OpenMailbox
    ) -> None:
        path = ("Kunden", "Müller & Söhne", "日本 📮")
        ref = world.add_label(*path)
        [found] = [label for label in mailbox.labels() if label.ref == ref]
        assert (found.path, found.role, found.is_selectable) == (path, "", True)
        assert len(found.ref) <= 500
        world.deliver(ref, a_mail("here"), AT)
        assert ids(mailbox, ref) == ["here"]

    def test_label_says_how_many_mails_it_has_or_nothing(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        for name in ("one", "two"):
            world.deliver(ref, a_mail(name), AT)
        assert [label.total for label in mailbox.labels() if label.ref == ref] in ([2], [None])

    def test_renamed_label_is_known_by_its_ref_or_its_trait_M12(
        self, world: World, mailbox: OpenMailbox
    ) -> None:
        ref = world.add_label("Project X")
        world.deliver(ref, a_mail("kept"), AT)
        [before] = [label for label in mailbox.labels() if label.ref == ref]
        world.rename_label(ref, "Project Y")
        [after] = [label for label in mailbox.labels() if label.path == ("Project Y",)]
        if before.trait:
            assert (after.trait, after.ref != ref) == (before.trait, True)
        else:
            assert (after.trait, after.ref) == ("", ref)
        assert ids(mailbox, after.ref) == ["kept"]

    def test_removed_label_is_listed_no_more(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        assert ref in {label.ref for label in mailbox.labels()}
        world.remove_label(ref)
        assert ref not in {label.ref for label in mailbox.labels()}


class ChangesContract:
    """What is told of a label that is followed."""

    tells_removed: ClassVar[bool]
    more_than_a_page: ClassVar[int]

    def test_without_a_cursor_changes_begin_now_M15(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        world.deliver(ref, a_mail("old"), AT)
        cursor = from_now(mailbox, ref)
        assert since(mailbox, ref, cursor)[:2] == ([], [])

    def test_new_mail_is_told_once_it_is_there_M13(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        world.deliver(ref, a_mail("old"), AT)
        cursor = from_now(mailbox, ref)
        for number in range(3):
            world.deliver(ref, a_mail(f"new-{number}", AT + number), AT + number)
        added, removed, cursor = since(mailbox, ref, cursor)
        assert (sorted(named(mailbox, ref, added)), removed) == (["new-0", "new-1", "new-2"], [])
        assert since(mailbox, ref, cursor)[:2] == ([], [])

    def test_no_new_mail_is_missed_where_there_are_many_M13(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        cursor = from_now(mailbox, ref)
        names = [f"{number:04}" for number in range(self.more_than_a_page or 25)]
        for number, name in enumerate(names):
            world.deliver(ref, a_mail(name, AT + number), AT + number)
        added, removed, cursor = since(mailbox, ref, cursor)
        assert (sorted(named(mailbox, ref, added)), removed) == (names, [])
        assert since(mailbox, ref, cursor)[:2] == ([], [])

    def test_changes_say_when_a_mail_came_in_or_leave_it_to_its_head(
        self, world: World, mailbox: OpenMailbox
    ) -> None:
        ref = world.add_label("Project X")
        cursor = from_now(mailbox, ref)
        world.deliver(ref, a_mail("new", AT + 5), AT + 5)
        assert [mail.received_at for mail in mailbox.changes(ref, cursor).added] in ([AT + 5], [None])

    def test_asked_again_with_the_same_cursor_it_tells_the_same_M13(
        self, world: World, mailbox: OpenMailbox
    ) -> None:
        ref = world.add_label("Project X")
        cursor = from_now(mailbox, ref)
        world.deliver(ref, a_mail("new"), AT)
        first = since(mailbox, ref, cursor)[0]
        assert (first, named(mailbox, ref, first)) == (since(mailbox, ref, cursor)[0], ["new"])

    def test_cursor_is_good_in_the_next_session_and_as_json_M13(self, world: World) -> None:
        ref = world.add_label("Project X")
        with world.provider.open(world.mine) as mailbox:
            cursor = json.loads(json.dumps(from_now(mailbox, ref)))
        assert large_numbers(cursor) == []
        world.deliver(ref, a_mail("new"), AT)
        with world.provider.open(world.mine) as mailbox:
            assert named(mailbox, ref, since(mailbox, ref, cursor)[0]) == ["new"]

    def test_a_label_is_followed_for_itself_M4(self, world: World, mailbox: OpenMailbox) -> None:
        one, other = world.add_label("One"), world.add_label("Other")
        cursors = {ref: from_now(mailbox, ref) for ref in (one, other)}
        world.deliver(one, a_mail("new"), AT)
        assert named(mailbox, one, since(mailbox, one, cursors[one])[0]) == ["new"]
        assert since(mailbox, other, cursors[other])[:2] == ([], [])

    def test_deleted_mail_is_removed_M15(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        for name in ("kept", "deleted"):
            world.deliver(ref, a_mail(name), AT)
        cursor = from_now(mailbox, ref)
        gone = ref_of(mailbox, ref, "deleted")
        world.expunge(ref, gone)
        added, removed, _ = since(mailbox, ref, cursor)
        assert (gone in added, gone in removed) == (False, self.tells_removed)
        assert ids(mailbox, ref) == ["kept"]

    def test_moved_mail_is_removed_here_and_added_there(self, world: World, mailbox: OpenMailbox) -> None:
        here, there = world.add_label("Here"), world.add_label("There")
        world.deliver(here, a_mail("moved"), AT)
        cursors = {ref: from_now(mailbox, ref) for ref in (here, there)}
        moved = ref_of(mailbox, here, "moved")
        world.move(here, moved, there)
        added, removed, _ = since(mailbox, here, cursors[here])
        assert (moved in added, moved in removed) == (False, self.tells_removed)
        assert named(mailbox, there, since(mailbox, there, cursors[there])[0]) == ["moved"]
        assert (ids(mailbox, here), ids(mailbox, there)) == ([], ["moved"])

    def test_mail_that_came_and_went_between_two_looks_does_no_harm(
        self, world: World, mailbox: OpenMailbox
    ) -> None:
        ref = world.add_label("Project X")
        cursor = from_now(mailbox, ref)
        for name in ("kept", "gone"):
            world.deliver(ref, a_mail(name), AT)
        world.expunge(ref, ref_of(mailbox, ref, "gone"))
        assert named(mailbox, ref, since(mailbox, ref, cursor)[0]) == ["kept"]

    def test_unchanged_label_costs_one_request(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        world.deliver(ref, a_mail("old"), AT)
        cursor = since(mailbox, ref, from_now(mailbox, ref))[2]
        before = mailbox.requests
        answer = mailbox.changes(ref, cursor)
        assert (mailbox.requests - before, answer.added, answer.removed) == (1, [], [])


class StartOverContract:
    """What is told where nothing can be followed on."""

    def test_lost_cursor_is_said_and_a_new_one_begins_M13(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        world.deliver(ref, a_mail("old"), AT)
        cursor = from_now(mailbox, ref)
        world.lose_cursor(ref)
        with pytest.raises(StartOver, match=r"^cursor_lost$"):
            since(mailbox, ref, cursor)
        assert ids(mailbox, ref) == ["old"]
        cursor = from_now(mailbox, ref)
        world.deliver(ref, a_mail("new"), AT)
        assert named(mailbox, ref, since(mailbox, ref, cursor)[0]) == ["new"]

    def test_cursor_lost_between_two_sessions_is_said_M13(self, world: World) -> None:
        ref = world.add_label("Project X")
        with world.provider.open(world.mine) as mailbox:
            cursor = from_now(mailbox, ref)
        world.lose_cursor(ref)
        with world.provider.open(world.mine) as mailbox, pytest.raises(StartOver, match=r"^cursor_lost$"):
            mailbox.changes(ref, cursor)

    def test_label_that_is_gone_is_said(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        cursor = from_now(mailbox, ref)
        world.remove_label(ref)
        for ask in (
            lambda: mailbox.changes(ref, cursor),
            lambda: mailbox.changes(ref, None),
            lambda: mailbox.list(ref, 0, AT + DAY),
        ):
            with pytest.raises(StartOver, match=r"^label_gone$"):
                ask()
