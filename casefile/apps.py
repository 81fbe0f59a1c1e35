from django.apps import AppConfig


class CasefileConfig(AppConfig):
    name = "casefile"

    def ready(self) -> None:
        """Lend the frame of a student's pages to the apps below that serve some of them."""
        from casefile import tasks as tasks  # noqa: PLC0414  # importing them names them
        from casefile.context import student_frame
        from casefile.parts_of_record import parts
        from casefile.printed_iep.charts import keep_charts
        from core.registry import listen, register

        register("casefile.student_frame", student_frame)
        register("casefile.parts_of_record", parts)
        register("casefile.keep_charts", keep_charts)
        listen("ieps.iep.approved", "casefile.keep_iep_pdfs")
