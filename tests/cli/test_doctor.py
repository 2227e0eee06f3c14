"""The doctor says what is wrong with an installation, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from postroom.cli.doctor import CHECKS


def _wrong(out: str) -> list[str]:
    return [check["check"] for check in json.loads(out)["checks"] if not check["is_ok"]]


def test_an_installation_in_order(program: Callable[..., object]) -> None:
    assert program("workspace", "create", "Us", "--admin", "boss@us.com")[0] == 0
    code, out, err = program("doctor", "--json")
    assert (code, _wrong(out), err) == (0, [], "")
    assert [check["check"] for check in json.loads(out)["checks"]] == [check.name for check in CHECKS]


def test_a_folder_that_is_not_there_is_not_made(program: Callable[..., object], tmp_path: Path) -> None:
    code, out, err = program("doctor", "--json")
    assert (code, _wrong(out), err) == (1, ["data folder", "database", "journal", "keys", "worker"], "")
    assert not (tmp_path / "data").exists()


def test_settings_that_cannot_be_used_are_told_once(program: Callable[..., object]) -> None:
    code, out, _ = program("doctor", calls_per_minute="many")
    problem = "POSTROOM_CALLS_PER_MINUTE cannot be used: Input should be a valid integer, unable to parse"
    assert code == 1
    assert out.count(problem) == 1


def test_the_ways_to_sign_in_are_told_S2(program: Callable[..., object]) -> None:
    _, out, _ = program("doctor", "--json", google_client_id="x", google_client_secret="y")
    says = {check["check"]: check["says"] for check in json.loads(out)["checks"]}
    assert says["sign-in"] == "by password, with Google"


def test_keys_that_are_gone(program: Callable[..., object], tmp_path: Path) -> None:
    assert program("workspace", "create", "Us", "--admin", "boss@us.com")[0] == 0
    (tmp_path / "data" / "encryption.keys").unlink()
    code, out, _ = program("doctor", "--json")
    assert (code, _wrong(out)) == (1, ["keys"])


def test_a_folder_that_others_may_look_into(program: Callable[..., object], tmp_path: Path) -> None:
    assert program("workspace", "create", "Us", "--admin", "boss@us.com")[0] == 0
    (tmp_path / "data").chmod(0o755)
    code, out, _ = program("doctor", "--json")
    assert (code, _wrong(out)) == (1, ["data folder", "database", "journal", "keys", "worker"])


def test_a_file_that_is_no_database(program: Callable[..., object], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "postroom.sqlite3").write_text(
        "this is no database, but it is long enough for one" * 20
    )
    code, out, _ = program("doctor", "--json")
    assert (code, _wrong(out)) == (1, ["database", "journal", "keys", "worker"])


def test_what_is_kept_is_its_owners_alone(program: Callable[..., object], tmp_path: Path) -> None:
    assert program("workspace", "create", "Us", "--admin", "boss@us.com")[0] == 0
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}
    assert set(modes.values()) == {0o600}
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_work_that_waits_while_no_worker_runs(db: None) -> None:
    from postroom.actions.recurring import note_worker_seen
    from postroom.cli.doctor import NotInOrder, _worker
    from postroom.store.models import Job, Workspace

    assert _worker() == "does not run, and nothing waits for it"
    us = Workspace.objects.create(name="Us", sealed_hash_key=b"")
    Job.objects.create(workspace=us, kind="reconsider", actor="command line")
    with pytest.raises(NotInOrder, match=r"Work waits, and no worker takes it up\."):
        _worker()
    note_worker_seen()
    assert _worker() == "is at work"
