"""What the pages of an IEP show, each as one frozen object."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.rights import Action, Group
from core.actor import Actor, Kind
from core.errors import NotAllowed, NotFound
from core.idea import CONSENT_FOR_SERVICES
from core.models import topic
from core.outbox import topic_versions
from documents.models import Consent
from documents.queries import has_consent
from ieps.completeness import Requirement, requirements
from ieps.models import Accommodation, Approval, Goal, Iep, Service
from ieps.queries.programs import visible_iep
from ieps.rules import REVIEWING_PARTS, reviews
from ieps.sections import BY_ID, SECTIONS, Section
from students.models import TeamMember, on_team
from students.rules import access

Label = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One field of a section as read: its name in words and what stands in it."""

    name: str
    label: Label
    value: Any
    is_narrative: bool
    is_ticked: bool | None = None

    @property
    def is_filled(self) -> bool:
        """Whether anything stands in it."""
        return self.value not in (None, "", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """One section: its entries, and how many of its requirements are open."""

    id: str
    label: Label
    citation: str
    lists: str
    entries: tuple[Entry, ...]
    open_count: int
    is_started: bool

    @property
    def is_shown(self) -> bool:
        """Whether a reader sees it: what is empty is left out, except what was considered and ticked or not."""
        if self.id == "dates":
            return any(entry.is_filled for entry in self.entries if entry.name == "last_review_on")
        return (
            self.is_started or bool(self.lists) or any(entry.is_ticked is not None for entry in self.entries)
        )

    @property
    def mark(self) -> str:
        """`done`, `started` or `empty`, as the list of sections shows it."""
        if self.open_count:
            return "started" if self.is_started else "empty"
        return "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """Why an approved IEP is not in effect, in words, with where to do something about it."""

    code: str
    text: str
    citation: str = ""
    waits_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A reviewer's newest word on this IEP, or none yet."""

    person_id: UUID
    name: str
    part: Label
    decision: str
    decision_label: Label
    comment: str
    decided_at: datetime | None
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IepPage:
    """One version of an IEP with everything that its reading page and its editor show."""

    iep_id: UUID
    student_id: UUID
    student_name: str
    number: int
    version: int
    kind: str
    kind_label: Label
    status: str
    status_label: Label
    meeting_on: date | None
    effective_on: date | None
    expires_on: date | None
    last_review_on: date | None
    next_review_on: date | None
    placement: str
    percent_regular: Any
    changed_at: datetime
    changed_by_name: str
    sections: tuple[SectionView, ...]
    goals: tuple[Goal, ...]
    services: tuple[Service, ...]
    accommodations: tuple[Accommodation, ...]
    requirements: tuple[Requirement, ...]
    blockers: tuple[Blocker, ...]
    words: tuple[Word, ...]
    topics: str
    versions: str
    topic: str
    may_write: bool
    may_review: bool
    may_approve: bool

    @property
    def missing(self) -> tuple[Requirement, ...]:
        """What the law asks for and is not there yet."""
        return tuple(item for item in self.requirements if not item.is_met)

    @property
    def met_count(self) -> int:
        """How many requirements are met."""
        return sum(item.is_met for item in self.requirements)

    @property
    def percent_complete(self) -> int:
        """Met requirements of all that apply, in percent, rounded down."""
        return self.met_count * 100 // max(1, len(self.requirements))

    @property
    def is_draft(self) -> bool:
        """Only a draft is edited."""
        return self.status == Iep.Status.DRAFT

    @property
    def is_open(self) -> bool:
        """Draft, in review, or approved and waiting."""
        return self.status in Iep.OPEN

    @property
    def may_edit(self) -> bool:
        """Whether the actor may change the text now."""
        return self.may_write and self.is_draft

    @property
    def may_send(self) -> bool:
        """Whether the actor may send it to review now."""
        return self.may_write and self.is_draft

    @property
    def may_return(self) -> bool:
        """Whether the actor may make it a draft again."""
        return self.may_approve and self.status in (Iep.Status.IN_REVIEW, Iep.Status.APPROVED)

    @property
    def may_say(self) -> bool:
        """Whether the actor's word is asked for now."""
        return self.may_review and self.status == Iep.Status.IN_REVIEW

    @property
    def may_approve_now(self) -> bool:
        """Whether the actor may approve it, once nothing is missing."""
        return self.may_approve and self.status == Iep.Status.IN_REVIEW

    @property
    def may_activate(self) -> bool:
        """Whether the actor may put it into effect now."""
        return self.may_approve and self.status == Iep.Status.APPROVED and not self.blockers

    @property
    def may_discard(self) -> bool:
        """Whether the actor may give this draft up."""
        return self.may_write and self.is_open

    @property
    def open_request_for_changes(self) -> bool:
        """Whether a reviewer's newest word on this very text asks for changes."""
        return any(word.is_current and word.decision == Approval.Decision.CHANGES for word in self.words)


def iep_page(*, actor: Actor, iep_id: UUID, today: date) -> IepPage:
    """One IEP as its page shows it. Raises NotFound for an IEP that does not exist for this actor."""
    student_id = Iep.objects.visible_to(actor).filter(id=iep_id).values_list("student_id", flat=True).first()
    topics = (topic("iep", iep_id), topic("student", student_id or ""))
    versions = topic_versions(topics)  # before the content, so that a change in between is seen as news
    iep = visible_iep(actor=actor, iep_id=iep_id)
    known = access(actor, iep.student)
    goals = tuple(iep.goals.select_related("responsible").order_by("number"))
    services = tuple(iep.services.select_related("provider").order_by("created_at", "id"))
    accommodations = tuple(iep.accommodations.order_by("created_at", "id"))
    needed = requirements(iep, goals, services)
    counts = {"goal": len(goals), "service": len(services), "accommodation": len(accommodations)}
    return IepPage(
        iep_id=iep.id,
        student_id=iep.student_id,
        student_name=iep.student.name,
        number=iep.number,
        version=iep.version,
        kind=iep.kind,
        kind_label=Iep.Kind(iep.kind).label,
        status=iep.status,
        status_label=Iep.Status(iep.status).label,
        meeting_on=iep.meeting_on,
        effective_on=iep.effective_on,
        expires_on=iep.expires_on,
        last_review_on=iep.last_review_on,
        next_review_on=iep.next_review_on,
        placement=iep.get_placement_display(),
        percent_regular=iep.percent_regular,
        changed_at=iep.changed_at,
        changed_by_name=iep.changed_by_name,
        sections=tuple(_section(iep, section, needed, counts) for section in SECTIONS),
        goals=goals,
        services=services,
        accommodations=accommodations,
        requirements=needed,
        blockers=activation_blockers(actor=actor, iep=iep, today=today),
        words=_words(iep, today) if known.sees(Group.IEP) else (),
        topics=" ".join(topics),
        versions=" ".join(versions[name] for name in topics),
        topic=iep.topic,
        may_write=known.may(Action.WRITE, Group.IEP),
        may_review=actor.kind is Kind.PERSON and reviews(known),
        may_approve=known.may(Action.APPROVE, Group.IEP),
    )


def iep_editor(*, actor: Actor, iep_id: UUID, today: date) -> IepPage:
    """The same as `iep_page`, for somebody who is going to write. Raises NotFound, NotAllowed."""
    found = iep_page(actor=actor, iep_id=iep_id, today=today)
    if not found.may_write:
        raise NotAllowed
    return found


def activation_blockers(*, actor: Actor, iep: Iep, today: date) -> tuple[Blocker, ...]:
    """What keeps an approved IEP from taking effect today; nothing for one in any other state.

    Source: 34 CFR 300.300(b), consent for the initial provision of services.
    """
    if iep.status != Iep.Status.APPROVED:
        return ()
    found = []
    if iep.effective_on is None or iep.effective_on > today:
        text = _("It takes effect by itself on its day.")
        found.append(Blocker(code="not_yet", text=text, waits_until=iep.effective_on))
    if iep.kind == Iep.Kind.INITIAL and not has_consent(
        actor=actor, student_id=iep.student_id, kind=Consent.Kind.SERVICES, on=today
    ):
        text = _("A parent's written consent for the initial services is not recorded.")
        found.append(Blocker(code="consent_missing", text=text, citation=CONSENT_FOR_SERVICES))
    if iep.student.archived_at is not None:
        found.append(Blocker(code="archived", text=_("The student's case file is archived.")))
    return tuple(found)


def section_values(*, actor: Actor, iep_id: UUID, section: str) -> dict[str, Any]:
    """The columns of one section as they stand, by name. Raises NotFound for an unknown section too."""
    if section not in BY_ID:
        raise NotFound
    iep = visible_iep(actor=actor, iep_id=iep_id)
    return {name: getattr(iep, name) for name in BY_ID[section].fields}


def _section(
    iep: Iep, section: Section, needed: Sequence[Requirement], counts: dict[str, int]
) -> SectionView:
    entries = tuple(_entry(iep, name) for name in section.fields)
    is_started = any(entry.is_filled for entry in entries) or counts.get(section.lists, 0) > 0
    return SectionView(
        id=section.id,
        label=section.label,
        citation=section.citation,
        lists=section.lists,
        entries=entries,
        open_count=sum(item.section == section.id and not item.is_met for item in needed),
        is_started=is_started,
    )


def _entry(iep: Iep, name: str) -> Entry:
    field = Iep._meta.get_field(name)
    kind = field.get_internal_type()
    value = getattr(iep, name)
    if getattr(field, "choices", None):
        value = getattr(iep, f"get_{name}_display")()
    if name == "has_extended_year" and value is not None:
        value = _("Yes") if value else _("No")
    return Entry(
        name=name,
        label=getattr(field, "verbose_name", name),
        value=value,
        is_narrative=kind == "TextField",
        is_ticked=value if kind == "BooleanField" and isinstance(value, bool) else None,
    )


def _words(iep: Iep, today: date) -> tuple[Word, ...]:
    """The newest word of each reviewer: the team of today in the order of their parts, then whoever else spoke."""
    newest: dict[UUID, Approval] = {}
    for approval in iep.approvals.select_related("person").order_by("decided_at", "id"):
        newest[approval.person_id] = approval
    team = TeamMember.objects.filter(
        on_team(today),
        organization_id=iep.organization_id,
        student_id=iep.student_id,
        part__in=REVIEWING_PARTS,
    )
    people: dict[UUID, tuple[str, Label]] = {}
    for member in team.select_related("person").order_by("part", "starts_on", "id"):
        people.setdefault(member.person_id, (member.person.name, TeamMember.Part(member.part).label))
    for person_id, approval in newest.items():
        people.setdefault(person_id, (approval.person.name, ""))
    return tuple(
        _word(iep, person_id, name, part, newest.get(person_id)) for person_id, (name, part) in people.items()
    )


def _word(iep: Iep, person_id: UUID, name: str, part: Label, approval: Approval | None) -> Word:
    return Word(
        person_id=person_id,
        name=name,
        part=part,
        decision=approval.decision if approval else "",
        decision_label=Approval.Decision(approval.decision).label if approval else "",
        comment=approval.comment if approval else "",
        decided_at=approval.decided_at if approval else None,
        is_current=approval is not None and approval.iep_version == iep.version,
    )
