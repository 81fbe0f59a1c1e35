"""From draft to active, and what keeps an IEP from going on."""

from datetime import date, timedelta

import pytest

from core.errors import NotAllowed, NotFound
from core.models import AuditEntry, OutboxEvent
from documents.mutations import revoke_consent
from ieps.models import Approval, Goal, Iep
from ieps.mutations import (
    ChangesAskedFor,
    ConsentMissing,
    DraftExists,
    Incomplete,
    NotADraft,
    NotApproved,
    NotInReview,
    NotOpen,
    activate_iep,
    approve_iep,
    confirm_glance,
    create_iep,
    discard_draft,
    record_approval,
    return_to_draft,
    send_to_review,
    update_section,
)
from students.models import Student
from students.queries import Archived
from tests.ieps.conftest import TODAY, approve, consent, fill, hand, sign_and_approve


def topics() -> set[str]:
    return {topic for event in OutboxEvent.objects.all() for topic in event.topics}


def verbs() -> list[str]:
    return list(
        AuditEntry.objects.filter(verb__startswith="ieps.").order_by("id").values_list("verb", flat=True)
    )


def test_first_iep_of_a_student_is_the_initial_one(cast):
    iep = create_iep(actor=cast.casey.actor, student_id=cast.student.id, today=TODAY)

    assert (iep.kind, iep.number, iep.status) == ("initial", 1, "draft")
    assert verbs() == ["ieps.iep.created"]


def test_iep_after_one_in_force_is_an_annual_one_with_the_next_number(cast, active):
    iep = create_iep(actor=cast.casey.actor, student_id=cast.student.id, today=TODAY)

    assert (iep.kind, iep.number) == ("annual", 2)
    assert iep.goals.count() == 0


def test_copied_iep_goes_on_with_goals_services_and_words_but_not_with_dates(cast, active):
    iep = create_iep(actor=cast.casey.actor, student_id=cast.student.id, today=TODAY, copy=True)

    goal = iep.goals.get()
    assert goal.lineage_id == active.goals.get().lineage_id
    assert goal.id != active.goals.get().id
    assert goal.statement == active.goals.get().statement
    assert iep.present_levels == active.present_levels
    assert (iep.services.count(), iep.accommodations.count()) == (1, 1)
    assert (iep.meeting_on, iep.effective_on, iep.expires_on, iep.next_review_on) == (None,) * 4
    assert active.goals.count() == 1


def test_student_has_one_open_iep_at_a_time(cast, draft):
    with pytest.raises(DraftExists) as refused:
        create_iep(actor=cast.casey.actor, student_id=cast.student.id, today=TODAY)

    assert refused.value.details == {"iep_id": str(draft.id)}


def test_archived_case_file_takes_no_iep(cast):
    Student.objects.filter(id=cast.student.id).update(archived_at="2025-06-20T12:00Z")

    with pytest.raises(Archived):
        create_iep(actor=cast.ada.actor, student_id=cast.student.id, today=TODAY)


@pytest.mark.parametrize("who", ["sam", "gina", "paula", "cory", "vic", "fin", "mina"])
def test_only_the_case_manager_and_administrators_start_an_iep(cast, who):
    with pytest.raises(NotAllowed):
        create_iep(actor=getattr(cast, who).actor, student_id=cast.student.id, today=TODAY)


@pytest.mark.parametrize("who", ["omar", "otto"])
def test_outsiders_start_no_iep(cast, who):
    outsider = getattr(cast, who)
    with cast.within(outsider), pytest.raises(NotFound):
        create_iep(actor=outsider.actor, student_id=cast.student.id, today=TODAY)


def test_incomplete_iep_is_not_approved_and_says_what_is_missing(cast, draft):
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)

    with pytest.raises(Incomplete) as refused:
        approve_iep(actor=cast.casey.actor, iep_id=draft.id, hand=hand(cast.casey.actor))

    missing = {item["code"]: item["citation"] for item in refused.value.details["missing"]}
    assert missing["present_levels"] == "34 CFR 300.320(a)(1)"
    assert missing["goals"] == "34 CFR 300.320(a)(2)(i)"
    assert missing["services"] == "34 CFR 300.320(a)(4), (7)"
    draft.refresh_from_db()
    assert draft.status == "in_review"


def test_complete_iep_is_approved_by_the_case_manager(cast, draft):
    fill(cast.casey.actor, draft)

    approved = approve(cast.casey.actor, draft)

    assert approved.status == "approved"
    assert verbs()[-2:] == ["ieps.iep.sent_to_review", "ieps.iep.approved"]
    assert f"iep.{draft.id}" in topics()
    assert f"caseload.{cast.casey.person.id}" in topics()


@pytest.mark.parametrize("who", ["sam", "cory"])
def test_who_only_reads_does_not_approve(cast, draft, who):
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)

    with pytest.raises(NotAllowed):
        approve_iep(actor=getattr(cast, who).actor, iep_id=draft.id, hand=hand(getattr(cast, who).actor))


def test_draft_is_not_approved_without_review(cast, draft):
    with pytest.raises(NotInReview):
        approve_iep(actor=cast.casey.actor, iep_id=draft.id, hand=hand(cast.casey.actor))


def test_request_for_changes_stops_approval_until_the_reviewer_agrees(cast, draft):
    fill(cast.casey.actor, draft)
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)
    record_approval(actor=cast.sam.actor, iep_id=draft.id, decision="changes", comment="Speech is missing.")

    with pytest.raises(ChangesAskedFor):
        approve_iep(actor=cast.casey.actor, iep_id=draft.id, hand=hand(cast.casey.actor))
    record_approval(actor=cast.sam.actor, iep_id=draft.id, decision="approved")

    assert (
        approve_iep(actor=cast.casey.actor, iep_id=draft.id, hand=hand(cast.casey.actor)).status == "approved"
    )
    entry = AuditEntry.objects.filter(verb="ieps.approval.recorded").first()
    assert "Speech" not in str(entry.values)


def test_earlier_word_does_not_count_for_a_later_text(cast, draft):
    fill(cast.casey.actor, draft)
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)
    record_approval(actor=cast.sam.actor, iep_id=draft.id, decision="changes", comment="Add speech.")
    return_to_draft(actor=cast.casey.actor, iep_id=draft.id)

    assert approve(cast.casey.actor, draft).status == "approved"


@pytest.mark.parametrize("who", ["gina", "paula", "cory", "vic", "fin", "mina"])
def test_word_on_an_iep_is_for_those_who_serve_the_student(cast, draft, who):
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)

    with pytest.raises((NotAllowed, NotFound)):
        record_approval(actor=getattr(cast, who).actor, iep_id=draft.id, decision="approved")
    assert not Approval.objects.exists()


def test_iep_in_review_is_not_edited(cast, draft):
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)

    with pytest.raises(NotADraft):
        update_section(
            actor=cast.casey.actor, iep_id=draft.id, section="family", values={"strengths": "x"}, today=TODAY
        )


def test_initial_iep_waits_for_a_parents_consent(cast, draft):
    fill(cast.casey.actor, draft)
    approve(cast.casey.actor, draft)

    with pytest.raises(ConsentMissing) as refused:
        activate_iep(actor=cast.casey.actor, iep_id=draft.id, today=TODAY)
    assert refused.value.details == {"citation": "34 CFR 300.300(b)"}
    consent(cast.student)

    assert activate_iep(actor=cast.casey.actor, iep_id=draft.id, today=TODAY).status == "active"
    assert Student.objects.get(id=cast.student.id).annual_review_on == date(2026, 11, 10)


def test_revoked_consent_lets_no_initial_iep_begin(cast, draft):
    fill(cast.casey.actor, draft)
    approve(cast.casey.actor, draft)
    given = consent(cast.student)
    revoke_consent(actor=cast.casey.actor, consent_id=given.id, revoked_on=TODAY, today=TODAY)

    with pytest.raises(ConsentMissing):
        activate_iep(actor=cast.casey.actor, iep_id=draft.id, today=TODAY)


def test_iep_of_a_later_day_waits_and_changes_nothing(cast, active):
    iep = create_iep(actor=cast.casey.actor, student_id=cast.student.id, today=TODAY)
    later = TODAY + timedelta(days=1)
    fill(cast.casey.actor, iep, effective_on=later)
    approve(cast.casey.actor, iep)
    before = len(verbs())

    waiting = activate_iep(actor=cast.casey.actor, iep_id=iep.id, today=TODAY)

    active.refresh_from_db()
    assert (waiting.status, active.status) == ("approved", "active")
    assert len(verbs()) == before
    assert activate_iep(actor=cast.casey.actor, iep_id=iep.id, today=later).status == "active"


def test_new_iep_supersedes_the_expired_one_that_was_in_force_until_then(cast, active):
    Iep.objects.filter(id=active.id).update(expires_on=date(2025, 10, 1))
    iep = create_iep(actor=cast.casey.actor, student_id=cast.student.id, today=TODAY, copy=False)
    fill(cast.casey.actor, iep)
    approve(cast.casey.actor, iep)
    assert Iep.objects.get(student=cast.student, status="active") == active

    activate_iep(actor=cast.casey.actor, iep_id=iep.id, today=TODAY)

    active.refresh_from_db()
    assert active.status == "superseded"
    assert Iep.objects.get(student=cast.student, status="active") == iep
    assert verbs()[-2:] == ["ieps.iep.superseded", "ieps.iep.activated"]


def test_second_activation_is_no_change(cast, active):
    before = len(verbs())

    activate_iep(actor=cast.casey.actor, iep_id=active.id, today=TODAY)

    assert len(verbs()) == before


def test_draft_does_not_take_effect(cast, draft):
    with pytest.raises(NotApproved):
        activate_iep(actor=cast.casey.actor, iep_id=draft.id, today=TODAY)


def test_discarded_draft_makes_room_and_keeps_its_number(cast, draft):
    discard_draft(actor=cast.casey.actor, iep_id=draft.id)

    assert create_iep(actor=cast.casey.actor, student_id=cast.student.id, today=TODAY).number == 2


def test_iep_in_force_is_not_discarded(cast, active):
    with pytest.raises(NotOpen):
        discard_draft(actor=cast.casey.actor, iep_id=active.id)


def test_general_education_teacher_confirms_once(cast, active):
    confirm_glance(actor=cast.gina.actor, student_id=cast.student.id)
    confirm_glance(actor=cast.gina.actor, student_id=cast.student.id)

    assert active.readings.count() == 1
    assert verbs() == ["ieps.glance.read"]


@pytest.mark.parametrize("who", ["casey", "sam", "paula", "ada", "mina"])
def test_only_general_education_teachers_confirm(cast, active, who):
    with pytest.raises(NotAllowed):
        confirm_glance(actor=getattr(cast, who).actor, student_id=cast.student.id)


def test_nothing_is_confirmed_where_no_iep_is_in_force(cast):
    with pytest.raises(NotFound):
        confirm_glance(actor=cast.gina.actor, student_id=cast.student.id)


@pytest.mark.parametrize("who", ["omar", "otto", "mina"])
@pytest.mark.parametrize("act", [send_to_review, return_to_draft, sign_and_approve, discard_draft])
def test_outsiders_and_parents_find_no_draft(cast, draft, act, who):
    outsider = getattr(cast, who)

    with cast.within(outsider), pytest.raises(NotFound):
        act(actor=outsider.actor, iep_id=draft.id)

    draft.refresh_from_db()
    assert draft.status == "draft"
    assert Goal.objects.count() == 0
