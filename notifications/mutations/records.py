"""What is told of a student's record: IEPs, comments, progress reports, goals that are mastered."""

from collections.abc import Iterable
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.queries import organization_of
from core.actor import Actor
from core.mutation import mutation, unchanged
from ieps.queries import visible_comment, visible_goal, visible_iep
from notifications.models import Message
from notifications.mutations.messages import queue_message
from notifications.queries import who_sees
from notifications.telling import Words, tell
from progress.queries import visible_report
from students.models import Student
from students.queries import guardians_told, team_of

Kind = Message.Kind


@mutation
def tell_of_review(*, actor: Actor, iep_id: UUID) -> None:
    """Tell the team that an IEP waits for their words. Raises NotFound."""
    iep = visible_iep(actor=actor, iep_id=iep_id)
    unchanged(actor)
    district = organization_of(actor=actor)
    for person in _others_on_team(actor, iep.student):
        with translation.override(person.language):
            words = Words(
                subject=_("An IEP is ready for your review"),
                body=_("%(who)s sent an IEP of your team to review. Read it and say what you think.")
                % {"who": actor.name},
                path=f"/d/{district.slug}/ieps/{iep.id}/",
            )
        tell(actor, person, Kind.IEP_REVIEW, f"review:{iep.id}:{iep.version}", words)


@mutation
def tell_of_comment(*, actor: Actor, comment_id: UUID) -> None:
    """Tell whoever is mentioned in a comment beside an IEP, and whoever said what it answers. Raises NotFound."""
    comment = visible_comment(actor=actor, comment_id=comment_id)
    unchanged(actor)
    district = organization_of(actor=actor)
    answered = {comment.thread.person_id} if comment.thread is not None else set()
    reached = (set(comment.mentioned) | answered) - {comment.person_id, actor.acting_person_id}
    for person in Person.objects.filter(id__in=reached, is_active=True).order_by("id"):
        with translation.override(person.language):
            is_mentioned = person.id in comment.mentioned
            words = Words(
                subject=_("You are mentioned in a comment")
                if is_mentioned
                else _("Your comment was answered"),
                body=_("%(who)s wrote beside an IEP of your team.") % {"who": actor.name},
                path=f"/d/{district.slug}/ieps/{comment.iep_id}/#comment-{comment.thread_id or comment.id}",
            )
        tell(actor, person, Kind.IEP_COMMENT, f"comment:{comment.id}", words)


@mutation
def tell_of_activation(*, actor: Actor, iep_id: UUID) -> None:
    """Tell the team that a new IEP is in effect, so that everybody knows what to do.

    Source: 34 CFR 300.323(d). Raises NotFound.
    """
    iep = visible_iep(actor=actor, iep_id=iep_id)
    unchanged(actor)
    district = organization_of(actor=actor)
    for person in _others_on_team(actor, iep.student):
        with translation.override(person.language):
            amended = iep.kind == "amendment"
            words = Words(
                subject=_("An IEP was amended") if amended else _("A new IEP is in effect"),
                body=_("An IEP of your team was amended. Read what has changed and what it asks of you now.")
                if amended
                else _(
                    "An IEP of your team is in effect now. Read what it asks of you and confirm that you have."
                ),
                path=f"/d/{district.slug}/students/{iep.student_id}/",
            )
        tell(actor, person, Kind.IEP_ACTIVE, f"active:{iep.id}", words)


@mutation
def tell_of_report(*, actor: Actor, report_id: UUID) -> int:
    """Write to every guardian whose rights hold that a progress report is ready. Returns how many were written to.

    The message says nothing of the student; the report stands behind signing in, or is asked for at the school.
    Source: 34 CFR 300.320(a)(3)(ii). Raises NotFound.
    """
    report = visible_report(actor=actor, report_id=report_id)
    unchanged(actor)
    if not report.is_sent:
        return 0
    district = organization_of(actor=actor)
    told = 0
    for guardian in guardians_told(actor=actor, student=report.student):
        email = guardian.person.email if guardian.person else guardian.email
        if not email:
            continue
        with translation.override(guardian.person.language if guardian.person else report.language):
            subject = _("A progress report of your child is ready")
            body = (
                _(
                    "The school has corrected a progress report. Sign in to read it, or ask the school for a copy."
                )
                if report.revision > 1
                else _(
                    "The school has written a progress report. Sign in to read it, or ask the school for a copy."
                )
            )
        queue_message(
            actor=actor,
            kind=Kind.REPORT,
            key=f"report:{report.id}:{guardian.id}",
            person_id=guardian.person_id,
            to_email=email,
            subject=subject,
            body=body,
            path=f"/d/{district.slug}/family/students/{report.student_id}/reports/{report.id}/",
        )
        told += 1
    return told


@mutation
def tell_of_mastery(*, actor: Actor, goal_id: UUID) -> None:
    """Tell the family, and those of the team who see the goal, that it is mastered: once for each goal and person.

    Raises NotFound.
    """
    goal = visible_goal(actor=actor, goal_id=goal_id)
    unchanged(actor)
    district = organization_of(actor=actor)
    path = f"/students/{goal.student_id}/goals/?goal={goal.id}"
    for person in who_sees(actor=actor, goal=goal, people=_others_on_team(actor, goal.student)):
        with translation.override(person.language):
            words = Words(
                subject=_("A goal is mastered"),
                body=_("A goal of your team has met its mastery rule. Look at it and say what comes next."),
                path=f"/d/{district.slug}{path}",
            )
        tell(actor, person, Kind.GOAL_MET, f"mastered:{goal.id}", words)
    for guardian in guardians_told(actor=actor, student=goal.student):
        if guardian.person is None:
            continue
        with translation.override(guardian.person.language):
            words = Words(
                subject=_("Your child has mastered a goal"),
                body=_("A goal of the IEP is mastered. Sign in to see it."),
                path=f"/d/{district.slug}/family{path}",
            )
        tell(actor, guardian.person, Kind.GOAL_MET, f"mastered-family:{goal.id}", words)


def _others_on_team(actor: Actor, student: Student) -> Iterable[Person]:
    members = team_of(actor=actor, student=student)
    ids = {row.person_id for row in members} - {actor.acting_person_id}
    return Person.objects.filter(id__in=ids, is_active=True).order_by("id")
