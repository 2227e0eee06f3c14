"""Whose mail it is: the user is found by any address, as somebody types it."""

from __future__ import annotations

import pytest

from postroom.actions.add_users import add_users
from postroom.actions.place import place_of
from postroom.actions.rejection import Rejected
from postroom.store.models import User, Workspace


@pytest.mark.parametrize("typed", ["s1@bücher.example", " S1@XN--BCHER-KVA.example ", "one@us.com"])
def test_user_is_found_by_any_address_U2(workspace: Workspace, typed: str) -> None:
    add_users(workspace, [{"email": "s1@bücher.example", "aliases": ["one@us.com"]}], actor="command line")
    place = place_of(workspace, typed, "Inbox")
    user = User.objects.get()
    assert (place.user, place.label, place.label_role) == (user.pk, "inbox", "inbox")
    assert place == place_of(workspace, user.email, "inbox")


@pytest.mark.parametrize("typed", ["nobody@us.com", "nobody", ""])
def test_address_of_nobody_is_refused(workspace: Workspace, typed: str) -> None:
    with pytest.raises(Rejected) as refusal:
        place_of(workspace, typed, "inbox")
    assert (refusal.value.reason, refusal.value.field) == ("user_unknown", "user")
