"""Amendments: an IEP in effect changes in no other way."""

import inspect
from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.errors import Invalid, NotAllowed, NotFound, SpedError
from core.models import AuditEntry, OutboxEvent
from ieps import mutations
from ieps.models import Accommodation, Amendment, Goal, Iep, RemovedPart, Service
from ieps.mutations import (
    AgreementMissing,
    Blocked,
    DatesStay,
    NotActive,
    NotAnAmendment,
    OpenAlready,
    activate_iep,
    approve_iep,
    plan_amendment,
    propose_amendment,
    record_parent_signature,
    record_revised_copy,
    send_to_review,
    update_goal,
    update_section,
    withdraw_signature,
)
from ieps.queries import iep_differences, signing_panel, verified_iep
from ieps.signed import content_of
from students.models import Guardian, Student
from tests.factories.ieps import IepFactory
from tests.ieps.conftest import TODAY, hand


def propose(cast, active, **given):
    return propose_amendment(
        **{
            "actor": cast.casey.actor,
            "iep_id": active.id,
            "reason": "The target is reached.",
            "today": TODAY,
            **given,
        }
    )


def agree(cast, iep, meaning="agrees"):
    guardian = Guardian.objects.get(student=iep.student, person=cast.mina.person)
    return record_parent_signature(
        actor=cast.casey.actor,
        iep_id=iep.id,
        guardian_id=guardian.id,
        meaning=meaning,
        signed_on=cast.casey.actor.today,
        paper_reference="Cabinet 2",
    )


def sent_and_approved(cast, iep):
    send_to_review(actor=cast.casey.actor, iep_id=iep.id)
    return approve_iep(actor=cast.casey.actor, iep_id=iep.id, hand=hand(cast.casey.actor))


def activate(cast, iep):
    return activate_iep(actor=cast.casey.actor, iep_id=iep.id, today=cast.casey.actor.today)


def test_amendment_is_an_open_copy_that_keeps_dates_review_and_lineage(cast, active):
    iep = propose(cast, active)

    assert (iep.kind, iep.status, iep.number) == ("amendment", "draft", active.number + 1)
    kept = ("meeting_on", "effective_on", "expires_on", "last_review_on", "next_review_on")
    assert all(getattr(iep, name) == getattr(active, name) for name in kept)
    assert iep.goals.get().lineage_id == active.goals.get().lineage_id
    assert iep.amendment.base_id == active.id
    assert AuditEntry.objects.filter(verb="ieps.amendment.proposed").count() == 1
    assert f"student.{iep.student_id}" in {t for event in OutboxEvent.objects.all() for t in event.topics}


def test_change_of_a_goal_is_written_into_the_copy_alone(cast, active):
    goal = active.goals.get()

    iep = propose(cast, active, goal_change={"goal_id": goal.id, "target_value": Decimal(110)})

    assert iep.goals.get().target_value == 110
    goal.refresh_from_db()
    assert goal.target_value == 92
    other = IepFactory(student=cast.other_student, number=1, active=True)
    with pytest.raises(NotFound):
        propose(
            cast, other, actor=cast.ada.actor, goal_change={"goal_id": goal.id, "target_value": Decimal(1)}
        )


@pytest.mark.parametrize(
    ("given", "field"),
    [({"reason": " "}, "reason"), ({"reason": "x" * 2001}, "reason"), ({"way": "by phone"}, "way")],
)
def test_proposal_without_reason_or_way_is_refused(cast, active, given, field):
    with pytest.raises(Invalid) as refused:
        propose(cast, active, **given)

    assert field in refused.value.fields
    assert Amendment.objects.count() == 0


def test_one_open_iep_at_a_time_and_it_says_which(cast, active):
    first = propose(cast, active)

    with pytest.raises(OpenAlready) as refused:
        propose(cast, active)

    assert refused.value.code == "draft_exists"
    assert refused.value.details == {"iep_id": str(first.id), "kind": "amendment"}


def test_only_the_iep_in_effect_is_amended(cast, draft):
    with pytest.raises(NotActive):
        propose(cast, draft)


@pytest.mark.parametrize("who", ["sam", "cory", "vic", "mina"])
def test_who_does_not_write_the_iep_proposes_nothing(cast, active, who):
    with pytest.raises(NotAllowed):
        propose(cast, active, actor=getattr(cast, who).actor)


@pytest.mark.parametrize("who", ["omar", "otto"])
def test_outsiders_find_nothing_to_amend(cast, active, who):
    player = getattr(cast, who)
    with cast.within(player), pytest.raises(NotFound):
        propose(cast, active, actor=player.actor)


def test_dates_stay(cast, active):
    iep = propose(cast, active)

    with pytest.raises(DatesStay):
        update_section(
            actor=cast.casey.actor,
            iep_id=iep.id,
            section="dates",
            values={"expires_on": date(2027, 1, 1)},
            today=TODAY,
        )


def test_without_a_meeting_it_waits_for_the_written_agreement_to_exactly_this_text(cast, active):
    iep = sent_and_approved(cast, propose(cast, active))

    with pytest.raises(AgreementMissing) as refused:
        activate(cast, iep)
    assert refused.value.details["citation"] == "34 CFR 300.324(a)(4)"
    agree(cast, iep, meaning="disagrees")
    with pytest.raises(AgreementMissing):
        activate(cast, iep)
    taken = agree(cast, iep)
    withdraw_signature(actor=cast.casey.actor, signature_id=taken.id)
    with pytest.raises(AgreementMissing):
        activate(cast, iep)
    agree(cast, iep)

    assert activate(cast, iep).status == "active"
    active.refresh_from_db()
    assert active.status == "superseded"


def test_agreement_to_an_earlier_text_is_none(cast, active):
    iep = propose(cast, active)
    send_to_review(actor=cast.casey.actor, iep_id=iep.id)
    agree(cast, iep)
    mutations.return_to_draft(actor=cast.casey.actor, iep_id=iep.id)
    update_section(
        actor=cast.casey.actor, iep_id=iep.id, section="levels", values={"impact": "Other."}, today=TODAY
    )

    with pytest.raises(AgreementMissing):
        activate(cast, sent_and_approved(cast, iep))


def test_at_a_meeting_the_day_of_the_meeting_is_asked_for(cast, active):
    iep = propose(cast, active, way="meeting")
    with pytest.raises(Blocked) as refused:
        activate(cast, sent_and_approved(cast, iep))
    assert refused.value.details == {"blockers": ["meeting_missing"]}
    mutations.return_to_draft(actor=cast.casey.actor, iep_id=iep.id)
    today = cast.casey.actor.today
    plan_amendment(
        actor=cast.casey.actor, iep_id=iep.id, reason="As agreed", way="meeting", met_on=today, today=today
    )

    assert activate(cast, sent_and_approved(cast, iep)).status == "active"
    assert verified_iep(actor=cast.casey.actor, iep_id=iep.id).holds


def test_amendment_does_not_move_the_annual_review(cast, active):
    before = Student.objects.get(id=active.student_id)
    Student.objects.filter(id=before.id).update(annual_review_on=active.next_review_on)
    iep = sent_and_approved(cast, propose(cast, active))
    agree(cast, iep)

    done = activate(cast, iep)

    assert done.next_review_on == active.next_review_on
    assert Student.objects.get(id=before.id).annual_review_on == active.next_review_on


def test_revised_copy_is_written_down_for_an_approved_amendment_only(cast, active):
    today = cast.casey.actor.today
    iep = propose(cast, active)
    given = {"actor": cast.casey.actor, "iep_id": iep.id, "today": today}
    with pytest.raises(NotAnAmendment):
        record_revised_copy(asked_on=today, given_on=None, **given)
    sent_and_approved(cast, iep)
    with pytest.raises(Invalid):
        record_revised_copy(asked_on=today, given_on=today - timedelta(days=1), **given)

    done = record_revised_copy(asked_on=today - timedelta(days=2), given_on=today, **given)

    assert (done.copy_asked_on, done.copy_given_on) == (today - timedelta(days=2), today)
    with pytest.raises(NotAnAmendment):
        record_revised_copy(
            actor=cast.casey.actor, iep_id=active.id, today=today, asked_on=today, given_on=None
        )


def test_differences_are_marked_word_by_word_and_field_by_field(cast, active):
    iep = propose(cast, active, goal_change={"goal_id": active.goals.get().id, "target_value": Decimal(110)})
    update_section(
        actor=cast.casey.actor,
        iep_id=iep.id,
        section="levels",
        values={"impact": "Long passages in history take most of the lesson."},
        today=TODAY,
    )
    mutations.remove_service(actor=cast.casey.actor, service_id=iep.services.get().id)
    mutations.add_accommodation(
        actor=cast.casey.actor, iep_id=iep.id, values={"kind": "testing", "text": "Extended time"}
    )

    found = iep_differences(actor=cast.casey.actor, iep_id=iep.id)
    page = cast.casey.client().get(cast.casey.url(f"/ieps/{iep.id}/differences/")).content.decode()

    sections = {section.id: section for section in found.sections}
    (impact,) = sections["levels"].fields
    assert [(piece.kind, piece.text.strip()) for piece in impact.pieces if piece.kind != "same"] == [
        ("removed", "science"),
        ("added", "history"),
    ]
    (goal,) = sections["goals"].parts
    assert [(field.label, field.before, field.after) for field in goal.fields] == [("Target", "92", "110")]
    assert [(part.kind, part.title[:12]) for part in sections["services"].parts] == [
        ("removed", "Specialized ")
    ]
    assert [(part.kind, part.title) for part in sections["accommodations"].parts] == [
        ("added", "Extended time")
    ]
    assert '<ins class="diff-add"><span class="sr-only">[added: </span>history' in page
    assert '<del class="diff-del"><span class="sr-only">[removed: </span>science' in page


def test_untouched_amendment_differs_in_nothing(cast, active):
    found = iep_differences(actor=cast.casey.actor, iep_id=propose(cast, active).id)

    assert (found.count, found.sections) == (0, ())


def test_first_iep_has_nothing_before_it(cast, active):
    with pytest.raises(NotFound):
        iep_differences(actor=cast.casey.actor, iep_id=active.id)


def arguments(cast, active):
    """Something for every argument of a mutation, about the IEP in effect."""
    goal, service, row = active.goals.get(), active.services.get(), active.accommodations.get()
    return {
        "iep_id": active.id,
        "goal_id": goal.id,
        "service_id": service.id,
        "accommodation_id": row.id,
        "goal_ids": [goal.id],
        "section": "levels",
        "values": {"impact": "Nothing of it."},
        "today": cast.casey.actor.today,
        "by": 1,
        "decision": "approved",
        "hand": hand(cast.casey.actor),
        "language": "es",
        "reason": "So",
        "way": "agreement",
        "meaning": "agrees",
        "guardian_id": Guardian.objects.get(student=active.student, person=cast.mina.person).id,
        "signed_on": cast.casey.actor.today,
        "paper_reference": "Cabinet",
        "asked_on": cast.casey.actor.today,
        "given_on": None,
        "copy": True,
        "field": "impact",
        "body": "Look.",
        "student_id": active.student_id,
    }


VALUES = {
    "add_goal": {"title": "Another"},
    "update_goal": {"target_value": Decimal(50)},
    "update_service": {"minutes": 1},
    "update_accommodation": {"text": "None"},
}


@pytest.mark.parametrize(
    "name", [name for name, act in vars(mutations).items() if getattr(act, "is_mutation", False)]
)
def test_no_mutation_changes_an_iep_in_effect(cast, active, name):
    act = getattr(mutations, name)
    before = content_of(actor=cast.casey.actor, iep=active)
    known = {**arguments(cast, active), "actor": cast.casey.actor}
    if name in VALUES:
        known["values"] = VALUES[name]
    wanted = inspect.signature(act).parameters
    given = {key: value for key, value in known.items() if key in wanted}
    missing = {key for key, one in wanted.items() if one.default is one.empty} - given.keys()

    try:
        if not missing:
            act(**given)
    except SpedError:
        pass

    assert content_of(actor=cast.casey.actor, iep=active) == before
    assert missing <= {"removed_id", "signature_id", "comment_id"}


def test_nothing_taken_out_of_a_draft_comes_back_into_an_iep_in_effect(cast, active):
    iep = propose(cast, active)
    removed = mutations.remove_accommodation(
        actor=cast.casey.actor, accommodation_id=iep.accommodations.get().id
    )
    Iep.objects.filter(id=active.id).update(status="superseded")
    Iep.objects.filter(id=iep.id).update(status="active", activated_at="2025-11-19T12:00Z")

    with pytest.raises(SpedError):
        mutations.restore_part(actor=cast.casey.actor, removed_id=removed.id)

    assert RemovedPart.objects.count() == 1 and not iep.accommodations.exists()


def test_pages_of_an_amendment(cast, active):
    client, url = cast.casey.client(), cast.casey.url
    assert client.get(url(f"/ieps/{active.id}/amend/")).status_code == 200
    assert (
        client.post(url(f"/ieps/{active.id}/amend/"), {"reason": "", "way": "agreement"}).status_code == 422
    )

    made = client.post(url(f"/ieps/{active.id}/amend/"), {"reason": "Reached", "way": "agreement"})
    iep = Iep.objects.get(kind="amendment")
    again = client.post(url(f"/ieps/{active.id}/amend/"), {"reason": "More", "way": "agreement"})
    planned = client.post(url(f"/ieps/{iep.id}/plan/"), {"reason": "Reached it", "way": "agreement"})

    assert made["Location"].endswith(f"/ieps/{iep.id}/")
    assert again.status_code == 422 and "There is an open IEP" in again.content.decode()
    assert planned.status_code == 303
    assert client.get(url(f"/ieps/{iep.id}/differences/")).status_code == 200
    for path in ("plan", "copy", "amend"):
        assert cast.vic.client().get(cast.vic.url(f"/ieps/{iep.id}/{path}/")).status_code == 403
        assert cast.omar.client().get(cast.omar.url(f"/ieps/{iep.id}/{path}/")).status_code == 404


def test_goal_of_the_copy_is_edited_like_any_draft(cast, active):
    iep = propose(cast, active)

    update_goal(
        actor=cast.casey.actor, goal_id=iep.goals.get().id, values={"accuracy": "5 of 5"}, today=TODAY
    )

    assert (Goal.objects.count(), Service.objects.count(), Accommodation.objects.count()) == (2, 2, 2)
    assert signing_panel(actor=cast.casey.actor, iep_id=iep.id).amendment.reason == "The target is reached."
