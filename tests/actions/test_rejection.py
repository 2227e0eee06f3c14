"""Every reason that the code refuses with has its sentence."""

from __future__ import annotations

import ast
from pathlib import Path

from postroom.actions.rejection import REJECTIONS

SOURCES = Path(__file__).parents[2] / "src"


def reasons_in(tree: ast.AST) -> set[str]:
    """The literal reasons of every ``Rejected("…")``."""
    return {
        argument.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Rejected"
        for argument in call.args[:1]
        if isinstance(argument, ast.Constant)
    }


def test_every_reason_in_the_code_stands_in_the_table() -> None:
    found = {reason for path in SOURCES.rglob("*.py") for reason in reasons_in(ast.parse(path.read_text()))}

    assert "too_large" in found
    assert found - REJECTIONS.keys() == set()
