from django.apps import AppConfig


class CasefileConfig(AppConfig):
    name = "casefile"

    def ready(self) -> None:
        """Lend the frame of a student's pages to the apps below that serve some of them."""
        from casefile.context import student_frame
        from casefile.parts_of_record import parts
        from core.registry import register

        register("casefile.student_frame", student_frame)
        register("casefile.parts_of_record", parts)
