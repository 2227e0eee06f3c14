"""Decisions of the people lens over the API: listed by lens and user, counted in the summary (P11)."""

from __future__ import annotations

from typing import Any

import pytest

from postroom.actions.add_users import add_users
from postroom.store.models import Decision, Message, User, Workspace

ACTOR = "command line"


@pytest.fixture
def judged(workspace: Workspace) -> None:
    """A mail, internal in the customer lens, counted for S1 and held for S2."""
    users = [{"email": "s1@us.com", "aliases": ["one@us.com"]}, {"email": "s2@us.com"}]
    add_users(workspace, users, actor=ACTOR)
    message = Message.objects.create(
        workspace=workspace, identity=bytes(16), reference_tokens=b"", at=1_767_960_000, flags=""
    )
    for lens, email, outcome, reason in (
        ("customer", None, "skip", "internal"),
        ("people", "s1@us.com", "import", "counted"),
        ("people", "s2@us.com", "hold", "no_consent"),
    ):
        Decision.objects.create(
            workspace=workspace,
            message=message,
            lens=lens,
            user=User.objects.get(email=email) if email else None,
            outcome=outcome,
            reason=reason,
            findings='{"found":[],"asked":[]}',
            policy=2,
            revision=1,
            last_copy=1,
            decided_at=1_767_960_000,
        )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [("s2@us.com", "no_consent"), ("s1@us.com", "counted"), (None, "internal")]),
        ("?lens=customer", [(None, "internal")]),
        ("?lens=people", [("s2@us.com", "no_consent"), ("s1@us.com", "counted")]),
        ("?lens=people&user=One@us.com", [("s1@us.com", "counted")]),
        ("?user=s1@us.com", [("s1@us.com", "counted")]),
        ("?lens=customer&user=s1@us.com", []),
        ("?lens=people&user=s2@us.com&outcome=import", []),
        ("?lens=people&source=api", []),
    ],
)
def test_decisions_are_listed_by_lens_and_user_P11(
    judged: None, api: Any, query: str, found: list[tuple[str | None, str]]
) -> None:
    items = api.get(f"decisions{query}")["items"]
    assert [(item["user"], item["reason"]) for item in items] == found


def test_the_summary_counts_each_lens_by_itself_F1(judged: None, api: Any) -> None:
    assert api.get("decisions/summary") == {
        "outcomes": {
            "customer": {"skip": {"internal": 1}},
            "people": {"hold": {"no_consent": 1}, "import": {"counted": 1}},
        }
    }
