"""What my report would show, on its page: before saying yes, for oneself alone (P1)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from mail_world import ACTOR, K1, S1, S2, the_company
from shelf import text_of
from upload_world import a_source, mail_record, sent

from postroom.actions.process_uploads import process_some
from postroom.actions.set_consent import set_consent
from postroom.core.weeks import DAY, Period, day_of, weeks_until
from postroom.store.models import Decision, Interaction, Login, RollUp, User, Waiting, Workspace


def week() -> Period:
    """The last week that is over."""
    return weeks_until(day_of(timezone.now().date()), 1)


def noon() -> int:
    """Of its Tuesday."""
    return (week().first + 2) * DAY + 43_200


@pytest.fixture
def company(db: None) -> Workspace:
    """S2 consents; S1 does not, and some mail waits for their yes."""
    company = the_company()
    source = a_source(company, "people")
    sent(
        source,
        "mail",
        mail_record(K1, [S1], id="asked", at=noon()),
        mail_record(S1, [K1, S2], id="answer", folder="sent", at=noon() + 900, in_reply_to="<asked@us.com>"),
    )
    set_consent(company, [(User.objects.get(email=S2), True)], actor=ACTOR, how="api")
    return company


@pytest.fixture
def me(company: Workspace) -> User:
    user = User.objects.get(workspace=company, email=S1)
    user.login = Login.objects.create(email=S1)
    user.save(update_fields=["login"])
    return user


@pytest.fixture
def browser(me: User, client: Client) -> Client:
    client.force_login(me.login)
    return client


def numbers(answer: Any) -> dict[str, str]:
    page = answer.content.decode()
    found = re.findall(r'metric-title">([^<]*)</span><span class="metric-value">([^<]*)<', page)
    return dict(found)


def test_it_shows_what_waits_and_keeps_nothing_P1(browser: Client, me: User) -> None:
    answer = browser.post("/reports/foreseen")
    shown = numbers(answer)
    names = ("Number of received emails", "Number of sent emails", "EXT: Average response time to emails")
    assert [shown[name] for name in names] == ["1", "1", "15\u202fmin"]
    assert "It rests on 2 interactions, of these weeks and others: 2 waiting for your yes." in text_of(answer)
    assert "Single days, and one week after the other, are not shown here." in text_of(answer)
    assert (Interaction.objects.count(), Decision.objects.count(), RollUp.objects.count()) == (0, 0, 0)
    assert Waiting.objects.filter(user=me).count() == 2


def test_how_many_weeks_are_known_is_said_and_a_dash_explained_where_there_is_one_E7(
    company: Workspace, browser: Client
) -> None:
    dash = "A dash means that these weeks have no such value."
    page = text_of(browser.post("/reports/foreseen"))
    assert dash in page
    assert f"1 of 4 weeks is known, from {week().start:%-d %b %Y} to {week().end:%-d %b %Y}." in page
    sent(
        a_source(company, "people", name="inside"),
        "mail",
        mail_record(S2, [S1], id="inside", at=noon() + 1_800),
        mail_record(S1, [S2], id="answers", folder="sent", at=noon() + 2_700, in_reply_to="<inside@us.com>"),
    )
    whole = browser.post(f"/reports/foreseen?start={week().start}&end={week().end}")
    assert "—" not in numbers(whole).values()
    assert (dash in text_of(whole), "known, from" in text_of(whole)) == (False, False)


def test_opening_the_page_opens_nothing_that_is_held_P3(
    browser: Client, me: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Opened(Exception):
        """Something held was opened."""

    def opened(*_: Any) -> None:
        raise Opened

    monkeypatch.setattr("postroom.actions.foresee_report.open_item", opened)
    answer = browser.get(f"/reports/foreseen?start={week().start}&end={week().end}")
    said = text_of(answer)
    assert (answer.status_code, numbers(answer)) == (200, {})
    assert "Only you see what comes of it. Nothing of it is kept: with the page it is gone." in said
    assert "Single days, and one week after the other, are in the real report alone. Work it out" in said
    assert f'action="/reports/foreseen?start={week().start}&amp;end={week().end}"' in answer.content.decode()
    with pytest.raises(Opened):
        browser.post("/reports/foreseen")


def test_reckoning_needs_a_click_on_the_page_P3(me: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(me.login)
    assert strict.post("/reports/foreseen").status_code == 403


def test_the_circle_names_who_said_yes(browser: Client) -> None:
    page = text_of(browser.post("/reports/foreseen"))
    assert "My circle would name" in page
    assert f"{S2} · 1 mail sent 100" in page
    assert "Strength is 0 to 100 of your strongest connection." in page
    User.objects.filter(email=S2).update(collects_since=None)
    page = text_of(browser.post("/reports/foreseen"))
    assert f"{S2} ·" not in page
    assert "1 colleague is not named, as nothing is collected about this colleague." in page


def test_other_weeks_can_be_asked_for_and_wrong_ones_are_told_E7(browser: Client) -> None:
    before = f"/reports/foreseen?start={week().before.start}&end={week().before.end}"
    assert numbers(browser.post(before))["Number of received emails"] == "—"
    for ask in (browser.get, browser.post):
        wrong = ask(f"/reports/foreseen?start={week().start}&end={week().start}")
        assert wrong.status_code == 422
        assert "Nothing was looked for" in text_of(wrong)


def test_who_said_yes_has_the_real_one(browser: Client, me: User) -> None:
    User.objects.filter(pk=me.pk).update(collects_since=timezone.now())
    for ask in (browser.get, browser.post):
        answer = ask("/reports/foreseen")
        assert (answer.status_code, answer["Location"]) == (302, f"/reports/{me.pk}")


def test_what_was_counted_before_is_told_from_what_waits_P1(
    company: Workspace, browser: Client, me: User
) -> None:
    for is_on in (True, False):
        set_consent(company, [(me, is_on)], actor=S1, how="own page")
        while process_some(company.pk):
            pass
    kept = (
        "2 interactions, of these weeks and others: 2 counted before, and kept until you have them forgotten."
    )
    assert kept in text_of(browser.post("/reports/foreseen"))
    later = mail_record(K1, [S1], id="later", at=noon() + 3_600)
    sent(a_source(company, "people", name="later"), "mail", later)
    page = text_of(browser.post("/reports/foreseen"))
    assert (
        "It rests on 3 interactions, of these weeks and others: "
        "2 counted before, and kept until you have them forgotten; 1 waiting for your yes."
    ) in page
    assert "it is not kept. Nobody else opens this page." in page


def test_where_there_is_nothing_to_reckon_from_it_says_so(browser: Client) -> None:
    Waiting.objects.all().delete()
    page = text_of(browser.post("/reports/foreseen"))
    assert (
        "Nothing to work it out from Nothing that would be counted waits for your yes, "
        "and nothing that was counted before is kept."
    ) in page


def test_my_data_and_the_empty_report_lead_to_it(browser: Client, me: User) -> None:
    for path in ("/profile/data", f"/reports/{me.pk}", f"/reports/{me.pk}/circle"):
        assert 'href="/reports/foreseen">What would my report show?</a>' in browser.get(path).content.decode()
    assert "<h1>What would my report show?</h1>" in browser.get("/reports/foreseen").content.decode()
