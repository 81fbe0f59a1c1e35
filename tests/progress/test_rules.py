"""Who may do what with progress: the table of rights, seen from here."""

from __future__ import annotations

import pytest

from accounts.rights import Action, Group
from progress.rules import may_record_progress, may_undo_progress_point
from students.rules import may
from tests.progress.conftest import record

RIGHTS = {  # see, record, take back what Paula recorded
    "casey": (True, True, True),
    "paula": (True, True, True),
    "sam": (True, True, False),
    "gina": (False, False, False),
    "ada": (True, False, True),
    "cory": (True, False, False),
    "vic": (True, False, False),
    "fin": (False, False, False),
    "mina": (True, False, False),
    "pat": (False, False, False),
    "omar": (False, False, False),
    "otto": (False, False, False),
}


@pytest.mark.parametrize("name", list(RIGHTS))
def test_rights_to_progress_are_those_of_the_table(cast, goal, name):
    point = record(cast.paula.actor, goal)
    actor = getattr(cast, name).actor

    assert RIGHTS[name] == (
        may(actor, cast.student, Action.SEE, Group.PROGRESS),
        may_record_progress(actor, goal),
        may_undo_progress_point(actor, point),
    )


def test_who_left_the_team_may_not_take_back_what_they_recorded(cast, goal):
    point = record(cast.paula.actor, goal)
    cast.student.team.filter(person=cast.paula.person).update(ends_on=cast.paula.actor.today)

    assert not may_undo_progress_point(cast.paula.acting(), point)
