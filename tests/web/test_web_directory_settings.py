"""Settings: the blocklist (C16) and what decides inside or outside (D1, D2, D4)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from shelf import ACTOR, Shelf, a_shelf, another_workspace, text_of

from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_organization import add_organization, list_addresses
from postroom.actions.add_persons import add_persons
from postroom.store.models import BlocklistEntry, ListedAddress, OrganizationDomain

BLOCKLIST, ORGANIZATION = "/settings/blocklist", "/settings/organization"


def blocked(shelf: Shelf) -> list[tuple[str, bool, list[str], str]]:
    rows = BlocklistEntry.objects.filter(workspace=shelf.workspace, closed_in=None).order_by("value")
    return list(rows.values_list("value", "include_subdomains", "lenses", "note"))


def entry(shelf: Shelf, value: str) -> BlocklistEntry:
    return BlocklistEntry.objects.get(workspace=shelf.workspace, value=value, closed_in=None)


def own_domains(shelf: Shelf) -> list[tuple[str, bool]]:
    rows = OrganizationDomain.objects.filter(workspace=shelf.workspace, closed_in=None).order_by("domain")
    return list(rows.values_list("domain", "include_subdomains"))


def listed(shelf: Shelf) -> list[tuple[str, str]]:
    rows = ListedAddress.objects.filter(workspace=shelf.workspace, closed_in=None).order_by("address")
    return list(rows.values_list("kind", "address"))


def told(lines: list[Any]) -> list[tuple[str, str, str]]:
    return [(line.line, line.status, line.says) for line in lines]


def problems(answer: Any) -> list[str]:
    return re.findall(r'<p class="field-problem"[^>]*>(.*?)</p>', answer.content.decode())


# Blocklist


def test_entries_show_note_author_date_hits_and_last_hit_C16(shelf: Shelf, browser: Client) -> None:
    add_blocklist(
        shelf.workspace,
        [
            {
                "value": "rival.com",
                "include_subdomains": True,
                "lenses": ["customer", "people"],
                "note": "A rival",
            }
        ],
        actor="boss@us.com",
    )
    at = datetime(2026, 1, 9, 12, tzinfo=UTC)
    BlocklistEntry.objects.update(hits=12_345, last_hit_at=at, created_at=at)
    page = browser.get(BLOCKLIST)
    assert (
        "rival.com and subdomains people lens too A rival 9 Jan 2026 boss@us.com 12 345 9 Jan 2026 "
        "Change rival.com Remove rival.com"
    ) in text_of(page)
    assert "Engagements that are here already stay." in text_of(page)
    assert 'href="/decisions/blocked"' in page.content.decode()


def test_entries_are_found_by_value_and_note(shelf: Shelf, browser: Client) -> None:
    add_blocklist(shelf.workspace, [{"value": "rival.com", "note": "Sells"}, "x@acme.com"], actor=ACTOR)
    found = {
        q: [row.value for row in browser.get(f"{BLOCKLIST}?q={q}").context["rows"]]
        for q in ("RIV", "sell", "@", "no")
    }
    assert found == {"RIV": ["rival.com"], "sell": ["rival.com"], "@": ["x@acme.com"], "no": []}
    assert "No entry found" in text_of(browser.get(f"{BLOCKLIST}?q=no"))


def test_many_are_added_at_once_with_settings_C16(shelf: Shelf, browser: Client) -> None:
    sent = {"lines": "Rival.com\n\n lawyer@acme.com ", "note": "No", "wide": "on", "people": "on"}
    page = browser.post(BLOCKLIST, sent, follow=True)
    assert page.redirect_chain == [(BLOCKLIST, 302)]
    assert "2 added." in text_of(page)
    both = ["customer", "people"]
    assert blocked(shelf) == [("lawyer@acme.com", False, both, "No"), ("rival.com", True, both, "No")]
    assert entry(shelf, "rival.com").author == "boss@us.com"
    assert "2 there already." in text_of(browser.post(BLOCKLIST, sent, follow=True))


def test_each_line_is_answered_and_the_refused_stay_in_the_field(shelf: Shelf, browser: Client) -> None:
    add_blocklist(shelf.workspace, ["there.com"], actor=ACTOR)
    answer = browser.post(BLOCKLIST, {"lines": "there.com\nnothing\nus.com\nnew.com\na@@b", "note": ""})
    no = "This is neither an e-mail address nor a mail domain."
    assert answer.status_code == 422
    assert told(answer.context["told"]) == [
        ("there.com", "there already", ""),
        ("nothing", "refused", no),
        ("us.com", "refused", "This is a domain of your own company: see Settings, Organization."),
        ("new.com", "added", ""),
        ("a@@b", "refused", no),
    ]
    assert answer.context["form"]["lines"] == "nothing\nus.com\na@@b"
    assert [value for value, *_ in blocked(shelf)] == ["new.com", "there.com"]
    assert b'name="force"' in answer.content


def test_a_domain_of_the_company_is_blocked_where_it_is_meant_C16(shelf: Shelf, browser: Client) -> None:
    assert b'name="force"' not in browser.get(BLOCKLIST).content
    browser.post(BLOCKLIST, {"lines": "us.com", "force": "on"})
    assert [value for value, *_ in blocked(shelf)] == ["us.com"]


def test_blocking_whom_we_know_is_asked_back_once_C16(shelf: Shelf, browser: Client) -> None:
    add_persons(shelf.workspace, [{"name": "Lee", "emails": ["lee@other.io"]}], actor=ACTOR)
    shelf.engagement()
    lines = "acme.com\nkim@acme.com\nlee@other.io\ns1@us.com\ngmail.com\nnew.com"
    answer = browser.post(BLOCKLIST, {"lines": lines})
    assert (answer.status_code, told(answer.context["told"])) == (
        422,
        [
            ("acme.com", "refused", "Acme has this domain: 1 engagement is here, new mail would stay out."),
            (
                "kim@acme.com",
                "refused",
                "Kim Key has this address: 1 engagement is here, new mail would stay out.",
            ),
            ("lee@other.io", "refused", "Lee has this address: new mail would stay out."),
            ("s1@us.com", "refused", "Sam One is one of you: no mail with this address would come in."),
            (
                "gmail.com",
                "refused",
                "Anybody can have an address there: mail with all of them would stay out.",
            ),
            ("new.com", "added", ""),
        ],
    )
    assert "Block them all the same" in text_of(answer)
    page = browser.post(BLOCKLIST, {"lines": "acme.com\ns1@us.com", "force": "on"}, follow=True)
    assert "2 added." in text_of(page)
    assert "acme.com: An account has this domain, or one below it; new mail with it stays out." in text_of(
        page
    )
    assert [value for value, *_ in blocked(shelf)] == ["acme.com", "new.com", "s1@us.com"]
    again = browser.post(BLOCKLIST, {"lines": "acme.com", "note": "sued us"}, follow=True)
    assert "1 changed." in text_of(again)


def test_what_is_plainly_meant_is_taken_C16(shelf: Shelf, browser: Client) -> None:
    lines = "@rival.com\nhttps://www.other.com/x?y\n*.wide.com\nwww.site.org\na.com/b.com\nx@y.com"
    answer = browser.post(BLOCKLIST, {"lines": lines})
    assert [(value, wide) for value, wide, *_ in blocked(shelf)] == [
        ("other.com", False),
        ("rival.com", False),
        ("site.org", False),
        ("wide.com", True),
        ("x@y.com", False),
    ]
    assert answer.context["form"]["lines"] == "a.com/b.com"


@pytest.mark.parametrize(
    ("lines", "said"),
    [(" \n", "An address or domain is a must."), ("x.com\n" * 1001, "These are too many for one form.")],
)
def test_no_line_and_too_many_lines_block_nothing(
    shelf: Shelf, browser: Client, lines: str, said: str
) -> None:
    answer = browser.post(BLOCKLIST, {"lines": lines})
    assert (answer.status_code, problems(answer), blocked(shelf)) == (422, [said], [])


def test_an_entry_is_changed_and_keeps_hits_and_day_C16(shelf: Shelf, browser: Client) -> None:
    add_blocklist(shelf.workspace, ["rival.com"], actor="first@us.com")
    BlocklistEntry.objects.update(hits=3)
    before = entry(shelf, "rival.com")
    path = f"{BLOCKLIST}/{before.pk}"
    assert browser.post(path, {"note": "New", "wide": "on"}).headers["Location"] == BLOCKLIST
    now = entry(shelf, "rival.com")
    assert blocked(shelf) == [("rival.com", True, ["customer"], "New")]
    assert (now.hits, now.author, now.created_at) == (3, "first@us.com", before.created_at)
    answer = browser.post(f"{BLOCKLIST}/{now.pk}", {"note": "x" * 501})
    assert (answer.status_code, problems(answer)) == (422, ["The text is too long."])


def test_removing_says_what_follows_and_asks_C13(shelf: Shelf, browser: Client) -> None:
    add_blocklist(shelf.workspace, [{"value": "rival.com", "include_subdomains": True}], actor=ACTOR)
    path = f"{BLOCKLIST}/{entry(shelf, 'rival.com').pk}/remove"
    asked = text_of(browser.get(path))
    assert (
        "Mail with this domain and its subdomains may come in from now on, if all other rules let it."
        in asked
    )
    assert "It has kept out nothing so far." in asked
    BlocklistEntry.objects.update(hits=2, last_hit_at=timezone.now())
    assert re.search(
        r"It kept out 2 messages, the last on .*\. They come in only when reconsidered\.",
        text_of(browser.get(path)),
    )
    assert len(blocked(shelf)) == 1
    assert "rival.com is no longer blocked." in text_of(browser.post(path, follow=True))
    assert blocked(shelf) == []


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["whole page", "fragment"])
def test_a_long_blocklist_goes_on_without_loss_or_repeat(
    shelf: Shelf, browser: Client, headers: dict[str, str]
) -> None:
    add_blocklist(shelf.workspace, [f"d{n}.com" for n in range(120)], actor=ACTOR)
    seen: list[int] = []
    query = "?q=com"
    while query:
        answer = browser.get(f"{BLOCKLIST}{query}", headers=headers if seen else {})
        seen += [row.pk for row in answer.context["rows"]]
        more = re.search(r'href="(\?before=[^"]*)"', answer.content.decode())
        query = more[1].replace("&amp;", "&") if more else ""
    assert seen == list(BlocklistEntry.objects.order_by("-pk").values_list("pk", flat=True))


# Organization


def test_the_page_says_what_is_stronger_and_lists_all_three_D2(shelf: Shelf, browser: Client) -> None:
    list_addresses(shelf.workspace, "internal", ["max@home.example"], actor=ACTOR)
    list_addresses(shelf.workspace, "excluded", ["pat@us.com"], actor=ACTOR)
    seen = text_of(browser.get(ORGANIZATION))
    assert (
        "An excluded address is outside, whatever its domain. A user's address or alias, or an internal "
        "address, is inside, whatever its domain. The domain decides for all others"
    ) in seen
    assert re.search(
        r"us\.com without subdomains, added .* max@home\.example added .* pat@us\.com added ", seen
    )


def test_domains_are_added_many_at_once_each_answered_D1_D4(shelf: Shelf, browser: Client) -> None:
    sent = {"list": "domains", "lines": "us.com, us.de gmail.com\nacme.com nothing", "wide": "on"}
    answer = browser.post(ORGANIZATION, sent)
    assert answer.status_code == 422
    [domains, *others] = answer.context["sections"]
    assert told(domains["told"]) == [
        ("us.com", "changed", ""),
        ("us.de", "added", ""),
        ("gmail.com", "refused", "Anybody can have an address there."),
        ("acme.com", "refused", "An account has this domain; what belongs to a customer cannot be inside."),
        ("nothing", "refused", "This is no mail domain."),
    ]
    assert (domains["lines"], ["told" in other for other in others]) == (
        "gmail.com\nacme.com\nnothing",
        [False, False],
    )
    assert own_domains(shelf) == [("us.com", True), ("us.de", True)]
    browser.post(ORGANIZATION, {"list": "domains", "lines": "gmail.com", "force": "on"})
    assert ("gmail.com", False) in own_domains(shelf)


def test_adding_again_keeps_the_switch_of_a_domain_D1(shelf: Shelf, browser: Client) -> None:
    add_organization(shelf.workspace, [{"domain": "us.com", "include_subdomains": True}], actor=ACTOR)
    page = browser.post(ORGANIZATION, {"list": "domains", "lines": "us.com"}, follow=True)
    assert "1 there already." in text_of(page)
    assert own_domains(shelf) == [("us.com", True)]


def test_addresses_are_listed_and_a_weaker_one_is_warned_about_D2(shelf: Shelf, browser: Client) -> None:
    answer = browser.post(ORGANIZATION, {"list": "excluded", "lines": "pat@us.com"})
    assert answer.headers["Location"] == f"{ORGANIZATION}#excluded"
    page = browser.post(
        ORGANIZATION, {"list": "internal", "lines": "max@home.example PAT@us.com"}, follow=True
    )
    assert "2 added." in text_of(page)
    assert "PAT@us.com: The address is excluded, which is stronger: it stays outside." in text_of(page)
    assert listed(shelf) == [
        ("internal", "max@home.example"),
        ("excluded", "pat@us.com"),
        ("internal", "pat@us.com"),
    ]


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"list": "internal", "lines": "nobody"}, 422, []),
        ({"list": "domains", "lines": " "}, 422, ["An address or domain is a must."]),
        ({"list": "nonsense", "lines": "a.com"}, 404, []),
        ({"lines": "a.com"}, 404, []),
    ],
    ids=["no address", "nothing", "no list", "which list"],
)
def test_what_cannot_be_listed_is_refused(
    shelf: Shelf, browser: Client, sent: dict[str, str], status: int, said: list[str]
) -> None:
    answer = browser.post(ORGANIZATION, sent)
    assert (answer.status_code, problems(answer)) == (status, said)
    assert (own_domains(shelf), listed(shelf)) == ([("us.com", False)], [])


def test_the_switch_of_subdomains_says_what_follows_D2(shelf: Shelf, browser: Client) -> None:
    path = f"{ORGANIZATION}/domains/{shelf.listed['domain']}"
    assert "Everybody with an address below it is inside too, as at eu.us.com" in text_of(browser.get(path))
    assert browser.post(path, {"wide": "yes"}).headers["Location"] == ORGANIZATION
    assert own_domains(shelf) == [("us.com", True)]
    # The entry was closed and another opened, so the old address is nobody's.
    assert browser.get(path).status_code == 404
    path = f"{ORGANIZATION}/domains/{OrganizationDomain.objects.get(closed_in=None).pk}"
    assert "Only us.com itself stays inside." in text_of(browser.get(path))
    browser.post(path, {"wide": "no"})
    assert own_domains(shelf) == [("us.com", False)]


def test_a_switch_that_would_take_an_accounts_domain_is_refused_D4(shelf: Shelf, browser: Client) -> None:
    browser.post("/accounts/add", {"name": "Below", "domains": "shop.us.com"})
    answer = browser.post(f"{ORGANIZATION}/domains/{shelf.listed['domain']}", {"wide": "yes"})
    assert answer.status_code == 422
    assert "An account has this domain; what belongs to a customer cannot be inside." in text_of(answer)


def test_removing_a_domain_counts_whom_it_concerns(shelf: Shelf, browser: Client) -> None:
    add_persons(shelf.workspace, [{"emails": ["late@us.com"]}], actor=ACTOR)
    path = f"{ORGANIZATION}/domains/{shelf.listed['domain']}/remove"
    asked = text_of(browser.get(path))
    assert "except the users: 2 addresses of users stay inside by themselves." in asked
    assert "1 address of persons there begins to match." in asked
    assert own_domains(shelf) == [("us.com", False)]
    assert "us.com is no longer a domain of the company." in text_of(browser.post(path, follow=True))
    assert own_domains(shelf) == []


@pytest.mark.parametrize("kind", ["internal", "excluded"])
def test_a_listed_address_is_removed_after_a_question(shelf: Shelf, browser: Client, kind: str) -> None:
    list_addresses(shelf.workspace, kind, ["pat@home.example"], actor=ACTOR)
    path = f"{ORGANIZATION}/addresses/{ListedAddress.objects.get().pk}/remove"
    says = {"internal": "is no longer inside by itself", "excluded": "is no longer outside by itself"}
    assert says[kind] in text_of(browser.get(path))
    assert listed(shelf) == [(kind, "pat@home.example")]
    assert "its domain decides again." in text_of(browser.post(path, follow=True))
    assert listed(shelf) == []


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["whole page", "fragment"])
@pytest.mark.parametrize("name", ["domains", "internal", "excluded"])
def test_a_long_list_of_the_organization_goes_on_by_itself(
    shelf: Shelf, browser: Client, name: str, headers: dict[str, str]
) -> None:
    if name == "domains":
        add_organization(shelf.workspace, [f"d{n}.com" for n in range(59)], actor=ACTOR)
    else:
        list_addresses(shelf.workspace, name, [f"p{n}@home.example" for n in range(60)], actor=ACTOR)
    seen: list[str] = []
    query = "?"
    while query:
        answer = browser.get(f"{ORGANIZATION}{query}", headers=headers if seen else {})
        sections = answer.context.get("sections") or [answer.context]
        [rows] = [section["page"].rows for section in sections if section["name"] == name]
        seen += [row.domain if name == "domains" else row.address for row in rows]
        more = re.search(r'href="(\?list=[^"#]*)#', answer.content.decode())
        query = more[1].replace("&amp;", "&") if more else ""
    assert (seen, len(set(seen))) == (sorted(seen), 60)


def test_nothing_of_another_workspace_is_removed_W3(shelf: Shelf, browser: Client) -> None:
    theirs = a_shelf(another_workspace())
    ids = theirs.listed
    paths = [
        f"{BLOCKLIST}/{ids['blocked']}",
        f"{BLOCKLIST}/{ids['blocked']}/remove",
        f"{ORGANIZATION}/domains/{ids['domain']}",
        f"{ORGANIZATION}/domains/{ids['domain']}/remove",
        f"{ORGANIZATION}/addresses/{ids['address']}/remove",
    ]
    assert [browser.post(path, {"wide": "yes"}).status_code for path in paths] == [404] * 5
    assert [value for value, *_ in blocked(theirs)] == ["rival.com"]
    assert (own_domains(theirs), len(listed(theirs))) == ([("us.com", False)], 1)
    assert browser.get(BLOCKLIST).context["rows"] == []


def test_the_settings_cost_the_same_with_one_row_and_many(shelf: Shelf, browser: Client) -> None:
    assert shelf.listed

    def costs() -> list[int]:
        found = []
        for path in (BLOCKLIST, ORGANIZATION):
            with CaptureQueriesContext(connection) as asked:
                answer = browser.get(path)
            assert (answer.status_code, len(answer.content) < 100_000) == (200, True)
            found.append(len(asked))
        return found

    few = costs()
    add_blocklist(shelf.workspace, [{"value": f"d{n}.io", "note": "x" * 200} for n in range(60)], actor=ACTOR)
    add_organization(shelf.workspace, [f"o{n}.io" for n in range(60)], actor=ACTOR)
    list_addresses(shelf.workspace, "internal", [f"p{n}@x.io" for n in range(60)], actor=ACTOR)
    assert costs() == few
