"""Mail folders of Graph as labels: the tree, roles, and where a mail counts as thrown away."""

from __future__ import annotations

import pytest
from contract_looks import from_now, since
from contract_world import AT, a_mail
from fake_graph import FakeGraph
from graph_access import a_folder, box_of, central_access, fill, opened

from postroom.core.trouble import CannotEver, StartOver, TryLater
from postroom.providers.graph import PROVIDER, mailbox


def test_roles_are_the_well_known_names_in_any_language_M12(graph: FakeGraph) -> None:
    box_of(graph).add_folder("Inbox")
    with opened(graph) as box:
        assert {(label.path, label.role) for label in box.labels()} == {
            (("Posteingang",), "inbox"),
            (("Gesendete Elemente",), "sent"),
            (("Entwürfe",), "drafts"),
            (("Gelöschte Elemente",), "trash"),
            (("Junk-E-Mail",), "spam"),
            (("Archiv",), "archive"),
            (("Postausgang",), ""),
            (("Inbox",), ""),
        }


def test_mailbox_without_some_of_them_has_none_of_these_roles_M12(graph: FakeGraph) -> None:
    for name in ("archive", "sentitems"):
        box_of(graph).remove_folder(box_of(graph).folder(name))
    with opened(graph) as box:
        roles = {label.role for label in box.labels()}
    assert roles == {"inbox", "drafts", "trash", "spam", ""}


def test_tree_of_many_folders_is_read_in_pages(graph: FakeGraph) -> None:
    parent = a_folder(graph, "Customers")
    for number in range(250):
        child = box_of(graph).add_folder(f"{number:03}", parent)
    deep = child
    for name in ("a", "b", "c"):
        deep = box_of(graph).add_folder(name, deep)
    with opened(graph) as box:
        paths = {label.path for label in box.labels()}
        assert box.requests == 1 + 1 + 1 + 1 + 1 + 1 + 1 + 6
    assert {("Customers", f"{number:03}") for number in range(250)} < paths
    assert ("Customers", "249", "a", "b", "c") in paths
    assert len(paths) == 7 + 1 + 250 + 3


def test_hidden_and_search_folders_are_no_labels(graph: FakeGraph) -> None:
    hidden = box_of(graph).add_folder("Clutter", is_hidden=True)
    box_of(graph).add_folder("In the hidden one", hidden)
    box_of(graph).add_folder("Unread mail", is_search=True)
    with opened(graph) as box:
        assert len(box.labels()) == 7


def test_folders_in_a_circle_end_row_43(graph: FakeGraph) -> None:
    one = a_folder(graph, "One")
    other = box_of(graph).add_folder("Other", one)
    with opened(graph) as box:
        before = len(box.labels())
        one.parent = other
        assert len(box.labels()) == before - 2


def test_folder_that_goes_while_the_tree_is_read_is_left_out(graph: FakeGraph) -> None:
    one = a_folder(graph, "One")
    box_of(graph).add_folder("Inside", one)
    graph.faults.before = lambda target: (
        box_of(graph).remove_folder(one)
        if "childFolders" in target and one.id in box_of(graph).folders
        else None
    )
    with opened(graph) as box:
        assert "Inside" not in {label.path[-1] for label in box.labels()}


def test_labels_are_all_or_trouble_row_38(graph: FakeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    box_of(graph).add_folder("Inside", a_folder(graph, "One"))
    graph.faults.fail("childFolders", 503, "", times=99, Retry_After="60")
    with opened(graph) as box, pytest.raises(TryLater, match=r"^throttled$"):
        box.labels()


@pytest.mark.parametrize(
    ("well_known", "kept_out"),
    [("drafts", "drafts"), ("junkemail", "spam"), ("deleteditems", "trash"), ("archive", ""), ("inbox", "")],
)
def test_mail_counts_by_where_it_lies_also_in_folders_inside_M16(
    graph: FakeGraph, well_known: str, kept_out: str
) -> None:
    top = box_of(graph).folder(well_known)
    inside = box_of(graph).add_folder("Inside", box_of(graph).add_folder("Half-way", top))
    for folder in (top, inside):
        [ref] = fill(graph, folder, 1)
        with opened(graph) as box:
            assert [head.kept_out for head in box.heads(folder.id, [ref])] == [kept_out]


def test_draft_is_one_wherever_it_lies_M16(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    mail = box_of(graph).deliver(folder, a_mail("draft"), AT)
    mail.is_draft = True
    with opened(graph) as box:
        assert [head.kept_out for head in box.heads(folder.id, [mail.immutable_id])] == ["drafts"]


def test_mail_that_was_moved_before_its_head_was_read_M4(graph: FakeGraph) -> None:
    """Into the trash: it says so. Into a label that may not be selected: it is gone from this one."""
    folder, other = a_folder(graph), a_folder(graph, "Not selected")
    thrown, moved, kept = fill(graph, folder, 3)
    box_of(graph).move(box_of(graph).mail(thrown), box_of(graph).folder("deleteditems"))
    box_of(graph).move(box_of(graph).mail(moved), other)
    with opened(graph) as box:
        heads = box.heads(folder.id, [thrown, moved, kept])
    assert [(head.ref, head.kept_out) for head in heads] == [(thrown, "trash"), (kept, "")]


def test_where_mails_lie_is_asked_once(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    refs = fill(graph, folder, 40)
    with opened(graph) as box:
        for ref in refs:
            assert len(box.heads(folder.id, [ref])) == 1
        assert box.requests == 40 + 6 + 2


def test_first_walk_tells_all_with_times_newest_first_M13(
    graph: FakeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "PAGE", 7)
    folder = a_folder(graph)
    refs = fill(graph, folder, 20)
    with opened(graph) as box:
        page = box.changes(folder.id, None)
        assert [mail.ref for mail in page.added] == refs[:7]
        assert [mail.received_at for mail in page.added] == [AT + 19 - n for n in range(7)]
        assert (page.removed, page.more) == ([], True)
        assert since(box, folder.id, None)[0] == refs
    asked = [a.target for a in graph.asked if "/delta" in a.target]
    assert [target for target in asked if "body" in target or "subject" in target] == []


def test_mail_that_comes_in_the_middle_of_the_walk_is_told_after_it(
    graph: FakeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "PAGE", 7)
    folder = a_folder(graph)
    refs = fill(graph, folder, 20)
    with opened(graph) as box:
        first = box.changes(folder.id, None)
        new = box_of(graph).deliver(folder, a_mail("new", AT + 99), AT + 99)
        rest, _, cursor = since(box, folder.id, first.cursor)
        assert [mail.ref for mail in first.added] + rest == refs
        assert since(box, folder.id, cursor)[0] == [new.immutable_id]


def test_mail_that_was_only_read_is_told_again_without_its_time(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    [ref] = fill(graph, folder, 1)
    with opened(graph) as box:
        cursor = from_now(box, folder.id)
        box_of(graph).touch(box_of(graph).mail(ref))
        assert box.changes(folder.id, cursor).added == [(ref, None)]


def test_repeats_and_what_came_and_went_are_told_once(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    graph.delta.repeats = True
    with opened(graph) as box:
        cursor = from_now(box, folder.id)
        gone, kept = fill(graph, folder, 2)
        box_of(graph).expunge(box_of(graph).mail(gone))
        assert since(box, folder.id, cursor)[:2] == ([kept], [gone])


def test_cursor_of_the_owners_connection_is_lost_to_that_of_all_M13(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    with opened(graph) as box:
        cursor = from_now(box, folder.id)
    with PROVIDER.open(central_access(graph, "sam@us.example")) as box:
        with pytest.raises(StartOver, match=r"^cursor_lost$"):
            box.changes(folder.id, cursor)
        assert since(box, folder.id, from_now(box, folder.id))[:2] == ([], [])


def test_listing_in_a_circle_is_noticed_row_43(graph: FakeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = a_folder(graph)
    monkeypatch.setattr(mailbox, "PAGE", 5)
    fill(graph, folder, 20)
    with opened(graph) as box:
        position = box.list(folder.id, 0, AT + 99).position
        monkeypatch.setattr("fake_graph.routes.urlencode", lambda *_, **__: "$skip=5&$top=5")
        with pytest.raises(CannotEver, match=r"^protocol$"):
            for _ in range(4):
                position = box.list(folder.id, 0, AT + 99, position).position
