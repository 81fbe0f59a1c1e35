from django.apps import AppConfig

from core.registry import register


class CoeditingConfig(AppConfig):
    name = "coediting"

    def ready(self) -> None:
        from coediting import tasks as tasks  # noqa: PLC0414  # importing them names them
        from coediting.parts_of_record import parts  # models are loaded only now

        register("coediting.parts_of_record", parts)
