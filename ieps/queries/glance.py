"""The IEP in force in one page, for general education teachers (34 CFR 300.323(d))."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from accounts.rights import Action, Group
from core.actor import Actor, Kind
from core.errors import NotAllowed
from core.models import topic
from core.outbox import topic_versions
from ieps.models import Accommodation, Iep
from students.queries import opened_student


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What a general education teacher needs to know of the IEP in force."""

    student_id: UUID
    student_name: str
    iep_id: UUID | None
    effective_on: date | None
    expires_on: date | None
    goals: tuple[tuple[str, str], ...]
    accommodations: tuple[Accommodation, ...]
    what_works: str
    supports_for_staff: str
    readers: tuple[tuple[str, datetime], ...]
    read_at: datetime | None
    may_confirm: bool
    topics: str
    versions: str

    @property
    def is_confirmed(self) -> bool:
        """Whether the actor has confirmed this version."""
        return self.read_at is not None


def iep_at_a_glance(*, actor: Actor, student_id: UUID) -> Glance:
    """The IEP in force in a page: goals in a sentence, accommodations, modifications, supports.

    Source: 34 CFR 300.323(d). Raises NotFound; NotAllowed for those who see the student but not this.
    """
    topics = [topic("student", student_id)]
    versions = topic_versions(topics)  # before the content, so that a change in between is seen as news
    student, known = opened_student(actor=actor, student_id=student_id)
    if not known.sees(Group.GLANCE):
        raise NotAllowed
    iep = student.ieps.filter(status=Iep.Status.ACTIVE).first()
    readings = list(iep.readings.select_related("person").order_by("read_at")) if iep else []
    own = next((row for row in readings if row.person_id == actor.acting_person_id), None)
    return Glance(
        student_id=student.id,
        student_name=student.name,
        iep_id=iep.id if iep else None,
        effective_on=iep.effective_on if iep else None,
        expires_on=iep.expires_on if iep else None,
        goals=tuple(iep.goals.order_by("number").values_list("title", "statement")) if iep else (),
        accommodations=tuple(iep.accommodations.order_by("created_at", "id")) if iep else (),
        what_works=iep.what_works if iep else "",
        supports_for_staff=iep.supports_for_staff if iep else "",
        readers=tuple((row.person.name, row.read_at) for row in readings),
        read_at=own.read_at if own else None,
        may_confirm=iep is not None
        and own is None
        and actor.kind is Kind.PERSON
        and known.may(Action.CONFIRM, Group.GLANCE),
        topics=" ".join(topics),
        versions=" ".join(versions[name] for name in topics),
    )
