"""Access tokens and budgets of Graph: renewed once, kept before they are used, spent before anything is asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from itertools import count

import pytest
from contract_looks import from_now, since
from fake_graph import FakeGraph, Refused
from graph_access import a_folder, box_of, fill, opened, own_access

from postroom.core.trouble import SignInAgain, TryLater
from postroom.providers.graph import PROVIDER, mailbox


def test_token_that_expires_is_renewed_once_and_nothing_is_lost_row_44(
    graph: FakeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "PAGE", 10)
    folder = a_folder(graph)
    refs = fill(graph, folder, 45)
    with opened(graph) as box:
        graph.faults.before = _once_at(30, graph.entra.expire_access)
        assert sorted(head.ref for head in box.heads(folder.id, refs)) == sorted(refs)
        graph.faults.before = _once_at(3, graph.entra.expire_access)
        assert [whole.ref for whole in box.wholes(folder.id, refs[:9])] == refs[:9]
        graph.faults.before = _once_at(2, graph.entra.expire_access)
        assert since(box, folder.id, None)[0] == refs
    assert graph.entra.asked == ["refresh_token"] * 4


def test_part_of_a_batch_may_say_that_the_token_expired_row_44(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    refs = fill(graph, folder, 5)
    graph.faults.fail(refs[2], 401, "InvalidAuthenticationToken")
    with opened(graph) as box:
        assert [head.ref for head in box.heads(folder.id, refs)] == refs
    assert graph.entra.asked == ["refresh_token"] * 2


@pytest.mark.parametrize("ask", ["changes", "heads", "wholes"])
def test_token_that_is_refused_again_asks_to_sign_in_row_44(graph: FakeGraph, ask: str) -> None:
    folder = a_folder(graph)
    [ref] = fill(graph, folder, 1)
    graph.faults.fail("messages", 401, "InvalidAuthenticationToken", times=99)
    with opened(graph) as box, pytest.raises(SignInAgain, match=r"^token_refused$"):
        {
            "changes": lambda: box.changes(folder.id, None),
            "heads": lambda: box.heads(folder.id, [ref]),
            "wholes": lambda: [*box.wholes(folder.id, [ref])],
        }[ask]()
    assert graph.entra.asked == ["refresh_token"] * 2


def test_withdrawn_consent_asks_to_sign_in_and_the_cursor_stays_good_row_45(graph: FakeGraph) -> None:
    folder = a_folder(graph)
    with opened(graph) as box:
        cursor = from_now(box, folder.id)
        graph.entra.withdraw("sam@us.example")
        with pytest.raises(SignInAgain, match=r"^grant_expired$"):
            box.changes(folder.id, cursor)
    [ref] = fill(graph, folder, 1)
    with opened(graph) as box:
        assert since(box, folder.id, cursor)[0] == [ref]


def test_new_refresh_token_is_kept_before_the_access_token_is_used_row_47(graph: FakeGraph) -> None:
    happened: list[str] = []

    def keep(secret: Mapping[str, str]) -> None:
        happened.append(secret["refresh_token"])

    graph.faults.before = happened.append
    folder = a_folder(graph)
    with opened(graph, keep_secret=keep) as box:
        box.changes(folder.id, None)
    assert happened[0] in graph.entra.refresh
    assert happened[1].startswith("/me/mailFolders/")


def test_refresh_token_that_could_not_be_kept_lets_nothing_be_asked_row_47(graph: FakeGraph) -> None:
    def keep(_: Mapping[str, str]) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        opened(graph, keep_secret=keep)
    assert graph.asked == []


def test_two_at_once_renew_once_row_47(graph: FakeGraph) -> None:
    kept: list[str] = []
    access = own_access(
        graph, "sam@us.example", keep_secret=lambda secret: kept.append(secret["refresh_token"])
    )
    both, done = threading.Barrier(2), []

    def look() -> None:
        both.wait()
        with PROVIDER.open(access) as box:
            done.append(box.count(box_of(graph).folder("inbox").id, 0))

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (done, graph.entra.asked, len(kept)) == ([0, 0], ["refresh_token"], 1)


def test_every_request_is_spent_before_it_is_made_in_the_callers_thread(graph: FakeGraph) -> None:
    spent: list[tuple[str, int, int, int]] = []
    threads = set()

    def spend(*what: int) -> None:
        spent.append(what)
        threads.add(threading.get_ident())

    folder = a_folder(graph)
    refs = fill(graph, folder, 25)
    with opened(graph, spend=spend) as box:
        box.heads(folder.id, refs)
        assert len([*box.wholes(folder.id, refs)]) == 25
        assert box.requests == sum(units for _, units, _, _ in spent)
    assert {(key, most, seconds) for key, _, most, seconds in spent} == {("mailbox", 10_000, 600)}
    assert sum(units for _, units, _, _ in spent) == graph.faults.spent["sam@us.example"]
    assert threads == {threading.get_ident()}


def test_spent_budget_asks_for_nothing(graph: FakeGraph) -> None:
    def spend(*_: object) -> None:
        raise TryLater("budget_spent", after_seconds=60)

    folder = a_folder(graph)
    refs = fill(graph, folder, 3)
    with opened(graph, spend=spend) as box:
        for ask in (box.heads, lambda *args: [*box.wholes(*args)]):
            with pytest.raises(TryLater, match=r"^budget_spent$"):
                ask(folder.id, refs)
    assert graph.asked == []


def test_trouble_at_sign_in_passes_row_38(graph: FakeGraph) -> None:
    graph.entra.refusal = Refused("temporarily_unavailable", 90033, "A transient error has occurred.", 503)
    with pytest.raises(TryLater, match=r"^throttled_at_sign_in$"):
        opened(graph)


def _once_at(number: int, act: Callable[[], object]) -> Callable[[str], None]:
    """Act before the request of this number, from now on."""
    numbers = count(1)

    def before(_: str) -> None:
        if next(numbers) == number:
            act()

    return before
