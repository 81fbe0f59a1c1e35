"""What every row of a case file is."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models

from core.models import TenantModel

if TYPE_CHECKING:
    from students.models.student import Student


class OfStudent(TenantModel):
    """A row of a student's case file."""

    student: "models.ForeignKey[Student, Student]"
    student_id: UUID

    class Meta:
        abstract = True

    def topics(self) -> tuple[str, ...]:
        return self.student.topics()
