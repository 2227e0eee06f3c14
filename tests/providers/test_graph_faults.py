"""Graph in trouble: throttled, cursors lost, tokens expired, servers that lie; by rows of the matrix of faults."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate
from itertools import count
from urllib.parse import unquote

import pytest
from contract_looks import from_now, since
from contract_world import AT, RICH
from fake_graph import FakeGraph, delta, fake_graph
from graph_access import a_folder, box_of, fill, opened, own_access

from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, StartOver, TryLater
from postroom.providers.graph import PROVIDER, client, mailbox
from postroom.providers.port import SEVERAL, NotGiven, OpenMailbox


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "PAGE", 5)


@pytest.mark.parametrize("status", [429, 503, 504, 500, 502])
def test_throttled_or_away_is_tried_later_row_38(graph: FakeGraph, status: int) -> None:
    folder = a_folder(graph)
    with opened(graph) as box:
        cursor = from_now(box, folder.id)
        graph.faults.fail("delta", status, "", Retry_After="17")
        asked = len(graph.asked)
        with pytest.raises(TryLater) as caught:
            box.changes(folder.id, cursor)
    assert (caught.value.code, caught.value.after_seconds) == (
        "throttled" if status == 429 else "unavailable",
        17.0,
    )
    assert len(graph.asked) == asked + 1


def test_retry_after_may_be_a_date_row_38(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    graph.faults.fail("delta", 429, "", Retry_After=formatdate(0, usegmt=True))
    with opened(graph) as box, pytest.raises(TryLater) as caught:
        box.changes(folder.id, None)
    assert caught.value.after_seconds == 0.0


def test_throttled_parts_of_a_batch_are_asked_again_and_no_others_row_38(
    graph: FakeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(client, "sleep", waited.append)
    folder = a_folder(graph)
    refs = fill(graph, folder, 30)
    graph.faults.fail(refs[3], 429, "ApplicationThrottled", Retry_After="2")
    graph.faults.fail(refs[25], 503, "", times=2, Retry_After="3")
    with opened(graph) as box:
        heads = box.heads(folder.id, refs)
        assert [head.ref for head in heads] == refs
    parts = [asked.target for asked in graph.asked if asked.is_part and "?$select=internet" in asked.target]
    assert len(parts) == 30 + 3
    assert waited == [2.0, 3.0, 3.0]


def test_parts_that_stay_throttled_end_in_try_later_row_38(
    graph: FakeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(client, "sleep", waited.append)
    folder = a_folder(graph)
    [ref] = fill(graph, folder, 1)
    graph.faults.fail(ref, 429, "ApplicationThrottled", times=99, Retry_After="4")
    with opened(graph) as box, pytest.raises(TryLater, match=r"^throttled$") as caught:
        box.heads(folder.id, [ref])
    assert (waited, caught.value.after_seconds) == ([4.0, 4.0], 4.0)


def test_asking_finds_what_nobody_called_about_row_39(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    with opened(graph) as box:
        cursor = from_now(box, folder.id)
        [ref] = fill(graph, folder, 1)
        assert box.wait(folder.id, 60) is False
        assert since(box, folder.id, cursor)[0] == [ref]


@pytest.mark.parametrize(
    "lost_as",
    [
        (410, "SyncStateNotFound"),
        (410, "resyncRequired"),
        (400, "SyncStateInvalid"),
        (404, "syncStateNotFound"),
        (400, "ErrorInvalidSyncStateData"),
    ],
)
def test_cursor_of_a_forgotten_generation_starts_over_row_41(
    graph: FakeGraph, lost_as: tuple[int, str]
) -> None:
    graph.delta.lost_as = lost_as
    folder = a_folder(graph)
    refs = fill(graph, folder, 3)
    with opened(graph) as box:
        old = from_now(box, folder.id)
        cursor = old
        for _ in range(4):
            cursor = box.changes(folder.id, cursor).cursor
        with pytest.raises(StartOver, match=r"^cursor_lost$"):
            box.changes(folder.id, old)
        assert since(box, folder.id, None)[0] == refs


def test_link_that_dies_in_the_middle_of_a_walk_starts_over_row_41(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    refs = fill(graph, folder, 12)
    with opened(graph) as box:
        first = box.changes(folder.id, None)
        assert first.more
        folder.highest += 4
        with pytest.raises(StartOver, match=r"^cursor_lost$"):
            box.changes(folder.id, first.cursor)
        assert since(box, folder.id, None)[0] == refs


def test_ids_stay_when_a_mail_is_moved_row_42(graph: FakeGraph) -> None:
    here, there = a_folder(graph, "Here"), a_folder(graph, "There")
    [ref] = fill(graph, here, 1)
    with opened(graph) as box:
        box.labels()
        cursor = from_now(box, there.id)
        box_of(graph).move(box_of(graph).mail(ref), there)
        assert since(box, there.id, cursor)[0] == [ref]
        box.heads(there.id, [ref])
        assert len([*box.wholes(there.id, [ref])]) == box.count(there.id, AT) == 1
        box.list(there.id, 0, AT)
        box.address()
    assert [asked.target for asked in graph.asked if 'IdType="ImmutableId"' not in asked.prefer] == []


def test_mail_whose_id_changed_has_the_same_header_block_row_42(graph: FakeGraph) -> None:
    graph.routes.forgets_immutable_ids = True
    here, there = a_folder(graph, "Here"), a_folder(graph, "There")
    mail = box_of(graph).deliver(here, RICH, AT)
    with opened(graph) as box:
        cursors = [from_now(box, folder.id) for folder in (here, there)]
        [before] = box.heads(here.id, [mail.id])
        box_of(graph).move(mail, there)
        assert since(box, here.id, cursors[0])[:2] == ([], [before.ref])
        [after] = box.heads(there.id, since(box, there.id, cursors[1])[0])
        assert box.heads(here.id, [before.ref]) == []
    assert (after.ref != before.ref, after.header) == (True, before.header)


@pytest.mark.parametrize("pages", [0, 1, 2, 5])
def test_server_that_sends_in_a_circle_is_noticed_row_43(
    graph: FakeGraph, pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delta, "GENERATIONS", 1000)
    folder = a_folder(graph)
    fill(graph, folder, 300)
    graph.delta.loop_after = pages
    with opened(graph) as box:
        with pytest.raises(CannotEver, match=r"^protocol$"):
            _walk(box, folder.id)
        assert box.requests <= 4 * pages + 8


def test_long_walk_is_no_circle_row_43(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    refs = fill(graph, folder, 200)
    with opened(graph) as box:
        assert since(box, folder.id, None)[0] == refs


def test_link_to_somewhere_else_is_never_followed_S4(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    fill(graph, folder, 20)
    with fake_graph() as other, opened(graph) as box:
        cursor = from_now(box, folder.id)
        graph.delta.foreign_link = f"{other.address}/v1.0/me/mailFolders('x')/messages/delta?$skiptoken=1"
        page = box.changes(folder.id, None)
        for bad in (
            page.cursor,
            {**cursor, "link": f"{graph.address}@{other.address[7:]}/v1.0/me"},
            {"a": 1},
        ):
            with pytest.raises(StartOver, match=r"^cursor_lost$"):
                box.changes(folder.id, bad)
        for bad_position in (f'{{"link": "{other.address}/v1.0/me", "mark": "", "steps": 1}}', "nonsense"):
            with pytest.raises(CannotEver, match=r"^protocol$"):
                box.list(folder.id, 0, AT, bad_position)
        assert (other.asked, other.tokens_seen) == ([], [])


def test_answer_that_breaks_off_is_no_mail_row_27(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    refs = fill(graph, folder, 3)
    graph.faults.cut = r"value$"
    with opened(graph) as box, pytest.raises(TryLater, match=r"^unreachable$"):
        next(iter(box.wholes(folder.id, refs)))


def test_server_that_is_not_there_is_tried_later(graph: FakeGraph) -> None:
    with fake_graph() as gone:
        gone.directory.add_user("sam@us.example")
    with pytest.raises(TryLater, match=r"^unreachable$"):
        PROVIDER.open(own_access(gone, "sam@us.example"))


def test_four_at_once_and_no_more(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    refs = fill(graph, folder, 12)
    graph.faults.latency = 0.02
    with opened(graph) as box:
        assert [whole.ref for whole in box.wholes(folder.id, refs)] == refs
        assert len(box.heads(folder.id, refs)) == 12
    assert graph.faults.most_at_once <= client.AT_ONCE


def test_stopping_in_the_middle_of_wholes_asks_for_no_more(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    refs = fill(graph, folder, 40)
    with opened(graph) as box:
        for whole in box.wholes(folder.id, refs):
            assert whole.ref == refs[0]
            break
        assert box.requests <= 2 * client.AT_ONCE


@pytest.mark.parametrize("status", [400, 500])
def test_item_that_is_no_mail_stops_no_other(graph: FakeGraph, status: int) -> None:
    folder = a_folder(graph)
    refs = fill(graph, folder, 3)
    graph.faults.fail(refs[1], status, "ErrorMimeContentConversionFailed", times=2)
    with opened(graph) as box:
        for given in (box.heads(folder.id, refs), [*box.wholes(folder.id, refs)]):
            assert [mail.ref for mail in given] == [refs[0], refs[2], refs[1]]
            assert given[2] == NotGiven(refs[1])


@pytest.mark.parametrize(("status", "tries"), [(500, client.TRIES), (503, client.TRIES), (400, 1), (413, 1)])
def test_mail_that_is_refused_on_and_on_is_not_given_and_stops_no_other(
    graph: FakeGraph, monkeypatch: pytest.MonkeyPatch, status: int, tries: int
) -> None:
    monkeypatch.setattr(client, "sleep", lambda _: None)
    folder = a_folder(graph)
    refs = fill(graph, folder, 3)
    graph.faults.fail(refs[1], status, "", times=99)
    with opened(graph) as box:
        for ask in (box.heads, lambda *what: [*box.wholes(*what)]):
            asked = len(graph.asked)
            given = ask(folder.id, refs)
            assert ([mail.ref for mail in given], given[2]) == (
                [refs[0], refs[2], refs[1]],
                NotGiven(refs[1]),
            )
            assert sum(refs[1] in unquote(one.target) for one in graph.asked[asked:]) == tries


def test_several_mails_that_are_all_refused_are_for_later(
    graph: FakeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "sleep", lambda _: None)
    folder = a_folder(graph)
    refs = fill(graph, folder, SEVERAL + 1)
    graph.faults.fail("/messages/", 503, "", times=999)
    with opened(graph) as box:
        with pytest.raises(TryLater, match="unavailable"):
            box.heads(folder.id, refs)
        with pytest.raises(TryLater, match="unavailable"):
            [*box.wholes(folder.id, refs)]


def test_mail_longer_than_any_is_not_given(graph: FakeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_MOST_BYTES", 100)
    folder = a_folder(graph)
    refs = fill(graph, folder, 1)
    with opened(graph) as box:
        assert [*box.wholes(folder.id, refs)] == [NotGiven(refs[0])]


@pytest.mark.parametrize(
    ("status", "code", "error", "says"),
    [
        (403, "ErrorAccessDenied", NotAllowed, "access_denied"),
        (404, "MailboxNotEnabledForRESTAPI", CannotEver, "no_mailbox"),
        (404, "ErrorInvalidUser", CannotEver, "no_mailbox"),
        (404, "ErrorItemNotFound", StartOver, "label_gone"),
        (400, "ErrorInvalidIdMalformed", StartOver, "label_gone"),
        (400, "BadRequest", CannotEver, "protocol"),
        (503, "ErrorMailboxMoveInProgress", TryLater, "throttled"),
        (302, "", CannotEver, "protocol"),
    ],
)
def test_refusals_are_one_of_the_five_M14(
    graph: FakeGraph, status: int, code: str, error: type[ProviderError], says: str
) -> None:
    folder = a_folder(graph)
    graph.faults.fail("delta", status, code)
    with opened(graph) as box, pytest.raises(error, match=f"^{says}$"):
        box.changes(folder.id, None)


def test_mail_that_went_between_list_and_whole_is_left_out_row_24(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    refs = fill(graph, folder, 3)
    with opened(graph) as box:
        graph.faults.before = _once_at(1, lambda: box_of(graph).expunge(box_of(graph).mail(refs[1])))
        assert [whole.ref for whole in box.wholes(folder.id, refs[1:])] == refs[2:]


def _once_at(number: int, act: Callable[[], object]) -> Callable[[str], None]:
    """Act before the request of this number, from now on."""
    numbers = count(1)

    def before(_: str) -> None:
        if next(numbers) == number:
            act()

    return before


def _walk(box: OpenMailbox, label: str) -> None:
    cursor = None
    for _ in range(60):
        cursor = box.changes(label, cursor).cursor
