"""Users as CSV: what is read, what becomes of each row, and that what was written reads back as it was (U2, U3)."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postroom.actions.add_users import add_users
from postroom.actions.add_users_csv import add_users_csv, count_fates, same_user
from postroom.actions.create_workspace import create_workspace
from postroom.actions.rejection import Rejected
from postroom.actions.users_csv import (
    COLUMNS,
    MAX_ROWS,
    csv_text,
    read_users_csv,
    template_csv,
    write_users_csv,
)
from postroom.store.models import User, Workspace
from postroom.store.read.users import addresses_of, users

ME = "command line"


def records(text: str) -> list[tuple[int, dict[str, Any], str | None]]:
    return [tuple(row) for row in read_users_csv(text)]  # type: ignore[misc]


def test_an_empty_cell_is_not_given_and_null_clears_U2() -> None:
    text = "email,name,aliases,title,custom: floor\ns1@us.com, Sam ,a@us.com; b@us.com,,null\n"
    text += "s2@us.com,null,null,Boss\n"
    assert records(text) == [
        (
            2,
            {
                "email": "s1@us.com",
                "name": "Sam",
                "aliases": ["a@us.com", "b@us.com"],
                "custom": {"floor": None},
            },
            None,
        ),
        (3, {"email": "s2@us.com", "name": None, "aliases": None, "title": "Boss"}, None),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_of_all_spreadsheets_are_read_U3(delimiter: str) -> None:
    text = f"\ufeff E-mail {delimiter}Manager Email\r\n\r\ns1@us.com{delimiter}boss@us.com\r\n".replace(
        "E-mail", "Email"
    )
    assert records(text) == [(3, {"email": "s1@us.com", "manager_email": "boss@us.com"}, None)]


def test_a_row_with_more_cells_than_columns_leaves_its_neighbours_alone_U1() -> None:
    assert records("email\ns1@us.com\ns2@us.com,,x\ns3@us.com,,\n") == [
        (2, {"email": "s1@us.com"}, None),
        (3, {}, "csv_too_many_cells"),
        (4, {"email": "s3@us.com"}, None),
    ]


@pytest.mark.parametrize(
    ("text", "reason", "field"),
    [
        ("", "csv_email_missing", None),
        ("name\nSam\n", "csv_email_missing", None),
        ("email,phone\n", "csv_column_unknown", "phone"),
        ("email,collect_passive_data\n", "csv_column_unknown", "collect_passive_data"),
        ("email,custom\n", "csv_column_unknown", "custom"),
        ("email,custom:\n", "csv_column_unknown", "custom:"),
        ("email,name,Name\n", "csv_column_twice", "Name"),
        ('email,name\ns1@us.com,"Sam\n', "csv_malformed", "line 2"),
        ("email\n" + "s@us.com\n" * (MAX_ROWS + 1), "csv_too_long", None),
    ],
)
def test_what_is_no_such_file_is_refused_as_a_whole(text: str, reason: str, field: str | None) -> None:
    with pytest.raises(Rejected) as refusal:
        read_users_csv(text)
    assert (refusal.value.reason, refusal.value.field) == (reason, field)


def test_the_template_names_every_column_U3() -> None:
    assert template_csv() == ",".join(COLUMNS) + "\r\n"
    assert records(template_csv()) == []


@pytest.fixture
def us(db: None) -> Workspace:
    return create_workspace("Us", "admin@us.com").workspace


def written(workspace: Workspace) -> str:
    rows = list(users(workspace))
    return "".join(write_users_csv(rows, addresses_of(rows)))


def told(
    workspace: Workspace, text: str, **options: Any
) -> list[tuple[int, str | None, str, str | None, str | None]]:
    """Line, id, status, reason and field of each answer."""
    answers = add_users_csv(workspace, text, actor=ME, **options)
    assert [answer.answer["index"] for answer in answers] == list(range(len(answers)))
    return [
        (row.line, a["id"], a["status"], a["reason"], a["field"]) for row in answers for a in [row.answer]
    ]  # type: ignore[misc]


def test_a_dry_run_says_what_will_become_of_each_row_and_stores_nothing_U2(us: Workspace) -> None:
    text = "email,role,manager_email\nadmin@us.com,Administrator,\ns1@us.com,,gone@us.com\n"
    text += "s1@us.com,Manager,\nx,,\na,b,c,d\n"
    expected = [
        (2, "admin@us.com", "unchanged", None, None),
        (3, "s1@us.com", "created", None, None),
        (4, "s1@us.com", "updated", None, None),
        (5, None, "rejected", "email_invalid", "email"),
        (6, None, "rejected", "csv_too_many_cells", None),
    ]
    assert told(us, text, dry_run=True) == expected
    assert User.objects.count() == 1
    revision = Workspace.objects.get().revision
    assert add_users_csv(us, text, actor=ME, dry_run=True)[1].answer["warnings"] == ["manager_unknown"]
    assert told(us, text) == expected
    assert (User.objects.count(), Workspace.objects.get().revision) == (2, revision + 1)
    assert User.objects.get(email="s1@us.com").role == "Manager"


def test_a_user_of_several_rows_is_told_by_their_lines_and_counts_once_U2(us: Workspace) -> None:
    text = "email,aliases,name\ns1@us.com,one@us.com,Sam\nS1@us.com,,Sam\none@us.com,,Sue\nx,,\nx,,\ns2@us.com,,\n"
    answers = add_users_csv(us, text, actor=ME, dry_run=True)
    assert [row.also for row in answers] == [(3, 4), (2, 4), (2, 3), (), (), ()]
    assert same_user(answers[0]) == "The same user stands on lines 3, 4 too; the last one has the last word."
    assert count_fates(answers) == {"created": 2, "rejected": 2}
    many = add_users_csv(us, "email\n" + "s3@us.com\n" * 9, actor=ME, dry_run=True)
    assert same_user(many[8]).startswith("The same user stands on lines 2, 3, 4 and more too;")
    add_users_csv(us, text, actor=ME)
    assert count_fates(add_users_csv(us, text, actor=ME, dry_run=True)) == {
        "updated": 1,
        "unchanged": 1,
        "rejected": 2,
    }


@pytest.mark.parametrize("name", ["E-Mail", "mail", "e-mail", "EMAIL", "E mail", "E-Mail Address", "e_mail"])
def test_columns_are_known_without_regard_to_case_and_hyphens_U3(name: str) -> None:
    text = f"{name},Manager E-Mail,time-zone\ns1@us.com,boss@us.com,UTC\n"
    [row] = read_users_csv(text)
    assert row.record == {"email": "s1@us.com", "manager_email": "boss@us.com", "time_zone": "UTC"}


def test_what_is_no_text_is_no_csv_file() -> None:
    with pytest.raises(Rejected) as refusal:
        csv_text(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert refusal.value.reason == "csv_not_text"
    for other in ("email\n".encode("utf-16"), b"email,name\ns@us.com,J\xfcrgen\n"):
        with pytest.raises(UnicodeDecodeError):
            csv_text(other)
    assert csv_text(b"\xef\xbb\xbfemail\n") == "email\n"


def test_own_attributes_with_empty_cells_stay_U2(us: Workspace) -> None:
    add_users(us, [{"email": "s1@us.com", "custom": {"floor": "3", "car": "red"}}], actor=ME)
    text = "email,custom: floor,custom: car,custom: badge\n"
    text += "s1@us.com,,null,\ns1@us.com,,,12\ns2@us.com,4,,\ns3@us.com,,,\n"
    assert [row[2] for row in told(us, text)] == ["updated", "updated", "created", "created"]
    assert [user.custom for user in users(us)] == [{}, {"floor": "3", "badge": "12"}, {"floor": "4"}, {}]


def test_a_role_beyond_who_asks_is_not_given_by_a_file_either_R3(us: Workspace) -> None:
    text = "email,role\ns1@us.com,Administrator\n"
    expected = [(2, "s1@us.com", "rejected", "role_not_allowed", "role")]
    assert told(us, text, granted_by=frozenset({"manage_users"})) == expected


FULL = {
    "email": "s1@us.com",
    "name": '=HYPERLINK("https://evil.example")',
    "aliases": ["one@us.com", '"a b,c;d"@us.com', "+x@us.com"],
    "title": "-1",
    "department": "@SUM(A1)",
    "location": "+49 30",
    "manager_email": "admin@us.com",
    "employee_id": "007",
    "hire_date": "2020-02-29",
    "termination_date": "2031-01-01",
    "employment_type": "null",
    "time_zone": "Europe/Berlin",
    "locale": "de-DE",
    "role": "Manager",
    "custom": {"=floor": "'=3", "badge": "＝x", "car": 'red, "big"; new'},
}


def test_no_cell_of_a_written_file_is_a_formula_SEC_25(us: Workspace) -> None:
    add_users(us, [FULL], actor=ME)
    cells = [cell for row in csv.reader(io.StringIO(written(us), newline="")) for cell in row]
    assert [cell for cell in cells if cell.startswith(tuple("=+-@\t\r＝＋－＠"))] == []
    assert {'\'=HYPERLINK("https://evil.example")', "'-1", "'@SUM(A1)", "'+49 30", "''=3", "'null"} <= set(
        cells
    )


def test_what_was_written_reads_back_as_it_was_U3(us: Workspace) -> None:
    assert add_users(us, [FULL, {"email": "s2@us.com"}], actor=ME)[0]["status"] == "created"
    text = written(us)
    assert [row[2] for row in told(us, text)] == ["unchanged"] * 3
    other = create_workspace("Them", "admin@us.com").workspace
    assert [row[2] for row in told(other, text)] == ["unchanged", "created", "created"]
    assert written(other) == text


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12)


@given(values=st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=4))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_reads_back_as_it_was_U3(us: Workspace, values: list[tuple[str, str, str]]) -> None:
    sent = [
        {"email": f"s{n}@us.com", "name": name, "title": title, "custom": {"own": own}}
        for n, (name, title, own) in enumerate(values)
    ]
    assert {answer["reason"] for answer in add_users(us, sent, actor=ME)} == {None}
    assert {row[2] for row in told(us, written(us))} == {"unchanged"}
