from django.apps import AppConfig

from core.registry import register


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        from audit import parts_of_record
        from audit import tasks as tasks  # noqa: PLC0414  # importing them names them

        register("audit.parts_of_record", parts_of_record.parts)
        register("audit.tables_of_record", parts_of_record.tables)
