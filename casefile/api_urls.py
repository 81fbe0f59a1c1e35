"""Addresses of the endpoints of lists, of recording in the classroom, and of printed IEPs, under /api/v1/."""

from django.urls import path

from casefile import api

app_name = "api-casefile"

GROUP = "data-groups/<uuid:group_id>/"
VIEW = "saved-views/<uuid:view_id>/"

urlpatterns = [
    path("saved-views/", api.SavedViewListApi.as_view(), name="saved-views"),
    path("saved-views/none/default/", api.NoDefaultViewApi.as_view(), name="no-default-view"),
    path(VIEW, api.SavedViewApi.as_view(), name="saved-view"),
    path(f"{VIEW}restore/", api.SavedViewRestoreApi.as_view(), name="restore-view"),
    path(f"{VIEW}default/", api.SavedViewDefaultApi.as_view(), name="default-view"),
    path("data-groups/", api.DataGroupListApi.as_view(), name="data-groups"),
    path(GROUP, api.DataGroupApi.as_view(), name="data-group"),
    path(f"{GROUP}restore/", api.DataGroupRestoreApi.as_view(), name="restore-group"),
    path("data-tasks/", api.OwnDataTaskListApi.as_view(), name="own-data-tasks"),
    path("goals/<uuid:goal_id>/data-sheet/", api.DataSheetApi.as_view(), name="data-sheet"),
    path("students/<uuid:student_id>/pin/", api.PinApi.as_view(), name="pin"),
    path("ieps/<uuid:iep_id>/papers/", api.PapersApi.as_view(), name="papers"),
    path("ieps/<uuid:iep_id>/papers/iep-<slug:language>.pdf", api.PaperPdfApi.as_view(), name="paper-pdf"),
    path(
        "ieps/<uuid:iep_id>/papers/signatures-<slug:language>.pdf",
        api.PaperSignaturesApi.as_view(),
        name="paper-signatures",
    ),
    path(
        "ieps/<uuid:iep_id>/papers/iep-<slug:language>.html",
        api.PaperFileApi.as_view(),
        {"ending": "html"},
        name="paper-html",
    ),
    path(
        "ieps/<uuid:iep_id>/papers/iep.json",
        api.PaperFileApi.as_view(),
        {"ending": "json"},
        name="paper-json",
    ),
]
