"""Medicaid numbers and what looks like a Social Security number: encrypted, found whole, shown to few."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from core.errors import Invalid
from core.tenant import organization
from students import mutations, queries
from students.models import ExternalId

NUMBER = "CIN 9417-2253B"


def in_the_open():
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM students_externalid WHERE value <> ''")
        return {value for (value,) in cursor.fetchall()}


@pytest.fixture
def numbered(cast):
    """The student of the cast, with a Medicaid number."""
    mutations.set_external_id(
        actor=cast.casey.actor, student_id=cast.student.id, kind="medicaid", value=NUMBER
    )
    return cast.student


@pytest.mark.django_db
def test_a_medicaid_number_is_encrypted_and_shown_to_who_sees_the_health_section(cast, numbered):
    """R16, R26"""
    assert NUMBER not in in_the_open()
    assert queries.ids_of(actor=cast.casey.actor, student=numbered) == {"medicaid": NUMBER, "sis": "100200"}
    assert queries.ids_of(actor=cast.vic.actor, student=numbered) == {"sis": "100200"}
    assert queries.ids_of(actor=cast.gina.actor, student=numbered) == {"sis": "100200"}


@pytest.mark.django_db
def test_a_medicaid_number_is_found_whole_by_who_sees_it_and_by_no_beginning(cast, numbered):
    def found(player, text):
        return {student.id for student in queries.students_of(actor=player.actor, text=text)}

    assert found(cast.casey, "cin9417 2253b") == {numbered.id}
    assert found(cast.casey, "CIN 9417") == set()
    assert found(cast.vic, NUMBER) == set()
    assert found(cast.vic, "100200") == {numbered.id}


@pytest.mark.django_db
def test_a_medicaid_number_is_had_once_and_can_be_changed_and_removed(cast, numbered):
    def put(student, value):
        mutations.set_external_id(actor=cast.ada.actor, student_id=student.id, kind="medicaid", value=value)

    with pytest.raises(Invalid):
        put(cast.other_student, "cin94172253b")
    put(numbered, "CIN 1")
    assert queries.ids_of(actor=cast.ada.actor, student=numbered)["medicaid"] == "CIN 1"
    put(numbered, "")
    assert "medicaid" not in queries.ids_of(actor=cast.ada.actor, student=numbered)


@pytest.mark.django_db
def test_what_looks_like_a_social_security_number_is_encrypted_whatever_it_is_called(cast):
    mutations.set_external_id(
        actor=cast.casey.actor, student_id=cast.student.id, kind="state", value="123-45-6789"
    )

    assert in_the_open() == {"100200", "100300"}
    assert queries.ids_of(actor=cast.casey.actor, student=cast.student)["state"] == "123-45-6789"


@pytest.mark.django_db
def test_numbers_that_were_in_the_open_are_sealed_by_the_migration(cast, django_db_blocker):
    """R26: as they stood before; run twice, it changes nothing."""
    migration = import_module("students.migrations.0009_seal_ids")
    with organization(cast.district.id):
        ExternalId.objects.create(
            organization=cast.district, student=cast.student, kind="other", value="987-65-4321"
        )

    migration.seal(apps, None)
    migration.seal(apps, None)

    assert "987-65-4321" not in in_the_open() and "100200" in in_the_open()
    assert queries.ids_of(actor=cast.casey.actor, student=cast.student)["other"] == "987-65-4321"
