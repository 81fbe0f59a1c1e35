from django.apps import AppConfig

from core.registry import listen, register


class ProgressConfig(AppConfig):
    name = "progress"

    def ready(self) -> None:
        from progress import (
            parts_of_record,
            queries,
            tasks,  # noqa: F401  # its import names the task
        )

        listen("ieps.iep.activated", "progress.summarise_iep")
        listen("progress.rule.set", "progress.follow_rule")
        register("progress.parts_of_record", parts_of_record.parts)
        register("ieps.asked_lineages", queries.asked_lineages)
        register("progress.mastery_standard", queries.mastery_standard)
