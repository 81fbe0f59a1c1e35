"""Who reads, writes, reviews, approves and confirms: role by role."""

import pytest

from core.actor import Hat
from core.errors import NotAllowed, NotFound
from ieps.models import Iep
from ieps.queries import active_iep, iep_at_a_glance, iep_list, open_drafts, visible_goal, visible_iep
from ieps.rules import (
    may_approve,
    may_confirm_glance,
    may_review,
    may_see_drafts,
    may_see_glance,
    may_see_iep,
    may_start_iep,
    may_write_iep,
)
from tests.factories.ieps import GoalFactory, IepFactory

EVERYBODY = ["casey", "sam", "ada", "cory", "vic", "gina", "paula", "fin", "mina", "omar", "otto"]
IEP_TEAM = {"casey", "sam", "ada", "cory", "vic"}
WRITERS = {"casey", "ada"}


def allowed(cast, rule, record):
    return {who for who in EVERYBODY if rule(getattr(cast, who).actor, record)}


def test_whole_drafts_are_read_by_the_iep_team(cast, draft):
    assert allowed(cast, may_see_iep, draft) == IEP_TEAM
    assert allowed(cast, may_see_drafts, cast.student) == IEP_TEAM


@pytest.mark.parametrize("status", ["approved", "active", "superseded"])
def test_shared_versions_are_read_by_parents_too(cast, draft, status):
    Iep.objects.filter(id=draft.id).update(status=status, effective_on="2025-09-08", expires_on="2026-09-07")
    draft.refresh_from_db()

    assert allowed(cast, may_see_iep, draft) == IEP_TEAM | {"mina"}


@pytest.mark.parametrize("status", [status.value for status in Iep.Status])
def test_what_is_found_is_what_may_be_seen(cast, draft, status):
    """The filter that hides and the rule that says no agree, for every role and status."""
    goal = GoalFactory(iep=draft, number=1)
    Iep.objects.filter(id=draft.id).update(status=status, effective_on="2025-09-08", expires_on="2026-09-07")
    draft.refresh_from_db()
    found, goals = set(), set()
    for who in EVERYBODY:
        player = getattr(cast, who)
        with cast.within(player):
            found |= {who} if Iep.objects.visible_to(player.actor).filter(id=draft.id).exists() else set()
            try:
                visible_goal(actor=player.actor, goal_id=goal.id)
            except NotFound:
                continue
            goals |= {who}

    assert found == allowed(cast, may_see_iep, draft)
    assert goals == found | ({"paula"} if status in Iep.SHARED else set())


def test_iep_is_written_and_approved_by_case_manager_and_administrator(cast, draft):
    assert allowed(cast, may_write_iep, draft) == WRITERS
    assert allowed(cast, may_approve, draft) == WRITERS
    assert allowed(cast, may_start_iep, cast.student) == WRITERS


def test_iep_is_reviewed_by_those_who_serve_and_by_administrators(cast, draft):
    assert allowed(cast, may_review, draft) == {"casey", "sam", "ada"}


def test_glance_is_read_by_the_team_and_confirmed_by_general_education(cast):
    assert allowed(cast, may_see_glance, cast.student) == IEP_TEAM | {"gina", "paula"}
    assert allowed(cast, may_confirm_glance, cast.student) == {"gina"}


def test_parent_who_is_staff_here_keeps_the_two_apart(cast, active):
    at_work, as_parent = cast.pat.actor, cast.pat.acting(Hat.FAMILY)

    with pytest.raises(NotFound):
        visible_iep(actor=at_work, iep_id=active.id)
    assert visible_iep(actor=as_parent, iep_id=active.id) == active
    assert not may_write_iep(as_parent, active)


def test_parent_sees_no_draft_in_the_list(cast, active):
    IepFactory(student=cast.student, number=2)

    parents = iep_list(actor=cast.mina.actor, student_id=cast.student.id)
    teams = iep_list(actor=cast.sam.actor, student_id=cast.student.id)

    assert [row.number for row in parents.rows] == [1]
    assert (parents.open_id, parents.may_start) == (None, False)
    assert [row.number for row in teams.rows] == [2, 1]


def test_glance_shows_no_narrative_but_what_helps_in_class(cast, active):
    glance = iep_at_a_glance(actor=cast.gina.actor, student_id=cast.student.id)

    assert glance.goals == (("Reading fluency", active.goals.get().statement),)
    assert glance.what_works == active.what_works
    assert (glance.may_confirm, glance.is_confirmed) == (True, False)
    assert active.present_levels not in str(glance)


@pytest.mark.parametrize("who", ["fin", "mina"])
def test_glance_is_refused_to_those_who_only_know_the_student(cast, active, who):
    with pytest.raises(NotAllowed):
        iep_at_a_glance(actor=getattr(cast, who).actor, student_id=cast.student.id)


def test_list_of_open_ieps_is_that_of_ones_own_students(cast, draft):
    other = IepFactory(student=cast.other_student, number=1)

    def ids(who):
        return {row.iep_id for row in open_drafts(actor=getattr(cast, who).actor)}

    assert ids("casey") == ids("sam") == {draft.id}
    assert ids("omar") == {other.id}
    assert ids("ada") == {draft.id, other.id}
    assert ids("mina") == ids("gina") == set()


def test_active_iep_is_none_where_there_is_none(cast, draft):
    assert active_iep(actor=cast.casey.actor, student_id=cast.student.id) is None
    with pytest.raises(NotFound):
        active_iep(actor=cast.omar.actor, student_id=cast.student.id)
