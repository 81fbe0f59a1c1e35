from django.apps import AppConfig

from core.registry import listen, register


class IntegrationsConfig(AppConfig):
    name = "integrations"

    def ready(self) -> None:
        from integrations import (
            parts_of_record,
            tasks,  # noqa: F401  # its import names the tasks
        )

        listen("students.student.referred", "integrations.attach_records")
        register("integrations.forget", parts_of_record.forget)
