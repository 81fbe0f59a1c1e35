from django.apps import AppConfig


class IepsConfig(AppConfig):
    name = "ieps"
