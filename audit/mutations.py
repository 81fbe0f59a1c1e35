"""What is written down beside the audit: disclosures, checks of the chain, lists that were taken away."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.queries import organization_of
from audit.models import ChainCheck, Disclosure
from audit.queries import check
from audit.rules import may_read_audit, may_record_disclosures
from core.actor import Actor
from core.chain import Verdict
from core.errors import Invalid
from core.mutation import audit, mutation, require, unchanged
from core.queue import enqueue
from students.queries import visible_student

TASK = "audit.verify_chain"


@mutation
def record_disclosure(
    *,
    actor: Actor,
    student_id: UUID,
    party: str,
    asked_on: date,
    purpose: str,
    interest: str,
    today: date,
    disclosed_on: date | None = None,
    what: str = "",
    basis: str = "",
    redisclosure: str = "",
) -> Disclosure:
    """Write down that a party outside the district asked for a student's record, and what it was given.

    Source: 34 CFR 99.32(a) and 300.614. Raises NotFound, NotAllowed, Invalid.
    """
    student = visible_student(actor=actor, student_id=student_id, lock=True)
    require(actor, may_record_disclosures, student)
    refused: dict[str, list[str]] = {}
    if asked_on > today:
        refused["asked_on"] = [_("A day up to today.")]
    if disclosed_on and not asked_on <= disclosed_on <= today:
        refused["disclosed_on"] = [_("A day from the request up to today.")]
    for name, value in {"what": what, "basis": basis}.items():
        if disclosed_on and not value.strip():
            refused[name] = [_("Say this of what was disclosed.")]
    if refused:
        raise Invalid(fields=refused)
    disclosure = Disclosure(
        organization_id=actor.organization_id,
        student=student,
        party=party.strip(),
        asked_on=asked_on,
        disclosed_on=disclosed_on,
        what=what.strip(),
        purpose=purpose.strip(),
        interest=interest.strip(),
        basis=basis,
        redisclosure=redisclosure.strip(),
        recorded_by_name=actor.name[:120],
    )
    disclosure.full_clean(
        exclude=("organization", "student"), validate_unique=False, validate_constraints=False
    )
    disclosure.save()
    audit(
        actor,
        "audit.disclosure.recorded",
        disclosure,
        asked_on=asked_on,
        disclosed_on=disclosed_on,
        basis=basis,
    )
    return disclosure


@mutation
def request_check(*, actor: Actor) -> ChainCheck:
    """Have the district's chain checked by a worker; one that is under way is not begun again. Raises NotAllowed."""
    require(actor, may_read_audit, actor)
    running = ChainCheck.objects.filter(organization_id=actor.organization_id, finished_at=None).first()
    if running is not None:
        unchanged(actor)
        enqueue(TASK, actor=actor, key=f"{TASK}:{running.id}:{actor.person_id}", check_id=running.id)
        return running
    asked = ChainCheck.objects.create(organization_id=actor.organization_id, asked_by_name=actor.name[:120])
    enqueue(TASK, actor=actor, check_id=asked.id)
    audit(actor, "audit.check.requested", asked)
    return asked


@mutation
def finish_check(*, actor: Actor, check_id: UUID, verdict: Verdict, now: datetime) -> None:
    """Keep what a check found. A second run changes nothing. Raises NotFound, NotAllowed."""
    found = check(actor=actor, check_id=check_id, lock=True)
    if found.finished_at is not None:
        unchanged(actor)
        return
    found.finished_at = now
    found.entries, found.waiting, found.anchors = verdict.entries, verdict.waiting, verdict.anchors
    found.count = verdict.count
    found.findings = [
        {"kind": one.kind, "seq": one.seq, "entry_id": one.entry_id} for one in verdict.findings
    ]
    found.save(update_fields=["finished_at", "entries", "waiting", "anchors", "count", "findings"])
    audit(actor, "audit.check.finished", found, entries=verdict.entries, findings=verdict.count)


@mutation
def log_list_export(*, actor: Actor, filters: Mapping[str, str], rows: int) -> None:
    """Write down that the audit, narrowed by these filters, was taken away as a file. Raises NotAllowed."""
    require(actor, may_read_audit, actor)
    organization = organization_of(actor=actor)
    audit(actor, "audit.list.exported", organization, topics=(), rows=rows, filters=dict(filters))
