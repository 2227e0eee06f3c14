"""Every mistake in an uploaded item is named, with its field (K5, K11)."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mail_world import K1, NOON, S1
from upload_world import a_source, chat_record, consent, decided, mail_record, rfc3339, sent

from postroom.actions import mail_record as mail_module
from postroom.actions.accept_items import accept, accept_raw_mails, raw_records
from postroom.actions.activity_record import FIELDS as ACTIVITY_FIELDS
from postroom.actions.activity_record import MAX_SECONDS, read_activity
from postroom.actions.chat_record import CHAT_FIELDS, REACTION_FIELDS, read_chat, read_reaction
from postroom.actions.check_items import checked
from postroom.actions.item_record import MAX_ID_CHARS, MAX_PEOPLE
from postroom.actions.process_uploads import process_some
from postroom.actions.rejection import REJECTIONS, Rejected
from postroom.actions.spool import open_item
from postroom.core.upload import UploadedActivity, UploadedMail, UploadedReaction
from postroom.store.models import Item, Source, Waiting, Workspace

LONG = "x" * (MAX_ID_CHARS + 1)
LISTS = ("to", "cc", "bcc", "members", "participants")
MAIL = mail_record(K1, [S1])
CHAT = chat_record(S1, [K1])
REACTION = {
    "id": "1",
    "chat_id": "c",
    "message_id": "m",
    "user": S1,
    "message_author": K1,
    "date": rfc3339(NOON),
}
ACTIVITY = {"id": "1", "type": "call", "user": S1, "participants": [K1], "start": rfc3339(NOON)}
RAW = {"id": "1", "user": S1, "raw": b64encode(b"From: k1@acme.com\n\nHello").decode()}


@pytest.fixture
def source(company: Workspace) -> Source:
    return a_source(company, "people")


def without(record: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != name}


def refused(source: Source, kind: str, record: Any) -> tuple[str | None, str | None]:
    """Reason and field of a record that is refused."""
    (answer,) = accept(source, kind, [record])
    assert answer["status"] == "rejected"
    assert not Item.objects.exists()
    return answer["reason"], answer["field"]


@pytest.mark.parametrize(
    ("kind", "record", "field", "reason"),
    [
        ("mail", MAIL, "id", "id_required"),
        ("mail", MAIL, "user", "user_required"),
        ("mail", MAIL, "date", "date_required"),
        ("mail", MAIL, "from", "email_required"),
        ("mail", RAW, "user", "user_required"),
        ("chat", CHAT, "id", "id_required"),
        ("chat", CHAT, "chat_id", "field_required"),
        ("chat", CHAT, "chat_type", "field_required"),
        ("chat", CHAT, "author", "email_required"),
        ("chat", CHAT, "date", "date_required"),
        ("reaction", REACTION, "id", "id_required"),
        ("reaction", REACTION, "chat_id", "field_required"),
        ("reaction", REACTION, "message_id", "field_required"),
        ("reaction", REACTION, "user", "user_required"),
        ("reaction", REACTION, "date", "date_required"),
        ("activity", ACTIVITY, "id", "id_required"),
        ("activity", ACTIVITY, "type", "field_required"),
        ("activity", ACTIVITY, "user", "user_required"),
        ("activity", ACTIVITY, "start", "date_required"),
    ],
)
def test_what_is_a_must_K5(
    source: Source, kind: str, record: dict[str, Any], field: str, reason: str
) -> None:
    assert refused(source, kind, without(record, field)) == (reason, field)
    assert refused(source, kind, record | {field: None}) == (reason, field)


@pytest.mark.parametrize(
    ("kind", "record", "field", "value", "reason"),
    [
        ("mail", MAIL, "id", "", "id_required"),
        ("mail", MAIL, "id", 1, "wrong_type"),
        ("mail", MAIL, "id", LONG, "too_long"),
        ("mail", MAIL, "id", "a\nb", "text_invalid"),
        ("mail", MAIL, "id", "a\ud800", "text_invalid"),
        ("mail", MAIL, "user", " ", "user_required"),
        ("mail", MAIL, "user", "us.com", "email_invalid"),
        ("mail", MAIL, "user", 1, "wrong_type"),
        ("mail", MAIL, "user", f"{'x' * 400}@us.com", "email_invalid"),
        ("mail", MAIL, "date", "yesterday", "time_invalid"),
        ("mail", MAIL, "date", "9999-12-31T23:59:59-23:59", "time_invalid"),
        ("mail", MAIL, "date", NOON, "wrong_type"),
        ("mail", MAIL, "folder", "x" * 201, "too_long"),
        ("mail", MAIL, "folder", "a\nb", "text_invalid"),
        ("mail", MAIL, "from", {"email": None}, "email_required"),
        ("mail", MAIL, "from", {"email": "x"}, "email_invalid"),
        ("mail", MAIL, "from", [], "wrong_type"),
        ("mail", MAIL, "from", {"email": K1, "name": 1}, "wrong_type"),
        ("mail", MAIL, "to", K1, "wrong_type"),
        ("mail", MAIL, "to", [{"email": K1}, {"name": "Nobody"}], "email_required"),
        ("mail", MAIL, "cc", [""], "email_required"),
        ("mail", MAIL, "bcc", ["a@b@c d"], "email_invalid"),
        ("mail", MAIL, "bcc", [K1] * (MAX_PEOPLE + 1), "too_many"),
        ("mail", MAIL, "to", [K1] * MAX_PEOPLE, None),
        ("mail", MAIL | {"cc": [K1]}, "to", [K1] * MAX_PEOPLE, "too_many"),
        ("mail", MAIL, "message_id", "x" * 999, "too_long"),
        ("mail", MAIL, "references", "<a@b>", "wrong_type"),
        ("mail", MAIL, "references", ["a@b"] * 1_001, "too_many"),
        ("mail", MAIL, "subject", 1, "wrong_type"),
        ("mail", MAIL, "text", [], "wrong_type"),
        ("mail", MAIL, "headers", [], "wrong_type"),
        ("mail", MAIL, "headers", {"X-A": 1}, "wrong_type"),
        ("mail", MAIL, "headers", {"X A": "1"}, "header_invalid"),
        ("mail", MAIL, "headers", {f"X-{n}": "1" for n in range(501)}, "too_many"),
        ("mail", RAW, "raw", 1, "wrong_type"),
        ("mail", RAW, "raw", "", "raw_invalid"),
        ("mail", RAW, "raw", "SGVsbG8", "raw_invalid"),
        ("mail", RAW, "raw", "SGVs\nbG8=", "raw_invalid"),
        ("mail", RAW, "raw", "SGVs-G8=", "raw_invalid"),
        ("mail", RAW, "raw", "Ü", "raw_invalid"),
        ("chat", CHAT, "chat_type", "room", "chat_type_unknown"),
        ("chat", CHAT, "chat_type", [], "wrong_type"),
        ("chat", CHAT, "author", "x", "email_invalid"),
        ("chat", CHAT, "members", ["x"], "email_invalid"),
        ("chat", CHAT, "members", [None], "wrong_type"),
        ("chat", CHAT, "members", [" "], "email_required"),
        ("chat", CHAT, "members", S1, "wrong_type"),
        ("chat", CHAT, "text", 1, "wrong_type"),
        ("chat", CHAT, "reply_to", LONG, "too_long"),
        ("chat", CHAT, "thread_id", 1, "wrong_type"),
        ("reaction", REACTION, "removed", "yes", "wrong_type"),
        ("reaction", REACTION, "reaction", 1, "wrong_type"),
        ("reaction", REACTION, "message_author", "x", "email_invalid"),
        ("activity", ACTIVITY, "type", "party", "activity_type_unknown"),
        *(
            (kind, record, field, when, "time_implausible")
            for kind, record, field in (
                ("chat", CHAT, "date"),
                ("reaction", REACTION, "date"),
                ("activity", ACTIVITY | {"end": None}, "start"),
            )
            for when in ("1969-12-31T23:59:59Z", "9998-01-01T00:00:00Z")
        ),
        ("mail", MAIL, "date", "9998-01-01T00:00:00Z", None),
        ("activity", ACTIVITY, "end", rfc3339(NOON - 1), "ends_before_it_begins"),
        ("activity", ACTIVITY, "end", rfc3339(NOON + MAX_SECONDS + 1), "lasts_too_long"),
        ("activity", ACTIVITY, "participants", ["x"], "email_invalid"),
        ("activity", ACTIVITY, "subject", 1, "wrong_type"),
    ],
)  # fmt: skip
def test_what_is_of_the_wrong_form_K5(
    source: Source, kind: str, record: dict[str, Any], field: str, value: Any, reason: str | None
) -> None:
    if reason is None:
        assert sent(source, kind, record | {field: value}) == [("held", None)]
    else:
        is_of_one = field in LISTS and isinstance(value, list) and reason != "too_many"
        where = f"{field}[{len(value) - 1}]" if is_of_one else field
        assert refused(source, kind, record | {field: value}) == (reason, where)


@pytest.mark.parametrize(
    ("read", "record", "field"),
    [
        (read_chat, CHAT, "date"),
        (read_reaction, REACTION, "date"),
        (read_activity, ACTIVITY, "start"),
    ],
)
def test_what_is_planned_has_not_happened_but_clocks_may_be_two_days_apart_K5(
    read: Any, record: dict[str, Any], field: str
) -> None:
    two_days = 2 * 86_400
    for at in (0, NOON + two_days):
        assert read(record | {field: rfc3339(at)}, NOON).at == at
    for at in (-1, NOON + two_days + 1):
        with pytest.raises(Rejected) as refusal:
            read(record | {field: rfc3339(at)}, NOON)
        assert (refusal.value.reason, refusal.value.field) == ("time_implausible", field)


@pytest.mark.parametrize(
    ("kind", "record"), [("mail", MAIL), ("chat", CHAT), ("reaction", REACTION), ("activity", ACTIVITY)]
)
def test_no_field_is_made_up_K5(source: Source, kind: str, record: dict[str, Any]) -> None:
    assert refused(source, kind, record | {"colour": None}) == ("unknown_field", "colour")
    assert refused(source, kind, []) == ("not_an_object", None)
    assert refused(source, kind, None) == ("not_an_object", None)
    assert sent(source, kind, record) == [("held", None)]


def test_a_mailbox_has_no_field_made_up_K5(source: Source) -> None:
    made_up = {"email": K1, "phone": "1"}
    assert refused(source, "mail", MAIL | {"to": [K1, made_up]}) == ("unknown_field", "to[1].phone")
    assert refused(source, "mail", MAIL | {"from": {"a": 1}}) == ("unknown_field", "from.a")


@pytest.mark.parametrize("name", ["from", "date", "to", "cc", "bcc", "message_id", "in_reply_to", "references",
                                  "subject", "text", "html", "headers"])  # fmt: skip
def test_a_raw_mail_says_it_all_itself_K11(source: Source, name: str) -> None:
    assert refused(source, "mail", RAW | {name: None}) == ("not_with_raw", name)


def read_of(source: Source, kind: str, record: dict[str, Any]) -> Any:
    (found,) = checked(source, kind, [record], now=NOON)
    assert found.item is not None
    return found.item.uploaded


def test_what_cannot_be_kept_is_replaced(source: Source) -> None:
    assert read_of(source, "chat", CHAT | {"text": "a\x00b\n\tc\ud83d"}).text == "a\ufffdb\n\tc\ufffd"
    assert read_of(source, "activity", ACTIVITY | {"subject": " a\n b\x00 "}).subject == "a b\ufffd"
    mail = read_of(source, "mail", MAIL | {"text": "a\x00b\ud83d"})
    assert mail.raw.endswith("\n\na\ufffdb\ufffd".encode())


def test_an_activity_without_an_end_has_no_length(source: Source) -> None:
    end = {"end": rfc3339(NOON + 90), "subject": "Talk"}
    assert read_of(source, "activity", ACTIVITY | end) == UploadedActivity(
        "call", S1, (K1,), NOON, 90, "Talk"
    )
    assert read_of(source, "activity", ACTIVITY) == UploadedActivity("call", S1, (K1,), NOON, None)


def test_which_sign_a_reaction_was_is_not_kept(source: Source) -> None:
    heart = REACTION | {"removed": False, "reaction": "heart"}
    assert read_of(source, "reaction", heart) == UploadedReaction("c", "m", S1, K1, NOON)
    assert sent(source, "reaction", REACTION, heart) == [("held", None), ("duplicate", None)]


@pytest.mark.parametrize(
    ("folder", "label", "role"),
    [("inbox", "inbox", "inbox"), (" Sent ", "sent", "sent"), ("Projekte/Ü", "Projekte/Ü", ""), ("", "", ""),
     (None, "", ""), ("Sent Items", "Sent Items", ""), ("ARCHIVE", "archive", "archive")],
)  # fmt: skip
def test_a_folder_is_a_role_or_a_name_of_its_own_K3(
    source: Source, folder: str | None, label: str, role: str
) -> None:
    mail = read_of(source, "mail", MAIL | {"folder": folder})
    assert (mail.label, mail.label_role) == (label, role)


# Raw mail


def test_raw_mail_is_kept_byte_for_byte_K11(source: Source) -> None:
    raw = bytes(range(256))
    assert sent(source, "mail", RAW | {"raw": b64encode(raw).decode()}) == [("held", None)]
    item = Item.objects.get()
    assert open_item("mail", item.key, item.sealed) == UploadedMail(raw, "", "")


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        (b"From: k1@acme.com\nDate: Mon, 2 Mar 2026 11:00:00 +0000\n\nHello", NOON - 3_600),
        (b"From: k1@acme.com\nDate: some day\n\nHello", NOON),
        (b"From: k1@acme.com\nDate: Mon, 2 Mar 2099 11:00:00 +0000\n\nHello", NOON),
        (b"X: " + b"x" * 70_000 + b"\nDate: Mon, 2 Mar 2026 11:00:00 +0000\n\nHello", NOON),
        (b"no mail", NOON),
        (b"\n", NOON),
    ],
)
def test_raw_mail_has_its_own_date_or_that_of_the_call_K11(source: Source, raw: bytes, at: int) -> None:
    record = RAW | {"raw": b64encode(raw).decode()}
    assert accept(source, "mail", [record], now=NOON)[0]["status"] == "held"
    assert Item.objects.get().at == Waiting.objects.get().at == at


_OLD, _NEW = b"Date: Sun, 1 Mar 2026 11:00:00 +0000\n", b"Date: Mon, 2 Mar 2026 11:00:00 +0000\n"


@pytest.mark.parametrize(
    ("raw", "answered", "decided_as"),
    [
        (_OLD, "skipped", "before_crawling_depth"),
        (_NEW, "queued", "counted"),
        (_OLD + _NEW, "skipped", "before_crawling_depth"),
        (_NEW + _OLD, "queued", "counted"),
        # Headers that are not read to their end at the door: the lens says it.
        (_OLD + b"X: " + b"x" * 70_000 + b"\n", "queued", "before_crawling_depth"),
        (b"X: " + b"x" * 70_000 + b"\n" + _OLD, "queued", "before_crawling_depth"),
        # Ahead of when it was received: it happened then.
        (_NEW + b"Received: x; Fri, 27 Feb 2026 11:00:00 +0000\n", "queued", "before_crawling_depth"),
    ],
)
def test_what_is_answered_as_too_early_is_not_counted_K4_K11(
    company: Workspace, raw: bytes, answered: str, decided_as: str
) -> None:
    consent(company, S1)
    source = a_source(company, "people", depth="2026-03-02")
    record = RAW | {"raw": b64encode(b"From: k1@acme.com\n" + raw + b"\nHello").decode()}
    assert accept(source, "mail", [record], now=NOON)[0]["status"] == answered
    process_some(company.pk)
    assert decided(company)[S1][1] == decided_as


def test_whole_mails_are_known_by_what_they_say_K11(source: Source) -> None:
    one, other = b"From: k1@acme.com\n\nOne", b"From: k1@acme.com\n\nOther"
    answers = accept_raw_mails(source, S1, "inbox", [("", one), ("", other), ("", one), ("mine", one)])
    assert [a["status"] for a in answers] == ["held", "held", "duplicate", "held"]
    ids = [a["id"] for a in answers]
    assert ids[0] == ids[2] == raw_records(source, S1, "inbox", [("", one)])[0]["id"]
    assert ids[3] == "mine"
    assert [len(str(id_)) for id_ in ids] == [32, 32, 32, 4]
    (again,) = accept_raw_mails(source, S1, "sent", [("", one)])
    assert again["status"] == "updated"


@pytest.mark.parametrize(
    ("user", "folder", "id_", "reason", "field"),
    [
        ("x", "", "", "email_invalid", "user"),
        ("", "", "", "user_required", "user"),
        (K1, "", "", "unknown_user", "user"),
        (S1, "a\n", "", "text_invalid", "folder"),
        (S1, "", LONG, "too_long", "id"),
    ],
)
def test_whole_mails_are_refused_like_others_K11(
    source: Source, user: str, folder: str, id_: str, reason: str, field: str
) -> None:
    (answer,) = accept_raw_mails(source, user, folder, [(id_, b"From: k1@acme.com\n\nHello")])
    assert (answer["status"], answer["reason"], answer["field"]) == ("rejected", reason, field)


def test_a_mail_has_at_most_35_MiB(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mail_module.MAX_RAW_BYTES == 35 * 1024 * 1024
    monkeypatch.setattr(mail_module, "MAX_RAW_BYTES", 10)
    answers = accept_raw_mails(source, S1, "", [("a", b"x" * 10), ("b", b"x" * 11), ("c", b"")])
    assert [(a["status"], a["reason"], a["field"]) for a in answers] == [
        ("held", None, None),
        ("rejected", "raw_too_large", "raw"),
        ("rejected", "raw_invalid", "raw"),
    ]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([S1, K1, RAW["raw"]]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text() | st.sampled_from(["email", "name"]), inner, max_size=3)
    ),
    max_leaves=5,
)
NAMES = {
    "mail": mail_module.FIELDS,
    "chat": CHAT_FIELDS,
    "reaction": REACTION_FIELDS,
    "activity": ACTIVITY_FIELDS,
}


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), kind=st.sampled_from(sorted(NAMES)))
def test_whatever_is_sent_is_answered_K5(source: Source, data: st.DataObject, kind: str) -> None:
    sound = {"mail": MAIL, "chat": CHAT, "reaction": REACTION, "activity": ACTIVITY}[kind]
    fields = st.dictionaries(st.sampled_from(NAMES[kind]), JSON, min_size=1, max_size=3)
    record = sound | data.draw(fields)
    answers = accept(source, kind, [record, data.draw(JSON), sound])
    assert [a["index"] for a in answers] == [0, 1, 2]
    assert answers[1]["status"] == "rejected"
    assert answers[2]["status"] in ("held", "duplicate", "updated")
    for answer in answers:
        assert (answer["status"] == "rejected") == (answer["reason"] in REJECTIONS)
