"""My data: one's own consent, what is held and kept, taking it along, having it forgotten (P1-P8)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from passive_world import NOON, Passive
from shelf import text_of

from postroom.actions.set_consent import set_consent
from postroom.core.audit import ROLE_GIVEN
from postroom.core.consent import TEXT_VERSION, TEXTS
from postroom.store.models import (
    Colleague,
    Consent,
    Copy,
    Interaction,
    Item,
    Job,
    Login,
    User,
    Waiting,
    Workspace,
)
from postroom.store.read.held import held_of
from postroom.store.read.my_data import Origin, origins_of
from postroom.store.write.audit import note
from postroom.worker.runner import run_due

AsUser = Callable[[User], Client]
DAY = 86_400


@pytest.fixture
def passive(workspace: Workspace) -> Passive:
    return Passive(workspace)


@pytest.fixture
def ann(passive: Passive) -> User:
    """Ann, a Viewer who signs in."""
    user = passive.user("ann@us.com")
    user.role, user.login = "Viewer", Login.objects.create(email="ann@us.com")
    user.save(update_fields=["role", "login"])
    return user


@pytest.fixture
def client(ann: User, as_user: AsUser) -> Client:
    return as_user(ann)


def switch(client: Client, to: str, version: int = TEXT_VERSION) -> Client:
    return client.post("/profile/data/consent", {"collect_passive_data": to, "text_version": version})


def collects(user: User) -> bool:
    return User.objects.get(pk=user.pk).collects_since is not None


# Consent


def test_the_page_shows_the_whole_text_and_what_follows_before_one_agrees_P2(client: Client) -> None:
    shown = text_of(client.get("/profile/data"))
    assert all(" ".join(paragraph.split()) in shown for paragraph in TEXTS[TEXT_VERSION])
    assert "Nothing is held, so counting begins with what comes next." in shown
    assert "I agree: switch it on" in shown
    assert "Nobody has said anything yet. Without a yes it is off." in shown


def test_one_switches_ones_own_and_it_is_recorded_as_ones_own_P2_P6(client: Client, ann: User) -> None:
    assert switch(client, "on").headers["Location"] == "/profile/data"
    shown = text_of(client.get("/profile/data"))
    assert "Collect passive data is on. What was held is counted now." in shown
    assert "On: you, on the page My data" in shown
    assert "for you by" not in shown
    assert switch(client, "off").status_code == 302
    assert not collects(ann)
    rows = Consent.objects.filter(user=ann).order_by("pk")
    assert list(rows.values_list("is_given", "actor", "how", "text_version")) == [
        (True, "ann@us.com", "own page", TEXT_VERSION),
        (False, "ann@us.com", "own page", TEXT_VERSION),
    ]


def test_the_same_again_changes_nothing_and_says_so_P2(client: Client, ann: User) -> None:
    switch(client, "on")
    switch(client, "on")
    assert "It was on already. Nothing has changed." in text_of(client.get("/profile/data"))
    assert Consent.objects.count() == 1


@pytest.mark.parametrize(("to", "version"), [("on", TEXT_VERSION - 1), ("maybe", TEXT_VERSION), ("", 1)])
def test_nobody_agrees_to_a_text_that_was_not_shown_P2(
    client: Client, ann: User, to: str, version: int
) -> None:
    answer = switch(client, to, version)
    assert answer.status_code == 422
    assert "The text has changed. Read it, then decide again." in text_of(answer)
    assert not collects(ann)


def test_who_agreed_to_an_older_text_reads_what_is_new_and_may_agree_P2(client: Client, ann: User) -> None:
    switch(client, "on")
    shown = text_of(client.get("/profile/data"))
    assert "The text has changed since this was switched on" not in shown
    assert "I agree to this text" not in shown
    Consent.objects.update(text_version=1)
    since = User.objects.get(pk=ann.pk).collects_since
    shown = text_of(client.get("/profile/data"))
    assert (
        "The text has changed since this was switched on. What is counted goes into two things more: medians of "
        "teams, which name nobody, and communities, which name you to those who may see all reports. You are in "
        "neither until you agree to it. Your own report and your circle go on as before, whether you agree or not."
    ) in shown
    assert "I agree to this text Switch it off" in shown
    assert switch(client, "on", 1).status_code == 422
    assert switch(client, "on").status_code == 302
    shown = text_of(client.get("/profile/data"))
    assert "You agreed to the text as it is now." in shown
    assert "The text has changed since this was switched on" not in shown
    assert User.objects.get(pk=ann.pk).collects_since == since
    rows = Consent.objects.filter(user=ann).order_by("pk").values_list("is_given", "how", "text_version")
    assert list(rows) == [(True, "own page", 1), (True, "own page", TEXT_VERSION)]


def test_an_admins_change_is_shown_as_the_admins_P6(client: Client, ann: User) -> None:
    set_consent(ann.workspace, [(ann, True)], actor="boss@us.com", how="users page")
    shown = text_of(client.get("/profile/data"))
    assert "Switched on for you by boss@us.com on the page Users," in shown
    assert "You did not do it, and may change it." in shown
    assert "On, not by you: boss@us.com, on the page Users" in shown


def test_the_workspaces_default_is_shown_as_such_P6(client: Client, ann: User) -> None:
    set_consent(ann.workspace, [(ann, True)], actor="workspace default", how="default")
    shown = text_of(client.get("/profile/data"))
    assert "Switched on for you by the workspace's default for new users," in shown
    assert "On, not by you: by the workspace's default for new users" in shown


# What is held and kept


def test_held_items_are_counts_by_kind_with_oldest_and_newest_P3(
    client: Client, ann: User, passive: Passive
) -> None:
    for at in (NOON, NOON - 30 * DAY):
        passive.item("mail", [ann], at=at, owner=ann)
    passive.item("activity", [ann], at=NOON)
    shown = text_of(client.get("/profile/data"))
    assert "Calls, meetings, tasks, comments · 9 Oct 2025 1 Mail · 9 Sep 2025 to 9 Oct 2025 2" in shown
    assert "It is kept until you say yes or have it forgotten." in shown
    assert "The 3 items held below are counted at once" in shown
    Workspace.objects.update(holds_for_days=90)
    assert "It is erased after 90 days." in text_of(client.get("/profile/data"))
    switch(client, "on")
    assert "3 items wait to be counted." in text_of(client.get("/profile/data"))


def test_what_is_kept_is_counted_by_kind_and_block_P10(client: Client, ann: User, passive: Passive) -> None:
    ben = passive.user("ben@us.com")
    passive.counted(passive.message([ann, ben], owner=ann), ann, [ben])
    passive.counted(passive.message([ann], at=NOON + DAY), ann, [], kind="call")
    copy = passive.message([ann])
    passive.decision(copy, ann, "draft")
    passive.counted(passive.message([ben]), ben, [ann])
    shown = text_of(client.get("/profile/data"))
    assert "Calls 1 0 1 10 Oct 2025 10 Oct 2025 Mail 1 1 1 9 Oct 2025 9 Oct 2025" in shown
    assert "2 interactions" in shown
    assert "Counted · It was counted: who, with whom, when and of what kind. 2" in shown
    assert "Draft · It is a draft; drafts are never imported. 1" in shown
    assert "Uploaded, by a source that is not known any more 1 copy" in shown


def test_where_it_came_from_names_the_source(client: Client, ann: User, passive: Passive) -> None:
    copy = passive.message([ann], owner=ann)
    passive.item("mail", [], owner=ann, became=copy)
    passive.counted(copy, ann, [])
    assert "Mailbox feed 1 copy" in text_of(client.get("/profile/data"))


def test_files_are_told_from_uploads_and_what_was_forgotten_or_taken_back_has_no_origin_P7(
    client: Client, ann: User, passive: Passive
) -> None:
    copy = passive.message([ann], owner=ann)
    Copy.objects.filter(pk=copy.pk).update(source="import")
    passive.counted(copy, ann, [])
    passive.decision(passive.message([ann], owner=ann), ann, "forgotten")
    taken_back = passive.message([ann], owner=ann)
    Copy.objects.filter(pk=taken_back.pk).update(last_seen_by=0)
    passive.decision(taken_back, ann)
    assert origins_of(ann) == [Origin("import", "", 1)]
    assert "Files, imported on the server 1 copy" in text_of(client.get("/profile/data"))


def test_what_could_not_be_read_does_not_wait_to_be_counted_P4(
    client: Client, ann: User, passive: Passive
) -> None:
    items = [passive.item("mail", [ann], owner=ann) for _ in range(4)]
    Waiting.objects.filter(item__in=items[:3]).update(problem="slow")
    failed = "3 items could not be read, and are not counted: an administrator can try them again."
    shown = text_of(client.get("/profile/data"))
    assert "Mail · 9 Oct 2025 1 " in shown and failed in shown
    assert "4 items" in text_of(client.get("/profile/data/forget"))
    switch(client, "on")
    assert f"1 item waits to be counted. {failed}" in text_of(client.get("/profile/data"))
    items[3].delete()
    shown = text_of(client.get("/profile/data"))
    assert failed in shown and "Nothing: what comes is counted." not in shown
    document = json.loads(b"".join(client.get("/profile/data/export")))
    assert (document["queued"], document["failed"]) == (0, 3)


def test_nobody_sees_anothers_P3(client: Client, passive: Passive, browser: Client) -> None:
    ben = passive.user("ben@us.com")
    passive.item("mail", [ben])
    passive.counted(passive.message([ben]), ben, [])
    for who in (client, browser):
        shown = text_of(who.get("/profile/data"))
        assert "Nothing was uploaded for you that waits for your yes." in shown
        assert "Nothing is counted of you. It is not collected." in shown


# Export


def test_the_export_is_all_of_it_and_names_nobody_outside_P10(
    client: Client, ann: User, passive: Passive
) -> None:
    ben, eve = passive.user("ben@us.com"), passive.user("eve@us.com")
    set_consent(passive.workspace, [(ann, True), (ben, True)], actor="boss@us.com", how="users page")
    copy = passive.message([ann, ben, eve], owner=ann)
    passive.counted(copy, ann, [ben, eve])
    answer = client.get("/profile/data/export")
    assert answer.headers["Content-Type"] == "application/json"
    name = f"postroom-my-data-{timezone.localdate():%Y-%m-%d}.json"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    text = b"".join(answer.streaming_content).decode()
    assert "acme.com" not in text and "eve@us.com" not in text
    assert passive.seal.address("kim@acme.com").hex() not in text
    got = json.loads(text)
    assert (got["format"], got["version"], got["workspace"]) == ("postroom.my_data", 1, "Us")
    assert got["profile"]["email"] == "ann@us.com"
    assert got["consent"]["collect_passive_data"] is True
    assert [(one["given"], one["by"], one["how"]) for one in got["consent"]["history"]] == [
        (True, "boss@us.com", "users page")
    ]
    assert got["consent"]["texts"] == {str(TEXT_VERSION): list(TEXTS[TEXT_VERSION])}
    assert got["interactions"] == [
        {
            "kind": "mail",
            "at": "2025-10-09T08:53:20Z",
            "sent": False,
            "seconds": None,
            "automatic": False,
            "inside": True,
            "outside": True,
            "others": 3,
            "colleagues": [{"email": "ben@us.com", "role": "to"}],
            "outsiders": 1,
        }
    ]
    assert [(one["message"], one["reason"]) for one in got["decisions"]] == [(copy.message_id, "counted")]
    assert (got["held"], got["queued"]) == ([], 0)


def test_who_was_in_bcc_is_named_to_who_sent_it_alone_P10(
    client: Client, ann: User, passive: Passive
) -> None:
    ben, eve = passive.user("ben@us.com"), passive.user("eve@us.com")
    users = [(user, True) for user in (ann, ben, eve)]
    set_consent(passive.workspace, users, actor="boss@us.com", how="users page")
    for _ in range(2):
        passive.counted(passive.message([ann, ben, eve], owner=ann), ann, [ben, eve])
    Colleague.objects.filter(user=eve).update(role="bcc")
    Interaction.objects.filter(pk=Interaction.objects.latest("pk").pk).update(is_sent=True)
    got = json.loads(b"".join(client.get("/profile/data/export").streaming_content))
    to_ben, to_eve = {"email": "ben@us.com", "role": "to"}, {"email": "eve@us.com", "role": "bcc"}
    assert [(one["sent"], one["others"], one["colleagues"]) for one in got["interactions"]] == [
        (False, 3, [to_ben]),
        (True, 3, [to_ben, to_eve]),
    ]


def test_an_empty_export_is_a_document_too(client: Client, ann: User, passive: Passive) -> None:
    passive.item("chat", [ann])
    got = json.loads(b"".join(client.get("/profile/data/export").streaming_content))
    assert (got["interactions"], got["decisions"], got["consent"]["history"]) == ([], [], [])
    assert got["held"] == [
        {"kind": "chat", "items": 1, "oldest": "2025-10-09T08:53:20Z", "newest": "2025-10-09T08:53:20Z"}
    ]


def test_an_export_is_read_a_page_of_rows_at_a_time(
    client: Client, ann: User, passive: Passive, monkeypatch: pytest.MonkeyPatch
) -> None:
    from postroom.store.read import my_data

    monkeypatch.setattr(my_data, "_PAGE", 2)
    for number in range(5):
        passive.counted(passive.message([ann], at=NOON + number), ann, [])
    got = json.loads(b"".join(client.get("/profile/data/export").streaming_content))
    assert (len(got["interactions"]), len(got["decisions"])) == (5, 5)


def test_every_field_of_the_export_stands_in_the_manual(client: Client, ann: User, passive: Passive) -> None:
    passive.counted(passive.message([ann]), ann, [])
    passive.item("chat", [ann])
    switch(client, "on")
    switch(client, "off")
    got = json.loads(b"".join(client.get("/profile/data/export").streaming_content))
    manual = (Path(__file__).parents[2] / "docs/reference/my-data.md").read_text()
    fields = {*got, *got["consent"], *got["consent"]["history"][0], *got["held"][0]}
    fields |= {*got["sign_ins"][0]} if got["sign_ins"] else set()
    fields |= {*got["interactions"][0], *got["decisions"][0]}
    assert sorted(name for name in fields if f"`{name}`" not in manual) == []


# Forget


def test_forgetting_says_first_what_goes_and_what_stays_P7(
    client: Client, ann: User, passive: Passive
) -> None:
    ben = passive.user("ben@us.com")
    passive.counted(passive.message([ann, ben]), ann, [ben])
    passive.counted(passive.message([ann, ben]), ben, [ann])
    passive.item("mail", [ann])
    shown = text_of(client.get("/profile/data/forget"))
    assert "1 interaction of yours, and with them your report and your circle." in shown
    assert "1 item that waits for you." in shown
    assert "Your name in 1 interaction of colleagues." in shown
    assert "Switch Collect passive data off as well" not in shown
    assert (Interaction.objects.count(), Job.objects.count()) == (2, 0)


def test_it_is_forgotten_and_consent_stays_P7(client: Client, ann: User, passive: Passive) -> None:
    switch(client, "on")
    passive.counted(passive.message([ann]), ann, [])
    passive.item("mail", [ann])
    assert client.post("/profile/data/forget").headers["Location"] == "/profile/data"
    job = Job.objects.get(kind="forget")
    shown = text_of(client.get("/profile/data"))
    assert "Asked for. It is forgotten in the background, and cannot be called back." in shown
    assert "What was collected about you is being forgotten" in shown
    assert client.get(f"/jobs/{job.pk}").status_code == 200
    while run_due():
        pass
    assert (Interaction.objects.count(), Waiting.objects.count(), Item.objects.count()) == (0, 0, 0)
    assert collects(ann)
    assert "is being forgotten" not in text_of(client.get("/profile/data"))


def test_one_may_switch_off_in_the_same_step_P7(client: Client, ann: User) -> None:
    switch(client, "on")
    assert "Switch Collect passive data off as well" in text_of(client.get("/profile/data/forget"))
    client.post("/profile/data/forget", {"switch_off": "on"})
    assert not collects(ann)
    assert list(Job.objects.values_list("kind", "asked")) == [("forget", {"user": ann.pk})]


# Settings, Collecting data


def save(browser: Client, **fields: str):
    return browser.post("/settings/collecting", {"default": "off", "keep": "forever", "days": "", **fields})


def test_the_settings_show_counts_of_the_workspace_and_nobodys_name_P3(
    browser: Client, ann: User, passive: Passive
) -> None:
    ben = passive.user("ben@us.com")
    passive.item("chat", [ann, ben])
    passive.item("mail", [ann], at=NOON - DAY)
    answer = browser.get("/settings/collecting")
    assert "Held now for 2 users" in text_of(answer)
    assert "Chat messages 2 9 Oct 2025 9 Oct 2025 Mail 1 8 Oct 2025 8 Oct 2025" in text_of(answer)
    assert b"ann@us.com" not in answer.content and b"ben@us.com" not in answer.content


def test_the_settings_are_saved_P6_P8(browser: Client, workspace: Workspace) -> None:
    assert save(browser, default="on", keep="days", days="90").headers["Location"] == "/settings/collecting"
    workspace.refresh_from_db()
    assert (workspace.collects_by_default, workspace.holds_for_days) == (True, 90)
    assert 'value="90"' in browser.get("/settings/collecting").content.decode()
    save(browser)
    workspace.refresh_from_db()
    assert (workspace.collects_by_default, workspace.holds_for_days) == (False, None)
    save(browser)
    assert "Nothing has changed." in text_of(browser.get("/settings/collecting"))


@pytest.mark.parametrize("days", ["", "0", "3651", "-1", "ten", "1.5"])
def test_a_wrong_number_of_days_is_said_beside_it_and_kept_P8(
    browser: Client, workspace: Workspace, days: str
) -> None:
    answer = save(browser, default="on", keep="days", days=days)
    assert answer.status_code == 422
    assert "A number of days, from 1 to 3,650." in text_of(answer)
    assert f'value="{days}"' in answer.content.decode()
    workspace.refresh_from_db()
    assert (workspace.collects_by_default, workspace.holds_for_days) == (False, None)


def test_an_age_that_erases_something_asks_back_first_P8(
    browser: Client, ann: User, passive: Passive
) -> None:
    passive.item("mail", [ann], received_at=NOON)
    answer = save(browser, keep="days", days="30")
    assert "1 held item is older and erased within a day, unseen." in text_of(answer)
    assert Workspace.objects.get(pk=ann.workspace_id).holds_for_days is None
    save(browser, keep="days", days="30", confirmed="1")
    assert Workspace.objects.get(pk=ann.workspace_id).holds_for_days == 30
    assert len(held_of(ann)) == 1


def test_what_was_dropped_is_counted_P8(browser: Client, ann: User, passive: Passive) -> None:
    item = passive.item("mail", [])
    Item.objects.filter(pk=item.pk).update(state="dropped")
    assert "Erased unseen, as nobody said yes in time Mail 1" in text_of(browser.get("/settings/collecting"))


# Costs


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("path", "queries"), [("/profile/data", 12), ("/profile/data/forget", 8)])
def test_my_data_asks_the_same_number_of_questions_of_much_P3(
    client: Client, ann: User, passive: Passive, django_assert_num_queries, path: str, queries: int, rows: int
) -> None:
    ben = passive.user("ben@us.com")
    for _ in range(rows):
        passive.item("mail", [ann])
        passive.counted(passive.message([ann, ben], owner=ann), ann, [ben])
        set_consent(passive.workspace, [(ann, True), (ann, False)], actor="boss@us.com", how="api")
        note(ann.workspace, ROLE_GIVEN, "boss@us.com", user=ann, before={"role": "A"}, after={"role": "B"})
    with django_assert_num_queries(queries):
        answer = client.get(path)
    assert answer.status_code == 200
    assert len(answer.content) < 100_000


@pytest.mark.parametrize("rows", [1, 30])
def test_collecting_data_asks_the_same_number_of_questions_of_much_P3(
    browser: Client, ann: User, passive: Passive, django_assert_num_queries, rows: int
) -> None:
    for _ in range(rows):
        passive.item("mail", [ann])
    with django_assert_num_queries(6):
        assert browser.get("/settings/collecting").status_code == 200
