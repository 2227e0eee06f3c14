"""The Organization page says whether what is counted follows who is inside (D4)."""

from __future__ import annotations

from django.test import Client
from shelf import Shelf, another_workspace, text_of
from test_web_people_lens import counts, judged

from postroom.actions.add_users import add_users
from postroom.store.models import Interaction, Job
from postroom.worker.runner import run_due

ACTOR = "boss@us.com"
PART = "/settings/organization?part=recomputing"
HTMX = {"HX-Request": "true"}


def counted(shelf: Shelf) -> Interaction:
    """One interaction."""
    return counts(judged(shelf, "s1@us.com", "counted", "import"), is_outside=False, others=0, outsiders=b"")


def test_a_change_is_followed_by_recomputing_until_it_is_done_D4(shelf: Shelf, browser: Client) -> None:
    counted(shelf)
    assert "Recomputing" not in text_of(browser.get("/settings/organization"))
    browser.post("/settings/organization", {"list": "domains", "lines": "us.org"})
    [job] = Job.objects.filter(kind="reclassify")
    Job.objects.update(progress={"after": 0, "until": 9, "total": 2}, counts={"changed": 1}, state="running")
    answer = browser.get("/settings/organization")
    assert "Recomputing 1 of 2 : what was counted of consenting users is counted anew" in text_of(answer)
    page = answer.content.decode()
    assert f'href="/jobs/{job.pk}"' in page
    assert 'hx-get="/settings/organization?part=recomputing" hx-trigger="every 3s"' in page
    assert "Recomputing 1 of 2" in " ".join(
        browser.get(PART, headers=HTMX).content.decode().replace("<strong>", "").split()
    )
    Job.objects.update(state="waiting", progress={}, counts={})
    assert run_due() is True
    fragment = browser.get(PART, headers=HTMX).content.decode()
    assert "Recomputed: everything is counted by who is inside now." in fragment
    assert "hx-get" not in fragment and "<html" not in fragment
    assert "Recomput" not in text_of(browser.get("/settings/organization"))


def test_recomputing_that_stopped_says_so_and_leads_to_trying_again_D4(shelf: Shelf, browser: Client) -> None:
    counted(shelf)
    browser.post("/settings/organization", {"list": "internal", "lines": "max@home.example"})
    [job] = Job.objects.filter(kind="reclassify")
    Job.objects.update(progress={"after": 0, "until": 9, "total": 2}, counts={"changed": 1}, state="failed")
    answer = browser.get("/settings/organization")
    assert "Recomputing stopped at 1 of 2: what was counted" in text_of(answer)
    assert b"hx-trigger" not in answer.content.partition(b"</section>")[0].partition(b'id="recomputing"')[2]
    assert f'href="/jobs/{job.pk}"' in answer.content.decode()


def test_recomputing_of_another_workspace_is_not_told_W3(shelf: Shelf, browser: Client) -> None:
    theirs = Shelf(another_workspace(), 0, 0)
    add_users(theirs.workspace, [{"email": "s1@us.com"}], actor=ACTOR)
    counted(theirs)
    add_users(theirs.workspace, [{"email": "s2@us.com"}], actor=ACTOR)
    assert Job.objects.filter(workspace=theirs.workspace, kind="reclassify").count() == 1
    assert "Recomputing" not in text_of(browser.get("/settings/organization"))
