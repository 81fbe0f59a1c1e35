"""Names, schools, dates and ids of a student: who may change them, and two who do so at once."""

from datetime import timedelta

import pytest

from core.errors import Invalid
from core.models import AuditEntry, OutboxEvent
from students import mutations
from students.models import ExternalId, SearchWord
from students.versions import ChangedMeanwhile
from tests.factories.students import ExternalIdFactory
from tests.students.audits import last_audit


def test_update_identity_keeps_order_words_and_version(cast):
    student = mutations.update_identity(
        actor=cast.casey.actor, student_id=cast.student.id, changes={"family_name": "O'Brien", "grade": "05"}
    )

    assert (student.version, student.sort_name, student.changed_by_name) == (2, "o'brien zoe", "Casey Cast")
    words = set(SearchWord.objects.filter(student=student).values_list("word", flat=True))
    assert words == {"zoe", "zo", "obrien"}
    entry = last_audit()
    assert entry.values == {"fields": ["family_name", "grade"], "grade_before": "04", "grade_after": "05"}


def test_update_identity_that_changes_nothing_writes_nothing(cast):
    before = AuditEntry.objects.count()

    mutations.update_identity(actor=cast.casey.actor, student_id=cast.student.id, changes={"grade": "04"})

    assert AuditEntry.objects.count() == before


def test_second_writer_gets_both_values(cast):
    """R68: nothing is overwritten silently."""
    mutations.update_identity(
        actor=cast.ada.actor, student_id=cast.student.id, changes={"grade": "05"}, expected_version=1
    )

    with pytest.raises(ChangedMeanwhile) as refused:
        mutations.update_identity(
            actor=cast.casey.actor, student_id=cast.student.id, changes={"grade": "03"}, expected_version=1
        )

    assert refused.value.details == {
        "version": 2,
        "changed_by": "Ada Cast",
        "differences": {"grade": {"theirs": "05", "yours": "03"}},
    }
    cast.student.refresh_from_db()
    assert cast.student.grade == "05"


def test_second_writer_of_the_same_is_no_conflict(cast):
    mutations.update_identity(actor=cast.ada.actor, student_id=cast.student.id, changes={"grade": "05"})

    again = mutations.update_identity(
        actor=cast.casey.actor, student_id=cast.student.id, changes={"grade": "05"}, expected_version=1
    )

    assert again.version == 2


def test_move_to_another_school_wakes_both(cast):
    mutations.update_identity(
        actor=cast.ada.actor, student_id=cast.student.id, changes={"school_id": cast.other_school.id}
    )

    topics = OutboxEvent.objects.get().topics
    assert {f"school.{cast.school.id}", f"school.{cast.other_school.id}"} <= set(topics)


def test_case_manager_moves_nobody_to_a_school_of_others(cast):
    with pytest.raises(Invalid):
        mutations.update_identity(
            actor=cast.casey.actor, student_id=cast.student.id, changes={"school_id": cast.other_school.id}
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reevaluation_due_on": "same"}, "reevaluation_due_on"),
        ({"last_evaluation_on": "tomorrow"}, "last_evaluation_on"),
        ({"disability": ""}, "disability"),
    ],
)
def test_update_record_refuses_dates_that_cannot_be(cast, changes, field):
    words = {"same": cast.student.last_evaluation_on, "tomorrow": cast.casey.actor.today + timedelta(days=1)}

    with pytest.raises(Invalid) as refused:
        mutations.update_record(
            actor=cast.casey.actor,
            student_id=cast.student.id,
            changes={name: words.get(value, value) for name, value in changes.items()},
        )

    assert field in refused.value.fields


def test_external_id_is_unique_in_the_district_and_says_no_more(cast):
    """R17: the refusal is the same whether or not the other student is visible, and other districts do not matter."""
    with pytest.raises(Invalid) as refused:
        mutations.set_external_id(
            actor=cast.casey.actor, student_id=cast.student.id, kind="sis", value="100300"
        )
    assert "Tariq" not in str(refused.value.fields)
    with cast.within(cast.otto):
        ExternalIdFactory(student=cast.stranger, kind="state", value="S-77")

    mutations.set_external_id(actor=cast.casey.actor, student_id=cast.student.id, kind="state", value="S-77")
    mutations.set_external_id(actor=cast.casey.actor, student_id=cast.student.id, kind="sis", value="")

    assert list(ExternalId.objects.filter(student=cast.student).values_list("kind", "value")) == [
        ("state", "S-77")
    ]
    assert "S-77" not in str(AuditEntry.objects.values_list("values", flat=True))
