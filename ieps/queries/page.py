"""Putting together what the pages of an IEP show."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.rights import Action, Group
from coediting.queries import TextState, texts_of
from core.actor import Actor, Kind
from core.errors import NotAllowed, NotFound
from core.idea import CONSENT_FOR_SERVICES
from core.models import topic
from core.outbox import topic_versions
from documents.models import Consent
from documents.queries import has_consent
from ieps.closing import closing_of
from ieps.completeness import Requirement, requirements
from ieps.models import Approval, Iep
from ieps.queries.comments import threads_of
from ieps.queries.programs import visible_iep
from ieps.queries.shown import Blocker, Entry, IepPage, Label, SectionView, Word
from ieps.queries.signing import amendment_blockers
from ieps.rules import REVIEWING_PARTS, may_write_iep, reviews
from ieps.sections import BY_ID, NARRATIVES, SECTIONS, Section
from ieps.smart import GoalCheck, check_typed
from students.models import TeamMember, on_team
from students.rules import access


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
    texts = texts_of(actor=actor, subject_id=iep.id)
    counts = {"goal": len(goals), "service": len(services), "accommodation": len(accommodations)}
    return IepPage(
        iep_id=iep.id,
        student_id=iep.student_id,
        student_name=iep.student.name,
        number=iep.number,
        version=iep.version,
        kind=iep.kind,
        kind_label=Iep.Kind(iep.kind).label,
        language=iep.language,
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
        sections=tuple(_section(iep, section, needed, counts, texts) for section in SECTIONS),
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
        may_contribute=known.may(Action.CONTRIBUTE, Group.IEP),
        may_comment=actor.kind is Kind.PERSON and (known.may(Action.CONTRIBUTE, Group.IEP) or reviews(known)),
        threads=threads_of(actor=actor, iep=iep),
        texts_missing=len(texts) < len(NARRATIVES),
        closing=closing_of(iep),
    )


def iep_editor(*, actor: Actor, iep_id: UUID, today: date) -> IepPage:
    """The same as `iep_page`, for somebody who is going to write. Raises NotFound, NotAllowed."""
    found = iep_page(actor=actor, iep_id=iep_id, today=today)
    if not found.may_write:
        raise NotAllowed
    return found


def text_ids(*, actor: Actor, iep_id: UUID) -> dict[str, UUID]:
    """The ids of an IEP's shared texts by field; an older IEP has none before it is written. Raises NotFound."""
    iep = visible_iep(actor=actor, iep_id=iep_id)
    return {name: text.id for name, text in texts_of(actor=actor, subject_id=iep.id).items()}


def goal_check(*, actor: Actor, iep_id: UUID, typed: Mapping[str, Any]) -> GoalCheck:
    """How measurable a goal is that somebody is typing for this IEP. Raises NotFound, NotAllowed."""
    iep = visible_iep(actor=actor, iep_id=iep_id)
    if not may_write_iep(actor, iep):
        raise NotAllowed
    return check_typed(typed, starts_on=iep.effective_on)


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
    if iep.kind == Iep.Kind.AMENDMENT:
        found += amendment_blockers(actor=actor, iep=iep)
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
    iep: Iep,
    section: Section,
    needed: Sequence[Requirement],
    counts: dict[str, int],
    texts: dict[str, TextState],
) -> SectionView:
    entries = tuple(_entry(iep, name, texts.get(name)) for name in section.fields)
    is_started = any(entry.is_filled for entry in entries) or counts.get(section.lists, 0) > 0
    return SectionView(
        id=section.id,
        label=section.label,
        citation=section.citation,
        lists=section.lists,
        form_label=section.form_label,
        entries=entries,
        open_count=sum(item.section == section.id and not item.is_met for item in needed),
        is_started=is_started,
    )


def _entry(iep: Iep, name: str, text: TextState | None) -> Entry:
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
        text=text,
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
