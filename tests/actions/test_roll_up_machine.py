"""Uploads, corrections, taking back, Forget, domains, aliases and time zones in any order: roll-ups kept step by step
are those made from nothing, and those by the words of the definitions (E2-E9, P7, D4).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from rollup_world import assert_whole
from upload_world import a_source, chat_record, mail_record, rfc3339

from postroom.actions import process_uploads
from postroom.actions.accept_items import accept, delete_item
from postroom.actions.add_organization import add_organization, remove_organization_domain
from postroom.actions.add_users import add_users
from postroom.actions.forget import forget
from postroom.actions.process_uploads import process_some
from postroom.actions.rejection import NotFound
from postroom.actions.roll_up import make_anew_what_is_outdated, roll_up_some
from postroom.actions.set_consent import set_consent
from postroom.reader import ReaderPool
from postroom.store.models import Interaction, User, Workspace
from postroom.store.secrets import encrypt
from postroom.worker.runner import run_due

KEY = secrets.token_bytes(32)
NAMES = ("ann", "ben", "cyd")
OUTSIDE = ("kim@far.example", "lea@near.example")
PEOPLE = (*(f"{name}@us.com" for name in NAMES), *OUTSIDE)
SATURDAY = int(datetime(2024, 3, 30, tzinfo=UTC).timestamp())
"""The night after it Berlin's clocks go forward."""

numbers = st.integers(0, 5)
names = st.sampled_from(NAMES)
people = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True)
times = st.builds(
    lambda hours, late: SATURDAY + hours * 3_600 + late,
    st.sampled_from([-200, -3, 0, 4, 12, 22, 23, 24, 26, 28, 29, 170]),
    st.integers(-1, 1),
)


class RollingUp(RuleBasedStateMachine):
    """One workspace, three users, one source; the roll-ups are made now and then."""

    pool: ReaderPool

    def __init__(self) -> None:
        super().__init__()
        self.workspace = Workspace.objects.create(name=secrets.token_hex(8), sealed_hash_key=encrypt(KEY))
        add_organization(self.workspace, ["us.com"], actor="test")
        add_users(self.workspace, [{"email": f"{name}@us.com"} for name in NAMES], actor="test")
        self.source = a_source(self.workspace, "people")
        for name in NAMES:
            self.consent(name, True)

    def user(self, name: str) -> User:
        return User.objects.get(workspace=self.workspace, email=f"{name}@us.com")

    def finish_jobs(self) -> None:
        while run_due():
            pass

    def sent(self, kind: str, record: dict[str, Any], soon: bool) -> None:
        [answer] = accept(self.source, kind, [record])
        assert answer["status"] in ("queued", "held", "updated", "duplicate"), answer
        if soon:
            process_some(self.workspace.pk)

    @rule(
        number=numbers,
        name=names,
        some=people,
        at=times,
        refers=st.none() | numbers,
        folder=st.sampled_from(["inbox", "sent"]),
        is_automatic=st.integers(0, 4).map(lambda n: n == 0),
        soon=st.booleans(),
    )
    def mail(
        self,
        number: int,
        name: str,
        some: list[str],
        at: int,
        refers: int | None,
        folder: str,
        is_automatic: bool,
        soon: bool,
    ) -> None:
        sender, *to = [f"{name}@us.com", *some] if folder == "sent" else [*some, f"{name}@us.com"]
        record = mail_record(sender, to, id=str(number), user=f"{name}@us.com", folder=folder, at=at)
        if refers is not None:
            record["in_reply_to"] = f"<{refers}@us.com>"
        if is_automatic:
            record["headers"] = {"Auto-Submitted": "auto-replied"}
        self.sent("mail", record, soon)

    @rule(
        numbers=st.permutations(range(6)),
        name=names,
        other=st.sampled_from(OUTSIDE),
        at=times,
        soon=st.booleans(),
    )
    def asked_and_answered(self, numbers: list[int], name: str, other: str, at: int, soon: bool) -> None:
        """A mail that comes, and two that answer it; in any order."""
        asks = numbers[0]
        for number in sorted(numbers[:3]):
            is_sent = number != asks
            sender, to = (f"{name}@us.com", other) if is_sent else (other, f"{name}@us.com")
            record = mail_record(
                sender,
                [to],
                id=str(number),
                user=f"{name}@us.com",
                folder="sent" if is_sent else "inbox",
                at=at + 300_000 * number * is_sent,
            )
            self.sent("mail", record | ({"in_reply_to": f"<{asks}@us.com>"} if is_sent else {}), soon)

    @rule(number=numbers, some=people, at=times, soon=st.booleans())
    def chat(self, number: int, some: list[str], at: int, soon: bool) -> None:
        self.sent("chat", chat_record(some[0], some[1:] or [PEOPLE[0]], id=str(number), at=at), soon)

    @rule(
        number=numbers,
        name=names,
        some=people,
        at=times,
        kind=st.sampled_from(["call", "meeting", "task"]),
        soon=st.booleans(),
    )
    def activity(self, number: int, name: str, some: list[str], at: int, kind: str, soon: bool) -> None:
        record = {
            "id": str(number),
            "type": kind,
            "user": f"{name}@us.com",
            "participants": some,
            "start": rfc3339(at),
            "end": rfc3339(at + 5_000),
        }
        self.sent("activity", record, soon)

    @rule()
    def process(self) -> None:
        process_some(self.workspace.pk)

    @rule(number=numbers, name=names)
    def take_mail_back(self, number: int, name: str) -> None:
        delete_item(self.source, "mail", str(number), f"{name}@us.com")

    @rule(number=numbers, kind=st.sampled_from(["chat", "activity"]))
    def take_back(self, number: int, kind: str) -> None:
        delete_item(self.source, kind, str(number))

    @rule(name=names, to=st.booleans())
    def consent(self, name: str, to: bool) -> None:
        set_consent(self.workspace, [(self.user(name), to)], actor="test", how="api")

    @rule(name=names)
    def forget(self, name: str) -> None:
        user = self.user(name)
        forget(user)
        self.finish_jobs()
        assert not Interaction.objects.filter(user=user).exists()

    @rule(is_ours=st.booleans(), is_done=st.booleans())
    def change_domains(self, is_ours: bool, is_done: bool) -> None:
        if is_ours:
            add_organization(self.workspace, ["near.example"], actor="test")
        else:
            with suppress(NotFound):
                remove_organization_domain(self.workspace, "near.example", actor="test")
        if is_done:
            self.finish_jobs()

    @rule(name=names, has_alias=st.booleans())
    def change_alias(self, name: str, has_alias: bool) -> None:
        record = {"email": f"{name}@us.com", "aliases": ["kim@far.example"] if has_alias else []}
        add_users(self.workspace, [record], actor="test")
        self.finish_jobs()

    @rule(name=names, zone=st.sampled_from(["Europe/Berlin", "Pacific/Kiritimati", "America/New_York", None]))
    def move(self, name: str, zone: str | None) -> None:
        add_users(self.workspace, [{"email": f"{name}@us.com", "time_zone": zone}], actor="test")

    @rule()
    def roll_up(self) -> None:
        roll_up_some(self.workspace.pk, until=2**40)

    @rule()
    def compare(self) -> None:
        self.finish_jobs()
        make_anew_what_is_outdated()
        assert_whole(self.workspace)

    def teardown(self) -> None:
        process_some(self.workspace.pk)
        self.compare()


@pytest.fixture
def one_pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same reading processes for all: to start some for each step takes minutes."""

    class Lent:
        def __enter__(self) -> ReaderPool:
            return pool

        def __exit__(self, *_: object) -> None:
            pass

    with ReaderPool(KEY, 1) as pool:
        monkeypatch.setattr(process_uploads, "ReaderPool", lambda key, size: Lent())
        yield


def test_roll_ups_kept_in_any_order_are_those_made_from_nothing_E2_E9_P7_D4(db: None, one_pool: None) -> None:
    run_state_machine_as_test(
        RollingUp,
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate),  # To shrink a failure takes minutes: add it then.
        ),
    )
