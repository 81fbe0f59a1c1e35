"""The wall between districts, read from the database's own catalogue and tried from the application's role."""

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, models, transaction

from coediting.models import TextChange, TextSnapshot
from core.models import AuditEntry, AuditSeal, TenantModel
from core.rls import is_tenant
from core.tenant import organization
from documents.models import Consent
from students.models import Guardian, RosterEntry, Student, TeamMember
from tests.factories.students import StudentFactory, TagFactory, TeamMemberFactory

# Outside the wall, each with its reason in docs/security.md.
OUTSIDE = {"accounts_apitoken", "core_outboxevent", "core_job", "core_auditwaiting"}


def rows(statement, arguments=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall()


def tenant_models():
    append_only = {AuditEntry, AuditSeal, TextChange, TextSnapshot}
    return [model for model in apps.get_models() if issubclass(model, TenantModel) or model in append_only]


@pytest.mark.django_db
def test_every_table_of_an_organisation_has_the_wall():
    """R18: whatever has `organization_id` has forced row-level security and the one policy, both ways."""
    tables = rows(
        """SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"""
    )
    policies = {
        table: (using, check)
        for table, using, check in rows(
            "SELECT tablename, qual, with_check FROM pg_policies WHERE policyname = 'tenant' AND cmd = 'ALL'"
        )
    }

    walled = {name for name, on, forced in tables if on and forced}
    assert {name for name, _on, _forced in tables} - OUTSIDE == walled
    assert walled == {model._meta.db_table for model in tenant_models()}
    for name in walled:
        using, check = policies[name]
        assert using == check
        assert (
            "current_setting('app.organization'" in using and "SELECT" in using
        )  # asked once, not for each row


@pytest.mark.django_db
def test_only_own_memberships_have_a_second_door():
    """R18: the one other policy lets people read rows about themselves, and nothing but read."""
    doors = rows("SELECT tablename, cmd, qual FROM pg_policies WHERE policyname <> 'tenant'")

    assert [(table, command) for table, command, _qual in doors] == [("accounts_membership", "SELECT")]
    assert "person_id" in doors[0][2] and "app.person" in doors[0][2]


@pytest.mark.django_db
def test_application_role_cannot_step_over_the_wall():
    """R18: it owns no table, is no superuser, cannot bypass, and belongs to no role that can."""
    assert rows("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole") == [(0,)]
    assert rows(
        """SELECT bool_or(r.rolsuper OR r.rolbypassrls OR r.rolcreaterole) FROM pg_roles r
        WHERE pg_has_role(current_user, r.oid, 'MEMBER')"""
    ) == [(False,)]
    with pytest.raises(ProgrammingError), transaction.atomic():
        rows("ALTER TABLE students_student DISABLE ROW LEVEL SECURITY")


@pytest.mark.django_db
def test_no_view_or_function_opens_a_way_around():
    """R20: views run with the reader's rights; functions run with the caller's or have a pinned search path."""
    views = rows(
        """SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
        AND NOT coalesce(reloptions::text, '') LIKE '%%security_invoker=true%%'"""
    )
    definers = rows(
        """SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
        AND NOT coalesce(proconfig::text, '') LIKE '%%search_path%%'"""
    )

    assert (views, definers) == ([], [])


@pytest.mark.django_db
def test_every_key_between_tenant_tables_is_composite():
    """R14: a key to a row of an organisation carries the organisation, so that it cannot point into another."""
    keys = {
        (table, tuple(columns))
        for table, columns in rows(
            """SELECT c.conrelid::regclass::text, array_agg(a.attname::text ORDER BY k.place) FROM pg_constraint c
            CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k(number, place)
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
            WHERE c.contype = 'f' GROUP BY c.oid, c.conrelid"""
        )
    }
    wanted = {
        (model._meta.db_table, ("organization_id", key.column))
        for model in tenant_models()
        for key in model._meta.local_fields
        if isinstance(key, models.ForeignKey) and is_tenant(key.related_model)
    }

    assert wanted
    assert wanted <= keys


def test_other_districts_rows_do_not_exist(cast):
    """R18, R19: the same statement answers with the rows of the open organisation, or with none."""
    everybody = {
        cast.district.id: {cast.student.id, cast.other_student.id},
        cast.elsewhere.id: {cast.stranger.id},
        None: set(),
    }
    for organization_id, expected in everybody.items():
        with organization(organization_id):
            assert {row[0] for row in rows("SELECT id FROM students_student")} == expected


def test_rows_are_written_into_the_open_organisation_only(cast):
    """R18: WITH CHECK."""
    with pytest.raises(ProgrammingError), transaction.atomic():
        StudentFactory(organization=cast.elsewhere, school=cast.school_elsewhere, words=None)
    with pytest.raises(ProgrammingError), transaction.atomic():
        rows("UPDATE students_student SET organization_id = %s RETURNING id", [cast.elsewhere.id])
    assert (
        rows("UPDATE students_student SET grade = '09' WHERE id = %s RETURNING id", [cast.stranger.id]) == []
    )
    assert (
        rows("DELETE FROM students_searchword WHERE student_id = %s RETURNING id", [cast.stranger.id]) == []
    )


CROSSINGS = {
    "a student in a school": lambda cast: Student.objects.filter(id=cast.student.id).update(
        school=cast.school_elsewhere
    ),
    "a team member of a student": lambda cast: TeamMemberFactory(
        organization=cast.district, student=cast.stranger, person=cast.omar.person
    ),
    "a guardian of a student": lambda cast: Guardian.objects.update(student=cast.stranger),
    "a tag on a student": lambda cast: TagFactory(organization=cast.district, student=cast.stranger),
    "a roster entry of a student": lambda cast: RosterEntry.objects.create(
        organization=cast.district,
        sourced_id="x",
        part="student",
        given_name="A",
        family_name="B",
        sort_name="b a",
        fingerprint="",
        student=cast.stranger,
    ),
    "a consent of a student": lambda cast: Consent.objects.create(
        organization=cast.district,
        student=cast.stranger,
        kind="services",
        guardian=Guardian.objects.first(),
        given_on="2026-01-01",
        paper_reference="drawer 3",
    ),
}


@pytest.mark.parametrize("what", CROSSINGS)
def test_database_refuses_a_key_into_another_district(cast, what):
    """R14: even a row that passes every check of ours cannot point across the wall."""
    with pytest.raises(IntegrityError), transaction.atomic():
        CROSSINGS[what](cast)


def test_person_reads_own_memberships_before_the_organisation_is_known(cast):
    from accounts.models import Membership

    with organization(None, person_id=cast.pat.person.id):
        assert Membership.objects.count() == 2
        assert not TeamMember.objects.exists()
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows("INSERT INTO accounts_membership SELECT * FROM accounts_membership LIMIT 1")
    with organization(None):
        assert not Membership.objects.exists()
