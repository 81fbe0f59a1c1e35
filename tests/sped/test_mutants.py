"""`make mutants` finds the checks of rights that it takes away (R11)."""

import ast

import pytest

from scripts.mutants import ROOT, every_site, wrapped

SOURCE = """
def act(actor, record):
    require(actor, may_write, record)
    if record is None or not may_read(actor, record):
        raise NotFound
    if not record.access.sees("words"):
        raise NotAllowed(details={})
    if record is None:
        raise NotFound
    if not may_read(actor, record):
        return
    refuse_archived(actor=actor, student_id=record.student_id)


def may_write(actor, record):
    return actor.is_somebody


class Rows:
    def visible_to(self, actor):
        return self.filter(owner=actor)
"""


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A room with rules of its own."""
    monkeypatch.setattr("scripts.mutants.ROOT", tmp_path)
    path = tmp_path / "rules.py"
    path.write_text(SOURCE)
    return path


def test_every_kind_of_check_is_found(room):
    tree, sites = wrapped(room)

    assert sites == [
        "rules.py::act require(actor, may_write, record)",
        "rules.py::act if not may_read(actor, record)",
        "rules.py::act if not record.access.sees('words')",
        "rules.py::act refuse_archived(actor=actor, student_id=record.student_id)",
        "rules.py::- may_write",
        "rules.py::Rows visible_to",
    ]
    wrappers = ("refusing", "stopping", "deciding", "showing")
    assert [ast.unparse(tree).count(f".{name}(") for name in wrappers] == [2, 2, 1, 1]


def test_checks_of_the_application_have_names_of_their_own():
    sites = every_site()

    assert len(sites) > 200
    assert len(set(sites)) == len(sites)
    for room in ("accounts", "students", "ieps", "progress", "records", "audit", "casefile", "coediting"):
        assert any(site.startswith(f"{room}/") for site in sites), f"{room} under {ROOT}"
