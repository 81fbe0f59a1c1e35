from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        from audit import tasks as tasks  # noqa: PLC0414  # importing them names them
