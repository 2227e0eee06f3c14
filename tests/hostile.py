"""Mails that have broken, slowed or fooled mail software, made anew on each call: always the same.

Whatever reads mail must survive all of them: read them, or say why it does not.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Iterator

Mail = tuple[str, bytes]


def hostile_mails() -> Iterator[Mail]:
    """Yield the name and the bytes of every hostile mail."""
    yield from _no_mails()
    yield from _broken_blocks()
    yield from _odd_addresses()
    yield from _odd_dates()
    yield from _odd_ids()
    yield from _odd_types()
    yield from _odd_encodings()
    yield from _odd_multiparts()
    yield from _too_much()
    yield from _address_bombs()
    yield from _odd_names()
    yield from _odd_characters()
    yield from _lures()


def a_mail(name: str, extra: bytes = b"", body: bytes = b"The text.\r\n") -> bytes:
    """Make a sound mail with further headers."""
    head = (
        f"From: Ann Lee <ann@sender.example>\r\nTo: bob@receiver.example\r\n"
        f"Date: Tue, 3 Mar 2026 09:30:00 +0100\r\nMessage-ID: <{name}@sender.example>\r\nMIME-Version: 1.0\r\n"
    )
    return head.encode() + extra + b"\r\n" + body


def _no_mails() -> Iterator[Mail]:
    yield "nothing", b""
    yield "blank-lines", b"\r\n \r\n\r\n"
    yield "only-a-byte-order-mark", b"\xef\xbb\xbf"
    yield "utf-16", "From: ann@sender.example\r\nSubject: hello\r\n\r\nThe text.".encode("utf-16")
    yield "only-a-body", b"Hello Bob,\r\nthis has no headers at all.\r\n"
    yield "every-byte", bytes(range(256)) * 16
    yield "only-nuls", b"\0" * 5000
    yield "json", b'{"from": "ann@sender.example", "to": ["bob@receiver.example"]}'


def _broken_blocks() -> Iterator[Mail]:
    sound = a_mail("block", b"Subject: block\r\n")
    yield "byte-order-mark-first", b"\xef\xbb\xbf" + sound
    yield "carriage-returns-only", sound.replace(b"\r\n", b"\r")
    yield "two-carriage-returns", sound.replace(b"\r\n", b"\r\r\n")
    yield "mixed-line-ends", sound.replace(b"\r\n", b"\n", 3)
    yield "blank-first", b" \r\n\r\n" + sound
    yield "nul-first", b"\0\0" + sound
    yield "indented-first-header", b"\t" + sound
    yield "mbox-line-first", b"From ann@sender.example Tue Mar  3 09:30:00 2026\r\n" + sound
    yield "mbox-line-within", a_mail("within", b">From ann Tue Mar  3 09:30:00 2026\r\nSubject: block\r\n")
    yield "no-colon", a_mail("no-colon", b"this line is lost\r\nTo: carl@receiver.example\r\n")
    yield "no-blank-line", a_mail("no-blank")[: -len(b"\r\nThe text.\r\n")] + b"The text comes at once\r\n"
    yield "headers-only", a_mail("headers-only")[: -len(b"\r\nThe text.\r\n")]
    yield "nul-in-header", a_mail("nul", b"Subject: one\0two\r\n", b"three\0four")
    yield "raw-latin-1", a_mail("latin", b"Subject: caf\xe9\r\n", b"caf\xe9")
    yield "raw-utf-8", a_mail("utf", 'Cc: "Zoë" <zoë@receiver.example>\r\nSubject: café 東京\r\n'.encode())
    yield "raw-latin-1-address", b"From: Zo\xeb <zo\xeb@sender.example>\r\n\r\nThe text."
    yield (
        "headers-twice",
        a_mail(
            "twice",
            b"From: eve@other.example\r\nTo: carl@receiver.example\r\nDate: 1 Jan 1980 00:00 GMT\r\n"
            b"Message-ID: <again@other.example>\r\nSubject: one\r\nSubject: two\r\n",
        ),
    )
    yield (
        "empty-headers",
        b"From:\r\nTo:\r\nCc: \r\nDate:\r\nMessage-ID:\r\nSubject:\r\nContent-Type:\r\n\r\nThe text.",
    )
    yield "only-a-subject", b"Subject: alone\r\n\r\nThe text."


ODD_ADDRESSES = (
    b"<", b">", b'"', b"\\", b":", b";", b",", b"@", b".@", b".:", b": ;>", b"<>", b"(c):", b"ann@x.example,",
    b"*@[dom", b"(a)..(a)>)", b"Name <@route:", b'"x"@[', b"=?iso-8859-1?q?hello=0Aworld?=",
    b"=?utf-8?q?x=0D=0ABcc:_eve=40other.example?= <ann@x.example>", b"undisclosed-recipients:;",
    b"ann@x.example <eve@y.example>", b'"ann@x.example" <eve@y.example>', b"ann lee ann@x.example",
    b"<ann@x.example", b"ann@x.example>", b"ann@@x.example", b"ann@x@y.example", b"=?x?q?y?= <ann@x.example>",
    b"ann@[192.0.2.1]", b"ann@\xe6\x9d\xb1.example", b"crew: ann@x.example, bob@y.example;",
    b'"Ann <ann@x.example>', b"ann@x.example; bob@y.example", b"ann@x.example bob@y.example",
    b"<<ann@x.example>>", b"<mailto:ann@x.example>", b"Ann (ann@x.example) <bob@y.example>",
    b"=?utf-8?q?ann=40x.example?=", b"a@" + b"b" * 400, b"a" * 400 + b"@x.example", b"\xed\xb3\x9f@x.example",
)  # fmt: skip
"""Values of address headers, well formed and not."""


def _odd_addresses() -> Iterator[Mail]:
    for number, value in enumerate(ODD_ADDRESSES):
        head = b"".join(name + b": " + value + b"\r\n" for name in (b"From", b"To", b"Cc", b"Bcc"))
        yield f"address-{number}", head + b"Message-ID: <address-%d@x.example>\r\n\r\nThe text." % number


ODD_DATES = (
    b"Tue, 3 Mar 99999 09:30:00 +0000", b"Tue, 3 Mar 2026 25:61:61 +0000", b"Tue, 3 Mar 2026 09:30:00 +9999",
    b"Tue, 3 Mar 2026 09:30:00 -0000", b"03/04/2026", b"0", b"-1", b"Tue, 31 Feb 2026 09:30:00 GMT",
    b"Tue, 3 Mar 26 09:30:00 EST", b"Tue, 3 Mar 2026 09:30:60 +0000", b"Mon, 01 Jan 0001 00:00:00 +0000",
    b"Mon, 01 Jan 0001 00:00:00 +0100", b"Fri, 31 Dec 9999 23:59:59 -0100", b"2026-03-03T09:30:00Z",
    b"\xff\xfe", b"Tue, 3 Mar 2026 09:30:00 +0530 (IST) ((\"", b"9" * 5000, b"(" * 5000, b"Tue, 3 Mar 2026 9:30 PM",
)  # fmt: skip


def _odd_dates() -> Iterator[Mail]:
    for number, value in enumerate(ODD_DATES):
        head = b"From: ann@x.example\r\nReceived: by x; " + value + b"\r\nDate: " + value
        yield f"date-{number}", head + b"\r\n\r\nThe text."


ODD_IDS = (
    b"<", b"<>", b"<[abc@x.example]>", b"abc", b"<a b@x>", b"<a@x> <b@y>", b"<" + b"x" * 6000 + b"@y>", b"<a\xff@x>",
    b"<a@x", b'"<a@x>"', b"<a\0b@x>", b"", b'<"x"@[', b"\x85", b"<a@x>" * 500,
)  # fmt: skip


def _odd_ids() -> Iterator[Mail]:
    for number, value in enumerate(ODD_IDS):
        head = b"From: ann@x.example\r\nMessage-ID: " + value + b"\r\nReferences: " + value * 2
        yield f"id-{number}", head + b"\r\nIn-Reply-To: " + value + b"\r\n\r\nThe text."


ODD_CHARSETS = (
    b"unknown-8bit", b"default", b"default_charset", b"x-unknown", b"none", b"3d", b"fakescii", b"hex", b"zlib_codec",
    b"rot13", b"idna", b"punycode", b"undefined", b"unicode_escape", b"raw_unicode_escape", b"utf-7", b"utf-16",
    b"utf-32", b"mbcs", b"uft-8", b"x-gbk", b"cp-850", b"iso-8859-8-i", b"windows-874", b"us-ascii*en", b"\0",
    b'"utf-8', b"utf-8;;;", b"charset=us-ascii", b"_iso-2022-jp$esc", b"x" * 3000,
)  # fmt: skip

ODD_TYPES = (
    b"text/plain; name*", b"text/plain; name*0*", b"; a; filename*=\"utf-8'", b"text/plain; filename*=\0utf-8''x",
    b"text", b"/", b"text/", b"/plain", b"multipart", b"multipart/mixed", b"multipart/mixed; boundary=",
    b'multipart/mixed; boundary=""', b'multipart/mixed; boundary=" "', b"message/rfc822", b"message/partial; number=1",
    b'message/external-body; access-type=URL; URL="http://192.0.2.1/"', b"text/plain; charset*=utf-8''utf%2D8",
    b"text/plain; format=flowed; delsp=yes", b"text/html; charset=utf-8", b"text/x-odd", b"\xff/\xfe",
)  # fmt: skip


def _odd_types() -> Iterator[Mail]:
    types = [b"text/plain; charset=" + charset for charset in ODD_CHARSETS]
    for number, value in enumerate((*types, *ODD_TYPES)):
        name = f"type-{number}"
        yield name, a_mail(name, b"Content-Type: " + value + b"\r\n", b"A caf\xe9 that must be kept.\r\n")


def _odd_encodings() -> Iterator[Mail]:
    cases = (
        (b"base64", b"SGVsbG8"),
        (b"base64", b"SGVsbG8=\r\nSGVsbG8="),
        (b"base64", b"This is no base64 at all!"),
        (b"base64", b"SGVsbG8=\r\n\r\n-- \r\nA footer in clear\r\n"),
        (b"base64", b"===="),
        (b"quoted-printable", b"caf=E9 =\r\nau lait =ZZ =3"),
        (b"quoted-printable", b"=" * 5000),
        (b"x-uuencode", b"begin 644 a.txt\r\n#86)C\r\n`\r\nend\r\n"),
        (b"x-yenc", b"=ybegin line=128 size=3 name=a\r\n\x8b\x8c\x8d\r\n=yend size=3"),
        (b"binary", bytes(range(256))),
        (b"7bit", b"\xff\xfe not so"),
        (b"x-none-such", b"Kept as it is."),
        (b"base64, base64", b"U0dWc2JHOD0="),
        (b"BASE64 ; odd", b"SGVsbG8="),
        (b"", b"The text."),
    )
    for number, (encoding, body) in enumerate(cases):
        name = f"encoding-{number}"
        yield name, a_mail(name, b"Content-Transfer-Encoding: " + encoding + b"\r\n", body)


def multipart(name: str, body: bytes, subtype: bytes = b"mixed", extra: bytes = b"") -> bytes:
    """Make a multipart whose boundary is ``CUT``."""
    return a_mail(name, b"Content-Type: multipart/" + subtype + b'; boundary="CUT"\r\n' + extra, body)


def _odd_multiparts() -> Iterator[Mail]:
    html = b"--CUT\r\nContent-Type: text/html\r\n\r\n<p>two</p>"
    inner = b"--CUT\r\nContent-Type: multipart/mixed; boundary=CUT\r\n\r\n--CUT\r\n\r\none\r\n--CUT--\r\n--CUT--\r\n"
    cases = {
        "not-closed": multipart("mp", b"--CUT\r\n\r\none\r\n" + html),
        "no-boundary-line": multipart("mp", b"No boundary line stands here.\r\n"),
        "longer-boundary": multipart(
            "mp", b"--CUT\r\n\r\none\r\n--CUTE\r\nstill one\r\n--CUT--\r\nafter it\r\n"
        ),
        "same-boundary-within": multipart("mp", inner),
        "nothing-within": multipart(
            "mp", b"--CUT\r\nContent-Type: multipart/related; boundary=X\r\n\r\n--CUT--"
        ),
        "all-base64": multipart(
            "mp",
            base64.b64encode(b"--CUT\r\n\r\none\r\n--CUT--\r\n"),
            extra=b"Content-Transfer-Encoding: base64\r\n",
        ),
        "only-a-preamble": multipart("mp", b"The text stands before.\r\n--CUT--\r\n"),
        "preamble-and-part": multipart("mp", b"Something before.\r\n--CUT\r\n\r\none\r\n--CUT--\r\n"),
        "part-without-headers": multipart("mp", b"--CUT\r\nno header here\r\n--CUT--\r\n"),
        "cr-only": multipart("mp", b"--CUT\r\n\r\none\r\n--CUT--\r\n").replace(b"\r\n", b"\r"),
        "broken-report": multipart(
            "mp", b"--CUT\r\nContent-Type: message/delivery-status\r\n\r\nStatus\r\n--CUT--", b"report"
        ),
    }
    for name, raw in cases.items():
        yield f"multipart-{name}", raw


def nested_multiparts(levels: int) -> bytes:
    """Make a mail of so many multiparts, each in the one before, with a text in the innermost."""
    opening = b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (level, level + 1)
        for level in range(levels - 1)
    )
    body = opening + b"--b%d\r\n\r\nin the depth\r\n" % (levels - 1)
    return a_mail("nested", b"Content-Type: multipart/mixed; boundary=b0\r\n", body)


def nested_messages(levels: int) -> bytes:
    """Make a mail of so many enclosed mails, each in the one before."""
    body = b"Content-Type: message/rfc822\r\n\r\n" * (levels - 1) + b"Subject: inner\r\n\r\nin the depth\r\n"
    return a_mail("enclosed", b"Content-Type: message/rfc822\r\n", body)


def recipients(count: int) -> bytes:
    """Make a mail to so many recipients."""
    names = b",\r\n ".join(b'"User %d" <u%d@receiver.example>' % (n, n) for n in range(count))
    return b"From: ann@sender.example\r\nTo: " + names + b"\r\nMessage-ID: <many@x>\r\n\r\nThe text."


def _too_much() -> Iterator[Mail]:
    yield "multiparts-100", nested_multiparts(100)
    yield "multiparts-3000", nested_multiparts(3000)
    yield "messages-1500", nested_messages(1500)
    yield "parts-50000", multipart("parts", b"--CUT\r\n\r\n.\r\n" * 50_000 + b"--CUT--\r\n")
    yield "headers-100000", a_mail("headers", b"".join(b"X-%d: y\r\n" % n for n in range(100_000)))
    received = b"Received: from a by b with c; Tue, 3 Mar 2026 09:30:01 +0100\r\n"
    yield "received-20000", a_mail("received", received * 20_000)
    yield "to-20000-times", a_mail("to", b"To: carl@receiver.example <\r\n" * 20_000)
    yield "header-of-1-mb", a_mail("long", b"Subject: " + b"x" * 1_000_000 + b"\r\n")
    yield "folds-20000", a_mail("folds", b"Subject: a\r\n" + b" b\r\n" * 20_000)
    yield "recipients-20000", recipients(20_000)
    yield "recipients-20001", recipients(20_001)
    sections = b"; ".join(b"name*%d=a" % n for n in range(5_000))
    yield "sections-5000", a_mail("sections", b"Content-Type: text/plain; " + sections + b"\r\n")
    yield "line-of-5-mb", a_mail("line", b"", b"x" * 5_000_000)
    yield "html-deep", a_mail("html", b"Content-Type: text/html\r\n", b"<div>" * 200_000)
    yield "not-headers-50000", a_mail("junk", b"no header\r\n" * 50_000 + b"To: carl@receiver.example\r\n")
    yield "carriage-returns-300000", a_mail("cr", b"X: " + b"\r" * 300_000 + b"\n")


BOMBS = {
    "open-comments": b"(" * 3000, "quotes": b'"' * 3000, "angles": b"<" * 3000, "dots": b"a." * 3000,
    "words": b"word " * 3000, "encoded-words": b"=?utf-8?q?a?= " * 1500, "half-encoded-words": b"=?" * 3000,
    "brackets": b"a@[" * 2000, "commas": b"," * 20_000, "groups": b":;" * 3000, "backslashes": b"\\" * 5000,
    "ats": b"@" * 5000, "comments": b"(a)" * 4000, "escaped-quotes": b'\\"' * 4000, "half-quoted": b'"\\' * 4000,
    "half-angles": b"a@b <" * 2000, "routes": b"<@a," * 2000,
}  # fmt: skip
"""Values that make careless parsers recurse or go quadratic."""


def _address_bombs() -> Iterator[Mail]:
    for name, value in BOMBS.items():
        head = (
            b"From: ann@sender.example\r\nTo: "
            + value
            + b"\r\nSubject: "
            + value
            + b"\r\nReferences: "
            + value
        )
        yield (
            f"bomb-{name}",
            head + b"\r\nMessage-ID: <bomb@x>\r\nContent-Type: " + value + b"\r\n\r\nThe text.",
        )


def _odd_names() -> Iterator[Mail]:
    attached = b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename"
    cases = {
        "path": attached + b'="../../etc/passwd"\r\n',
        "backslashes": attached + b'="..\\\\..\\\\evil\0.exe"\r\n',
        "bad-sections": attached
        + b"*0*=utf-8''a; filename*2=c; filename*99999999999999999999=x; filename*-1=y\r\n",
        "backwards": attached + b"*=utf-8''%E2%80%AEgpj.exe\r\n",
        "formula": b"Content-Type: text/plain; name=\"=cmd|' /C calc'!A0\"\r\n",
        "broken-word": attached + b'="=?utf-8?b?!!!!?="\r\n',
    }
    for name, headers in cases.items():
        yield f"name-{name}", a_mail(name, headers)


def _odd_characters() -> Iterator[Mail]:
    subjects = {
        "backwards": b"=?utf-8?q?=E2=80=AEgpj=2Eexe_=F0=9F=98=80_=EF=BF=BE_=ED=A0=80?=",
        "line-ends": b"=?utf-8?q?Hi=0D=0ABcc:_eve=40other.example=0D=0A=0D=0Amore?=",
        "nul": b"=?utf-8?q?a=00b?=",
        "formula": b'=HYPERLINK("http://other.example","x")',
        "japanese-cut": b"=?iso-2022-jp?b?GyRC?=",
        "unknown": b"=?x-none?q?caf=E9?=",
        "split": b"=?utf-8?b?w6?= =?utf-8?b?k=?=",
    }
    for name, value in subjects.items():
        yield f"subject-{name}", a_mail(name, b"Subject: " + value + b"\r\n")
    bodies = {
        b"utf-8": b"\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80 \xf8\x88\x80\x80\x80 so",
        b"iso-2022-jp": b"\x1b$B$\xff\x1b(B \x1b$B",
        b"gb18030": b"\xff\xff\x81",
        b"utf-16": b"\xff\xfe\x00\xd8a",
        b"hz": b"~{\xff~}~{",
    }
    for charset, body in bodies.items():
        yield (
            f"text-{charset.decode()}",
            a_mail("text", b"Content-Type: text/plain; charset=" + charset + b"\r\n", body),
        )


def _lures() -> Iterator[Mail]:
    yield (
        "smuggling",
        a_mail("smuggling", b"", b"one\r\n.\r\nMAIL FROM:<eve@other.example>\r\nDATA\r\n\n.\n..\r\n"),
    )
    yield (
        "mbox-line-in-text",
        a_mail("mbox", b"", b"one\r\n\r\nFrom eve Tue Mar  3 09:30:00 2026\r\nTo: x\r\n\r\ntwo"),
    )
    script = (
        b'<body onload="x()"><script>x()</script><img src="https://track.example/p.gif" width="1">'
        b'<a href="javascript:x()">y</a><style>@import url(https://track.example/s.css)</style></body>'
    )
    yield "html-script", a_mail("script", b"Content-Type: text/html; charset=utf-8\r\n", script)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("zeros"), b"\0" * 30_000_000, zipfile.ZIP_DEFLATED)
    zip_head = b"Content-Type: application/zip; name=z.zip\r\nContent-Transfer-Encoding: base64\r\n"
    yield "zip-bomb", a_mail("zip", zip_head, base64.encodebytes(packed.getvalue()))
    tnef_head = (
        b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n"
    )
    yield "tnef", a_mail("tnef", tnef_head, base64.encodebytes(b"\x78\x9f\x3e\x22" + b"\xff" * 400))
    calendar = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:99999999T999999Z\r\nRRULE:FREQ=SECONDLY\r\n"
    yield "calendar", a_mail("calendar", b"Content-Type: text/calendar; method=REQUEST\r\n", calendar)
    yield "same-id-1", a_mail("same", b"Subject: one\r\n", b"The first text.")
    yield "same-id-2", a_mail("same", b"Subject: two\r\n", b"Another text, which is no copy.")
