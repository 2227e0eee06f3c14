"""What Gmail does when Google fails, refuses, forgets or goes in circles (M13, M14; rows 36-38, 43-45, 47)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from threading import Thread
from time import time

import pytest
from contract_looks import from_now, ids, named, pages, since
from contract_world import AT, DAY, a_mail
from gmail_answers import Answer, given, said
from gmail_tokens import METADATA
from gmail_world import GmailWorld, kept_world

from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, SignInAgain, StartOver, TryLater
from postroom.providers.gmail import Gmail
from postroom.providers.gmail.client import PAUSES
from postroom.providers.port import SEVERAL, NotGiven, OpenMailbox

FAR = AT + 1000 * DAY


@pytest.fixture
def world() -> GmailWorld:
    return kept_world()


def filled(world: GmailWorld, many: int) -> list[str]:
    """Put so many mails into the inbox. Returns their ids, oldest first."""
    return [world.put(a_mail(f"{number:03}", AT + number), "INBOX") for number in range(many)]


def told(
    world: GmailWorld, answer: Answer, do: Callable[[OpenMailbox], object], where: str = "/labels"
) -> ProviderError:
    """The trouble that comes of it when Google answers always so."""
    world.shim.fail(where, answer, times=100)
    with world.provider.open(world.mine) as mailbox, pytest.raises(ProviderError) as caught:
        do(mailbox)
    return caught.value


# Refusals


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (said(401, "authError"), SignInAgain, "token_refused"),
        (said(403, "rateLimitExceeded"), TryLater, "throttled"),
        (said(403, "userRateLimitExceeded"), TryLater, "throttled"),
        (said(403, "dailyLimitExceeded"), TryLater, "throttled"),
        (said(429, "tooManyConcurrentRequests"), TryLater, "throttled"),
        (said(500, "backendError"), TryLater, "unavailable"),
        (Answer(502, b"<html>Bad Gateway</html>"), TryLater, "unavailable"),
        (said(503, "backendError"), TryLater, "unavailable"),
        (Answer(0), TryLater, "unreachable"),
        (Answer(200, b'{"labels": ['), TryLater, "answer_unreadable"),
        (Answer(200, b"[]"), TryLater, "answer_unreadable"),
        (said(403, "insufficientPermissions"), NotAllowed, "scope_missing"),
        (said(403, "accessNotConfigured"), NotAllowed, "api_disabled"),
        (said(403, "domainPolicy"), NotAllowed, "grant_not_allowed"),
        (said(403, "forbidden"), NotAllowed, "access_denied"),
        (Answer(403, b"[]"), NotAllowed, "access_denied"),
        (said(400, "failedPrecondition"), CannotEver, "no_mailbox"),
        (said(400, "invalidArgument"), CannotEver, "request_refused"),
        (said(404, "notFound"), CannotEver, "request_refused"),
        (Answer(302, b"", {"Location": "https://evil.example/"}), CannotEver, "request_refused"),
        (given({"labels": [{"id": "INBOX"}]}), CannotEver, "protocol"),
    ],
)
def test_refusals_are_of_the_five_kinds_M14(
    world: GmailWorld, answer: Answer, kind: type[ProviderError], code: str
) -> None:
    trouble = told(world, answer, lambda mailbox: mailbox.labels())
    assert (type(trouble), trouble.code, str(trouble)) == (kind, code, code)


def test_newer_form_of_a_refusal_is_understood_too_M14(world: GmailWorld) -> None:
    body = b'{"error": {"code": 403, "message": "Off.", "details": [{"reason": "SERVICE_DISABLED"}]}}'
    trouble = told(world, Answer(403, body), lambda mailbox: mailbox.labels())
    assert (trouble.code, trouble.told) == ("api_disabled", "Off.")


def test_scope_that_shows_headers_alone_opens_no_whole_mail_M14(world: GmailWorld) -> None:
    [ref] = filled(world, 1)
    secret = {**world.mine.secret, "refresh_token": world.shim.grant(world.mine.address, METADATA)}
    with world.provider.open(replace(world.mine, secret=secret)) as mailbox:
        assert [head.ref for head in mailbox.heads("INBOX", [ref])] == [ref]
        with pytest.raises(NotAllowed, match=r"^access_denied$"):
            [*mailbox.wholes("INBOX", [ref])]


# Google is busy


def slow(world: GmailWorld) -> tuple[GmailWorld, list[float]]:
    """The world with a provider that only notes how long it would wait."""
    waits: list[float] = []
    world.provider = Gmail(world.shim.as_transport(), sleep=waits.append)
    return world, waits


@pytest.mark.parametrize("status", [403, 429, 503])
def test_short_wait_is_waited_as_google_says_row_38(world: GmailWorld, status: int) -> None:
    world, waits = slow(world)
    world.shim.fail("/labels", said(status, "rateLimitExceeded", "", {"Retry-After": "3"}))
    with world.provider.open(world.mine) as mailbox:
        assert [label.role for label in mailbox.labels() if label.ref == "INBOX"] == ["inbox"]
    assert waits == [3.0]


def test_long_wait_is_left_to_others_row_38(world: GmailWorld) -> None:
    world, waits = slow(world)
    for says, least, most in (("600", 600, 600), (formatdate(time() + 600, usegmt=True), 590, 600)):
        world.shim.faults.clear()
        trouble = told(world, said(429, "rateLimitExceeded", "", {"Retry-After": says}), lambda m: m.labels())
        assert isinstance(trouble, TryLater) and trouble.after_seconds is not None
        assert least <= trouble.after_seconds <= most
    assert (waits, sum("/labels" in line for line in world.shim.log)) == ([], 2)


def test_tries_are_few_and_further_apart_row_38(world: GmailWorld) -> None:
    world, waits = slow(world)
    told(world, said(500, "backendError"), lambda mailbox: mailbox.labels())
    assert sum("/labels" in line for line in world.shim.log) == 1 + len(PAUSES) == 1 + len(waits)
    assert [pause / 2 <= wait <= pause for pause, wait in zip(PAUSES, waits, strict=True)] == [True] * len(
        PAUSES
    )


def test_cut_connection_is_tried_again_M14(world: GmailWorld) -> None:
    refs = filled(world, 3)
    for where in ("/messages", "/batch", "format", "/history", f"/messages/{refs[0]}"):
        world.shim.fail(where, Answer(0))
    with world.provider.open(world.mine) as mailbox:
        assert ids(mailbox, "INBOX") == ["002", "001", "000"]
        assert len([*mailbox.wholes("INBOX", refs)]) == 3


# Batches


@pytest.mark.parametrize("seed", range(12))
def test_only_the_parts_of_a_batch_that_failed_are_asked_again_row_37(world: GmailWorld, seed: int) -> None:
    chance = random.Random(seed)
    refs = filled(world, 50)
    failed = chance.sample(refs, chance.randint(0, 50))
    gone = {ref for ref in failed if chance.random() < 0.3}
    answers = [
        said(429, "rateLimitExceeded"),
        said(403, "userRateLimitExceeded"),
        said(500, "backendError"),
        Answer(0),
    ]
    for ref in failed:
        world.shim.fail(ref, said(404, "notFound") if ref in gone else chance.choice(answers))
    with world.provider.open(world.mine) as mailbox:
        assert {head.ref for head in mailbox.heads("INBOX", refs)} == {*refs} - gone
    asked = [line for line in world.shim.log if line.startswith("+")]
    again = {ref for ref in failed if ref not in gone}
    assert {ref: sum(ref in line for line in asked) for ref in refs} == {
        ref: 1 + (ref in again) for ref in refs
    }


def test_parts_that_fail_on_and_on_are_for_later_and_nothing_is_told_of_the_others_row_37(
    world: GmailWorld,
) -> None:
    refs = filled(world, 5)
    trouble = told(
        world, said(429, "rateLimitExceeded"), lambda mailbox: mailbox.heads("INBOX", refs), refs[2]
    )
    assert (type(trouble), trouble.code) == (TryLater, "throttled")
    asked = [line for line in world.shim.log if line.startswith("+")]
    assert [sum(ref in line for line in asked) for ref in refs] == [1, 1, 1 + len(PAUSES), 1, 1]


def test_mail_that_google_fails_at_on_and_on_is_not_given_and_stops_no_other_row_37(
    world: GmailWorld,
) -> None:
    refs = filled(world, 3)
    world.shim.fail(refs[1], said(500, "backendError"), times=100)
    with world.provider.open(world.mine) as mailbox:
        for given_ in (mailbox.heads("INBOX", refs), [*mailbox.wholes("INBOX", refs)]):
            assert [mail.ref for mail in given_] == [refs[0], refs[2], refs[1]]
            assert given_[2] == NotGiven(refs[1])
    asked = [line for line in world.shim.log if refs[1] in line]
    assert len(asked) == 2 * (1 + len(PAUSES))


def test_several_mails_that_google_fails_at_are_for_later_row_37(world: GmailWorld) -> None:
    refs = filled(world, SEVERAL + 1)
    for do in (lambda box: box.heads("INBOX", refs), lambda box: [*box.wholes("INBOX", refs)]):
        for ref in refs:
            world.shim.fail(ref, said(500, "backendError"), times=len(PAUSES) + 1)
        with world.provider.open(world.mine) as mailbox, pytest.raises(TryLater, match="unavailable"):
            do(mailbox)


def test_part_that_may_not_be_read_stops_the_batch_M14(world: GmailWorld) -> None:
    refs = filled(world, 5)
    trouble = told(world, said(403, "forbidden"), lambda mailbox: mailbox.heads("INBOX", refs), refs[2])
    assert (type(trouble), trouble.code) == (NotAllowed, "access_denied")


@pytest.mark.parametrize("answer", [given({}), Answer(200, b"--x", {"Content-Type": "text/html"})])
def test_batch_that_is_answered_by_no_batch_is_no_protocol(world: GmailWorld, answer: Answer) -> None:
    refs = filled(world, 1)
    trouble = told(world, answer, lambda mailbox: mailbox.heads("INBOX", refs), "/batch")
    assert (type(trouble), trouble.code) == (CannotEver, "protocol")


def test_many_heads_go_in_batches_of_fifty(world: GmailWorld) -> None:
    refs = filled(world, 120)
    with world.provider.open(world.mine) as mailbox:
        assert [head.ref for head in mailbox.heads("INBOX", refs)] == refs
        assert mailbox.requests == 3


# Tokens


def test_token_that_ends_within_a_batch_is_replaced_once_row_44(world: GmailWorld) -> None:
    refs = filled(world, 60)
    with world.provider.open(world.mine) as mailbox:
        world.shim.expire(world.mine.address)
        assert [head.ref for head in mailbox.heads("INBOX", refs)] == refs
        world.shim.expire(world.mine.address)
        assert [whole.ref for whole in mailbox.wholes("INBOX", refs)] == refs
    assert sum(line == "POST /token" for line in world.shim.log) == 3


def test_token_that_is_refused_though_it_is_new_asks_to_sign_in_row_44(world: GmailWorld) -> None:
    refs = filled(world, 5)
    for ref in refs:
        world.shim.fail(ref, said(401, "authError"), times=100)
    with world.provider.open(world.mine) as mailbox, pytest.raises(SignInAgain, match=r"^token_refused$"):
        mailbox.heads("INBOX", refs)
    assert sum(line == "POST /token" for line in world.shim.log) == 2


def test_grant_taken_back_is_said_within_a_look_and_in_the_next_row_45(world: GmailWorld) -> None:
    with world.provider.open(world.mine) as mailbox:
        cursor = from_now(mailbox, "INBOX")
        world.put(a_mail("missed"), "INBOX")
        world.shim.revoke(world.mine.secret["refresh_token"])
        with pytest.raises(SignInAgain, match=r"^grant_refused$"):
            mailbox.changes("INBOX", cursor)
    with pytest.raises(SignInAgain, match=r"^grant_refused$"), world.provider.open(world.mine):
        pass
    secret = {**world.mine.secret, "refresh_token": world.shim.grant(world.mine.address)}
    with world.provider.open(replace(world.mine, secret=secret)) as mailbox:
        assert named(mailbox, "INBOX", since(mailbox, "INBOX", cursor)[0]) == ["missed"]


def test_rotating_refresh_tokens_are_never_lost_row_47(world: GmailWorld) -> None:
    world.shim.rotates = True
    refs, stored, seen = filled(world, 8), [], []

    def keep(secret: dict[str, str]) -> None:
        stored.append((secret, len(world.shim.log)))

    access = replace(world.mine, keep_secret=keep)

    def look() -> None:
        with world.provider.open(access) as mailbox:
            seen.append([whole.ref for whole in mailbox.wholes("INBOX", refs)])

    for _ in range(2):
        threads = [Thread(target=look) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        world.shim.expire(world.mine.address)
    assert seen == [refs] * 8
    assert len(stored) == sum(line == "POST /token" for line in world.shim.log)
    # The first was stored before anything else was asked; the last of them is good.
    assert world.shim.log[: stored[0][1]] == ["POST /token"]
    last = stored[-1][0]
    assert last == {"refresh_token": [*world.shim.refresh_tokens][-1]}
    with world.provider.open(replace(world.mine, secret={**world.mine.secret, **last})) as mailbox:
        assert mailbox.address() == world.mine.address


def test_nothing_to_sign_in_with_asks_to_sign_in_M14(world: GmailWorld) -> None:
    with pytest.raises(SignInAgain, match=r"^grant_missing$"):
        world.provider.open(replace(world.mine, secret={"client_secret": "secret of the client"}))


def test_another_client_secret_is_set_up_wrongly_M14(world: GmailWorld) -> None:
    secret = {**world.mine.secret, "client_secret": "another"}
    with pytest.raises(CannotEver, match=r"^client_refused$"):
        world.provider.open(replace(world.mine, secret=secret))


# History


def test_lost_history_starts_over_and_a_list_with_what_came_meanwhile_is_all_row_36(
    world: GmailWorld,
) -> None:
    filled(world, 3)
    with world.provider.open(world.mine) as mailbox:
        cursor = from_now(mailbox, "INBOX")
        world.put(a_mail("unseen", AT + 50), "INBOX")
        world.shim.lose_history(world.mine.address)
        with pytest.raises(StartOver, match=r"^cursor_lost$"):
            mailbox.changes("INBOX", cursor)
        pinned = from_now(mailbox, "INBOX")
        world.put(a_mail("meanwhile", AT + 60), "INBOX")
        listed = [mail.ref for page in pages(mailbox, "INBOX", 0, AT + 60) for mail in page.listed]
        caught_up = since(mailbox, "INBOX", pinned)[0]
        assert named(mailbox, "INBOX", listed + caught_up) == ["unseen", "002", "001", "000", "meanwhile"]


def test_history_of_a_label_that_is_gone_says_so_row_36(world: GmailWorld) -> None:
    ref = world.add_label("Project X")
    with world.provider.open(world.mine) as mailbox:
        cursor = from_now(mailbox, ref)
        world.remove_label(ref)
        world.shim.lose_history(world.mine.address)
        with pytest.raises(StartOver, match=r"^label_gone$"):
            mailbox.changes(ref, cursor)


def test_page_of_history_that_is_too_old_begins_the_round_anew_M13(world: GmailWorld) -> None:
    with world.provider.open(world.mine) as mailbox:
        cursor = from_now(mailbox, "INBOX")
        refs = filled(world, 3)
        stale = {**cursor, "page": "long ago", "until": "5"}
        answer = mailbox.changes("INBOX", stale)
        assert ([mail.ref for mail in answer.added], answer.more) == (refs[::-1], False)
        assert since(mailbox, "INBOX", answer.cursor)[:2] == ([], [])


def test_what_comes_while_history_is_paged_is_not_lost_M13(world: GmailWorld) -> None:
    with world.provider.open(world.mine) as mailbox:
        cursor = from_now(mailbox, "INBOX")
        refs = filled(world, 60)
        first = mailbox.changes("INBOX", cursor)
        late = world.put(a_mail("late"), "INBOX")
        again, _, then = since(mailbox, "INBOX", first.cursor)
        assert {*(mail.ref for mail in first.added), *again, *since(mailbox, "INBOX", then)[0]} == {
            *refs,
            late,
        }


def test_hollow_pages_of_history_are_no_end_M13(world: GmailWorld) -> None:
    world.shim.hollow_pages = True
    with world.provider.open(world.mine) as mailbox:
        cursor = from_now(mailbox, "INBOX")
        refs = filled(world, 3)
        hollow = mailbox.changes("INBOX", cursor)
        assert (hollow.added, hollow.removed, hollow.more) == ([], [], True)
        assert since(mailbox, "INBOX", hollow.cursor)[0] == refs[::-1]


# Circles


def test_history_that_goes_in_circles_is_noticed_row_43(world: GmailWorld) -> None:
    world.shim.fail("/history", given({"historyId": "2000", "nextPageToken": "again"}), times=100)
    with world.provider.open(world.mine) as mailbox, pytest.raises(CannotEver, match=r"^protocol$"):
        since(mailbox, "INBOX", {"history": "1000"})
    assert sum("/history" in line for line in world.shim.log) == 2


def test_list_that_goes_in_circles_is_noticed_row_43(world: GmailWorld) -> None:
    circle = given({"messages": [{"id": "a"}], "nextPageToken": "again"})
    world.shim.fail("/messages", circle, times=100)
    with world.provider.open(world.mine) as mailbox, pytest.raises(CannotEver, match=r"^protocol$"):
        pages(mailbox, "INBOX", 0, FAR)


def test_page_of_a_list_that_is_too_old_is_for_later(world: GmailWorld) -> None:
    filled(world, 60)
    with world.provider.open(world.mine) as mailbox:
        first = mailbox.list("INBOX", 0, FAR)
        world.shim.fail("/messages", said(400, "invalidArgument", "Invalid pageToken"))
        with pytest.raises(TryLater, match=r"^page_expired$"):
            mailbox.list("INBOX", 0, FAR, first.position)
