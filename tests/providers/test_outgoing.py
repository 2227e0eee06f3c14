"""Which hosts that people typed are connected to (S4). No look-up leaves this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from postroom.core.trouble import CannotEver, TryLater
from postroom.providers.outgoing import addresses_of, connect, is_public


class Names:
    """A look-up that answers as it was told, one list of addresses after the other; the last one stays."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in answer
        ]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_public_addresses_are_let_through_S4(address: str) -> None:
    assert is_public(address)
    assert addresses_of("mail.example.com", 993, look_up=Names([address]))[0][4] == (address, 993)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.254",
        "192.0.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:100.64.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "not an address",
    ],
)
def test_addresses_that_are_not_everybodys_are_refused_S4(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(CannotEver) as refused:
        addresses_of("mail.example.com", 993, look_up=Names([address]))
    assert refused.value.code == "host_refused"


def test_one_private_address_among_public_ones_refuses_the_host_S4() -> None:
    with pytest.raises(CannotEver) as refused:
        connect("mail.example.com", 993, seconds=1, look_up=Names(["1.1.1.1", "127.0.0.1"]))
    assert refused.value.code == "host_refused"


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0177.0.0.1", "017700000001", "127.1", "127.0.0.1", "::1", "localhost"],
)
def test_other_spellings_of_this_machine_are_refused_S4(host: str) -> None:
    with pytest.raises(CannotEver) as refused:
        addresses_of(host, 993)
    assert refused.value.code in ("host_refused", "host_unknown")


def test_a_named_host_may_be_private_and_is_compared_without_case_S4(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with connect("Mail.Intern.", port, ["mail.intern"], seconds=5, look_up=Names(["127.0.0.1"])) as made:
        assert made.getpeername() == ("127.0.0.1", port)
    with pytest.raises(CannotEver):
        connect("mail.intern.evil.com", port, ["mail.intern"], seconds=5, look_up=Names(["127.0.0.1"]))


def test_a_name_that_changes_its_address_is_asked_once_S4(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    with connect("mail.intern", port, ["mail.intern"], seconds=5, look_up=names) as made:
        assert made.getpeername() == ("127.0.0.1", port)
    assert names.asked == ["mail.intern"]


def test_the_next_address_is_tried_where_one_does_not_answer(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    names = Names(["127.0.0.3", "127.0.0.1"])
    with connect("mail.intern", port, ["mail.intern"], seconds=5, look_up=names) as made:
        assert made.getpeername() == ("127.0.0.1", port)


def test_nobody_there_is_for_later() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(TryLater) as away:
        connect("localhost", port, ["localhost"], seconds=5)
    assert away.value.code == "unreachable"


@pytest.mark.parametrize(
    ("errno", "kind", "code"),
    [
        (socket.EAI_NONAME, CannotEver, "host_unknown"),
        (socket.EAI_AGAIN, TryLater, "host_not_found"),
    ],
)
def test_names_that_lead_nowhere(errno: int, kind: type[Exception], code: str) -> None:
    def nowhere(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
        raise socket.gaierror(errno, "nothing")

    with pytest.raises(kind) as problem:
        addresses_of("nowhere.example.com", 993, look_up=nowhere)
    assert problem.value.code == code  # type: ignore[attr-defined]


@pytest.mark.parametrize("host", ["", "a" * 300, "bad\0host", "..", "exa mple.com"])
def test_what_is_no_name_is_unknown_or_refused(host: str) -> None:
    with pytest.raises((CannotEver, TryLater)):
        addresses_of(host, 993)
