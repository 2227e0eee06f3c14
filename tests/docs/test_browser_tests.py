"""Tests in a browser wait for what they say of a page: a click does not wait for the page behind it."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import pytest
from pages import ROOT

FILES = sorted((ROOT / "tests/browser").glob("*.py"))
READS_AT_ONCE: Final = re.compile(
    r"[.](?:all|all_inner_texts|all_text_contents|content|count|get_attribute|inner_html|inner_text|input_value"
    r"|is_checked|is_disabled|is_editable|is_enabled|is_hidden|is_visible|text_content|title)[(]|\bpage[.]url\b"
)
"""What Playwright reads of the page as it stands, be it come or not; its ``expect`` waits."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_assertion_reads_a_page_that_may_not_have_come(file: Path) -> None:
    nodes = ast.walk(ast.parse(file.read_text()))
    asserted = [ast.unparse(node) for node in nodes if isinstance(node, ast.Assert)]
    assert [said for said in asserted if READS_AT_ONCE.search(said)] == []
