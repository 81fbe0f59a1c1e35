"""Who reads, writes, reviews, approves and confirms: role by role."""

import pytest

from accounts.rights import Group
from core.actor import Hat
from core.errors import Invalid, NotAllowed, NotFound
from ieps.models import Iep
from ieps.mutations import (
    NotInReview,
    activate_iep,
    approve_iep,
    discard_draft,
    record_approval,
    return_to_draft,
    send_to_review,
    update_section,
)
from ieps.queries import (
    goals_in_force,
    iep_at_a_glance,
    iep_list,
    iep_page,
    open_drafts,
    section_values,
    visible_goal,
    visible_iep,
)
from ieps.rules import (
    may_approve,
    may_confirm_glance,
    may_review,
    may_start_iep,
    may_write_iep,
    sees_iep,
)
from students.queries import Archived
from students.rules import access
from tests.factories.ieps import GoalFactory, IepFactory
from tests.ieps.conftest import TODAY, approve, consent, fill, hand

EVERYBODY = ["casey", "sam", "ada", "cory", "vic", "gina", "paula", "fin", "mina", "omar", "otto"]
IEP_TEAM = {"casey", "sam", "ada", "cory", "vic"}
WRITERS = {"casey", "ada"}


def allowed(cast, rule, record):
    return {who for who in EVERYBODY if rule(getattr(cast, who).actor, record)}


def may_see(actor, iep):
    return sees_iep(access(actor, iep.student), iep.status)


def may_see_glance(actor, student):
    return access(actor, student).sees(Group.GLANCE)


def test_whole_drafts_are_read_by_the_iep_team(cast, draft):
    assert allowed(cast, may_see, draft) == IEP_TEAM


@pytest.mark.parametrize("status", ["approved", "active", "superseded"])
def test_shared_versions_are_read_by_parents_too(cast, draft, status):
    Iep.objects.filter(id=draft.id).update(status=status, effective_on="2025-09-08", expires_on="2026-09-07")
    draft.refresh_from_db()

    assert allowed(cast, may_see, draft) == IEP_TEAM | {"mina"}


@pytest.mark.parametrize("status", [status.value for status in Iep.Status])
def test_what_is_found_is_what_may_be_seen(cast, draft, status):
    """The filter that hides and the rule that says no agree, for every role and status.

    A paraprofessional finds the goal that they are responsible for, while it is in force.
    """
    goal = GoalFactory(iep=draft, number=1, responsible=cast.paula.person)
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

    assert found == allowed(cast, may_see, draft)
    assert goals == found | ({"paula"} if status == Iep.Status.ACTIVE else set())


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


def test_goals_in_force_are_found_by_those_who_see_them(cast, active):
    goal = active.goals.get()

    assert goals_in_force(actor=cast.ada.actor, student_ids=[cast.student.id, cast.other_student.id]) == {
        cast.student.id: (goal,)
    }
    assert goals_in_force(actor=cast.omar.actor, student_ids=[cast.student.id]) == {}


def test_archived_file_keeps_its_iep_back(cast, draft):
    fill(cast.ada.actor, draft)
    approve(cast.ada.actor, draft)
    consent(cast.student)
    type(cast.student).objects.filter(id=cast.student.id).update(archived_at="2025-11-01T12:00Z")

    found = iep_page(actor=cast.ada.actor, iep_id=draft.id, today=TODAY)

    assert [blocker.code for blocker in found.blockers] == ["archived"]
    assert not found.may_activate
    with pytest.raises(Archived):
        activate_iep(actor=cast.ada.actor, iep_id=draft.id, today=TODAY)


def test_words_of_those_who_left_the_team_stay(cast, draft):
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)
    record_approval(actor=cast.ada.actor, iep_id=draft.id, decision="approved")

    words = iep_page(actor=cast.casey.actor, iep_id=draft.id, today=TODAY).words

    assert [(word.name, word.decision, word.is_current) for word in words] == [
        ("Casey Cast", "", False),
        ("Sam Cast", "", False),
        ("Ada Cast", "approved", True),
    ]


def test_acts_that_are_done_already_change_nothing(cast, draft):
    fill(cast.casey.actor, draft)
    assert return_to_draft(actor=cast.casey.actor, iep_id=draft.id).status == "draft"
    approve(cast.casey.actor, draft)
    version = visible_iep(actor=cast.casey.actor, iep_id=draft.id).version

    assert (
        approve_iep(actor=cast.casey.actor, iep_id=draft.id, hand=hand(cast.casey.actor)).version == version
    )
    discard_draft(actor=cast.casey.actor, iep_id=draft.id)
    assert discard_draft(actor=cast.casey.actor, iep_id=draft.id).status == "discarded"
    with pytest.raises(NotInReview):
        return_to_draft(actor=cast.casey.actor, iep_id=draft.id)
    with pytest.raises(NotInReview):
        record_approval(actor=cast.casey.actor, iep_id=draft.id, decision="approved")


def test_unknown_word_is_refused(cast, draft):
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)

    with pytest.raises(Invalid):
        record_approval(actor=cast.sam.actor, iep_id=draft.id, decision="perhaps")


def test_unknown_section_is_not_found(cast, draft):
    with pytest.raises(NotFound):
        update_section(actor=cast.casey.actor, iep_id=draft.id, section="moon", values={}, today=TODAY)
    with pytest.raises(NotFound):
        section_values(actor=cast.casey.actor, iep_id=draft.id, section="moon")
