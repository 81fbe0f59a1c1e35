from django.apps import AppConfig

from core.registry import register


class IepsConfig(AppConfig):
    name = "ieps"

    def ready(self) -> None:
        from ieps.parts_of_record import parts  # models are loaded only now

        register("ieps.parts_of_record", parts)
