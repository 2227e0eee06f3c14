"""Signing in at Entra, what is missing for reading all mailboxes, and who has one (M2)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha256

import httpx2
import pytest
from contract_looks import from_now
from contract_world import AT, a_mail
from fake_graph import CLIENT_ID, TENANT, FakeGraph, Refused
from graph_access import a_folder, box_of, central_access, opened, own_access, settings_of

from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, SignInAgain, TryLater
from postroom.providers.graph import PROVIDER
from postroom.providers.port import Access

SECRET = {"client_secret": "the~client~secret"}


@pytest.mark.parametrize(
    ("error", "number", "kind", "code"),
    [
        ("invalid_grant", 700082, SignInAgain, "grant_expired"),
        ("invalid_grant", 50173, SignInAgain, "password_changed"),
        ("interaction_required", 50076, SignInAgain, "second_factor_needed"),
        ("invalid_grant", 65001, SignInAgain, "consent_missing"),
        ("invalid_grant", 50057, NotAllowed, "account_disabled"),
        ("access_denied", 53003, NotAllowed, "conditional_access"),
        ("invalid_client", 7000222, CannotEver, "client_secret_expired"),
        ("invalid_client", 7000215, CannotEver, "client_secret_wrong"),
        ("unauthorized_client", 700016, CannotEver, "client_unknown"),
        ("invalid_request", 90002, CannotEver, "tenant_unknown"),
        ("invalid_request", 50011, CannotEver, "redirect_address"),
        ("invalid_request", 50196, TryLater, "throttled_at_sign_in"),
        ("invalid_grant", 123456, SignInAgain, "grant_refused"),
        ("unauthorized_client", 123456, NotAllowed, "client_not_allowed"),
    ],
)
def test_numbers_of_entra_say_who_has_to_act_M14(
    graph: FakeGraph, error: str, number: int, kind: type[ProviderError], code: str
) -> None:
    graph.entra.refusal = Refused(error, number, "Something about sam@us.example.")
    with pytest.raises(kind, match=f"^{code}$") as caught:
        opened(graph)
    assert "sam@us.example" in caught.value.told
    assert "sam@us.example" not in f"{caught.value!r} {caught.value}"


def test_code_of_a_user_opens_their_mailbox_once_M2(graph: FakeGraph) -> None:
    back, verifier = "https://postroom.example/profile/email/back", "v" * 43
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    endpoint = f"{graph.address}/{TENANT}/oauth2/v2.0/token"
    form = {
        "grant_type": "authorization_code",
        "client_id": CLIENT_ID,
        "client_secret": SECRET["client_secret"],
        "code": graph.entra.code_for("sam@us.example", back, challenge),
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    given, again = httpx2.post(endpoint, data=form), httpx2.post(endpoint, data=form)
    assert (given.status_code, again.status_code, again.json()["error"]) == (200, 400, "invalid_grant")
    secret = {**SECRET, "refresh_token": given.json()["refresh_token"]}
    access = Access("sam@us.example", settings_of(graph), secret)
    with PROVIDER.open(access) as box:
        assert len(box.labels()) == 7


def test_without_a_grant_one_has_to_sign_in(graph: FakeGraph) -> None:
    access = replace(own_access(graph, "sam@us.example"), secret=SECRET)
    with pytest.raises(SignInAgain, match=r"^grant_missing$"):
        PROVIDER.open(access)
    assert graph.entra.asked == []


def test_changed_secret_of_all_counts_at_once_M2(graph: FakeGraph) -> None:
    PROVIDER.open(central_access(graph, "sam@us.example")).__exit__()
    wrong = replace(central_access(graph, "sam@us.example"), secret={"client_secret": "else"})
    with pytest.raises(CannotEver, match=r"^client_secret_wrong$"):
        PROVIDER.open(wrong)


def test_secret_of_all_is_asked_for_one_token_for_many_mailboxes_M2(graph: FakeGraph) -> None:
    graph.directory.add_user("lea@us.example")
    for address in ("sam@us.example", "lea@us.example", "sam@us.example"):
        PROVIDER.open(central_access(graph, address)).__exit__()
    assert graph.entra.asked == ["client_credentials"]


@pytest.mark.parametrize("scopes", [frozenset(), frozenset({"User.Read"})])
def test_address_is_said_where_it_may_be_M14(graph: FakeGraph, scopes: frozenset[str]) -> None:
    token = graph.entra.consent("sam@us.example", frozenset({"Mail.Read"}) | scopes)
    access = Access("sam@us.example", settings_of(graph), {**SECRET, "refresh_token": token})
    with PROVIDER.open(access) as box:
        assert box.address() == ("sam@us.example" if scopes else "")


def test_mailbox_is_found_by_an_alias_M2(graph: FakeGraph) -> None:
    user = graph.directory.add_user(
        "lea@us.example", principal_name="l.lee@us.onmicrosoft.example", aliases=("lea.o'lee@us.example",)
    )
    inbox = user.mailbox.folder("inbox")
    user.mailbox.deliver(inbox, a_mail("here"), AT)
    for address in ("l.lee@us.onmicrosoft.example", "lea@us.example", "lea.o'lee@us.example"):
        with PROVIDER.open(central_access(graph, address)) as box:
            assert box.count(inbox.id, 0) == 1
            assert box.address() == "lea@us.example"
            from_now(box, inbox.id)


def test_alias_is_no_way_in_where_the_directory_may_not_be_read_M2(graph: FakeGraph) -> None:
    graph.entra.roles = frozenset({"Mail.Read"})
    graph.directory.add_user("lea@us.example", aliases=("lee@us.example",))
    PROVIDER.open(central_access(graph, "lea@us.example")).__exit__()
    with pytest.raises(CannotEver, match=r"^no_mailbox$"):
        PROVIDER.open(central_access(graph, "lee@us.example"))


def test_user_without_a_mailbox_M2(graph: FakeGraph) -> None:
    graph.directory.add_user("room@us.example", has_mailbox=False)
    with pytest.raises(CannotEver, match=r"^no_mailbox$"):
        PROVIDER.open(central_access(graph, "room@us.example"))


def test_mailbox_out_of_scope_is_not_allowed_and_others_are_M2(graph: FakeGraph) -> None:
    graph.directory.add_user("lea@us.example")
    graph.entra.roles = frozenset()
    graph.routes.rbac_scope = frozenset({"sam@us.example"})
    PROVIDER.open(central_access(graph, "sam@us.example")).__exit__()
    with pytest.raises(NotAllowed, match=r"^access_denied$"):
        PROVIDER.open(central_access(graph, "lea@us.example"))


def test_check_finds_nothing_missing_M2(graph: FakeGraph) -> None:
    assert PROVIDER.check(settings_of(graph), SECRET, "sam@us.example") == []


@pytest.mark.parametrize(
    ("wrong", "what", "says"),
    [
        ({"tenant": "else"}, "tenant", "Directory (tenant) ID"),
        ({"client_id": "else"}, "client", "Application (client) ID"),
        ({"secret": "else"}, "client_secret", "copy its Value, not its Secret ID"),
        ({"expired": True}, "client_secret", "has expired"),
        ({"roles": frozenset({"User.Read.All"})}, "permission", "press Grant admin consent"),
        ({"scope": frozenset({"lea@us.example"})}, "scope", "Test-ApplicationAccessPolicy"),
        (
            {"roles": frozenset(), "scope": frozenset({"lea@us.example"})},
            "permission",
            "RBAC for Applications",
        ),
        ({"address": "room@us.example"}, "mailbox", "no mailbox for room@us.example"),
        ({"refusal": Refused("invalid_grant", 65001, "No consent.")}, "consent", "Grant admin consent"),
        ({"refusal": Refused("access_denied", 53003, "Blocked.")}, "sign_in", "AADSTS53003"),
    ],
)
def test_check_says_what_is_missing_with_microsofts_names_M2(
    graph: FakeGraph, wrong: dict[str, object], what: str, says: str
) -> None:
    graph.directory.add_user("room@us.example", has_mailbox=False)
    graph.entra.roles = wrong.get("roles", graph.entra.roles)
    graph.entra.is_secret_expired = bool(wrong.get("expired"))
    graph.entra.refusal = wrong.get("refusal")
    graph.routes.rbac_scope = wrong.get("scope")
    settings = settings_of(graph) | {n: wrong[n] for n in ("tenant", "client_id") if n in wrong}
    secret = {"client_secret": wrong.get("secret", SECRET["client_secret"])}
    [missing] = PROVIDER.check(settings, secret, wrong.get("address", "sam@us.example"))
    assert (missing.what, says in missing.says, "Trace ID" in missing.says) == (what, True, False)
    assert "Microsoft says: " in missing.says


def test_check_that_cannot_be_made_now_is_tried_later_M2(graph: FakeGraph) -> None:
    graph.faults.fail("inbox", 503, "")
    with pytest.raises(TryLater):
        PROVIDER.check(settings_of(graph), SECRET, "sam@us.example")


def test_addresses_are_those_of_all_with_a_mailbox_aliases_too_M2(graph: FakeGraph) -> None:
    graph.directory.add_user(
        "Lea@US.example", principal_name="l.lee@us.onmicrosoft.example", aliases=("lee@us.example",)
    )
    graph.directory.add_user("room@us.example", has_mailbox=False)
    for number in range(1200):
        graph.directory.add_user(f"u{number}@us.example")
    found = [*PROVIDER.addresses(settings_of(graph), SECRET, "")]
    assert sorted(found) == sorted(
        [
            "sam@us.example",
            "lea@us.example",
            "l.lee@us.onmicrosoft.example",
            "lee@us.example",
            *(f"u{number}@us.example" for number in range(1200)),
        ]
    )


def test_addresses_are_unknown_where_the_directory_may_not_be_read_M2(graph: FakeGraph) -> None:
    graph.entra.roles = frozenset({"Mail.Read"})
    assert PROVIDER.addresses(settings_of(graph), SECRET, "") is None


def test_folders_of_another_mailbox_are_not_to_be_had_by_their_id(graph: FakeGraph) -> None:
    other = graph.directory.add_user("lea@us.example").mailbox
    inbox = other.folder("inbox")
    mail = other.deliver(inbox, a_mail("canary"), AT)
    with opened(graph) as box:
        assert [*box.wholes(a_folder(graph).id, [mail.immutable_id])] == []
        assert box.heads(box_of(graph).folder("inbox").id, [mail.immutable_id]) == []
