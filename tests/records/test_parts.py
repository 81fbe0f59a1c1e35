"""Every table behind the wall is decided: exported or left out, destroyed or kept, with the reason where it is not."""

import re

from django.apps import apps
from django.db import connection, models

from core.registry import lent_as
from records.queries import all_parts
from students.whole import in_order_of_removal

# Tables that are of no one student. What may name one in them, `forget` takes out.
OF_NOBODY = {
    "accounts.School": "a building",
    "accounts.SchoolYear": "days of a school",
    "accounts.DaysOff": "days of a school",
    "accounts.ReportingPeriod": "days of a school",
    "accounts.Membership": "a role of an account",
    "accounts.MembershipSchool": "a role of an account",
    "accounts.Grant": "a right of an account",
    "accounts.Invitation": "an address; forgotten with the guardian it is for",
    "accounts.InvitationSchool": "a role of an invitation",
    "accounts.IdentityProvider": "how the district signs in",
    "accounts.ApiToken": "a token of an account",
    "core.IdempotencyKey": "answers to requests; forgotten when they speak of the student",
    "progress.PromptLevel": "names of prompts",
    "progress.DistrictRule": "numbers of a rule",
    "progress.EvaluationRun": "counts of a night",
    "students.CustomField": "the name of a field",
    "students.Undo": "acts upon many; the student's step is forgotten",
    "casefile.DataGroup": "the name of a group",
    "casefile.SavedView": "filters of a list",
    "casefile.DefaultView": "filters of a list",
    "notifications.Message": "messages; forgotten when they are about the student",
    "integrations.RosterImport": "a file, its maker and counts",
    "integrations.ImportRow": "lines of reports; forgotten when they name the student",
    "integrations.ImportFinding": "lines of reports; forgotten when they name the student",
    "integrations.RosterRecord": "what the roster said; forgotten with the pupil",
    "audit.ChainCheck": "counts",
    "records.RetentionPolicy": "years",
}


def of_organizations():
    return [
        model
        for model in apps.get_models()
        if any(field.attname == "organization_id" for field in model._meta.local_fields)
        and model._meta.app_label not in {"sessions"}
    ]


def names_a_student(model):
    return model._meta.label == "students.Student" or any(
        field.attname == "student_id" for field in model._meta.local_fields
    )


def test_every_table_of_a_student_is_decided():
    """R30: a new table that no app names in its parts fails here."""
    named = {part.model for part in all_parts()}
    missing = [
        model._meta.label for model in of_organizations() if names_a_student(model) and model not in named
    ]

    assert not missing, f"name them in the app's parts_of_record.py: {missing}"


def test_every_other_table_is_said_to_be_of_nobody():
    others = {model._meta.label for model in of_organizations() if not names_a_student(model)}
    through_another = {part.model._meta.label for part in all_parts() if part.by.endswith("__student_id")}
    plain = {"core.AuditSeal", "core.AuditWaiting", "core.OutboxEvent", "core.Job"}  # ids and verbs only

    assert others - plain - through_another == set(OF_NOBODY)


def test_what_is_left_out_or_kept_says_why():
    parts = all_parts()

    assert {part.name for part in parts if part.kept} == {
        "core.auditentry",
        "records.destruction",
        "records.permanentrecord",
    }
    assert all(len(part.left_out) > 20 for part in parts if part.left_out)
    assert len(parts) == len({part.model for part in parts})


def test_parts_are_removed_after_what_points_at_them():
    order = [part.model for part in in_order_of_removal([part for part in all_parts() if not part.kept])]

    for place, model in enumerate(order):
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.related_model in order:
                assert field.related_model is model or order.index(field.related_model) > place
    assert order[-1]._meta.label == "students.Student"
    assert len(lent_as("forget")) == 5


def test_rows_of_a_student_are_found_by_an_index(db):
    """An export and a destruction ask every table for one student: none is read through from its beginning."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, indexdef FROM pg_indexes")
        indexes = cursor.fetchall()
    led_by_student = {
        table for table, index in indexes if re.search(r"\((organization_id, )?student_id[,)]", index)
    }

    by_student = {part.model._meta.db_table for part in all_parts() if part.by == "student_id"}

    assert by_student - led_by_student == set()
