"""What is told to people after something was done. A second run of each finds its message there already."""

from uuid import UUID

from core.actor import Actor
from core.queue import task
from core.tenant import organization
from notifications import mutations


@task(name="notifications.invite")
def invite(*, actor: Actor, record_id: str) -> None:
    """Invite somebody who was given a role by their e-mail address."""
    with organization(actor.organization_id):
        mutations.invite(actor=actor, membership_id=UUID(record_id))


@task(name="notifications.send_invitation")
def send_invitation(*, actor: Actor, record_id: str) -> None:
    """Write to an address that a role waits for whoever reads its mail."""
    with organization(actor.organization_id):
        mutations.send_invitation(actor=actor, invitation_id=UUID(record_id))


@task(name="notifications.tell_of_emergency")
def tell_of_emergency(*, actor: Actor, record_id: str) -> None:
    """Tell a district's administrators that somebody was let in from outside."""
    with organization(actor.organization_id):
        mutations.tell_of_emergency(actor=actor, invitation_id=UUID(record_id))


@task(name="notifications.tell_new_member")
def tell_new_member(*, actor: Actor, record_id: str) -> None:
    """Tell somebody that they joined a team."""
    with organization(actor.organization_id):
        mutations.tell_new_member(actor=actor, member_id=UUID(record_id))


@task(name="notifications.tell_of_hand_over")
def tell_of_hand_over(*, actor: Actor, record_id: str) -> None:
    """Tell somebody that students were handed over to them, or that they stand in, or that it is taken back."""
    with organization(actor.organization_id):
        mutations.tell_of_hand_over(actor=actor, undo_id=UUID(record_id))


@task(name="notifications.tell_of_review")
def tell_of_review(*, actor: Actor, record_id: str) -> None:
    """Tell a team that an IEP waits for their words."""
    with organization(actor.organization_id):
        mutations.tell_of_review(actor=actor, iep_id=UUID(record_id))


@task(name="notifications.tell_of_comment")
def tell_of_comment(*, actor: Actor, record_id: str) -> None:
    """Tell whoever is mentioned in a comment, and whoever said what is answered."""
    with organization(actor.organization_id):
        mutations.tell_of_comment(actor=actor, comment_id=UUID(record_id))


@task(name="notifications.tell_of_activation")
def tell_of_activation(*, actor: Actor, record_id: str) -> None:
    """Tell a team that a new IEP is in effect."""
    with organization(actor.organization_id):
        mutations.tell_of_activation(actor=actor, iep_id=UUID(record_id))


@task(name="notifications.tell_of_report")
def tell_of_report(*, actor: Actor, record_id: str) -> None:
    """Tell a family that a progress report is ready."""
    with organization(actor.organization_id):
        mutations.tell_of_report(actor=actor, report_id=UUID(record_id))


@task(name="notifications.tell_of_mastery")
def tell_of_mastery(*, actor: Actor, record_id: str) -> None:
    """Tell a team and a family that a goal is mastered."""
    with organization(actor.organization_id):
        mutations.tell_of_mastery(actor=actor, goal_id=UUID(record_id))
