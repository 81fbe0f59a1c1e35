from django.apps import AppConfig

from core.registry import listen


class ProgressConfig(AppConfig):
    name = "progress"

    def ready(self) -> None:
        from progress import tasks  # noqa: F401  # its import names the task

        listen("ieps.iep.activated", "progress.summarise_iep")
