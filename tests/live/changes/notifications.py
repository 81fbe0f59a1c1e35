"""Messages."""

from accounts import mutations as people
from accounts.models import Invitation
from ieps.models import Comment, Goal
from notifications import mutations as messages
from notifications.models import Message
from students import mutations as students
from tests.live.changes.accounts import add_member, somebody_new
from tests.live.changes.progress import a_report
from tests.live.changes.table import change
from tests.live.changes.world import World


@change("notifications.mutations.messages.queue_message")
def queue_message(world: World) -> None:
    chosen = world.dice.choice(["casey", "mina", "ada"])
    messages.queue_message(
        actor=world.system,
        kind="other",
        key=world.word(),
        subject="A word",
        body=world.word(),
        person_id=getattr(world.cast, chosen).person.id,
    )


@change("notifications.mutations.messages.mark_read")
def mark_read(world: World) -> None:
    messages.mark_read(actor=world.actor(world.dice.choice(["casey", "mina", "ada"])))


@change("notifications.mutations.people.invite")
def invite(world: World) -> None:
    add_member(world)
    messages.invite(actor=world.system, membership_id=world.extra_membership().id)


@change("notifications.mutations.people.tell_of_emergency")
def tell_of_emergency(world: World) -> None:
    world.count += 1
    people.open_in_emergency(
        actor=world.system, email=f"help{world.count}@example.org", reason="Nobody is here."
    )
    messages.tell_of_emergency(actor=world.system, invitation_id=Invitation.objects.latest("created_at").id)


@change("notifications.mutations.people.tell_new_member")
def tell_new_member(world: World) -> None:
    person = somebody_new(world).person
    member = students.add_team_member(
        actor=world.actor("ada"), student_id=world.student.id, person_id=person.id, part="other"
    )
    messages.tell_new_member(actor=world.actor("ada"), member_id=member.id)


@change("notifications.mutations.records.tell_of_comment")
def tell_of_comment(world: World) -> None:
    comment = world.one(Comment.objects.filter(iep__student=world.student).exclude(mentioned=[]))
    Message.objects.filter(
        key__startswith=f"comment:{comment.id}"
    ).delete()  # told already when it was written
    messages.tell_of_comment(actor=world.actor("ada"), comment_id=comment.id)


@change("notifications.mutations.records.tell_of_review")
def tell_of_review(world: World) -> None:
    messages.tell_of_review(actor=world.actor("ada"), iep_id=world.active.id)


@change("notifications.mutations.records.tell_of_report")
def tell_of_report(world: World) -> None:
    report = a_report(world, status="issued")
    Message.objects.filter(key__startswith=f"report:{report.id}:").delete()  # told already when it was sent
    messages.tell_of_report(actor=world.actor("ada"), report_id=report.id)


@change("notifications.mutations.records.tell_of_mastery")
def tell_of_mastery(world: World) -> None:
    goal = world.one(Goal.objects.filter(iep=world.active))
    messages.tell_of_mastery(actor=world.actor("ada"), goal_id=goal.id)
