"""Whoever follows mailboxes in memory knows what is in them, whatever happens in whichever order."""

from __future__ import annotations

from threading import Event, Thread

from contract_looks import from_now, since
from contract_world import AT, a_mail
from hypothesis import given
from hypothesis import strategies as st
from test_contract_memory import MemoryWorld

from postroom.providers.memory import PROVIDER, KeptMailbox, memory_server
from postroom.providers.port import Cursor, OpenMailbox


@given(
    refs_stay=st.booleans(),
    page_size=st.integers(1, 4),
    acts=st.lists(
        st.tuples(
            st.sampled_from(["deliver", "copy", "move", "expunge", "trash", "look"]), st.integers(0, 99)
        )
    ),
)
def test_whoever_follows_a_label_knows_what_is_in_it(
    refs_stay: bool, page_size: int, acts: list[tuple[str, int]]
) -> None:
    with memory_server("followed", refs_stay_when_moved=refs_stay) as server:
        world = MemoryWorld("followed", server)
        server.faults.page_size = page_size
        with PROVIDER.open(world.mine) as mailbox:
            known: dict[str, set[str]] = {label.ref: set() for label in mailbox.labels()}
            cursors = {label: from_now(mailbox, label) for label in known}
            for act, number in [*acts, ("look", 0)]:
                if act == "look":
                    _follow(mailbox, known, cursors)
                else:
                    _act(world.box, [*known], act, number)
            assert known == {label.ref: {*label.mails} for label in world.box.labels()}


def _follow(mailbox: OpenMailbox, known: dict[str, set[str]], cursors: dict[str, Cursor]) -> None:
    for label, refs in known.items():
        more = True
        while more:
            added, removed, cursors[label], more = mailbox.changes(label, cursors[label])
            refs.update(mail.ref for mail in added)
            refs.difference_update(removed)


def _act(box: KeptMailbox, labels: list[str], act: str, number: int) -> None:
    label, to = labels[number % len(labels)], labels[number % 3]
    mails = [*box.label(label).mails]
    if act == "deliver" or not mails:
        box.deliver(label, a_mail(f"{number}"), received_at=AT + number)
    elif act in ("copy", "move"):
        getattr(box, act)(label, mails[number % len(mails)], to)
    else:
        getattr(box, act)(label, mails[number % len(mails)])


def test_many_threads_deliver_and_one_follows_all() -> None:
    with memory_server("followed") as server:
        world = MemoryWorld("followed", server)
        with PROVIDER.open(world.mine) as mailbox:
            _deliver_and_follow(world.box, mailbox)


def _deliver_and_follow(box: KeptMailbox, mailbox: OpenMailbox) -> None:
    cursor = from_now(mailbox, "INBOX")
    begin = Event()

    def deliver(thread: int) -> None:
        begin.wait()
        for number in range(50):
            box.deliver("INBOX", a_mail(f"{thread}-{number}"), received_at=AT)

    threads = [Thread(target=deliver, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    begin.set()
    met: list[str] = []
    while any(thread.is_alive() for thread in threads):
        added, _, cursor = since(mailbox, "INBOX", cursor)
        met += added
    met += since(mailbox, "INBOX", cursor)[0]
    assert len(met) == len({*met}) == 200
