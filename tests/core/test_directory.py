"""Who an address is: inside or outside (D2), a person, creatable (C11), blocked (C16)."""

from __future__ import annotations

import pytest
from small_world import EARLY, LATE, NOON, World, sealed

from postroom.core.directory import NEVER, KnownPerson


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("a@acme.com", True),
        ("A@ACME.COM", True),
        ("a@notacme.com", False),
        ("a@acme.com.evil.org", False),
        ("a@eu.acme.com", False),
        ("a@acme.co", False),
        ("a@group.com", True),
        ("a@eu.group.com", True),
        ("a@very.deep.eu.group.com", True),
        ("a@notgroup.com", False),
        ("a@com", False),
        ("a@bücher.example", True),
        ("a@BÜCHER.example", True),
        ("a@xn--bcher-kva.example", True),
        ("a@xn--BCHER-KVA.example", True),
        ("a@bucher.example", False),
    ],
)
def test_whole_domains_and_subdomains_only_where_the_entry_says_so_D2(address: str, inside: bool) -> None:
    world = World()
    world.organization("acme.com")
    world.organization("group.com", subdomains=True)
    world.organization("bücher.example")
    assert world.inside(address) is inside


def test_an_excluded_address_is_outside_even_if_a_users_D2() -> None:
    world = World()
    world.organization("acme.com")
    world.user("a@acme.com", 1)
    world.internal("a@acme.com")
    world.excluded("a@acme.com")
    party = world.directory.party(sealed("a@acme.com"))
    assert (party.inside, party.user, party.colleague) == (False, 1, None)


def test_users_aliases_and_internal_addresses_are_inside_whatever_their_domain_D2() -> None:
    world = World()
    world.user("me@gmail.com", 1)
    world.user("alias@elsewhere.org", 1)
    world.internal("consultant@consulting.org")
    assert [
        world.inside(a) for a in ("me@gmail.com", "alias@elsewhere.org", "consultant@consulting.org")
    ] == [
        True,
        True,
        True,
    ]
    assert world.inside("you@gmail.com") is False


def test_a_user_is_named_by_each_of_their_addresses_D2() -> None:
    world = World()
    world.user("a@acme.com", 7)
    world.user("alias@elsewhere.org", 7)
    assert world.directory.party(sealed("Alias@Elsewhere.ORG")).user == 7


def test_who_is_inside_has_neither_persons_nor_account_domains_D2() -> None:
    world = World()
    world.internal("k@acme.com")
    world.person(1, "k@acme.com")
    world.account(10, "acme.com")
    party = world.directory.party(sealed("k@acme.com"))
    assert (party.inside, party.persons, party.domains) == (True, (), ())


def test_who_is_excluded_may_be_a_person_D2() -> None:
    world = World()
    world.organization("acme.com")
    world.excluded("k@acme.com")
    world.person(1, "k@acme.com")
    assert world.directory.party(sealed("k@acme.com")).persons == (KnownPerson(1, EARLY),)


def test_persons_count_from_known_since_C9() -> None:
    world = World()
    world.person(1, "k@acme.com", NOON)
    world.person(2, "k@acme.com", LATE)
    party = world.directory.party(sealed("k@acme.com"))
    assert [party.persons_at(at) for at in (NOON - 1, NOON, LATE)] == [(), (1,), (1, 2)]


def test_known_and_creatable_since_the_earliest_entry_C9_C11() -> None:
    world = World()
    world.person(1, "k@acme.com", LATE)
    world.person(2, "k@acme.com", NOON)
    world.account(10, "acme.com", LATE)
    world.account(11, "acme.com", NOON)
    world.account(12, "us.com", EARLY, subdomains=True)
    since = {
        a: world.directory.party(sealed(a)) for a in ("k@acme.com", "new@acme.com", "a@b.us.com", "a@b.org")
    }
    assert {address: (party.known_since, party.creatable_since) for address, party in since.items()} == {
        "k@acme.com": (NOON, NOON),
        "new@acme.com": (NEVER, NOON),
        "a@b.us.com": (NEVER, EARLY),
        "a@b.org": (NEVER, NEVER),
    }


def accounts(world: World, address: str) -> list[int]:
    return [domain.account for domain in world.directory.party(sealed(address)).domains]


def test_the_exact_domain_is_nearer_than_one_above_it_C11() -> None:
    world = World()
    world.account(10, "acme.com", subdomains=True)
    world.account(20, "eu.acme.com")
    assert accounts(world, "a@eu.acme.com") == [20]
    assert accounts(world, "a@acme.com") == [10]
    assert accounts(world, "a@us.acme.com") == [10]
    assert accounts(world, "a@sales.eu.acme.com") == [10]


def test_of_two_wide_domains_the_nearer_one_counts_C11() -> None:
    world = World()
    world.account(10, "acme.com", subdomains=True)
    world.account(20, "eu.acme.com", subdomains=True)
    assert accounts(world, "a@sales.eu.acme.com") == [20]


def test_a_domain_of_two_accounts_belongs_to_both_A3() -> None:
    world = World()
    world.account(10, "acme.com")
    world.account(20, "acme.com")
    assert accounts(world, "a@acme.com") == [10, 20]


def test_the_exact_blocklist_entry_is_named_before_the_wide_one_above_it_C16() -> None:
    world = World()
    wide = world.block_domain("acme.com", subdomains=True)
    exact = world.block_domain("eu.acme.com")
    assert [world.directory.party(sealed(a)).blocked for a in ("a@eu.acme.com", "a@us.acme.com")] == [
        exact,
        wide,
    ]


def test_a_forgotten_address_is_looked_up_afresh() -> None:
    world = World()
    before = world.directory.party(sealed("k@acme.com")).persons
    world.person(1, "k@acme.com")
    remembered = world.directory.party(sealed("k@acme.com")).persons
    world.directory.forget(sealed("k@acme.com").address)
    assert (before, remembered, world.directory.party(sealed("k@acme.com")).persons) == (
        (),
        (),
        (KnownPerson(1, EARLY),),
    )


def test_forgetting_an_address_never_met_is_nothing() -> None:
    world = World()
    world.directory.forget(sealed("k@acme.com").address)
    assert world.directory.party(sealed("k@acme.com")).persons == ()
