"""The tab of programs and assessments."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from casefile.context import student_frame
from casefile.queries.programs import programs_page
from core.http import ActorRequest, opens_record, page


@require_GET
@opens_record
def programs(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """GET /students/…/programs/: the student's programs, and what they reached in assessments."""
    frame = student_frame(
        request, student_id=student_id, tab="programs"
    )  # its version is read before the content
    found = programs_page(actor=request.actor, student_id=student_id)
    return page(request, "casefile/student_programs.html", {**frame, "page": found})
