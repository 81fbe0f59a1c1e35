"""Endpoints of IEPs, under /api/v1/."""

from django.urls import path

from ieps.api import checks, comments, parts, programs, signing, writing

app_name = "ieps_api"

urlpatterns = [
    path("students/<uuid:student_id>/ieps/", programs.StudentIepListApi.as_view(), name="student-ieps"),
    path("ieps/<uuid:iep_id>/", programs.IepApi.as_view(), name="iep"),
    path("ieps/<uuid:iep_id>/submit/", programs.IepSubmitApi.as_view(), name="submit"),
    path("ieps/<uuid:iep_id>/return/", programs.IepReturnApi.as_view(), name="return"),
    path("ieps/<uuid:iep_id>/approve/", programs.IepApproveApi.as_view(), name="approve"),
    path("ieps/<uuid:iep_id>/activate/", programs.IepActivateApi.as_view(), name="activate"),
    path("ieps/<uuid:iep_id>/discard/", programs.IepDiscardApi.as_view(), name="discard"),
    path("ieps/<uuid:iep_id>/checks/", checks.IepCheckListApi.as_view(), name="checks"),
    path("ieps/<uuid:iep_id>/words/", checks.IepWordListApi.as_view(), name="words"),
    path("ieps/<uuid:iep_id>/comments/", comments.CommentListApi.as_view(), name="comments"),
    path("comments/<uuid:comment_id>/", comments.CommentApi.as_view(), name="comment"),
    path("comments/<uuid:comment_id>/answers/", comments.CommentAnswerListApi.as_view(), name="answers"),
    path("comments/<uuid:comment_id>/resolve/", comments.CommentResolveApi.as_view(), name="resolve"),
    path("comments/<uuid:comment_id>/reopen/", comments.CommentReopenApi.as_view(), name="reopen"),
    path("comments/<uuid:comment_id>/strike/", comments.CommentStrikeApi.as_view(), name="strike"),
    path("ieps/<uuid:iep_id>/signatures/", signing.SignatureListApi.as_view(), name="signatures"),
    path(
        "ieps/<uuid:iep_id>/paper-signatures/", signing.PaperSignatureApi.as_view(), name="paper-signatures"
    ),
    path("ieps/<uuid:iep_id>/amendments/", signing.AmendmentListApi.as_view(), name="amendments"),
    path("ieps/<uuid:iep_id>/differences/", signing.DifferencesApi.as_view(), name="differences"),
    path("ieps/<uuid:iep_id>/goals/", parts.GoalListApi.as_view(), name="goals"),
    path("goals/<uuid:goal_id>/", parts.GoalApi.as_view(), name="goal"),
    path("goals/<uuid:goal_id>/move/", writing.GoalMoveApi.as_view(), name="move-goal"),
    path("ieps/<uuid:iep_id>/removed-parts/", writing.RemovedPartListApi.as_view(), name="removed-parts"),
    path(
        "removed-parts/<uuid:removed_id>/restore/",
        writing.RemovedPartRestoreApi.as_view(),
        name="restore-part",
    ),
    path("ieps/<uuid:iep_id>/language/", writing.LanguageApi.as_view(), name="language"),
    path("ieps/<uuid:iep_id>/amendment/", writing.AmendmentApi.as_view(), name="amendment"),
    path("ieps/<uuid:iep_id>/revised-copy/", writing.RevisedCopyApi.as_view(), name="revised-copy"),
    path("ieps/<uuid:iep_id>/verification/", writing.VerificationApi.as_view(), name="verification"),
    path(
        "signatures/<uuid:signature_id>/take-back/",
        writing.SignatureTakeBackApi.as_view(),
        name="take-back",
    ),
    path("ieps/<uuid:iep_id>/services/dates/", writing.ServiceDatesApi.as_view(), name="service-dates"),
    path("ieps/<uuid:iep_id>/services/", parts.ServiceListApi.as_view(), name="services"),
    path("services/<uuid:service_id>/", parts.ServiceApi.as_view(), name="service"),
    path("ieps/<uuid:iep_id>/accommodations/", parts.AccommodationListApi.as_view(), name="accommodations"),
    path("accommodations/<uuid:accommodation_id>/", parts.AccommodationApi.as_view(), name="accommodation"),
]
