"""Every dependency has its row, and no row is left over."""

from __future__ import annotations

import json
import re
import tomllib

from pages import ROOT, read, sections, table


def _names(requirements: list[object]) -> set[str]:
    return {re.split(r"[\[<>=~! ]", text)[0] for text in requirements if isinstance(text, str)}


def _rows(section: str) -> set[str]:
    return {row[0] for row in table(sections(read("decisions/dependencies.md"))[section], "package")}


def test_every_package_that_runs_it_has_a_row() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert _rows("To run") == _names(project["project"]["dependencies"])


def test_every_package_to_work_on_it_has_a_row() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"].values()
    assert _rows("To work on it") == _names([text for group in groups for text in group])


def test_every_package_of_the_pages_has_a_row() -> None:
    package = json.loads((ROOT / "frontend/package.json").read_text())
    assert _rows("Of the pages") == {*package["dependencies"], *package["devDependencies"]}


def test_every_package_that_stands_in_for_somebody_has_a_row() -> None:
    package = json.loads((ROOT / "tests/providers/emulate/package.json").read_text())
    assert _rows("Of the tests, from npm") == {*package["dependencies"]}


def test_lock_files_name_public_registries_only() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text()))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}
    for folder in ("frontend", "tests/providers/emulate"):
        assert "resolved" not in (ROOT / folder / "package-lock.json").read_text()
