from django.apps import AppConfig

from core.registry import listen


class IntegrationsConfig(AppConfig):
    name = "integrations"

    def ready(self) -> None:
        from integrations import tasks  # noqa: F401  # its import names the tasks

        listen("students.student.referred", "integrations.attach_records")
