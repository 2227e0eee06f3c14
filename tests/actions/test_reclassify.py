"""What is counted follows who is inside, by a job of its own (D2, D3, D4)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.utils import timezone
from mail_world import ACTOR, K1, NOON, S1, S2, Imports, U, mail, the_company

from postroom.actions.add_organization import (
    add_organization,
    list_addresses,
    remove_organization_domain,
    unlist_address,
)
from postroom.actions.add_users import add_users
from postroom.actions.import_mail import import_mail
from postroom.actions.reclassify import KIND as RECLASSIFY
from postroom.actions.set_consent import set_consent
from postroom.core.upload import PEOPLE
from postroom.store.models import Colleague, Interaction, Job, User, Workspace
from postroom.store.read.interactions import is_recomputing, recomputing
from postroom.store.secrets import seal_of
from postroom.store.write.jobs import claim, end, put_back
from postroom.worker.runner import run_due

CONSULTANT = "max@consulting.example"


class Counted(NamedTuple):
    """How one interaction counts, with the addresses of users in place of their ids."""

    is_sent: bool
    is_inside: bool
    is_outside: bool
    others: int
    colleagues: dict[str, str]
    outsiders: set[str]


def consenting(company: Workspace, *emails: str) -> None:
    users = User.objects.filter(workspace=company, email__in=emails)
    set_consent(company, [(user, True) for user in users], actor=ACTOR, how="api")


@pytest.fixture
def company(company: Workspace) -> Workspace:
    """The company, of which S1 consents."""
    consenting(company, S1)
    return company


def counting(importing: Imports, *mails: bytes, user: str = S1, label: str = "inbox") -> None:
    """Import these mails for the people lens."""
    import_mail(
        importing.workspace,
        importing.written(*mails),
        user_email=user,
        label=label,
        lenses=PEOPLE,
        pool=importing.pool,
    )


def a_folder_in(folder: Path) -> Path:
    """A folder for the files of another workspace."""
    made = folder / "other"
    made.mkdir()
    return made


def counted(company: Workspace, *known: str) -> list[Counted]:
    """The interactions as they are stored, oldest first; outsiders by their addresses, as far as ``known``."""
    seal = seal_of(company)
    names = {seal.address(address): address for address in (K1, U, CONSULTANT, S2, *known)}
    shown = []
    for row in Interaction.objects.filter(workspace=company).order_by("at", "pk"):
        packed = bytes(row.outsiders)
        tokens = [packed[at : at + 16] for at in range(0, len(packed), 16)]
        colleagues = Colleague.objects.filter(interaction=row).values_list("user__email", "role")
        shown.append(
            Counted(
                row.is_sent,
                row.is_inside,
                row.is_outside,
                row.others,
                dict(colleagues),
                {names[token] for token in tokens},
            )
        )
    return shown


def asked(company: Workspace) -> list[str]:
    """The states of the jobs."""
    jobs = Job.objects.filter(workspace=company, kind=RECLASSIFY).order_by("pk")
    return list(jobs.values_list("state", flat=True))


# D3


def test_a_sent_mail_to_inside_and_outside_counts_in_both_and_once_in_all_D3(
    company: Workspace, importing: Imports
) -> None:
    counting(importing, mail(S1, [S2, K1]), label="sent")
    assert counted(company) == [Counted(True, True, True, 2, {S2: "to"}, {K1})]


@pytest.mark.parametrize(
    ("sender", "is_inside", "is_outside"),
    [(S2, True, False), ("robot@us.com", True, False), (K1, False, True)],
)
def test_a_received_mail_counts_by_its_sender_whoever_else_gets_it_D3(
    company: Workspace, importing: Imports, sender: str, is_inside: bool, is_outside: bool
) -> None:
    counting(importing, mail(sender, [S1, S2, U]))
    [row] = counted(company)
    assert (row.is_sent, row.is_inside, row.is_outside) == (False, is_inside, is_outside)


# What asks for the job


def test_nothing_is_asked_for_where_nothing_was_counted_D4(company: Workspace) -> None:
    add_organization(company, ["us.org"], actor=ACTOR)
    assert asked(company) == []


def changes(company: Workspace) -> dict[str, Any]:
    """Every change of who is inside."""
    return {
        "a domain": lambda: add_organization(company, ["us.org"], actor=ACTOR),
        "its subdomains": lambda: add_organization(
            company, [{"domain": "us.com", "include_subdomains": True}], actor=ACTOR
        ),
        "a domain gone": lambda: remove_organization_domain(company, "us.com", actor=ACTOR),
        "an internal address": lambda: list_addresses(company, "internal", [CONSULTANT], actor=ACTOR),
        "an excluded address": lambda: list_addresses(company, "excluded", ["pat@us.com"], actor=ACTOR),
        "a user": lambda: add_users(company, [{"email": "new@us.com"}], actor=ACTOR),
        "an alias": lambda: add_users(company, [{"email": S2, "aliases": ["two@us.com"]}], actor=ACTOR),
    }


@pytest.mark.parametrize("name", changes(None))  # type: ignore[arg-type]
def test_each_change_of_who_is_inside_asks_for_one_job_D4(
    company: Workspace, importing: Imports, name: str
) -> None:
    counting(importing, mail(K1, [S1]))
    changes(company)[name]()
    assert asked(company) == ["waiting"]
    assert is_recomputing(company) is True
    add_organization(company, ["more.example"], actor=ACTOR)
    assert asked(company) == ["waiting"]
    assert run_due() is True
    assert (asked(company), is_recomputing(company)) == (["done"], False)


def test_taking_a_listed_address_or_an_alias_away_asks_too_D4(company: Workspace, importing: Imports) -> None:
    list_addresses(company, "internal", [CONSULTANT], actor=ACTOR)
    add_users(company, [{"email": S2, "aliases": ["two@us.com"]}], actor=ACTOR)
    counting(importing, mail(K1, [S1]))
    unlist_address(company, "internal", CONSULTANT, actor=ACTOR)
    assert (asked(company), run_due(), asked(company)) == (["waiting"], True, ["done"])
    add_users(company, [{"email": S2, "aliases": []}], actor=ACTOR)
    assert asked(company) == ["done", "waiting"]


def test_what_changes_nothing_or_nobody_inside_asks_for_nothing_D4(
    company: Workspace, importing: Imports
) -> None:
    counting(importing, mail(K1, [S1]))
    add_organization(company, ["us.com", "gmail.com"], actor=ACTOR)
    add_users(company, [{"email": S2, "title": "Engineer"}], actor=ACTOR)
    assert asked(company) == []


def test_a_change_while_the_job_runs_asks_for_another_and_one_put_back_is_not_relied_on_D4(
    company: Workspace, importing: Imports
) -> None:
    counting(importing, mail(K1, [S1]))
    add_organization(company, ["us.org"], actor=ACTOR)
    job = claim()
    assert job is not None
    Job.objects.filter(pk=job.pk).update(progress={"after": 1, "until": 1, "total": 1})
    add_organization(company, ["us.net"], actor=ACTOR)
    assert asked(company) == ["running", "waiting"]
    Job.objects.exclude(pk=job.pk).delete()
    put_back(job, timedelta(0))
    add_organization(company, ["us.dev"], actor=ACTOR)
    assert asked(company) == ["waiting", "waiting"]


# What it does


def test_a_domain_that_is_added_or_removed_moves_what_was_counted_D4(
    company: Workspace, importing: Imports
) -> None:
    counting(importing, mail(K1, [S1], id="a"), mail(U, [S1, K1], id="b", at=NOON + 1))
    remove_organization_domain(company, "us.com", actor=ACTOR)
    add_organization(company, ["nowhere.org"], force=True, actor=ACTOR)
    assert run_due() is True
    assert counted(company) == [
        Counted(False, False, True, 1, {}, {K1}),
        Counted(False, True, False, 2, {}, {K1}),
    ]
    [job] = Job.objects.filter(kind=RECLASSIFY)
    assert (job.counts, job.progress["total"]) == ({"changed": 1, "unchanged": 1}, 2)


def test_an_internal_address_moves_and_moves_back_D4(company: Workspace, importing: Imports) -> None:
    counting(importing, mail(S1, [CONSULTANT]), label="sent")
    before = counted(company)
    assert before == [Counted(True, False, True, 1, {}, {CONSULTANT})]
    list_addresses(company, "internal", [CONSULTANT], actor=ACTOR)
    run_due()
    assert counted(company) == [Counted(True, True, False, 1, {}, set())]
    unlist_address(company, "internal", CONSULTANT, actor=ACTOR)
    run_due()
    assert counted(company) == before


def test_an_excluded_colleague_counts_as_outside_D4(company: Workspace, importing: Imports) -> None:
    counting(importing, mail("pat@us.com", [S1]))
    list_addresses(company, "excluded", ["pat@us.com"], actor=ACTOR)
    run_due()
    assert counted(company, "pat@us.com") == [Counted(False, False, True, 1, {}, {"pat@us.com"})]


def test_a_user_who_is_added_is_named_in_what_was_counted_before_D4(
    company: Workspace, importing: Imports
) -> None:
    counting(importing, mail(S1, [CONSULTANT, K1]), label="sent")
    add_users(company, [{"email": "max@us.com", "aliases": [CONSULTANT]}], actor=ACTOR)
    run_due()
    assert counted(company) == [Counted(True, True, True, 2, {"max@us.com": "to"}, {K1})]


def test_an_alias_makes_two_addresses_one_colleague_or_oneself_D4(
    company: Workspace, importing: Imports
) -> None:
    counting(importing, mail("me@home.example", [S2, "two@home.example"]), label="Project")
    before = counted(company, "me@home.example", "two@home.example")
    assert before == [Counted(False, False, True, 3, {S2: "to"}, {"me@home.example", "two@home.example"})]
    add_users(
        company,
        [{"email": S1, "aliases": ["me@home.example"]}, {"email": S2, "aliases": ["two@home.example"]}],
        actor=ACTOR,
    )
    run_due()
    assert counted(company) == [Counted(True, True, False, 1, {S2: "to"}, set())]


def test_it_comes_to_the_same_as_counting_afresh_D4(
    company: Workspace, importing: Imports, tmp_path: Path
) -> None:
    mails = [
        mail(S1, [S2, K1, CONSULTANT], id="a"),
        mail(CONSULTANT, [S1], cc=[U], id="b", at=NOON + 1),
        mail("pat@us.com", [S1, "eve@eu.us.com"], id="c", at=NOON + 2),
        mail("eve@eu.us.com", [S1, S2, "pat@us.com"], id="d", at=NOON + 3),
    ]
    known = ("pat@us.com", "eve@eu.us.com")

    def change(workspace: Workspace) -> None:
        wide = {"domain": "us.com", "include_subdomains": True}
        add_organization(workspace, [wide], actor=ACTOR)
        list_addresses(workspace, "excluded", ["pat@us.com"], actor=ACTOR)
        add_users(workspace, [{"email": S2, "aliases": [CONSULTANT]}], actor=ACTOR)

    counting(importing, *mails)
    change(company)
    while run_due():
        pass
    fresh = the_company()
    consenting(fresh, S1)
    change(fresh)
    with Imports(fresh, a_folder_in(tmp_path)) as imports:
        counting(imports, *mails)
    assert counted(company, *known) == counted(fresh, *known)


def test_who_was_forgotten_is_not_named_again_P7(company: Workspace, importing: Imports) -> None:
    counting(importing, mail(S1, [S2, CONSULTANT]), label="sent")
    forgotten = User.objects.get(workspace=company, email=S2)
    Colleague.objects.filter(user=forgotten).delete()
    forget = Job.objects.create(workspace=company, kind="forget", asked={"user": forgotten.pk}, actor=S2)
    Job.objects.filter(pk=forget.pk).update(state="done", ended_at=timezone.now())
    assert counted(company) == [Counted(True, True, True, 2, {}, {CONSULTANT})]
    add_users(company, [{"email": "max@us.com", "aliases": [CONSULTANT]}], actor=ACTOR)
    run_due()
    assert counted(company) == [Counted(True, True, False, 2, {"max@us.com": "to"}, set())]


def test_another_workspace_stays_as_it_is_W3(company: Workspace, importing: Imports, tmp_path: Path) -> None:
    other = the_company()
    consenting(other, S1)
    with Imports(other, a_folder_in(tmp_path)) as imports:
        counting(imports, mail(U, [S1]))
    counting(importing, mail(U, [S1]))
    add_organization(company, ["nowhere.org"], force=True, actor=ACTOR)
    assert (is_recomputing(company), is_recomputing(other)) == (True, False)
    run_due()
    assert [row.is_inside for row in (*counted(company), *counted(other))] == [True, False]


# Where it stands


def test_it_goes_on_where_it_was_and_says_how_far_it_is_D4(company: Workspace, importing: Imports) -> None:
    counting(importing, *(mail(U, [S1], id=f"{number}", at=NOON + number) for number in range(3)))
    add_organization(company, ["nowhere.org"], force=True, actor=ACTOR)
    first, _, last = Interaction.objects.order_by("pk").values_list("pk", flat=True)
    Job.objects.update(
        progress={"after": first, "until": last, "total": 3}, counts={"changed": 1, "unchanged": 0}
    )
    stands = recomputing(company)
    assert stands is not None and stands.progress == (1, 3) and stands.is_stopped is False
    run_due()
    rows = Interaction.objects.order_by("pk").values_list("is_inside", flat=True)
    assert (list(rows), Job.objects.get().counts) == ([False, True, True], {"changed": 3, "unchanged": 0})
    assert recomputing(company) is None


def test_one_that_failed_leaves_it_said_that_figures_are_not_up_to_date_D4(
    company: Workspace, importing: Imports
) -> None:
    counting(importing, mail(U, [S1]))
    add_organization(company, ["nowhere.org"], force=True, actor=ACTOR)
    job = claim()
    assert job is not None
    end(job, "ValueError")
    stands = recomputing(company)
    assert stands is not None and stands.is_stopped is True and is_recomputing(company) is True


_FILL = """
import django; django.setup()
from postroom.store.upgrade import upgrade; upgrade()
import mail_world, test_reclassify, tempfile
from pathlib import Path
from mail_world import *
company = the_company()
test_reclassify.consenting(company, S1)
with Imports(company, Path(tempfile.mkdtemp())) as imports:
    test_reclassify.counting(imports, *(mail(U, [S1], id=f"{n}", at=NOON + n) for n in range(40)))
add_organization(company, ["nowhere.org"], force=True, actor=ACTOR)
"""
_RUN = """
import django; django.setup()
import os, signal
from postroom.actions import reclassify
from postroom.store.write import jobs
reclassify._BATCH = 10
note, noted = jobs.note_progress, []
def dying(job):
    note(job)
    noted.append(job.pk)
    if len(noted) == 3 and {dies}:
        os.kill(os.getpid(), signal.SIGKILL)
jobs.note_progress = dying
from postroom.store.models import Job, Interaction
Job.objects.update(leased_until=None)
from postroom.worker.runner import run_due
run_due()
job = Job.objects.get()
print(job.state, job.counts, Interaction.objects.filter(is_inside=True, is_outside=False).count())
"""


def test_killed_in_the_middle_it_comes_to_the_same_D4(tmp_path: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("POSTROOM_DATABASE")
    } | {
        "POSTROOM_DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "postroom.settings",
        "PYTHONPATH": f"{Path(__file__).parent}:{Path(__file__).parents[1]}",
    }
    subprocess.run([sys.executable, "-c", _FILL], env=environment, capture_output=True, check=True)
    killed = subprocess.run(
        [sys.executable, "-c", _RUN.format(dies=True)], env=environment, capture_output=True, check=False
    )
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, b"")
    again = subprocess.run(
        [sys.executable, "-c", _RUN.format(dies=False)], env=environment, capture_output=True, check=True
    )
    assert again.stdout.decode().split("\n")[0] == "done {'changed': 40, 'unchanged': 0} 40"
