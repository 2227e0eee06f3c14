"""Every provider is registered, keeps the contract, and is written about; and nothing else is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from postroom.core import mailbox, trouble
from postroom.core.trouble import TRY_LATER, ProviderError
from postroom.providers.registry import KINDS, provider_of

ROOT = Path(__file__).parents[2]
PROVIDERS = ROOT / "src/postroom/providers"
REFERENCE = ROOT / "docs/reference/providers.md"
PACKAGES = sorted(
    folder.name
    for folder in PROVIDERS.iterdir()
    if (folder / "__init__.py").exists() and "PROVIDER" in (folder / "__init__.py").read_text()
)


def _provider(package: str) -> object:
    return import_module(f"postroom.providers.{package}").PROVIDER


def test_every_provider_is_registered_and_nothing_else() -> None:
    registered = [provider_of(kind) for kind in KINDS]
    assert {id(provider) for provider in registered} == {id(_provider(package)) for package in PACKAGES}
    assert [provider.kind for provider in registered] == [*KINDS]


def test_sources_are_of_every_kind_but_that_of_tests_M1() -> None:
    assert (*mailbox.KINDS, "memory") == KINDS


@pytest.mark.parametrize("package", PACKAGES)
def test_provider_has_a_readme(package: str) -> None:
    assert (PROVIDERS / package / "README.md").exists()


@pytest.mark.parametrize("package", PACKAGES)
def test_provider_keeps_the_contract(package: str) -> None:
    modules = Path(__file__).parent.glob(f"test_*{package}*.py")
    assert [module.name for module in modules if "ProviderContract" in _bases(module)] != []


@pytest.mark.parametrize("kind", mailbox.KINDS)
def test_provider_is_written_about_and_how_to_set_it_up(kind: str) -> None:
    sections = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", REFERENCE.read_text(), re.MULTILINE))
    about = sections.get(provider_of(kind).name, "")
    pages = re.findall(r"^Setting up: \[.+\]\((\.\./how-to/.+\.md)\)", about, re.MULTILINE)
    missing = {
        "a section under its name": not about,
        "a table what | how": "\n| what | how |\n" not in about,
        "Setting up: [a page in how-to]": not any((REFERENCE.parent / page).exists() for page in pages),
    }
    assert [what for what, is_missing in missing.items() if is_missing] == []


def test_every_code_of_trouble_is_written_about_with_its_kinds_M14() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (`\w+`(?:, `\w+`)*) \| .+ \|$", REFERENCE.read_text(), re.MULTILINE)
    told = {code: {*re.findall(r"\w+", kinds)} for code, kinds in rows}
    # Said by a page that counts, and by no error.
    assert told == _codes() | {"asked_too_often": {TRY_LATER}}
    assert [code for code, _ in rows] == sorted(told)


def _codes() -> dict[str, set[str]]:
    """The codes that providers of sources, and what opens them, say, with the kinds."""
    kinds = {error.__name__: error.kind for error in ProviderError.__subclasses__()}
    found: dict[str, set[str]] = {}
    files = [file for file in PROVIDERS.rglob("*.py") if file.parent.name != "memory"]
    openers = ("mailbox_access", "connect_mailbox")
    for file in [*files, *(ROOT / f"src/postroom/actions/{name}.py" for name in openers)]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
                for code in _texts(node.args[0]):
                    found.setdefault(code, set()).add(kinds[node.func.id])
    return found


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts that an argument may be."""
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _bases(module: Path) -> set[str]:
    classes = [node for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.ClassDef)]
    return {base.id for each in classes for base in each.bases if isinstance(base, ast.Name)}


def test_kinds_of_trouble_are_five_M14() -> None:
    assert {error.kind for error in ProviderError.__subclasses__()} == {*trouble.TROUBLES}
