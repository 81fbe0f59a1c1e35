"""Addresses of shared texts, inside a district."""

from django.urls import path

from coediting import views

app_name = "coediting"

urlpatterns = [
    path("texts/<uuid:text_id>/", views.text, name="text"),
    path("texts/<uuid:text_id>/history/", views.history, name="history"),
    path("texts/<uuid:text_id>/restore/<int:version>/", views.restore, name="restore"),
]
