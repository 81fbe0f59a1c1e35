from django.apps import AppConfig

from core.registry import register


class RecordsConfig(AppConfig):
    name = "records"

    def ready(self) -> None:
        from records import parts_of_record
        from records import tasks as tasks  # noqa: PLC0414  # importing them names them
        from records.store import EXPORTS

        register("records.parts_of_record", parts_of_record.parts)
        register("records.files_of_record", parts_of_record.files)
        register("records.forget", parts_of_record.forget)
        register("records.drop_export", EXPORTS.drop)
