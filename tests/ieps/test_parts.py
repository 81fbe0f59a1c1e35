"""Writing drafts: what is refused, what is audited, whom it wakes, who finds nothing."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry, OutboxEvent
from ieps.models import Accommodation, Goal, Iep, RemovedPart, Service
from ieps.mutations import (
    EditConflict,
    HasMeasurements,
    NotADraft,
    TooMany,
    add_accommodation,
    add_goal,
    add_service,
    move_goal,
    remove_accommodation,
    remove_goal,
    remove_service,
    reorder_goals,
    restore_part,
    send_to_review,
    update_accommodation,
    update_goal,
    update_iep,
    update_section,
    update_service,
)
from tests.factories.ieps import AccommodationFactory, GoalFactory, ServiceFactory
from tests.ieps.conftest import ACCOMMODATION, GOAL, SERVICE, TODAY


def section(actor, iep, section="family", **values):
    return update_section(actor=actor, iep_id=iep.id, section=section, values=values, today=TODAY)


WRITES = {
    "section": lambda actor, iep, parts: section(actor, iep, strengths="Kind."),
    "iep": lambda actor, iep, parts: update_iep(
        actor=actor, iep_id=iep.id, values={"impact": "Long."}, today=TODAY
    ),
    "add goal": lambda actor, iep, parts: add_goal(actor=actor, iep_id=iep.id, values=GOAL, today=TODAY),
    "update goal": lambda actor, iep, parts: update_goal(
        actor=actor, goal_id=parts[0].id, values={"title": "New"}, today=TODAY
    ),
    "remove goal": lambda actor, iep, parts: remove_goal(actor=actor, goal_id=parts[0].id),
    "move goal": lambda actor, iep, parts: move_goal(actor=actor, goal_id=parts[0].id, by=1),
    "order goals": lambda actor, iep, parts: reorder_goals(
        actor=actor, iep_id=iep.id, goal_ids=[parts[1].id, parts[0].id]
    ),
    "add service": lambda actor, iep, parts: add_service(
        actor=actor, iep_id=iep.id, values=SERVICE, today=TODAY
    ),
    "update service": lambda actor, iep, parts: update_service(
        actor=actor, service_id=parts[2].id, values={"minutes": 25}, today=TODAY
    ),
    "remove service": lambda actor, iep, parts: remove_service(actor=actor, service_id=parts[2].id),
    "add accommodation": lambda actor, iep, parts: add_accommodation(
        actor=actor, iep_id=iep.id, values=ACCOMMODATION
    ),
    "update accommodation": lambda actor, iep, parts: update_accommodation(
        actor=actor, accommodation_id=parts[3].id, values={"text": "New"}
    ),
    "remove accommodation": lambda actor, iep, parts: remove_accommodation(
        actor=actor, accommodation_id=parts[3].id
    ),
}


@pytest.fixture
def parts(draft):
    return (
        GoalFactory(iep=draft, number=1),
        GoalFactory(iep=draft, number=2),
        ServiceFactory(iep=draft),
        AccommodationFactory(iep=draft),
    )


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_every_change_wakes_the_pages_of_the_iep_and_its_team(cast, draft, parts, write):
    write(cast.casey.actor, draft, parts)

    topics = {topic for event in OutboxEvent.objects.all() for topic in event.topics}
    assert {f"iep.{draft.id}", f"student.{cast.student.id}", f"caseload.{cast.sam.person.id}"} <= topics
    assert AuditEntry.objects.filter(student_id=cast.student.id).exists()
    assert Iep.objects.get(id=draft.id).version > 1


@pytest.mark.parametrize("who", ["omar", "otto", "mina", "fin"])
def test_outsiders_find_nothing_to_change(cast, draft, parts, who):
    player = getattr(cast, who)

    for write in WRITES.values():
        with cast.within(player), pytest.raises(NotFound):
            write(player.actor, draft, parts)
    assert Iep.objects.get(id=draft.id).version == 1


@pytest.mark.parametrize("who", ["sam", "cory", "vic"])
def test_readers_change_nothing(cast, draft, parts, who):
    for write in WRITES.values():
        with pytest.raises(NotAllowed):
            write(getattr(cast, who).actor, draft, parts)
    assert Iep.objects.get(id=draft.id).version == 1


def test_iep_in_review_is_not_changed(cast, draft, parts):
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)

    for write in WRITES.values():
        with pytest.raises(NotADraft):
            write(cast.casey.actor, draft, parts)


def test_narrative_is_named_in_the_audit_and_never_copied(cast, draft):
    section(cast.casey.actor, draft, strengths="Loves trains.", parent_concerns="Friends.")
    add_goal(actor=cast.casey.actor, iep_id=draft.id, values=GOAL, today=TODAY)

    entries = str(list(AuditEntry.objects.values_list("values", flat=True)))
    assert "parent_concerns" in entries and "92" in entries
    assert "trains" not in entries and "passage" not in entries


def test_next_review_is_a_year_after_the_last_one(cast, draft):
    changed = section(
        cast.casey.actor,
        draft,
        section="dates",
        meeting_on=date(2025, 10, 1),
        last_review_on=date(2024, 2, 29),
    )

    assert changed.next_review_on == date(2025, 2, 28)


def test_next_review_is_a_year_after_the_meeting_where_no_review_has_been(cast, draft):
    assert section(
        cast.casey.actor, draft, section="dates", meeting_on=date(2021, 8, 27)
    ).next_review_on == date(2022, 8, 27)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("expires_on", {"effective_on": date(2026, 1, 1), "expires_on": date(2026, 1, 1)}),
        ("meeting_on", {"effective_on": date(2026, 1, 1), "meeting_on": date(2026, 1, 2)}),
        ("last_review_on", {"last_review_on": date(2025, 11, 20)}),
        ("meeting_on", {"meeting_on": date(1970, 1, 1)}),
    ],
)
def test_impossible_dates_are_refused_beside_their_field(cast, draft, field, values):
    with pytest.raises(Invalid) as refused:
        section(cast.casey.actor, draft, section="dates", **values)

    assert list(refused.value.fields) == [field]


def test_review_may_be_the_meeting_that_is_planned(cast, draft):
    planned = date(2025, 12, 1)

    changed = section(cast.casey.actor, draft, section="dates", meeting_on=planned, last_review_on=planned)

    assert changed.next_review_on == date(2026, 12, 1)


def test_unknown_column_is_refused(cast, draft):
    with pytest.raises(Invalid):
        section(cast.casey.actor, draft, status="active")
    with pytest.raises(Invalid):
        update_iep(actor=cast.casey.actor, iep_id=draft.id, values={"version": 9}, today=TODAY)


def test_too_long_text_is_refused(cast, draft):
    with pytest.raises(Invalid):
        section(cast.casey.actor, draft, strengths="x" * 20_001)


def test_same_words_change_nothing(cast, draft):
    section(cast.casey.actor, draft, strengths="Kind.")
    before = AuditEntry.objects.count()

    section(cast.casey.actor, draft, strengths="Kind.")

    assert AuditEntry.objects.count() == before


def test_conflict_carries_both_texts(cast, draft):
    section(cast.ada.actor, draft, strengths="Ada's.")

    with pytest.raises(EditConflict) as refused:
        update_section(
            actor=cast.casey.actor,
            iep_id=draft.id,
            section="family",
            values={"strengths": "Casey's.", "parent_concerns": ""},
            today=TODAY,
            expected_version=1,
        )

    assert refused.value.details == {
        "both": {"strengths": {"theirs": "Ada's.", "yours": "Casey's."}},
        "by": "Ada Cast",
        "version": 2,
    }


def test_no_conflict_where_both_wrote_the_same(cast, draft):
    section(cast.ada.actor, draft, strengths="Same.")

    update_section(
        actor=cast.casey.actor,
        iep_id=draft.id,
        section="family",
        values={"strengths": "Same."},
        today=TODAY,
        expected_version=1,
    )


def test_conflict_in_a_goal_carries_numbers_too(cast, draft, parts):
    update_goal(actor=cast.ada.actor, goal_id=parts[0].id, values={"target_value": Decimal(100)}, today=TODAY)

    with pytest.raises(EditConflict) as refused:
        update_goal(
            actor=cast.casey.actor,
            goal_id=parts[0].id,
            values={"target_value": Decimal(90)},
            today=TODAY,
            expected_version=1,
        )
    assert refused.value.details["both"] == {"target_value": {"theirs": "100.00", "yours": "90"}}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("target_value", {"target_value": Decimal(48)}),
        ("target_value", {"direction": "decrease"}),
        ("target_value", {"scale": "percent", "target_value": Decimal(101)}),
        ("baseline_value", {"baseline_value": Decimal(-1)}),
        ("baseline_value", {"scale": "rubric"}),
        ("baseline_on", {"baseline_on": date(2025, 11, 20)}),
        ("target_on", {"target_on": date(2025, 11, 3)}),
        ("domain", {"domain": "magic"}),
        ("title", {"title": "x" * 81}),
        ("statement", {"statement": ""}),
        ("target_value", {"target_value": Decimal("1e20")}),
    ],
)
def test_goal_that_could_not_be_measured_is_refused(cast, draft, field, values):
    with pytest.raises(Invalid) as refused:
        add_goal(actor=cast.casey.actor, iep_id=draft.id, values={**GOAL, **values}, today=TODAY)

    assert field in refused.value.fields
    assert not Goal.objects.exists()


def test_goal_may_go_down(cast, draft):
    values = {**GOAL, "direction": "decrease", "baseline_value": Decimal(12), "target_value": Decimal(3)}

    goal = add_goal(actor=cast.casey.actor, iep_id=draft.id, values=values, today=TODAY)

    assert (goal.number, goal.version) == (1, 1)


@pytest.mark.parametrize("who", ["otto", "mina"])  # works elsewhere; a parent
def test_only_people_who_work_in_the_district_are_named(cast, draft, who):
    with pytest.raises(Invalid) as refused:
        add_goal(
            actor=cast.casey.actor,
            iep_id=draft.id,
            values={**GOAL, "responsible_id": getattr(cast, who).person.id},
            today=TODAY,
        )
    assert list(refused.value.fields) == ["responsible_id"]
    with pytest.raises(Invalid):
        add_service(
            actor=cast.casey.actor,
            iep_id=draft.id,
            values={**SERVICE, "provider_id": getattr(cast, who).person.id},
            today=TODAY,
        )


@pytest.mark.parametrize(
    "values", [{"ends_on": SERVICE["starts_on"]}, {"minutes": 0}, {"times": 61}, {"delivery": "telepathy"}]
)
def test_impossible_service_is_refused(cast, draft, values):
    with pytest.raises(Invalid):
        add_service(actor=cast.casey.actor, iep_id=draft.id, values={**SERVICE, **values}, today=TODAY)
    assert not Service.objects.exists()


def test_hundred_and_first_accommodation_is_refused(cast, draft):
    Accommodation.objects.bulk_create(
        Accommodation(
            organization_id=draft.organization_id,
            iep=draft,
            student=cast.student,
            kind="accommodation",
            text=f"Number {number}",
        )
        for number in range(100)
    )

    with pytest.raises(TooMany):
        add_accommodation(actor=cast.casey.actor, iep_id=draft.id, values=ACCOMMODATION)


def test_removed_goal_comes_back_last_with_its_id_and_lineage(cast, draft, parts):
    removed = remove_goal(actor=cast.casey.actor, goal_id=parts[0].id)
    assert list(draft.goals.values_list("id", "number")) == [(parts[1].id, 1)]

    restore_part(actor=cast.casey.actor, removed_id=removed.id)

    back = draft.goals.get(id=parts[0].id)
    assert (back.number, back.lineage_id, back.baseline_value, back.target_on) == (
        2,
        parts[0].lineage_id,
        parts[0].baseline_value,
        parts[0].target_on,
    )
    assert not RemovedPart.objects.exists()


def test_nothing_is_put_back_twice_or_into_another_state(cast, draft, parts):
    removed = remove_service(actor=cast.casey.actor, service_id=parts[2].id)
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)

    with pytest.raises(NotADraft):
        restore_part(actor=cast.casey.actor, removed_id=removed.id)
    with pytest.raises(NotFound):
        restore_part(actor=cast.omar.actor, removed_id=removed.id)


def test_order_names_every_goal_once(cast, draft, parts):
    for wrong in ([parts[0].id], [parts[0].id, parts[0].id], [parts[0].id, parts[2].id]):
        with pytest.raises(Invalid):
            reorder_goals(actor=cast.casey.actor, iep_id=draft.id, goal_ids=wrong)


def test_goal_with_scores_stays(cast, draft, parts):
    from progress.mutations import record_progress_point

    Iep.objects.filter(id=draft.id).update(
        status="active", effective_on=date(2025, 9, 8), expires_on=date(2026, 9, 7)
    )
    record_progress_point(
        actor=cast.casey.actor,
        goal_id=parts[0].id,
        measured_on=date(2025, 10, 1),
        value=Decimal(50),
        today=TODAY,
    )
    Iep.objects.filter(id=draft.id).update(status="draft")

    with pytest.raises(HasMeasurements):
        remove_goal(actor=cast.casey.actor, goal_id=parts[0].id)
    assert Goal.objects.filter(id=parts[0].id).exists()


def test_same_values_of_a_goal_change_nothing(cast, draft, parts):
    goal = update_goal(
        actor=cast.casey.actor, goal_id=parts[0].id, values={"title": parts[0].title}, today=TODAY
    )

    assert goal.version == 1
    assert (
        reorder_goals(actor=cast.casey.actor, iep_id=draft.id, goal_ids=[parts[0].id, parts[1].id]).version
        == 1
    )


def test_people_of_the_district_are_named(cast, draft):
    values = {**SERVICE, "provider_id": cast.sam.person.id}

    assert (
        add_service(actor=cast.casey.actor, iep_id=draft.id, values=values, today=TODAY).provider_id
        == cast.sam.person.id
    )


def test_paraprofessional_sees_an_own_goal_of_the_active_iep_but_does_not_change_it(cast, active):
    active.goals.update(responsible=cast.paula.person)
    with pytest.raises(NotAllowed):
        update_goal(
            actor=cast.paula.actor, goal_id=active.goals.get().id, values={"title": "New"}, today=TODAY
        )
