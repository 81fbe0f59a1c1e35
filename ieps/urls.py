"""Addresses of IEPs, inside a district."""

from django.urls import path

from ieps.views import acts, amending, comments, reading, signing, writing

app_name = "ieps"

urlpatterns = [
    path("ieps/", reading.drafts, name="list"),
    path("students/<uuid:student_id>/iep/", reading.student, name="student"),
    path("students/<uuid:student_id>/iep/new/", reading.new, name="new"),
    path("students/<uuid:student_id>/glance/", reading.glance, name="glance"),
    path("ieps/<uuid:iep_id>/", reading.iep, name="iep"),
    path("ieps/<uuid:iep_id>/edit/<slug:section>/", writing.edit, name="edit"),
    path("ieps/<uuid:iep_id>/goal/check/", writing.check_goal, name="goal-check"),
    path("ieps/<uuid:iep_id>/services/dates/", writing.date_services, name="service-dates"),
    path("ieps/<uuid:iep_id>/comments/add/", comments.add, name="comment-add"),
    path("ieps/comments/<uuid:comment_id>/", comments.thread, name="comment"),
    path("ieps/comments/<uuid:comment_id>/edit/", comments.edit, name="comment-edit"),
    *(
        path(f"ieps/comments/<uuid:comment_id>/{name}/", comments.act, {"name": name}, name=f"comment-{name}")
        for name in comments.ACTS
    ),
    path("ieps/<uuid:iep_id>/review/", acts.review, name="review"),
    path("ieps/<uuid:iep_id>/approve/", signing.approve, name="approve"),
    path("ieps/<uuid:iep_id>/sign/", signing.sign, name="sign"),
    path("ieps/<uuid:iep_id>/paper/", signing.paper, name="paper"),
    path("ieps/<uuid:iep_id>/verify/", signing.verify, name="verify"),
    path("ieps/<uuid:iep_id>/language/", signing.language, name="language"),
    path("ieps/<uuid:iep_id>/amend/", amending.amend, name="amend"),
    path("ieps/<uuid:iep_id>/plan/", amending.plan, name="plan"),
    path("ieps/<uuid:iep_id>/copy/", amending.revised_copy, name="copy"),
    path("ieps/<uuid:iep_id>/differences/", amending.differences, name="differences"),
    path("ieps/signatures/<uuid:signature_id>/take-back/", signing.take_back, name="take-back"),
    *(path(f"ieps/<uuid:iep_id>/{name}/", acts.act, {"name": name}, name=name) for name in acts.ACTS),
    *(
        path(f"ieps/<uuid:iep_id>/{kind}/add/", writing.add_part, {"kind": kind}, name=f"{kind}-add")
        for kind in writing.KINDS
    ),
    *(
        path(f"ieps/{kind}/<uuid:part_id>/", writing.edit_part, {"kind": kind}, name=f"{kind}-edit")
        for kind in writing.KINDS
    ),
    *(
        path(
            f"ieps/{kind}/<uuid:part_id>/remove/", writing.remove_part, {"kind": kind}, name=f"{kind}-remove"
        )
        for kind in writing.KINDS
    ),
    path("ieps/goal/<uuid:goal_id>/up/", writing.move_goal, {"direction": "up"}, name="goal-up"),
    path("ieps/goal/<uuid:goal_id>/down/", writing.move_goal, {"direction": "down"}, name="goal-down"),
    path("ieps/removed/<uuid:removed_id>/restore/", writing.restore, name="restore"),
]
