from django.apps import AppConfig

from core.registry import listen, register


class StudentsConfig(AppConfig):
    name = "students"

    def ready(self) -> None:
        from students import parts_of_record
        from students import tasks as tasks  # noqa: PLC0414  # importing them names them
        from students.mutations import (  # models are loaded only now
            connect_guardian,
            end_parts_of,
            log_access,
            log_export,
        )
        from students.photos import PHOTOS
        from students.queries import has_opened, open_parts_of, student_of

        register("students.connect_guardian", connect_guardian)
        register("students.end_parts_of", end_parts_of)
        register("students.open_parts_of", open_parts_of)
        register("students.has_opened", has_opened)
        register("students.log_access", log_access)
        register("students.log_export", log_export)
        register("students.student_of", student_of)
        register("students.parts_of_record", parts_of_record.parts)
        register("students.files_of_record", parts_of_record.files)
        register("students.copies_of_record", parts_of_record.copies)
        register("students.forget", parts_of_record.forget)
        register("students.drop_photo", PHOTOS.drop)
        listen("accounts.school.changed", "students.tell_of_school")
