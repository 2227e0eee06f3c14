"""Networks that fail under IMAP (rows 27 to 30): it is for later, in bounded time, and half a mail is never given."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fault_proxy import FaultProxy, Faults, fault_proxy
from made_certificates import Authority
from scripted_imap import ScriptedImap, scripted_imap

from postroom.core.trouble import CannotEver, ProviderError, TryLater
from postroom.providers.imap.provider import ImapProvider
from postroom.providers.imap.wire import USUAL, Patience
from postroom.providers.port import Access

AT = 1_741_000_000
IMAP = ImapProvider(Patience(silence=0.3, answer=1, slowest=2_000_000))
RAW = b"From: kay@acme.example\r\nSubject: long\r\n\r\n" + b"0123456789abcdef" * 640 + b"\r\n"


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    with scripted_imap() as server:
        server.inbox.deliver(RAW, AT)
        yield server


@pytest.fixture
def proxy(server: ScriptedImap) -> Iterator[FaultProxy]:
    with fault_proxy(server.port) as proxy:
        yield proxy


def read(access: Access) -> list[bytes]:
    """Every mail of the inbox, whole."""
    with IMAP.open(access) as mailbox:
        listed = mailbox.list("INBOX", 0, AT + 9).listed
        return [whole.raw for whole in mailbox.wholes("INBOX", [mail.ref for mail in listed])]


def through(proxy: FaultProxy, server: ScriptedImap, security: str = "none") -> Access:
    return server.access(security, port=proxy.port)


def test_without_a_fault_all_is_read(server: ScriptedImap, proxy: FaultProxy) -> None:
    assert read(through(proxy, server)) == [RAW]


@pytest.mark.parametrize("fault", ["cut", "reset"])
def test_connection_cut_at_each_kilobyte_gives_no_half_mail_row_27(
    server: ScriptedImap, proxy: FaultProxy, fault: str
) -> None:
    problems = set()
    for after in [0, 7, *range(1024, 11 * 1024, 1024), len(RAW)]:
        proxy.faults = Faults(**{fault: after})
        with pytest.raises(ProviderError) as caught:
            read(through(proxy, server))
        problems.add((type(caught.value), caught.value.code))
    assert problems == {(TryLater, "cut_off")}
    proxy.faults = Faults()
    assert read(through(proxy, server)) == [RAW]


@pytest.mark.parametrize("after", [0, 30, 400, 2000, 9000])
def test_half_open_connection_is_given_up_row_28(server: ScriptedImap, proxy: FaultProxy, after: int) -> None:
    proxy.faults = Faults(stall=after)
    with pytest.raises(TryLater, match="silent"):
        read(through(proxy, server))


@pytest.mark.parametrize("fault", [{"stall": 0}, {"stall": 60}, {"drip": 0.05}])
def test_while_somebody_waits_a_server_that_hangs_is_given_up_in_all_S4(
    server: ScriptedImap, proxy: FaultProxy, fault: dict[str, Any]
) -> None:
    access = through(proxy, server)
    proxy.faults = Faults(**fault)
    with pytest.raises(TryLater, match="too_slow"):
        ImapProvider(USUAL).open(replace(access, settings={**access.settings, "seconds": 0.4}))


@pytest.mark.parametrize("after", [0, 300, 2000])
def test_slow_drip_ends_row_29(server: ScriptedImap, proxy: FaultProxy, after: int) -> None:
    proxy.faults = Faults(drip=0.02, drip_after=after)
    with pytest.raises(TryLater, match="too_slow"):
        read(through(proxy, server))


def test_no_wait_is_longer_than_a_minute_row_28() -> None:
    assert (USUAL.silence, USUAL.answer) == (60.0, 90.0)


def test_small_pieces_are_put_together(server: ScriptedImap, proxy: FaultProxy) -> None:
    proxy.faults = Faults(slice=5)
    assert read(through(proxy, server)) == [RAW]


def test_corrupted_bytes_are_never_read_over_tls_row_30(
    server: ScriptedImap, proxy: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    authority.issue("localhost", certificate, key)
    server.certificate, server.is_tls = (str(certificate), str(key)), True
    assert read(through(proxy, server, "tls")) == [RAW]
    places = random.Random(2)
    for _ in range(20):
        proxy.faults = Faults(corrupt=places.randrange(0, 9000))
        with pytest.raises((CannotEver, TryLater)):
            read(through(proxy, server, "tls"))


def test_each_attempt_is_one_connection(server: ScriptedImap, proxy: FaultProxy) -> None:
    proxy.faults = Faults(cut=400)
    for _ in range(3):
        with pytest.raises(TryLater):
            read(through(proxy, server))
    assert proxy.connections == 3
