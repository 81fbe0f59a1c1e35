"""Which texts of the OpenAPI document are one of a few: as the columns behind them say."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from accounts.models import Organization, Person
from documents.models import Consent
from ieps.models import Accommodation, Goal, Iep, Service
from progress.models import ProgressPoint
from students.models import (
    Address,
    CustomField,
    EmergencyContact,
    ExternalId,
    Guardian,
    Move,
    RecordsRequest,
    SchoolEnrollment,
    Student,
    TeamMember,
)

COLUMNS: dict[str, type[models.Model]] = {
    "AccommodationFields": Accommodation,
    "AccommodationOutput": Accommodation,
    "AddressListInput": Address,
    "AddressListOutput": Address,
    "ConsentListInput": Consent,
    "EmergencyContactListInput": EmergencyContact,
    "EmergencyContactListOutput": EmergencyContact,
    "EnrollmentListInput": SchoolEnrollment,
    "ExitInput": Move,
    "ExternalIdListInput": ExternalId,
    "FieldFields": CustomField,
    "FieldListInput": CustomField,
    "GoalFields": Goal,
    "GoalOutput": Goal,
    "GuardianInput": Guardian,
    "GuardianListInput": Guardian,
    "GuardianListOutput": Guardian,
    "IepFields": Iep,
    "IepOutput": Iep,
    "LanguagesInput": Student,
    "OrganizationInput": Organization,
    "PreferencesInput": Person,
    "RecordsRequestListInput": RecordsRequest,
    "RecordsRequestListOutput": RecordsRequest,
    "ReturnInput": SchoolEnrollment,
    "ScoreFields": ProgressPoint,
    "ServiceFields": Service,
    "ServiceOutput": Service,
    "SessionEntry": ProgressPoint,
    "StudentFields": Student,
    "StudentListInput": Student,
    "TeamInput": TeamMember,
    "TransferInput": Student,
}
"""Shapes by name, and the table whose columns they have. Of each the shape of its PATCH too."""


def name_choices(shapes: dict[str, Any]) -> None:
    """Say in every such shape what each text may be, where its column has choices."""
    for name, model in COLUMNS.items():
        for shape in (shapes.get(name), shapes.get(f"Patched{name}")):
            for column, schema in (shape or {}).get("properties", {}).items():
                values = _values(model, column)
                if values and schema.get("type") == "string":
                    schema["enum"] = values


def _values(model: type[models.Model], column: str) -> list[str]:
    try:
        field: Any = model._meta.get_field(column)
    except FieldDoesNotExist:
        return []
    values = [str(value) for value, _words in getattr(field, "flatchoices", ()) or ()]
    return [*values, ""] if values and field.blank and "" not in values else values
