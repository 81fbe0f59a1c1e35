"""Signatures under the demonstration's IEPs, and an amendment that is being written."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import translation

from accounts.actors import actor_of_person
from core.actor import Actor
from core.models import AuditEntry
from documents.models import Signature, SignedVersion
from ieps.models import Iep
from ieps.mutations import propose_amendment, update_section
from ieps.signed import KIND, subject_of
from students.models import Guardian, TeamMember

if TYPE_CHECKING:
    from accounts.models import Person
    from casefile.demo.build import District
    from documents.signing import Subject

AMENDED = ("Grace", "Nakamura")
HIGHER = 8  # words a minute that the amendment asks for beyond the goal
DRAWN = [
    [[60, 210], [90, 90], [120, 70], [150, 110], [140, 190], [100, 215], [190, 150], [230, 190], [260, 140]],
    [[300, 190], [330, 120], [350, 190], [390, 130], [420, 180], [480, 120], [560, 170], [700, 140]],
]


def write_papers(district: "District", actor: Actor) -> None:
    """Sign what is approved or in effect; propose one amendment. The rows of the district are saved."""
    own = {"organization_id": district.organization.id}
    rows = Iep.objects.filter(**own, status__in=(Iep.Status.APPROVED, Iep.Status.ACTIVE))
    entries: list[AuditEntry] = []
    for iep in rows.select_related("student").order_by("student__sort_name", "number"):
        entries += _sign(district, actor, iep)
    AuditEntry.objects.bulk_create(entries)
    _amend(district)


def _sign(district: "District", actor: Actor, iep: Iep) -> list[AuditEntry]:
    subject = subject_of(actor=actor, iep=iep)
    version = SignedVersion.objects.create(
        organization=district.organization,
        student=iep.student,
        subject_kind=KIND,
        subject_id=iep.id,
        digest=subject.digest,
        content=dict(subject.content),
    )
    team = TeamMember.objects.filter(
        organization=district.organization, student=iep.student, ends_on=None
    ).select_related("person")
    manager = next(row.person for row in team if row.part == TeamMember.Part.CASE_MANAGER)
    found = [_signature(district, subject, version, iep, manager, meaning=Signature.Meaning.APPROVES)]
    parent = Guardian.objects.filter(
        organization=district.organization, student=iep.student, has_educational_rights=True, ends_on=None
    ).first()
    if parent is not None:
        found.append(_signature(district, subject, version, iep, manager, parent=parent))
    return found


def _signature(
    district: "District",
    subject: "Subject",
    version: SignedVersion,
    iep: Iep,
    by: "Person",
    *,
    meaning: str = Signature.Meaning.AGREES,
    parent: Guardian | None = None,
) -> AuditEntry:
    day = min((iep.meeting_on or district.today) + timedelta(days=1), district.today)
    at = district.at(day, 330 if parent else 300)
    is_drawn = parent is None and len(by.given_name) % 2 == 0
    method = Signature.Method.PAPER if parent else Signature.Method.TYPED
    row = Signature.objects.create(
        organization=district.organization,
        student=iep.student,
        subject_kind=KIND,
        subject_id=iep.id,
        version=version,
        digest=subject.digest,
        person=None if parent else by,
        guardian=parent,
        signer_name=parent.name if parent else by.name,
        role=_relationship(parent) if parent else "Case manager",
        meaning=meaning,
        method=Signature.Method.DRAWN if is_drawn else method,
        strokes=DRAWN if is_drawn else None,
        paper_reference=f"Records room, drawer {1 + iep.number}" if parent else "",
        signed_on=day,
        signed_at=at,
        recorded_by_name=by.name,
    )
    return AuditEntry(
        organization=district.organization,
        at=at,
        verb="documents.signature.added",
        actor_kind="person",
        actor_person_id=by.id,
        actor_name=by.name,
        record_type="Signature",
        record_id=row.id,
        student_id=iep.student_id,
        values={
            "subject_id": str(iep.id),
            "meaning": row.meaning,
            "method": row.method,
            "signed_on": day.isoformat(),
            "digest": row.digest,
            "guardian_id": str(parent.id) if parent else None,
        },
    )


def _relationship(parent: Guardian) -> str:
    with translation.override("en"):
        return str(Guardian.Relationship(parent.relationship).label)


def _amend(district: "District") -> None:
    """The case manager proposes to raise a goal, without a meeting."""
    active = district.iep_of(AMENDED, Iep.Status.ACTIVE)
    if active is None:
        return
    actor = actor_of_person(person_id=_manager_of(active), organization_id=district.organization.id)
    goal = active.goals.order_by("number").first()
    change = None
    if goal is not None:
        higher = goal.target_value + HIGHER
        statement = goal.statement.replace(f"{goal.target_value:.0f}", f"{higher:.0f}")
        change = {"goal_id": goal.id, "target_value": higher, "statement": statement}
    iep = propose_amendment(
        actor=actor,
        iep_id=active.id,
        reason="Grace reads faster than we planned. We propose to raise the goal for fluency.",
        today=district.today,
        goal_change=change,
    )
    better = "Grace now reads grade 5 passages with few errors; longer texts in science still take more time."
    update_section(
        actor=actor, iep_id=iep.id, section="levels", values={"impact": better}, today=district.today
    )


def _manager_of(iep: Iep) -> UUID:
    rows = TeamMember.objects.filter(
        organization_id=iep.organization_id,
        student_id=iep.student_id,
        part=TeamMember.Part.CASE_MANAGER,
        ends_on=None,
    )
    return rows.values_list("person_id", flat=True).get()
