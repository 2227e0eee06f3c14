"""Who is who in the demo: enough of everybody, names that nobody owns, and cases worth looking at."""

from __future__ import annotations

import re
from collections import Counter

from demo_reading import NOW, read, written

from postroom.core.address import domain_of, normalise_address
from postroom.core.permissions import ROLES
from postroom.demo import company
from postroom.demo.colleagues import USERS
from postroom.demo.grammar import rows
from postroom.demo.spelling import local_part
from postroom.demo.talk_singles import NEWSLETTERS, STRANGERS

EVERYBODY = (*company.PERSONS, *company.NEWCOMERS)


def test_there_are_about_forty_users_twenty_five_accounts_and_a_hundred_and_fifty_persons() -> None:
    assert (len(USERS), len(company.ACCOUNTS), len(EVERYBODY)) == (41, 25, 149)


def test_every_name_is_one_that_nobody_can_own_and_every_address_is_one() -> None:
    addresses = [user.email for user in USERS] + [email for p in EVERYBODY for email in p.emails]
    addresses += [row[1] for row in (*rows(STRANGERS), *rows(NEWSLETTERS))]
    addresses += [company.BLOCKED_ADDRESS, company.INTERNAL_ADDRESS, company.EXCLUDED_ADDRESS]
    assert [address for address in addresses if normalise_address(address) != address] == []
    domains = {domain_of(a) for a in addresses} | {d for a in company.ACCOUNTS for d in a.domains}
    assert {domain.rpartition(".")[2] for domain in domains | {company.BLOCKED_DOMAIN}} == {"example"}
    found = {match for copy in written() for match in re.findall(rb"[\w.-]+@([\w.-]+\w)", copy.raw)}
    assert {domain.rpartition(b".")[2] for domain in found} <= {b"example", b"x"}


def test_users_have_titles_departments_managers_and_roles_that_exist() -> None:
    assert [user.name for user in USERS if not (user.title and user.role in ROLES)] == []
    departments = {"Management", "Customers", "Sales", "Product", "Engineering", "Office"}
    assert {user.department for user in USERS} == departments
    assert [user.name for user in USERS if not user.manager] == ["Edith Rowe"]
    assert {company.user_named(user.manager).manager for user in USERS if user.manager} == {
        "",
        "Edith Rowe",
    }
    assert len({user.email for user in USERS}) == len(USERS)


def test_everybody_is_of_an_account_that_is_there() -> None:
    names = {account.name for account in company.ACCOUNTS}
    assert [person.name for person in EVERYBODY if not set(person.accounts) <= names] == []
    assert [name for name in names if len(company.people_of(name)) < 3] == []
    assert [
        account.name for account in company.ACCOUNTS if not company.account_named(account.name).depots
    ] == []


def test_the_special_cases_are_there() -> None:
    accounts = {account.name: account for account in company.ACCOUNTS}
    assert [a.name for a in company.ACCOUNTS if len(a.domains) > 1] == [company.COPPERFIELD]
    assert [a.name for a in company.ACCOUNTS if a.include_subdomains] == ["Brightwater Clinics"]
    assert [a.name for a in company.ACCOUNTS if a.is_ignored] == ["Zephyr Logistics"]
    assert [a.name for a in company.ACCOUNTS if a.days_known == 60] == ["Elmstead Council"]
    assert Counter(a.temper for a in company.ACCOUNTS if a.temper not in ("busy", "steady")) == {
        "won": 1,
        "silent": 1,
        "trouble": 1,
    }
    twice = [person.name for person in company.PERSONS if len(person.accounts) > 1]
    assert twice == ["Dana Osei", "Nadia Fennel", "Lewis Adair"]
    assert company.user_named("Kate Ashby").email == accounts[company.DUNMORE].owner
    shared = Counter(email for person in EVERYBODY for email in person.emails)
    assert [email for email, holders in shared.items() if holders > 1] == ["dispatch@alder-bakeries.example"]


def test_accounts_are_of_several_sizes_and_one_has_gone_silent() -> None:
    mails: Counter[str] = Counter()
    last: dict[str, float] = {}
    for one in read():
        for address in set(one.addresses):
            mails[domain_of(address)] += 1
            last[domain_of(address)] = max(last.get(domain_of(address), 0), one.at.timestamp())
    assert (mails["alder-bakeries.example"] > 550, mails["yarrow.example"] < 25) == (True, True)
    newest = max(last.values())
    assert newest - last["lantern-books.example"] > 60 * 86_400
    assert newest - last["alder-bakeries.example"] < 4 * 86_400


def test_one_wrote_only_before_the_account_was_known() -> None:
    known_since = NOW - 60 * 86_400
    times = [one.at.timestamp() for one in read() if company.EARLY_ADDRESS in one.addresses]
    assert (len(times), [at for at in times if at >= known_since]) == (6, [])


def test_whoever_changed_company_writes_from_one_place_at_a_time() -> None:
    new, old = company.MOVED.emails
    senders = [(one.at, one.addresses[0]) for one in read() if one.addresses[0] in (new, old)]
    assert {address for _, address in senders} == {new, old}
    turn = max(at for at, address in senders if address == old)
    assert sum(at < turn for at, address in senders if address == new) <= 3


def test_names_are_spelled_in_addresses_without_accents() -> None:
    assert [
        local_part(name) for name in ("Łukasz Zieliński", "Murat Şahin", "Uwe Jäger", "Yannick Le Bihan")
    ] == [
        "lukasz.zielinski",
        "murat.sahin",
        "uwe.jaeger",
        "yannick.bihan",
    ]
    assert (local_part("Greta Alder", "first"), local_part("Greta Alder", "f.last")) == ("greta", "g.alder")
