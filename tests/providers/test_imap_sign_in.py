"""Connecting and signing in over IMAP: what is sent to whom, and what goes wrong (M2, M14, S7; row 31, 32)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from made_certificates import Authority
from scripted_imap import ADDRESS, PASSWORD, ScriptedImap, scripted_imap

from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, SignInAgain, TryLater
from postroom.providers.imap.provider import ImapProvider
from postroom.providers.imap.wire import Patience
from postroom.providers.port import Access

IMAP = ImapProvider(Patience(silence=5, answer=10))
CODED = base64.b64encode(f"\0{ADDRESS}\0{PASSWORD}".encode())


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    with scripted_imap() as server:
        yield server


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this process trusts."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


def certify(server: ScriptedImap, authority: Authority, host: str = "localhost", **how: bool) -> None:
    certificate, key = (authority.file.with_name(name) for name in ("cert.pem", "key.pem"))
    authority.issue(host, certificate, key, **how)
    server.certificate = (str(certificate), str(key))


def trouble(access: Access) -> ProviderError:
    """What opening the mailbox fails with."""
    with pytest.raises(ProviderError) as caught, IMAP.open(access):
        pass
    return caught.value


def test_signing_in_needs_one_message_where_the_server_takes_it(server: ScriptedImap) -> None:
    with IMAP.open(server.access()) as mailbox:
        assert mailbox.count("INBOX", 0) == 0
    assert server.heard[:2] == [b"CAPABILITY", b"AUTHENTICATE PLAIN " + CODED]


def test_signing_in_waits_where_the_server_wants_it(server: ScriptedImap) -> None:
    server.capabilities = b"IMAP4rev1 AUTH=PLAIN"
    with IMAP.open(server.access()):
        pass
    assert server.heard[1:3] == [b"AUTHENTICATE PLAIN", b"+" + CODED]


def test_signing_in_by_login_where_there_is_nothing_else(server: ScriptedImap) -> None:
    server.capabilities = b"IMAP4rev1"
    with IMAP.open(server.access()):
        pass
    assert server.heard[1] == f'LOGIN "{ADDRESS}" "{PASSWORD}"'.encode()


def test_password_with_any_letters_goes_by_login(server: ScriptedImap) -> None:
    server.capabilities = b"IMAP4rev1"
    trouble(server.access(secret={"password": 'Grüße "\\'}))
    assert server.heard[1] == f'LOGIN "{ADDRESS}" {{10}}\r\nGrüße "\\'.encode()


def test_no_password_is_sent_where_none_is_taken(server: ScriptedImap) -> None:
    server.capabilities = b"IMAP4rev1 LOGINDISABLED"
    problem = trouble(server.access())
    assert (type(problem), problem.code) == (CannotEver, "password_not_taken")
    assert server.heard == [b"CAPABILITY"]


def test_user_name_of_ones_own_is_used(server: ScriptedImap) -> None:
    trouble(server.access(username="sam"))
    assert server.heard[1] == b"AUTHENTICATE PLAIN " + base64.b64encode(f"\0sam\0{PASSWORD}".encode())


def test_server_that_takes_access_tokens_alone_gets_no_password(server: ScriptedImap) -> None:
    server.capabilities = b"IMAP4rev1 AUTH=XOAUTH2 SASL-IR LOGINDISABLED"
    problem = trouble(server.access())
    assert (type(problem), problem.code, server.heard) == (
        CannotEver,
        "password_not_taken",
        [b"CAPABILITY"],
    )


def test_master_user_signs_in_as_address_separator_master_M2(server: ScriptedImap) -> None:
    secret = {"master_user": "capture", "master_password": "key", "separator": "*"}
    trouble(replace(server.access(secret=secret), is_central=True))
    assert server.heard[1] == b"AUTHENTICATE PLAIN " + base64.b64encode(f"\0{ADDRESS}*capture\0key".encode())


def test_master_user_without_separator_acts_for_the_address_M2(server: ScriptedImap) -> None:
    secret = {"master_user": "capture", "master_password": "key", "separator": ""}
    trouble(replace(server.access(secret=secret), is_central=True))
    assert server.heard[1] == b"AUTHENTICATE PLAIN " + base64.b64encode(f"{ADDRESS}\0capture\0key".encode())


def test_own_password_is_not_used_for_all_M2(server: ScriptedImap) -> None:
    trouble(replace(server.access(), is_central=True))
    assert not [heard for heard in server.heard if CODED in heard]


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        (b"wrong", SignInAgain, "password_refused"),
        (b"[AUTHENTICATIONFAILED] wrong", SignInAgain, "password_refused"),
        (b"[ALERT] Application-specific password required", SignInAgain, "password_refused"),
        (b"[EXPIRED] too old", SignInAgain, "password_expired"),
        (b"[AUTHORIZATIONFAILED] not for them", NotAllowed, "not_authorized"),
        (b"[CONTACTADMIN] ask", NotAllowed, "contact_admin"),
        (b"[PRIVACYREQUIRED] encrypt", CannotEver, "tls_required"),
        (b"[UNAVAILABLE] later", TryLater, "unavailable"),
        (b"[INUSE] later", TryLater, "in_use"),
        (b"[LIMIT] later", TryLater, "too_many_connections"),
        (b"[OVERQUOTA] full", TryLater, "over_quota"),
        (b"[SERVERBUG] oh", TryLater, "server_trouble"),
        (b"[ALERT] Too many simultaneous connections. (Failure)", TryLater, "too_many_connections"),
    ],
)
def test_refusals_row_32(server: ScriptedImap, said: bytes, kind: type[ProviderError], code: str) -> None:
    server.refusal = said
    problem = trouble(server.access())
    assert (type(problem), problem.code) == (kind, code)
    assert server.heard[-1].startswith(b"AUTHENTICATE")


@pytest.mark.parametrize(
    ("greeting", "kind", "code"),
    [
        (b"* BYE too many connections\r\n", TryLater, "turned_away"),
        (b"* BYE [UNAVAILABLE] later\r\n", TryLater, "unavailable"),
        (b"* BYE [OVERQUOTA] full\r\n", TryLater, "over_quota"),
        (b"* PREAUTH welcome whoever you are\r\n", CannotEver, "protocol"),
        (b"220 mail.example.com ESMTP\r\n", CannotEver, "protocol"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", CannotEver, "protocol"),
        (b"\r\n", CannotEver, "protocol"),
    ],
)
def test_greetings_row_32(
    server: ScriptedImap, greeting: bytes, kind: type[ProviderError], code: str
) -> None:
    server.greeting = greeting
    problem = trouble(server.access())
    assert (type(problem), problem.code) == (kind, code)
    assert server.heard == []


def test_bye_in_the_middle_is_for_later_row_32(server: ScriptedImap) -> None:
    server.lie(b"EXAMINE", b"* BYE [UNAVAILABLE] going down\r\n")
    with IMAP.open(server.access()) as mailbox, pytest.raises(TryLater, match="unavailable"):
        mailbox.changes("INBOX", None)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_good_certificate_is_taken_row_31(server: ScriptedImap, authority: Authority, security: str) -> None:
    certify(server, authority)
    server.is_tls = security == "tls"
    server.capabilities += b" STARTTLS"
    with IMAP.open(server.access(security)) as mailbox:
        assert mailbox.count("INBOX", 0) == 0


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("fault", ["expired", "self-signed", "another host", "unknown authority"])
def test_bad_certificate_is_refused_and_nothing_secret_sent_row_31(
    server: ScriptedImap,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    security: str,
    fault: str,
) -> None:
    certify(
        server,
        authority,
        "mail.example.com" if fault == "another host" else "localhost",
        is_expired=fault == "expired",
        is_self_signed=fault == "self-signed",
    )
    if fault == "unknown authority":
        monkeypatch.delenv("SSL_CERT_FILE")
    server.is_tls = security == "tls"
    server.capabilities += b" STARTTLS"
    problem = trouble(server.access(security))
    assert (type(problem), problem.code) == (CannotEver, "certificate_refused")
    assert server.heard == ([] if security == "tls" else [b"CAPABILITY", b"STARTTLS"])


def test_starttls_taken_away_ends_it_row_31(server: ScriptedImap) -> None:
    problem = trouble(server.access("starttls"))
    assert (type(problem), problem.code) == (CannotEver, "starttls_missing")
    assert server.heard == [b"CAPABILITY"]


def test_starttls_refused_ends_it_row_31(server: ScriptedImap) -> None:
    server.capabilities += b" STARTTLS"
    server.lie(b"STARTTLS", b"TAG NO not now\r\n")
    problem = trouble(server.access("starttls"))
    assert (type(problem), problem.code) == (CannotEver, "starttls_missing")


def test_answers_slipped_in_before_encryption_are_not_believed_row_31(
    server: ScriptedImap, authority: Authority
) -> None:
    certify(server, authority)
    server.capabilities += b" STARTTLS"
    server.after_starttls = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"
    problem = trouble(server.access("starttls"))
    assert (type(problem), problem.code) == (CannotEver, "protocol")
    assert server.heard == [b"CAPABILITY", b"STARTTLS"]


def test_capabilities_are_asked_again_once_encrypted_row_31(
    server: ScriptedImap, authority: Authority
) -> None:
    certify(server, authority)
    server.capabilities += b" STARTTLS"
    with IMAP.open(server.access("starttls")):
        pass
    assert server.heard[:3] == [b"CAPABILITY", b"STARTTLS", b"CAPABILITY"]


def test_no_tls_at_this_port_row_31(server: ScriptedImap) -> None:
    problem = trouble(server.access("tls"))
    assert (type(problem), problem.code) == (CannotEver, "tls_failed")


@pytest.mark.parametrize("security", ["none", "whatever", ""])
def test_without_encryption_nobody_is_called_unless_an_admin_allows_row_30(
    server: ScriptedImap, security: str
) -> None:
    problem = trouble(server.access(security, allow_plain=False))
    assert (type(problem), problem.code) == (CannotEver, "plain_refused")
    assert server.heard == []


def test_private_host_is_refused_unless_it_is_named_S4(server: ScriptedImap) -> None:
    problem = trouble(server.access(allowed_hosts=[]))
    assert (type(problem), problem.code) == (CannotEver, "host_refused")
    assert server.heard == []


def test_what_is_said_of_trouble_names_nobody_and_no_secret_S7(
    server: ScriptedImap, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    server.refusal = f"no {PASSWORD} for {ADDRESS}".encode()
    problem = trouble(server.access())
    said = f"{problem} {problem!r} {caplog.text} {capfd.readouterr()}"
    assert not [text for text in (ADDRESS, PASSWORD, CODED.decode()) if text in said]


@pytest.mark.parametrize(
    ("refusal", "what"),
    [
        (b"[AUTHENTICATIONFAILED] no", "master_user"),
        (b"[AUTHORIZATIONFAILED] no", "master_rights"),
        (b"[CONTACTADMIN] no", "account"),
    ],
)
def test_check_says_what_is_missing_M2(server: ScriptedImap, refusal: bytes, what: str) -> None:
    server.refusal = refusal
    secret = {"master_user": "capture", "master_password": "key", "separator": "*"}
    assert [each.what for each in IMAP.check(server.access().settings, secret, ADDRESS)] == [what]


def test_check_says_where_the_master_user_may_not_read_M2(server: ScriptedImap) -> None:
    server.lie(b"AUTHENTICATE", b"TAG OK welcome\r\n")
    server.lie(b"EXAMINE", b"TAG NO [NOPERM] not yours\r\n")
    secret = {"master_user": "capture", "master_password": "key", "separator": "*"}
    assert [each.what for each in IMAP.check(server.access().settings, secret, ADDRESS)] == ["master_rights"]


def test_check_that_cannot_be_made_now_is_for_later_M2(server: ScriptedImap) -> None:
    server.refusal = b"[UNAVAILABLE] later"
    secret = {"master_user": "capture", "master_password": "key", "separator": "*"}
    with pytest.raises(TryLater):
        IMAP.check(server.access().settings, secret, ADDRESS)


def test_addresses_cannot_be_listed_M2(server: ScriptedImap) -> None:
    assert IMAP.addresses(server.access().settings, {}, ADDRESS) is None
