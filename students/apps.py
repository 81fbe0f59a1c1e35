from django.apps import AppConfig

from core.registry import listen, register


class StudentsConfig(AppConfig):
    name = "students"

    def ready(self) -> None:
        from students import tasks as tasks  # noqa: PLC0414  # importing them names them
        from students.mutations import log_access  # models are loaded only now

        register("students.log_access", log_access)
        listen("accounts.school.changed", "students.tell_of_school")
