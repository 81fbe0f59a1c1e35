from django.apps import AppConfig

from core.registry import register


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from assessments.parts_of_record import parts  # models are loaded only now

        register("assessments.parts_of_record", parts)
