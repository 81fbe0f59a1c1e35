from django.apps import AppConfig

from core.registry import listen, register


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from notifications import parts_of_record
        from notifications import tasks as tasks  # noqa: PLC0414  # importing them names them

        listen("accounts.person.invited", "notifications.invite")
        listen("accounts.invitation.made", "notifications.send_invitation")
        listen("accounts.emergency.opened", "notifications.tell_of_emergency")
        listen("students.team.joined", "notifications.tell_new_member")
        listen("students.caseload.handed_over", "notifications.tell_of_hand_over")
        listen("students.undo.done", "notifications.tell_of_hand_over")
        listen("ieps.iep.sent_to_review", "notifications.tell_of_review")
        listen("ieps.comment.added", "notifications.tell_of_comment")
        listen("ieps.comment.answered", "notifications.tell_of_comment")
        listen("ieps.comment.changed", "notifications.tell_of_comment")
        listen("ieps.iep.activated", "notifications.tell_of_activation")
        listen("progress.report.sent", "notifications.tell_of_report")
        listen("progress.goal.mastered", "notifications.tell_of_mastery")
        register("notifications.forget", parts_of_record.forget)
