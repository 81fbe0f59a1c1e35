"""The next IEP, from draft to active, with the consent that it waits for."""

from datetime import timedelta
from typing import Any

from documents import mutations as papers
from documents.models import Consent, Signature
from ieps import mutations as ieps
from ieps.models import Accommodation, Comment, Goal, Iep, RemovedPart, Service
from students.models import Guardian
from tests.ieps.conftest import ACCOMMODATION, GOAL, SECTIONS, SERVICE, hand
from tests.live.changes.table import change
from tests.live.changes.world import Nothing, World

INSIDE = {
    "casefile.mutations.lists.take_iep_pdf": "ieps.mutations.lifecycle.approve_iep",
    "ieps.mutations.drafts.prepare_texts": "ieps.mutations.drafts.update_section",
    "coediting.mutations.texts.create_texts": "ieps.mutations.drafts.create_iep",
    "coediting.mutations.locks.lock_texts": "ieps.mutations.lifecycle.send_to_review",
    "coediting.mutations.locks.unlock_texts": "ieps.mutations.lifecycle.return_to_draft",
    "notifications.mutations.records.tell_of_activation": "ieps.mutations.lifecycle.activate_iep",
}


@change("ieps.mutations.lifecycle.confirm_glance")
def confirm_glance(world: World) -> None:
    ieps.confirm_glance(actor=world.actor("gina"), student_id=world.student.id)


@change("ieps.mutations.drafts.create_iep")
def create_iep(world: World) -> None:
    ieps.create_iep(actor=world.actor("ada"), student_id=world.student.id, today=world.today)


@change("ieps.mutations.drafts.update_section")
def update_section(world: World) -> None:
    values = {"strengths": world.word(), "parent_concerns": world.word()}
    ieps.update_section(
        actor=world.actor("ada"), iep_id=world.draft.id, section="family", values=values, today=world.today
    )


@change("ieps.mutations.drafts.update_iep")
def update_iep(world: World) -> None:
    dates = {
        "meeting_on": world.today - timedelta(days=3),
        "effective_on": world.today,
        "expires_on": world.today + timedelta(days=360),
    }
    values: dict[str, Any] = dict(dates)
    for section in ("levels", "goals", "placement", "assessments", "extended-year"):
        values |= SECTIONS[section]
    values["present_levels"] = world.word()
    ieps.update_iep(actor=world.actor("ada"), iep_id=world.draft.id, values=values, today=world.today)


def a_comment(world: World, **more: Any) -> Comment:
    rows = Comment.objects.filter(iep=world.draft, thread=None, struck_at=None, **more)
    return world.one(rows)


@change("ieps.mutations.comments.add_comment")
def add_comment(world: World) -> None:
    ieps.add_comment(
        actor=world.teammate("sam"),
        iep_id=world.draft.id,
        field="strengths",
        body=world.word(),
        mentioned=[world.teammate("casey").acting_person_id],
    )
    ieps.add_comment(actor=world.teammate("sam"), iep_id=world.draft.id, field="impact", body=world.word())


@change("ieps.mutations.comments.answer_comment")
def answer_comment(world: World) -> None:
    ieps.answer_comment(actor=world.actor("ada"), comment_id=a_comment(world).id, body=world.word())


@change("ieps.mutations.comments.edit_comment")
def edit_comment(world: World) -> None:
    comment = a_comment(world, person_id=world.cast.sam.person.id)
    ieps.edit_comment(actor=world.teammate("sam"), comment_id=comment.id, body=world.word())


@change("ieps.mutations.comments.resolve_comment")
def resolve_comment(world: World) -> None:
    ieps.resolve_comment(actor=world.actor("ada"), comment_id=a_comment(world, resolved_at=None).id)


@change("ieps.mutations.comments.reopen_comment")
def reopen_comment(world: World) -> None:
    comment = a_comment(world, resolved_at__isnull=False)
    ieps.reopen_comment(actor=world.actor("ada"), comment_id=comment.id)


@change("ieps.mutations.comments.strike_comment")
def strike_comment(world: World) -> None:
    own = world.cast.sam.person
    rows = Comment.objects.filter(iep=world.draft, struck_at=None, field="impact", person=own)
    ieps.strike_comment(actor=world.teammate("sam"), comment_id=world.one(rows).id)


@change("ieps.mutations.goals.add_goal")
def add_goal(world: World) -> None:
    day = world.today - timedelta(days=20)
    values = {
        **GOAL,
        "title": world.word(),
        "baseline_on": day,
        "target_on": world.today + timedelta(days=200),
    }
    ieps.add_goal(actor=world.actor("ada"), iep_id=world.draft.id, values=values, today=world.today)
    if Goal.objects.filter(iep=world.draft).count() < 2:
        ieps.add_goal(actor=world.actor("ada"), iep_id=world.draft.id, values=values, today=world.today)


@change("ieps.mutations.goals.update_goal")
def update_goal(world: World) -> None:
    ieps.update_goal(
        actor=world.actor("ada"),
        goal_id=world.of_draft(Goal).id,
        values={"title": world.word()},
        today=world.today,
    )


@change("ieps.mutations.goals.move_goal")
def move_goal(world: World) -> None:
    goal = world.draft.goals.order_by("number").last()
    if goal is None:
        raise Nothing
    ieps.move_goal(actor=world.actor("ada"), goal_id=goal.id, by=-1)


@change("ieps.mutations.goals.reorder_goals")
def reorder_goals(world: World) -> None:
    order = list(world.draft.goals.order_by("-number").values_list("id", flat=True))
    ieps.reorder_goals(actor=world.actor("ada"), iep_id=world.draft.id, goal_ids=order)


@change("ieps.mutations.goals.remove_goal")
def remove_goal(world: World) -> None:
    if world.draft.goals.count() < 2:
        raise Nothing
    ieps.remove_goal(actor=world.actor("ada"), goal_id=world.of_draft(Goal).id)


@change("ieps.mutations.parts.add_service")
def add_service(world: World) -> None:
    dates = {"starts_on": world.today, "ends_on": world.today + timedelta(days=200)}
    values = {**SERVICE, **dates, "location": world.word()}
    ieps.add_service(actor=world.actor("ada"), iep_id=world.draft.id, values=values, today=world.today)


@change("ieps.mutations.parts.update_service")
def update_service(world: World) -> None:
    ieps.update_service(
        actor=world.actor("ada"),
        service_id=world.of_draft(Service).id,
        values={"minutes": world.dice.randrange(5, 90)},
        today=world.today,
    )


@change("ieps.mutations.parts.date_services")
def date_services(world: World) -> None:
    iep = world.draft
    if iep.effective_on is None or iep.expires_on is None:
        raise Nothing
    world.one(Service.objects.filter(iep=iep).exclude(starts_on=iep.effective_on, ends_on=iep.expires_on))
    ieps.date_services(actor=world.actor("ada"), iep_id=iep.id, today=world.today)


@change("ieps.mutations.parts.add_accommodation")
def add_accommodation(world: World) -> None:
    values = {**ACCOMMODATION, "text": world.word()}
    ieps.add_accommodation(actor=world.actor("ada"), iep_id=world.draft.id, values=values)


@change("ieps.mutations.parts.update_accommodation")
def update_accommodation(world: World) -> None:
    ieps.update_accommodation(
        actor=world.actor("ada"),
        accommodation_id=world.of_draft(Accommodation).id,
        values={"text": world.word()},
    )


@change("ieps.mutations.parts.remove_accommodation")
def remove_accommodation(world: World) -> None:
    ieps.remove_accommodation(actor=world.actor("ada"), accommodation_id=world.of_draft(Accommodation).id)


@change("ieps.mutations.parts.restore_part")
def restore_part(world: World) -> None:
    removed = world.one(RemovedPart.objects.filter(iep=world.draft))
    ieps.restore_part(actor=world.actor("ada"), removed_id=removed.id)


@change("ieps.mutations.parts.remove_service")
def remove_service(world: World) -> None:
    rows = Service.objects.filter(iep=world.draft)
    if rows.count() < 2:
        add_service(world)
    ieps.remove_service(actor=world.actor("ada"), service_id=world.one(rows).id)


@change("ieps.mutations.signatures.set_language")
def set_language(world: World) -> None:
    language = "es" if world.draft.language == "en" else "en"
    ieps.set_language(actor=world.actor("ada"), iep_id=world.draft.id, language=language)


@change("ieps.mutations.lifecycle.send_to_review")
def send_to_review(world: World) -> None:
    ieps.send_to_review(actor=world.actor("ada"), iep_id=world.draft.id)


@change("ieps.mutations.lifecycle.record_approval")
def record_approval(world: World) -> None:
    ieps.record_approval(
        actor=world.teammate("sam"), iep_id=_in_review(world).id, decision="changes", comment=world.word()
    )


@change("ieps.mutations.signatures.sign_iep")
def sign_iep(world: World) -> None:
    actor = world.teammate("sam")
    ieps.sign_iep(actor=actor, iep_id=_in_review(world).id, meaning="participated", hand=hand(actor))


@change("ieps.mutations.signatures.record_parent_signature")
def record_parent_signature(world: World) -> None:
    guardian = world.one(Guardian.objects.filter(student=world.student, person=world.cast.mina.person))
    ieps.record_parent_signature(
        actor=world.actor("ada"),
        iep_id=_in_review(world).id,
        guardian_id=guardian.id,
        meaning="agrees",
        signed_on=world.today,
        paper_reference=world.word(),
    )


@change("ieps.mutations.signatures.withdraw_signature")
def withdraw_signature(world: World) -> None:
    row = world.one(
        Signature.objects.filter(
            subject_id=_in_review(world).id, guardian__isnull=False, withdrawn_by=None
        ).exclude(meaning="withdraws")
    )
    ieps.withdraw_signature(actor=world.actor("ada"), signature_id=row.id, comment=world.word())


@change("ieps.mutations.lifecycle.return_to_draft")
def return_to_draft(world: World) -> None:
    ieps.return_to_draft(actor=world.actor("ada"), iep_id=_in_review(world).id)


@change("ieps.mutations.lifecycle.approve_iep")
def approve_iep(world: World) -> None:
    drafts = Iep.objects.filter(student=world.student, status=Iep.Status.DRAFT)
    if drafts.exists():
        update_section(world)
        ieps.send_to_review(actor=world.actor("ada"), iep_id=world.draft.id)
    ieps.approve_iep(actor=world.actor("ada"), iep_id=_in_review(world).id, hand=hand(world.actor("ada")))


def _in_review(world: World) -> Iep:
    return world.one(Iep.objects.filter(student=world.student, status=Iep.Status.IN_REVIEW))


@change("documents.mutations.record_consent")
def record_consent(world: World) -> None:
    guardian = world.one(Guardian.objects.filter(student=world.student, person=world.cast.mina.person))
    papers.record_consent(
        actor=world.actor("ada"),
        student_id=world.student.id,
        kind="services",
        guardian_id=guardian.id,
        given_on=world.today - timedelta(days=world.dice.randrange(1, 90)),
        paper_reference=world.word(),
        today=world.today,
    )


@change("ieps.mutations.lifecycle.activate_iep")
def activate_iep(world: World) -> None:
    waiting = world.one(Iep.objects.filter(student=world.student, status=Iep.Status.APPROVED))
    ieps.activate_iep(actor=world.actor("ada"), iep_id=waiting.id, today=world.today)


@change("ieps.mutations.amendments.propose_amendment")
def propose_amendment(world: World) -> None:
    rows = Iep.objects.filter(student=world.student)
    if rows.filter(status__in=Iep.OPEN).exists():
        discard_draft(world)
    active = world.one(rows.filter(status=Iep.Status.ACTIVE))
    ieps.propose_amendment(actor=world.actor("ada"), iep_id=active.id, reason=world.word(), today=world.today)


@change("ieps.mutations.amendments.plan_amendment")
def plan_amendment(world: World) -> None:
    amended = world.one(
        Iep.objects.filter(student=world.student, kind=Iep.Kind.AMENDMENT, status=Iep.Status.DRAFT)
    )
    ieps.plan_amendment(
        actor=world.actor("ada"),
        iep_id=amended.id,
        reason=world.word(),
        way="meeting",
        met_on=world.today,
        today=world.today,
    )


@change("ieps.mutations.amendments.record_revised_copy")
def record_revised_copy(world: World) -> None:
    rows = Iep.objects.filter(student=world.student, kind=Iep.Kind.AMENDMENT)
    amended = rows.filter(status__in=Iep.SHARED).first()
    if amended is None:
        opened = rows.filter(status=Iep.Status.DRAFT).first()
        if opened is None:
            propose_amendment(world)
        amended = world.one(rows.filter(status=Iep.Status.DRAFT))
        ieps.send_to_review(actor=world.actor("ada"), iep_id=amended.id)
        ieps.approve_iep(actor=world.actor("ada"), iep_id=amended.id, hand=hand(world.actor("ada")))
    asked_on = world.today - timedelta(days=world.dice.randrange(1, 90))
    ieps.record_revised_copy(
        actor=world.actor("ada"), iep_id=amended.id, asked_on=asked_on, given_on=None, today=world.today
    )


@change("documents.mutations.revoke_consent")
def revoke_consent(world: World) -> None:
    consent = world.one(Consent.objects.filter(student=world.student, revoked_on=None))
    papers.revoke_consent(
        actor=world.actor("ada"), consent_id=consent.id, revoked_on=world.today, today=world.today
    )


@change("ieps.mutations.drafts.discard_draft")
def discard_draft(world: World) -> None:
    if not Iep.objects.filter(student=world.student, status__in=Iep.OPEN).exists():
        create_iep(world)
    opened = world.one(Iep.objects.filter(student=world.student, status__in=Iep.OPEN))
    ieps.discard_draft(actor=world.actor("ada"), iep_id=opened.id)
