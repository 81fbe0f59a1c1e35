"""Addresses of the endpoints of lists, under /api/v1/."""

from django.urls import path

from casefile import api

app_name = "api-casefile"

VIEW = "saved-views/<uuid:view_id>/"

urlpatterns = [
    path("saved-views/", api.SavedViewListApi.as_view(), name="saved-views"),
    path("saved-views/none/default/", api.NoDefaultViewApi.as_view(), name="no-default-view"),
    path(VIEW, api.SavedViewApi.as_view(), name="saved-view"),
    path(f"{VIEW}restore/", api.SavedViewRestoreApi.as_view(), name="restore-view"),
    path(f"{VIEW}default/", api.SavedViewDefaultApi.as_view(), name="default-view"),
    path("students/<uuid:student_id>/pin/", api.PinApi.as_view(), name="pin"),
]
