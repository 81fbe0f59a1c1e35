from django.apps import AppConfig

from core.registry import register


class DocumentsConfig(AppConfig):
    name = "documents"

    def ready(self) -> None:
        from documents.parts_of_record import parts  # models are loaded only now

        register("documents.parts_of_record", parts)
