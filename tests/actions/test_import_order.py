"""The result does not depend on the order in which mails or copies arrive (F3, F4)."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from mail_world import (
    K1,
    K2,
    NOON,
    S1,
    S2,
    Imports,
    L,
    N,
    U,
    X,
    decision_of,
    found_by,
    ledger_state,
    mail,
    persons_in_force,
    state_of,
    the_company,
    timeline,
)

from postroom.store.models import Copy, Decision, Message, Variant, Workspace

DAY = 86400
NEW_B = "ann@beta.io"


class Met(NamedTuple):
    """A mail in a label of a user."""

    raw: bytes
    user: str = S1
    label: str = "inbox"


def in_any_order(company: Workspace, tmp_path: Path, *copies: Met) -> list[dict[str, Any]]:
    """The state after importing the copies one after the other, forwards and backwards."""
    states = []
    for number, order in enumerate((copies, copies[::-1])):
        workspace = the_company()
        folder = tmp_path / str(number)
        folder.mkdir()
        with Imports(workspace, folder) as importing:
            for met in order:
                importing(met.raw, user=met.user, label=met.label)
        states.append(state_of(workspace))
    return states


# What makes one message.


def test_same_mail_in_mailboxes_labels_and_files_is_one_engagement_F3(
    company: Workspace, importing: Imports
) -> None:
    raw = mail(K1, [S1, S2])
    importing(raw, user=S1)
    importing(raw, user=S1, label="Project X")
    importing(raw, raw, user=S2, label="archive")
    importing(raw, user=S2, label="archive")

    assert (Message.objects.count(), Copy.objects.count(), Decision.objects.count()) == (1, 3, 1)
    assert [(e["users"], len(e["variants"])) for e in timeline(company)] == [([S1, S2], 1)]


def test_other_text_under_one_identity_is_a_variant_F3(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1], text="as sent"), mail(K1, [S1], text="as sent\n--\na list's footer"))

    assert Message.objects.count() == 1
    assert [len(e["variants"]) for e in timeline(company)] == [2]
    assert found_by(company, "footer") == found_by(company, "sent") == ["Hello"]


def test_variant_met_later_is_found_too_F3(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1], text="as sent"))
    importing(mail(K1, [S1], text="as received"), user=S2)

    assert [len(e["variants"]) for e in timeline(company)] == [2]
    assert found_by(company, "received") == found_by(company, "sent") == ["Hello"]


def test_other_sender_or_date_under_one_message_id_is_another_message_F3(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(K1, [S1]), mail(K2, [S1]), mail(K1, [S1], at=NOON + 1))

    assert Message.objects.count() == 3


def test_without_message_id_the_header_block_identifies_F3(company: Workspace, importing: Imports) -> None:
    raw = mail(K1, [S1], id=None)
    importing(raw, user=S1)
    importing(raw, user=S2)
    importing(mail(K1, [S1], id=None, subject="Another"))

    assert [e["subject"] for e in timeline(company)] == ["Another", "Hello"]
    assert Copy.objects.count() == 3


# What further copies do.


def test_later_copy_with_a_blocked_bcc_withdraws_the_engagement_F4(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(f"Ann <{NEW_B}>", [S1, N], subject="Withdrawn", text="secretword"))
    assert [p["emails"] for p in persons_in_force(company)] == [[NEW_B], [K1], [K2], [N]]
    assert found_by(company, "secretword") == ["Withdrawn"]

    importing(mail(f"Ann <{NEW_B}>", [S1, N], bcc=[X], subject="Withdrawn", text="secretword"), user=S2)

    assert decision_of(company) == ("skip", "blocked")
    assert timeline(company) == []
    assert found_by(company, "secretword") == found_by(company, "Withdrawn") == found_by(company, "Ann") == []
    assert [p["emails"] for p in persons_in_force(company)] == [[K1], [K2]]
    history = Decision.objects.order_by("pk").values_list("outcome", "reason", "is_current")
    assert list(history) == [("import", "imported", False), ("skip", "blocked", True)]


def test_copies_in_any_order_F4(company: Workspace, tmp_path: Path) -> None:
    shown = mail(f"Ann <{NEW_B}>", [S1])
    forwards, backwards = in_any_order(
        company,
        tmp_path,
        Met(shown),
        Met(mail(f"Ann <{NEW_B}>", [S1], bcc=[L]), S2),
        Met(shown, S2, "spam"),
    )
    assert forwards == backwards
    assert [row["decision"][:2] for row in forwards["ledger"]] == [("skip", "blocked")]


def test_person_stays_who_has_another_mail_in_the_batch_that_withdraws_F4(
    company: Workspace, importing: Imports
) -> None:
    """The mail that made the person goes, while another of the same person comes in at the same moment."""
    importing(mail(N, [S1], id="first@acme.com"))

    importing(
        mail(N, [S1], bcc=[X], id="first@acme.com"), mail(N, [S1], id="second@acme.com", subject="Again")
    )

    assert [(e["subject"], e["persons"]) for e in timeline(company)] == [("Again", [(NOON, "New")])]
    assert [p["emails"] for p in persons_in_force(company)] == [[K1], [K2], [N]]


def test_copy_in_spam_or_drafts_adds_no_text_and_nobody_F4(company: Workspace, tmp_path: Path) -> None:
    forwards, backwards = in_any_order(
        company,
        tmp_path,
        Met(mail(S1, [K1], text="as sent"), S1, "sent"),
        Met(mail(f"S. One <{S1}>", [f"Kay <{K1}>"], text="a draft of it"), S1, "drafts"),
        Met(mail(S1, [K1], text="as sent"), S2, "spam"),
    )
    assert forwards == backwards
    assert [len(e["variants"]) for e in forwards["timeline"]] == [1]
    assert [e["participants"] for e in forwards["timeline"]] == [[("from", S1, ""), ("to", K1, "")]]


def test_variants_in_any_order_show_the_same_F4(company: Workspace, tmp_path: Path) -> None:
    forwards, backwards = in_any_order(
        company,
        tmp_path,
        Met(mail(f"Kay <{K1}>", [f"First <{S1}>"], subject="A word", text="first text")),
        Met(mail(f"Bee <{K1}>", [S1], subject="[list] A word", text="second text"), S2),
        Met(mail(K1, [f"One <{S1}>"], subject="Fwd: A word", text="third text"), S2, "archive"),
    )
    assert forwards == backwards
    assert [len(e["variants"]) for e in forwards["timeline"]] == [3]


def test_mail_without_date_is_of_its_earliest_receipt_F4(company: Workspace, tmp_path: Path) -> None:
    def received(day: int, name: str) -> bytes:
        more = f"Received: by mx.us.com; {day} Feb 2026 10:00:00 +0000"
        return mail(f"{name} <{N}>".strip(), [S1], at=None, more=more)

    forwards, backwards = in_any_order(
        company,
        tmp_path,
        Met(received(12, "Twelve")),
        Met(received(10, ""), S2),
        Met(mail(f"Eleven <{N}>", [S1], id="dated@acme.com", at=NOON - 19 * DAY)),
    )
    assert forwards == backwards
    assert [p["name"] for p in forwards["persons"] if N in p["emails"]] == ["Twelve"]


def test_evidence_is_the_same_whichever_blocked_recipient_was_met_first_F4(
    company: Workspace, tmp_path: Path
) -> None:
    forwards, backwards = in_any_order(
        company,
        tmp_path,
        Met(mail(S1, [K1], bcc=[L])),
        Met(mail(S1, [K1], bcc=[X]), S2),
    )
    assert [row["decision"] for row in forwards["ledger"]] == [row["decision"] for row in backwards["ledger"]]


# Everything at once.


def the_mails(chance: random.Random) -> list[Met]:
    """Some weeks of mail in the labels of two users, with repeats, spam, sent copies and blocked ones."""
    people = [K1, K2, f"New Man <{N}>", f"Ann Bee <{NEW_B}>", f"N. Man <{N}>", NEW_B, U, "v@nowhere.org", L]
    met: list[Met] = []
    for number in range(24):
        at = NOON - chance.randrange(40) * DAY - number
        outside = chance.sample(people, chance.choice((1, 1, 2)))
        fields: dict[str, Any] = {
            "id": f"{number}@x",
            "at": at,
            "subject": f"Mail{number}",
            "text": f"about word{number}",
        }
        if chance.random() < 0.5:
            owner, other = chance.sample((S1, S2), 2)
            to = [*outside, *chance.choice(([], [other]))]
            bcc = chance.choice(([], [], [X], [L], ["Hidden Man <hidden@beta.io>"]))
            met.append(Met(mail(owner, to, bcc=bcc, **fields), owner, "sent"))
            seen = mail(owner, to, **fields)
            met += [Met(seen, reader, chance.choice(("inbox", "spam", "archive"))) for reader in (S1, S2)]
        else:
            sender, *more = outside
            seen = mail(sender, [S1, S2, *more], **fields)
            met += [Met(seen, reader, chance.choice(("inbox", "inbox", "spam"))) for reader in (S1, S2)]
    return met + chance.sample(met, 8)


@pytest.mark.parametrize("seed", range(6))
def test_result_does_not_depend_on_order_and_portions_F4(
    seed: int, company: Workspace, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    mails = the_mails(chance)
    words = [f"word{number}" for number in range(24)] + ["Man", "nowhere"]
    states = []
    for turn in range(2):
        workspace = the_company()
        folder = tmp_path / str(turn)
        folder.mkdir()
        with Imports(workspace, folder) as importing:
            for user, label, raws in _portions(mails, chance, whole=turn == 0):
                importing(*raws, user=user, label=label)
        states.append(state_of(workspace, words))
    for part in states[0]:
        assert states[1][part] == states[0][part], part
    outcomes = {row["decision"][1] for row in ledger_state(company)}
    assert outcomes == set()  # nothing went into another workspace
    reasons = {row["decision"][1] for row in states[0]["ledger"]}
    assert {"imported", "blocked"} <= reasons


def _portions(mails: list[Met], chance: random.Random, *, whole: bool) -> list[tuple[str, str, list[bytes]]]:
    """The mails as imports, each of one user and label: as few as possible, or shuffled and in small pieces."""
    portions: list[tuple[str, str, list[bytes]]] = []
    if whole:
        places = sorted({(met.user, met.label) for met in mails})
        return [(u, b, [m.raw for m in mails if (m.user, m.label) == (u, b)]) for u, b in places]
    shuffled = chance.sample(mails, len(mails))
    while shuffled:
        user, label = shuffled[0].user, shuffled[0].label
        size = chance.choice((1, 2, 5))
        piece = [met for met in shuffled if (met.user, met.label) == (user, label)][:size]
        for met in piece:
            shuffled.remove(met)
        portions.append((user, label, [met.raw for met in piece]))
    return portions


def test_variant_rows_go_with_the_engagement_F4(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1], text="one"), mail(K1, [S1], text="two"))
    importing(mail(K1, [S1], bcc=[X], text="one"), user=S2)

    assert Variant.objects.count() == 0
