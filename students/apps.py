from django.apps import AppConfig

from core.registry import register


class StudentsConfig(AppConfig):
    name = "students"

    def ready(self) -> None:
        from students.mutations import log_access  # models are loaded only now

        register("students.log_access", log_access)
