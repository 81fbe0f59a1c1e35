from django.apps import AppConfig


class CasefileConfig(AppConfig):
    name = "casefile"

    def ready(self) -> None:
        """Lend the frame of a student's pages to the apps below that serve some of them."""
        from casefile.context import student_frame
        from core.registry import register

        register("casefile.student_frame", student_frame)
