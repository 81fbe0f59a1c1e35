"""The whole record of a student, a row of each kind. Use inside `core.tenant.organization(district.id)`."""

from datetime import date, timedelta
from typing import Any

from students.models import (
    Address,
    Allergy,
    CustomField,
    CustomValue,
    EmergencyContact,
    Move,
    Profile,
    RecordsRequest,
    SchoolEnrollment,
    Student,
)


def keep_everything(student: Student, today: date, word: str) -> None:
    """Rows of every kind, each text of them beginning with `word`."""
    own: dict[str, Any] = {"organization_id": student.organization_id, "student": student}
    Address.objects.create(**own, street=f"{word} street", city=f"{word} city", starts_on=today)
    EmergencyContact.objects.create(**own, name=f"{word} caller", relationship="Aunt", phone="555 0101")
    Allergy.objects.create(**own, substance=f"{word} substance", reaction=f"{word} reaction")
    Profile.objects.create(**own, interests=f"{word} interests", modes=["sign"])
    SchoolEnrollment.objects.create(
        **own,
        school_name=f"{word} academy",
        starts_on=today - timedelta(days=900),
        ends_on=today - timedelta(days=800),
    )
    Move.objects.create(
        **own,
        kind="exit",
        on=today + timedelta(days=30),
        from_school_id=student.school_id,
        reason="moved",
        destination=f"{word} place",
    )
    RecordsRequest.objects.create(**own, party=f"{word} unified", asked_on=today)
    field = CustomField.objects.create(organization_id=student.organization_id, name="Bus number")
    CustomValue.objects.create(**own, field=field, value=f"{word} value")


def ids_of_record() -> dict[str, Any]:
    """What stands for each name in an address."""
    models = {
        "address_id": Address,
        "contact_id": EmergencyContact,
        "enrollment_id": SchoolEnrollment,
        "move_id": Move,
        "request_id": RecordsRequest,
        "field_id": CustomField,
        "health_id": Allergy,
    }
    return {"noun": "allergy"} | {
        name: model.objects.order_by("id").first().id for name, model in models.items()
    }
