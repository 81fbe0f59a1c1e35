"""Services and accommodations of a draft: add, change, take out; and putting back whatever was taken out."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import Invalid
from core.mutation import audit, mutation, unchanged
from ieps.editing import check_person, locked_draft, touch
from ieps.models import Accommodation, Goal, Iep, RemovedPart, Service
from ieps.parts import add_part, next_goal_number, remove_part, update_part
from ieps.queries import visible_accommodation, visible_removed, visible_service

SERVICE_FIELDS = (
    "kind",
    "focus",
    "minutes",
    "times",
    "period",
    "delivery",
    "location",
    "starts_on",
    "ends_on",
    "provider_id",
    "provider_role",
)
ACCOMMODATION_FIELDS = ("kind", "text", "setting")
_MODELS: Mapping[str, type[Goal] | type[Service] | type[Accommodation]] = {
    RemovedPart.Kind.GOAL: Goal,
    RemovedPart.Kind.SERVICE: Service,
    RemovedPart.Kind.ACCOMMODATION: Accommodation,
}


@mutation
def add_service(*, actor: Actor, iep_id: UUID, values: Mapping[str, Any], today: date) -> Service:
    """Add a service with its minutes to a draft; `values` are those of `SERVICE_FIELDS`.

    Source: 34 CFR 300.320(a)(4), (7). Raises NotFound, NotAllowed, NotADraft, Invalid.
    """
    iep = locked_draft(actor=actor, iep_id=iep_id)
    service = Service(organization_id=actor.organization_id, iep=iep, student=iep.student)
    return add_part(
        actor=actor,
        iep=iep,
        part=service,
        values=values,
        known=SERVICE_FIELDS,
        check=lambda: _check_service(actor, service, today),
        verb="ieps.service.added",
    )


@mutation
def update_service(
    *,
    actor: Actor,
    service_id: UUID,
    values: Mapping[str, Any],
    today: date,
    expected_version: int | None = None,
    read: Mapping[str, Any] | None = None,
) -> Service:
    """Change columns of a draft's service. Raises NotFound, NotAllowed, NotADraft, EditConflict, Invalid."""
    iep = locked_draft(actor=actor, iep_id=visible_service(actor=actor, service_id=service_id).iep_id)
    service = visible_service(actor=actor, service_id=service_id, lock=True)
    return update_part(
        actor=actor,
        iep=iep,
        part=service,
        values=values,
        known=SERVICE_FIELDS,
        check=lambda: _check_service(actor, service, today),
        verb="ieps.service.changed",
        expected_version=expected_version,
        read=read,
    )


@mutation
def date_services(*, actor: Actor, iep_id: UUID, today: date) -> Iep:
    """Have every service of a draft begin and end with the IEP.

    Source: 34 CFR 300.320(a)(7). Raises NotFound, NotAllowed, NotADraft, Invalid when the IEP has no dates yet.
    """
    iep = locked_draft(actor=actor, iep_id=iep_id)
    if iep.effective_on is None or iep.expires_on is None:
        raise Invalid(_("Write first when the IEP takes effect and until when it holds."))
    unchanged(actor)  # each service accounts for itself
    values = {"starts_on": iep.effective_on, "ends_on": iep.expires_on}
    for service in iep.services.order_by("id"):
        update_service(actor=actor, service_id=service.id, values=values, today=today)
    return iep


@mutation
def remove_service(*, actor: Actor, service_id: UUID) -> RemovedPart:
    """Take a service out of a draft; `restore_part` puts it back. Raises NotFound, NotAllowed, NotADraft."""
    iep = locked_draft(actor=actor, iep_id=visible_service(actor=actor, service_id=service_id).iep_id)
    service = visible_service(actor=actor, service_id=service_id, lock=True)
    return remove_part(
        actor=actor, iep=iep, part=service, kind=RemovedPart.Kind.SERVICE, verb="ieps.service.removed"
    )


@mutation
def add_accommodation(*, actor: Actor, iep_id: UUID, values: Mapping[str, Any]) -> Accommodation:
    """Add an accommodation, a modification or a testing accommodation to a draft.

    Raises NotFound, NotAllowed, NotADraft, Invalid.
    """
    iep = locked_draft(actor=actor, iep_id=iep_id)
    row = Accommodation(organization_id=actor.organization_id, iep=iep, student=iep.student)
    return add_part(
        actor=actor,
        iep=iep,
        part=row,
        values=values,
        known=ACCOMMODATION_FIELDS,
        check=_nothing_more,
        verb="ieps.accommodation.added",
    )


@mutation
def update_accommodation(
    *,
    actor: Actor,
    accommodation_id: UUID,
    values: Mapping[str, Any],
    expected_version: int | None = None,
    read: Mapping[str, Any] | None = None,
) -> Accommodation:
    """Change a draft's accommodation or modification. Raises NotFound, NotAllowed, NotADraft, EditConflict, Invalid."""
    found = visible_accommodation(actor=actor, accommodation_id=accommodation_id)
    iep = locked_draft(actor=actor, iep_id=found.iep_id)
    row = visible_accommodation(actor=actor, accommodation_id=accommodation_id, lock=True)
    return update_part(
        actor=actor,
        iep=iep,
        part=row,
        values=values,
        known=ACCOMMODATION_FIELDS,
        check=_nothing_more,
        verb="ieps.accommodation.changed",
        expected_version=expected_version,
        read=read,
    )


@mutation
def remove_accommodation(*, actor: Actor, accommodation_id: UUID) -> RemovedPart:
    """Take an accommodation out of a draft; `restore_part` puts it back. Raises NotFound, NotAllowed, NotADraft."""
    found = visible_accommodation(actor=actor, accommodation_id=accommodation_id)
    iep = locked_draft(actor=actor, iep_id=found.iep_id)
    row = visible_accommodation(actor=actor, accommodation_id=accommodation_id, lock=True)
    return remove_part(
        actor=actor, iep=iep, part=row, kind=RemovedPart.Kind.ACCOMMODATION, verb="ieps.accommodation.removed"
    )


@mutation
def restore_part(*, actor: Actor, removed_id: UUID) -> Iep:
    """Put back what was taken out of a draft, with its id; a goal comes last.

    Raises NotFound, NotAllowed, NotADraft.
    """
    iep = locked_draft(actor=actor, iep_id=visible_removed(actor=actor, removed_id=removed_id).iep_id)
    removed = visible_removed(actor=actor, removed_id=removed_id, lock=True)
    model = _MODELS[removed.kind]
    part = model(
        **{
            field.attname: field.to_python(removed.values[field.attname])
            for field in model._meta.concrete_fields
            if field.attname in removed.values
        }
    )
    part.student, part.iep = iep.student, iep
    if isinstance(part, Goal):
        part.number = next_goal_number(iep)
    part.save(force_insert=True)
    removed.delete()
    touch(actor=actor, iep=iep)
    audit(actor, f"ieps.{model._meta.model_name}.restored", part, iep_id=iep.id)
    return iep


def _nothing_more() -> None:
    """An accommodation has no rule beyond the shape of its columns."""


def _check_service(actor: Actor, service: Service, _today: date) -> None:
    """Refuse a service that ends before it begins or is given by somebody from nowhere."""
    if service.ends_on <= service.starts_on:
        raise Invalid(fields={"ends_on": [_("The last day must be after the first.")]})
    check_person(actor=actor, name="provider_id", person_id=service.provider_id)
