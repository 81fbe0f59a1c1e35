"""`docs/security.md` names a test for each promise; each of them exists and would run."""

import ast
import re

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
PROMISED = {
    *("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "R11", "R12", "R13"),
    *("R14", "R15", "R16", "R17", "R18", "R19", "R20", "R21", "R22", "R23", "R24", "R25"),
    *("R26", "R27", "R28", "R29", "R30", "R37", "R38", "R40", "R43", "R44", "R45", "R46", "R47"),
    *("R48", "R49", "R50", "R51", "R52", "R53", "R55", "R63", "R64", "R65", "R66", "R67", "R68"),
    "R69",
}
ROWS = dict(re.findall(r"^\| (R\d+) \|(.*)\|$", PAGE, re.MULTILINE))
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


def test_every_promise_has_its_row():
    assert set(ROWS) == PROMISED


@pytest.mark.parametrize("number", sorted(PROMISED))
def test_every_row_names_a_test(number):
    assert re.search(r"`tests/[\w/]+\.py::test_\w+`", ROWS[number])


@pytest.mark.parametrize(("file", "function"), NAMED)
def test_every_test_that_is_named_exists(file, function):
    path = ROOT / file

    assert path.is_file()
    found = {
        node.name
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert function in found
