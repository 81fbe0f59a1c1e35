"""The notice that parents are given before a record is destroyed."""

from datetime import date
from uuid import UUID

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.queries import organization_of
from core.actor import Actor
from core.mutation import mutation, unchanged
from notifications.mutations import queue_message
from students.models import Guardian, Student, in_force

KIND = "other"


@mutation
def tell_guardians(*, actor: Actor, student: Student, due_on: date, destruction_id: UUID) -> int:
    """Write to every guardian whose rights hold and who has an address. Returns how many were written to.

    Source: 34 CFR 300.624(a): that the record is no longer needed; the record may be needed for other purposes.
    """
    unchanged(actor)
    district = organization_of(actor=actor)
    rows = Guardian.objects.filter(
        in_force(actor.today), organization_id=actor.organization_id, student=student
    )
    told = 0
    for guardian in rows.filter(may_see_records=True).select_related("person").order_by("id"):
        email = guardian.person.email if guardian.person else guardian.email
        if not email:
            continue
        with translation.override(guardian.person.language if guardian.person else None):
            subject = _("A special-education record will be destroyed")
            body = _(
                "%(district)s no longer needs the special-education record of your child to provide services, and "
                "will destroy it on %(day)s. You may ask for a copy, or ask us to keep it, until that day. The record "
                "may be needed later, for social security benefits or for other purposes. The law lets the district "
                "keep the name, address and telephone number, grades, attendance, classes, grade level and year "
                "completed without a time limit (34 CFR 300.624)."
            ) % {"district": district.name, "day": date_format(due_on)}
        queue_message(
            actor=actor,
            kind=KIND,
            key=f"destruction:{destruction_id}:{guardian.id}",
            person_id=guardian.person_id,
            to_email=email,
            subject=subject,
            body=body,
            path=f"/d/{district.slug}/family/students/{student.id}/export/",
        )
        told += 1
    return told
