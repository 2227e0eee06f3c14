"""Whatever bytes come: an envelope and a content that any database can hold, or a reason why not."""

from hostile import (
    BOMBS,
    ODD_ADDRESSES,
    ODD_CHARSETS,
    ODD_DATES,
    ODD_IDS,
    ODD_TYPES,
    a_mail,
    hostile_mails,
    multipart,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postroom.core.mail.mime import read_content
from postroom.core.mail.rfc5322 import read_envelope
from postroom.core.message import UnreadableMail

WHYS = {"empty", "no_headers", "too_many_recipients", "too_deep"}


def survives(raw: bytes) -> None:
    """Read a mail and look at all that comes out."""
    try:
        envelope = read_envelope(raw)
        people = (*envelope.participants, *(envelope.alternative or ()))
        strings = [envelope.message_id, *envelope.references]
        for person in people:
            strings += [person.address, person.name]
            assert person.address.endswith("@" + person.domain)
            assert len(person.name) <= 200
        assert all(at is None or -(2**63) <= at < 2**63 for at in (envelope.date, envelope.received_at))
        pairs = [(p.role, p.address) for p in envelope.participants]
        assert len(pairs) == len(set(pairs))
        others = {(p.role, p.address) for p in envelope.alternative or ()}
        assert envelope.alternative is None or others != set(pairs)
        assert bool(envelope.message_id) != bool(envelope.header_block)
        assert not any(c in text for text in strings for c in "\0\r\n")
        content = read_content(raw)
    except UnreadableMail as refused:
        assert refused.why in WHYS
        return
    names = [attachment.name for attachment in content.attachments]
    assert not any(c in name for name in names for c in "\0\r\n/\\")
    assert not any(c in content.subject for c in "\0\r\n")
    for text in (*strings, *names, content.subject, content.text, content.html):
        assert text.encode("utf-8").decode("utf-8") == text
        assert "\0" not in text


def test_every_hostile_mail_is_survived() -> None:
    for _, raw in hostile_mails():
        survives(raw)


@given(st.binary(max_size=2000))
@settings(max_examples=200)
def test_any_bytes_are_survived(raw: bytes) -> None:
    survives(raw)
    survives(b"From: ann@x.example\n" + raw)
    survives(a_mail("fuzz", b"Content-Type: text/plain; charset=" + raw[:40] + b"\r\n", raw))


FRAGMENTS = st.sampled_from(
    [
        *ODD_ADDRESSES, *ODD_DATES[:-4], *ODD_IDS[:6], *ODD_TYPES, *ODD_CHARSETS[:-1],
        *(bomb[:60] for bomb in BOMBS.values()),
        b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\n\n", b"\r\n ", b"\0", b"\xff", b"--CUT\r\n", b"--CUT--", b"; ", b"=",
        b"From: ", b"To: ", b"Cc: ", b"Date: ", b"Message-ID: ", b"Received: ", b"Subject: ", b"Content-Type: ",
        b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable", b"SGVsbG8=",
        b"Content-Disposition: attachment; filename*0*=", b"Content-Type: message/rfc822\r\n\r\n", b"=?utf-8?q?=E9?=",
        b"Content-Type: multipart/mixed; boundary=CUT\r\n", b"=?iso-2022-jp?b?GyRC?=", b"\x1b$B", b"~{",
        b"\xed\xa0\x80",
    ]
)  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=40))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_any_pieces_of_mail_are_survived(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    survives(raw)
    survives(b"From: ann@x.example\r\n" + raw)
    survives(multipart("fuzz", b"--CUT\r\n" + raw))


SOUND = multipart(
    "sound",
    b"--CUT\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"Caf=E9\r\n--CUT\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+eDwvYj4=\r\n"
    b"--CUT\r\nContent-Disposition: attachment; filename*0*=utf-8''a; filename*1=b\r\n\r\nx\r\n--CUT--\r\n",
    extra=b'Cc: "Lee, Cy" <cy@x.example>, crew: dan@x.example;\r\nReceived: by b; 3 Mar 2026 08:30:00 GMT\r\n',
)


@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 8), FRAGMENTS), max_size=8))
@settings(max_examples=300)
def test_any_change_to_a_sound_mail_is_survived(changes: list[tuple[int, int, bytes]]) -> None:
    raw = SOUND
    for at, removed, inserted in changes:
        raw = raw[:at] + inserted + raw[at + removed :]
    survives(raw)
