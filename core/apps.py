from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import rotation as rotation  # noqa: PLC0414  # importing it names its task
