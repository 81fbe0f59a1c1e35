"""What people are told of their place in a district: invitations, teams, caseloads, an emergency."""

from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mutations import link_to_join, make_invitation_link
from accounts.queries import administrators, invitation_of, membership_of, organization_of
from core.actor import Actor
from core.dates import dates_written, day_in_record
from core.mutation import mutation, unchanged
from notifications.models import AccountMail, Message
from notifications.mutations.messages import queue_message
from notifications.telling import Words, tell
from students.queries import team_member_of, undo_of
from students.steps import count

Kind = Message.Kind


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
    if found.accepted_at or found.revoked_at or found.digest:  # with a digest, its link was given by hand
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
    link = link_to_join(district.slug, secret)
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
def tell_of_emergency(*, actor: Actor, invitation_id: UUID) -> None:
    """Tell a district's administrators that somebody is let in from outside, and why. Raises NotFound."""
    found = invitation_of(actor=actor, invitation_id=invitation_id)
    unchanged(actor)
    district = organization_of(actor=actor)
    for person in administrators(actor=actor):
        with translation.override(person.language), dates_written(district.date_format):
            words = Words(
                subject=_("Your district was opened in an emergency"),
                body=_(
                    "Whoever runs this installation gave %(email)s the role of administrator here. It ends when "
                    "%(day)s begins; you can end it sooner. The reason given: %(reason)s"
                )
                % {
                    "email": found.email,
                    "day": day_in_record(found.ends_on) if found.ends_on else "",
                    "reason": found.reason,
                },
                path=f"/d/{district.slug}/people/",
            )
        tell(actor, person, Kind.OTHER, f"emergency:{found.id}", words)
