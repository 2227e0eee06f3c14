"""The contract of listings, and of mails: their heads, and the whole of them."""

from __future__ import annotations

from typing import ClassVar

import pytest
from contract_looks import from_now, heads, ids, named, pages, ref_of, seen, since
from contract_world import AT, DAY, EXACT, RICH, World, a_mail

from postroom.core.mail.rfc5322 import read_envelope
from postroom.providers.port import OpenMailbox


class ListContract:
    """What is listed."""

    more_than_a_page: ClassVar[int]

    def test_list_is_of_what_came_in_at_or_after_and_before_to_the_second(
        self, world: World, mailbox: OpenMailbox
    ) -> None:
        ref = world.add_label("Project X")
        for second in (-1, 0, 1, 9, 10, 11):
            world.deliver(ref, a_mail(f"at{second}", AT + second), AT + second)
        assert ids(mailbox, ref, AT, AT + 10) == ["at9", "at1", "at0"]

    def test_list_reaches_over_days_newest_first(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        for day in (0, 1, 2, 3, 40):
            world.deliver(ref, a_mail(f"day{day}", AT + day * DAY), AT + day * DAY)
        assert ids(mailbox, ref, AT + DAY, AT + 40 * DAY) == ["day3", "day2", "day1"]
        assert ids(mailbox, ref) == ["day40", "day3", "day2", "day1", "day0"]

    def test_list_finds_an_old_mail_that_came_into_the_label_late(
        self, world: World, mailbox: OpenMailbox
    ) -> None:
        ref = world.add_label("Project X")
        for day in (3, 0, 40):
            world.deliver(ref, a_mail(f"day{day}", AT + day * DAY), AT + day * DAY)
        assert ids(mailbox, ref, AT - DAY, AT + DAY) == ["day0"]
        assert sorted(ids(mailbox, ref)) == ["day0", "day3", "day40"]

    def test_list_in_pages_has_each_mail_once_newest_first(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        many = self.more_than_a_page or 25
        for number in range(many):
            world.deliver(ref, a_mail(f"{number:04}", AT + number), AT + number)
        walked = pages(mailbox, ref, 0, AT + DAY)
        refs = [mail.ref for page in walked for mail in page.listed]
        assert (len(walked) > 1) == (self.more_than_a_page > 0)
        assert named(mailbox, ref, refs) == [f"{number:04}" for number in reversed(range(many))]

    def test_list_knows_a_mail_by_the_ref_that_changes_know_it_by(
        self, world: World, mailbox: OpenMailbox
    ) -> None:
        ref = world.add_label("Project X")
        cursor = from_now(mailbox, ref)
        world.deliver(ref, a_mail("new"), AT)
        [listed] = mailbox.list(ref, AT, AT + 1).listed
        assert [listed.ref] == since(mailbox, ref, cursor)[0]
        assert (len(listed.ref) <= 300, listed.received_at in (AT, None)) == (True, True)

    def test_what_is_said_to_be_newest_first_is_so_M13(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        for number, at in enumerate((AT + 1, AT, AT + 2 * DAY, AT + DAY)):
            world.deliver(ref, a_mail(f"{number}", at), at)
        page = mailbox.list(ref, AT, AT + 3 * DAY)
        told = [mail.received_at for mail in page.listed]
        newest_first = [AT + 2 * DAY, AT + DAY, AT + 1, AT]
        assert told == newest_first or not page.is_newest_first

    def test_empty_label_lists_nothing(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        assert mailbox.list(ref, 0, AT)[:2] == ([], None)
        assert mailbox.count(ref, 0) == 0

    def test_count_is_of_what_came_in_since(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        for number, at in enumerate((AT, AT + 1, AT + 20 * DAY)):
            world.deliver(ref, a_mail(f"{number}", at), at)
        assert [mailbox.count(ref, at) for at in (AT - DAY, AT + 10 * DAY, AT + 30 * DAY)] == [3, 1, 0]


class HeadContract:
    """What is told of a mail before it is fetched."""

    def test_head_says_all_that_rules_may_see_F2(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        world.deliver(ref, RICH, AT)
        [head] = heads(mailbox, ref)
        assert seen(read_envelope(head.header)) == seen(read_envelope(RICH))
        assert (head.received_at, head.kept_out) == (AT, "")
        assert head.size in (len(RICH), None)

    def test_head_holds_nothing_of_the_text_S8(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        world.deliver(ref, RICH, AT)
        [head] = heads(mailbox, ref)
        assert b"Nobody reads this" not in head.header

    def test_same_mail_has_always_the_same_head_M13(self, world: World) -> None:
        ref = world.add_label("Project X")
        world.deliver(ref, RICH, AT)
        met = []
        for _ in range(2):
            with world.provider.open(world.mine) as mailbox:
                met += [*heads(mailbox, ref), *heads(mailbox, ref)]
        assert met == [met[0]] * 4

    def test_moved_mail_keeps_its_header_block_M13(self, world: World, mailbox: OpenMailbox) -> None:
        here, there = world.add_label("Here"), world.add_label("There")
        world.deliver(here, RICH, AT)
        [before] = heads(mailbox, here)
        world.move(here, before.ref, there)
        [after] = heads(mailbox, there)
        assert (after.header, after.received_at) == (before.header, before.received_at)

    def test_heads_of_what_is_gone_are_left_out(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        for name in ("kept", "gone"):
            world.deliver(ref, a_mail(name), AT)
        kept, gone = (ref_of(mailbox, ref, name) for name in ("kept", "gone"))
        world.expunge(ref, gone)
        assert [head.ref for head in mailbox.heads(ref, [gone, kept])] == [kept]
        assert [whole.ref for whole in mailbox.wholes(ref, [gone, kept])] == [kept]
        assert [*mailbox.heads(ref, [gone])] == [*mailbox.wholes(ref, [gone])] == []

    def test_asked_for_nothing_it_gives_nothing(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        world.deliver(ref, a_mail("here"), AT)
        assert [*mailbox.heads(ref, [])] == [*mailbox.wholes(ref, [])] == []


class WholeContract:
    """What is fetched."""

    altered: ClassVar[frozenset[str]]

    @pytest.mark.parametrize("name", EXACT)
    def test_whole_mail_is_exact_to_the_byte(self, world: World, mailbox: OpenMailbox, name: str) -> None:
        ref = world.add_label("Project X")
        world.deliver(ref, EXACT[name], AT)
        [listed] = mailbox.list(ref, AT, AT + 1).listed
        [whole] = mailbox.wholes(ref, [listed.ref])
        assert whole.ref == listed.ref
        assert (whole.raw == EXACT[name]) == (name not in self.altered)

    def test_wholes_are_those_asked_for(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        mails = {f"{number}": a_mail(f"{number}", AT + number) for number in range(4)}
        for number, raw in enumerate(mails.values()):
            world.deliver(ref, raw, AT + number)
        asked = {ref_of(mailbox, ref, name): mails[name] for name in ("3", "1")}
        assert {whole.ref: whole.raw for whole in mailbox.wholes(ref, [*asked])} == asked

    def test_reading_changes_nothing(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        world.deliver(ref, a_mail("read"), AT)
        cursor = from_now(mailbox, ref)
        before = (mailbox.labels(), heads(mailbox, ref))
        assert len([*mailbox.wholes(ref, [head.ref for head in before[1]])]) == 1
        assert (mailbox.labels(), heads(mailbox, ref)) == before
        assert since(mailbox, ref, cursor)[:2] == ([], [])
