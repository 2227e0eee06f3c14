"""A mailbox's trouble in words: what is the matter, and who has to act (M14)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import postroom
from postroom.core.trouble import TROUBLES
from postroom.web import mailbox_words
from postroom.web.mailbox_words import ADMIN, NOBODY, OWNER, YOU, trouble_in_words

MANUAL = Path(__file__).parents[2] / "docs/reference/providers.md"
RAISED = re.compile(r"\b(?:TryLater|SignInAgain|NotAllowed|StartOver|CannotEver)\(\s*\"([a-z_]+)\"")


def test_who_has_to_act_goes_by_the_kind_and_by_whose_connection_it_is_M14() -> None:
    acting = {
        kind: (
            trouble_in_words(kind, "", is_central=False).who,
            trouble_in_words(kind, "", is_central=False, is_own=True).who,
            trouble_in_words(kind, "", is_central=True, is_own=True).who,
        )
        for kind in TROUBLES
    }
    assert acting == {
        "try_later": (NOBODY, NOBODY, NOBODY),
        "sign_in_again": (OWNER, YOU, ADMIN),
        "not_allowed": (OWNER, YOU, ADMIN),
        "start_over": (NOBODY, NOBODY, NOBODY),
        "cannot_ever": (OWNER, YOU, ADMIN),
    }


@pytest.mark.parametrize("kind", TROUBLES)
def test_a_code_that_nobody_wrote_words_for_is_said_by_its_kind_M14(kind: str) -> None:
    said = trouble_in_words(kind, "never_heard_of", is_central=False)

    assert said == trouble_in_words(kind, "", is_central=False)
    assert said.what and said.way_out


def test_a_code_says_what_is_the_matter_in_particular_M14() -> None:
    said = trouble_in_words("sign_in_again", "password_refused", is_central=False)

    assert said.what == "The mail server did not accept user name and password."
    assert said.way_out.startswith("Connect it again.")


def test_every_code_that_is_raised_has_words_M14() -> None:
    folder = Path(postroom.__file__).parent
    files = [*(folder / "providers").rglob("*.py"), *(folder / "actions").glob("*mailbox*.py")]
    raised = {
        code for file in files if file.parent.name != "memory" for code in RAISED.findall(file.read_text())
    }

    rows = re.findall(r"^\| `([a-z_]+)` \| `([a-z_]+)` \|", MANUAL.read_text(), re.MULTILINE)
    told = {code for code, kind in rows if kind in TROUBLES}

    assert len(told) > 30
    assert (raised | told) - mailbox_words._CODES.keys() == set()


def test_what_no_owner_can_mend_is_for_an_administrator_M14() -> None:
    said = trouble_in_words("cannot_ever", "client_secret_expired", is_central=False, is_own=True)

    assert (said.who, said.way_out) == (
        ADMIN,
        "An administrator has to mend that, under Settings, Email sync, or at the provider.",
    )


def test_an_address_that_is_the_users_no_more_is_for_an_administrator_to_mend_M14() -> None:
    for is_central in (True, False):
        said = trouble_in_words("not_allowed", "not_your_address", is_central=is_central, is_own=True)
        assert (said.what, said.who) == (
            "The mailbox's address is no longer one of this user's.",
            "An administrator",
        )
        assert said.way_out.startswith(
            "If the address is theirs, an administrator adds it to them as an alias."
        )
