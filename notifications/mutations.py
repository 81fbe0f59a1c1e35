"""The one door for news to people. Each message is kept once, by its key; later parts send what is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from accounts.mutations import make_invitation_link
from accounts.queries import invitation_of, membership_of, organization_of
from core.actor import Actor
from core.dates import dates_written, day_in_record
from core.mutation import audit, mutation, unchanged
from ieps.queries import visible_comment, visible_goal, visible_iep
from notifications.models import AccountMail, Message
from notifications.queries import who_sees
from progress.queries import visible_report
from students.models import Student
from students.queries import guardians_told, team_member_of, team_of, undo_of
from students.steps import count

Kind = Message.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a message says, in the language of whom it is for, and the page it is about."""

    subject: str
    body: str
    path: str


@mutation
def queue_message(
    *,
    actor: Actor,
    kind: str,
    key: str,
    subject: str,
    body: str,
    person_id: UUID | None = None,
    to_email: str = "",
    path: str = "",
    needs_password_link: bool = False,
) -> Message | None:
    """Keep one message to a person, or to an e-mail address, for sending. None when its key is known already."""
    if person_id is not None and not to_email:
        to_email = Person.objects.values_list("email", flat=True).get(id=person_id)
    row = Message(
        organization_id=actor.organization_id,
        kind=kind,
        key=key,
        person_id=person_id,
        to_email=to_email,
        subject=subject,
        body=body,
        path=path,
        needs_password_link=needs_password_link,
        is_in_app=not _is_quiet(person_id, "quiet_in_app", kind),
        is_by_email=not _is_quiet(person_id, "quiet_by_email", kind),
    )
    if Message.objects.filter(organization_id=actor.organization_id, key=key).exists():
        unchanged(actor)
        return None
    row.clean_fields(exclude=["organization", "person", "read_at", "sent_at"])
    row.save(force_insert=True)
    audit(
        actor,
        "notifications.message.queued",
        row,
        topics=(*row.topics(), f"organization.{actor.organization_id}"),
        kind=kind,
        person_id=person_id,
    )
    return row


@mutation
def mark_read(*, actor: Actor) -> int:
    """Say that the actor has seen every message to them. Returns how many were new."""
    rows = Message.objects.filter(
        organization_id=actor.organization_id, person_id=actor.person_id, read_at=None
    )
    count = rows.update(read_at=now())
    unchanged(actor)  # reading one's own news is no act upon a record
    return count


@mutation
def invite(*, actor: Actor, membership_id: UUID) -> None:
    """Tell somebody that they were given a role, and how to sign in. Raises NotFound."""
    membership = membership_of(actor=actor, membership_id=membership_id)
    district = organization_of(actor=actor)
    with translation.override(membership.person.language):
        subject = _("You are invited to %(district)s") % {"district": district.name}
        body = _(
            "%(who)s gave you access to %(district)s as: %(role)s. Use the link in this message to choose a "
            "password; if you have one already, sign in as usual."
        ) % {"who": actor.name, "district": district.name, "role": membership.get_role_display()}
    queue_message(
        actor=actor,
        kind=Kind.INVITATION,
        key=f"invite:{membership_id}",
        person_id=membership.person_id,
        subject=subject,
        body=body,
        path=f"/d/{district.slug}/",
        needs_password_link=True,
    )


@mutation
def send_invitation(*, actor: Actor, invitation_id: UUID) -> None:
    """Write to an address that a role waits for whoever reads its mail. Once for each sending. Raises NotFound.

    What administrators read of it has no link; the link itself is in the mail alone (docs/adr/0008).
    """
    found = invitation_of(actor=actor, invitation_id=invitation_id)
    if found.accepted_at or found.revoked_at:
        unchanged(actor)
        return
    district = organization_of(actor=actor)
    subject = _("You are invited to %(district)s") % {"district": district.name}
    body = _(
        "%(who)s invites you to %(district)s as: %(role)s. The link in the mail works once, for 7 days."
    ) % {
        "who": actor.name,
        "district": district.name,
        "role": found.get_role_display(),
    }
    kept = queue_message(
        actor=actor,
        kind=Kind.INVITATION,
        key=f"invitation:{found.id}:{found.sendings}",
        to_email=found.email,
        subject=subject,
        body=body,
        needs_password_link=True,
    )
    if kept is None:
        return
    secret = make_invitation_link(actor=actor, invitation_id=invitation_id)
    link = f"{settings.PUBLIC_URL}/join/{district.slug}/{secret}/"
    AccountMail.objects.create(to_email=found.email, subject=subject, body=f"{body}\n\n{link}\n")


@mutation
def tell_new_member(*, actor: Actor, member_id: UUID) -> None:
    """Tell somebody that they are on a student's team now. Raises NotFound."""
    member = team_member_of(actor=actor, member_id=member_id)
    if member.person_id == actor.acting_person_id:
        unchanged(actor)
        return
    district = organization_of(actor=actor)
    with translation.override(member.person.language), dates_written(district.date_format):
        subject = _("You are on a student's team")
        body = _("%(who)s put you on a team as: %(part)s, from %(day)s.") % {
            "who": actor.name,
            "part": member.get_part_display(),
            "day": day_in_record(member.starts_on),
        }
    queue_message(
        actor=actor,
        kind=Kind.TEAM,
        key=f"team:{member_id}",
        person_id=member.person_id,
        subject=subject,
        body=body,
        path=f"/d/{district.slug}/students/{member.student_id}/",
    )


@mutation
def tell_of_hand_over(*, actor: Actor, undo_id: UUID) -> None:
    """Tell whoever takes over or stands in, or no longer does, in one message however many students it is.

    Raises NotFound.
    """
    act = undo_of(actor=actor, undo_id=undo_id)
    is_back = act.taken_back_at is not None
    number = count(act.steps, "taken_back" if is_back else "done")
    if (
        act.receiver is None
        or act.starts_on is None
        or act.receiver_id == actor.acting_person_id
        or not number
    ):
        unchanged(actor)
        return
    district = organization_of(actor=actor)
    with translation.override(act.receiver.language), dates_written(district.date_format):
        told = {"who": actor.name, "n": number, "day": day_in_record(act.starts_on)}
        if is_back:
            subject = _("A hand-over is taken back")
            body = (
                ngettext(
                    "%(who)s took back what was to be yours: %(n)s student is with the case manager of before.",
                    "%(who)s took back what was to be yours: %(n)s students are with the case manager of before.",
                    number,
                )
                % told
            )
        elif act.ends_on is not None:
            subject = _("You stand in for a case manager")
            body = ngettext(
                "%(who)s named you as the substitute for %(n)s student, from %(day)s until %(end)s.",
                "%(who)s named you as the substitute for %(n)s students, from %(day)s until %(end)s.",
                number,
            ) % {**told, "end": day_in_record(act.ends_on)}
        else:
            subject = _("A caseload is handed over to you")
            body = (
                ngettext(
                    "%(who)s made you the case manager of %(n)s student, from %(day)s.",
                    "%(who)s made you the case manager of %(n)s students, from %(day)s.",
                    number,
                )
                % told
            )
        body = "\n\n".join(part for part in (body, "" if is_back else act.note) if part)
    queue_message(
        actor=actor,
        kind=Kind.TEAM,
        key=f"{'hand-back' if is_back else 'hand-over'}:{undo_id}",
        person_id=act.receiver_id,
        subject=subject,
        body=body,
        path=f"/d/{district.slug}/caseload/",
    )


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
        _tell(actor, person, Kind.IEP_REVIEW, f"review:{iep.id}:{iep.version}", words)


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
        _tell(actor, person, Kind.IEP_COMMENT, f"comment:{comment.id}", words)


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
        _tell(actor, person, Kind.IEP_ACTIVE, f"active:{iep.id}", words)


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
        _tell(actor, person, Kind.GOAL_MET, f"mastered:{goal.id}", words)
    for guardian in guardians_told(actor=actor, student=goal.student):
        if guardian.person is None:
            continue
        with translation.override(guardian.person.language):
            words = Words(
                subject=_("Your child has mastered a goal"),
                body=_("A goal of the IEP is mastered. Sign in to see it."),
                path=f"/d/{district.slug}/family{path}",
            )
        _tell(actor, guardian.person, Kind.GOAL_MET, f"mastered-family:{goal.id}", words)


def _is_quiet(person_id: UUID | None, where: str, kind: str) -> bool:
    """Whether a person does not want news of a kind there."""
    return (
        person_id is not None
        and Person.objects.filter(id=person_id, **{f"{where}__contains": [kind]}).exists()
    )


def _tell(actor: Actor, person: Person, kind: str, key: str, words: Words) -> None:
    """Keep the news as the person wants it; none when they want it in no way."""
    if kind in person.quiet_in_app and kind in person.quiet_by_email:
        return
    queue_message(
        actor=actor,
        kind=kind,
        key=f"{key}:{person.id}",
        person_id=person.id,
        to_email=person.email,
        subject=words.subject,
        body=words.body,
        path=words.path,
    )


def _others_on_team(actor: Actor, student: Student) -> Iterable[Person]:
    members = team_of(actor=actor, student=student)
    ids = {row.person_id for row in members} - {actor.acting_person_id}
    return Person.objects.filter(id__in=ids, is_active=True).order_by("id")
