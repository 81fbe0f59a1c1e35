"""Endpoints of goals, services and accommodations."""

from uuid import UUID

from rest_framework import status
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiPages, ApiView, check_version
from core.api_access import Answers
from ieps import mutations, queries
from ieps.api.answers import expected, opened, paged, part_answer
from ieps.api.shapes import (
    AccommodationFields,
    AccommodationOutput,
    GoalFields,
    GoalOutput,
    ServiceFields,
    ServiceOutput,
)


class GoalPages(ApiPages):
    """In the order of the IEP."""

    ordering = "number"


class PartPages(ApiPages):
    """In the order in which they were added."""

    ordering = ("created_at", "id")  # type: ignore[assignment]  # the base names one column


class GoalListApi(ApiView):
    """GET and POST /api/v1/ieps/{iep_id}/goals/"""

    answers = Answers.PAGES
    creates = True
    example = {
        "domain": "reading",
        "title": "Reading fluency",
        "statement": "Given a grade 4 passage, Juno will read 92 words correctly in a minute.",
        "scale": "rate",
        "unit": "words a minute",
        "baseline_value": "48",
        "baseline_on": "{today-14}",
        "target_value": "92",
        "target_on": "{today+200}",
        "evaluation_method": "Oral reading probe",
        "frequency": "every week",
    }

    Input = GoalFields
    Output = GoalOutput

    def get(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """The goals of an IEP, in their order."""
        rows = queries.goal_rows(actor=request.actor, iep_id=iep_id)
        opened(request, queries.visible_iep(actor=request.actor, iep_id=iep_id).student_id)
        return paged(self, request, GoalPages(), rows, f"iep.{iep_id}")

    def post(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Add a goal to a draft."""
        goal = mutations.add_goal(
            actor=request.actor, iep_id=iep_id, values=self.parsed(request), today=request.actor.today
        )
        return part_answer(self, goal, goal.topic, code=status.HTTP_201_CREATED)


class GoalApi(ApiView):
    """GET, PATCH and DELETE /api/v1/goals/{goal_id}/"""

    compares = ("PATCH", "DELETE")
    example = {"target_value": "95", "conditions": "In a quiet room"}

    Input = GoalFields
    Output = GoalOutput

    def get(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """One goal."""
        goal = queries.visible_goal(actor=request.actor, goal_id=goal_id)
        opened(request, goal.student_id)
        return part_answer(self, goal, goal.topic)

    def patch(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """Change columns of a draft's goal."""
        version = queries.visible_goal(actor=request.actor, goal_id=goal_id).version
        check_version(request, version)
        goal = mutations.update_goal(
            actor=request.actor,
            goal_id=goal_id,
            values=self.parsed(request, partial=True),
            today=request.actor.today,
            expected_version=expected(request, version),
        )
        return part_answer(self, goal, goal.topic)

    def delete(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """Take a goal out of a draft."""
        check_version(request, queries.visible_goal(actor=request.actor, goal_id=goal_id).version)
        mutations.remove_goal(actor=request.actor, goal_id=goal_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ServiceListApi(ApiView):
    """GET and POST /api/v1/ieps/{iep_id}/services/"""

    answers = Answers.PAGES
    creates = True
    example = {
        "kind": "instruction",
        "focus": "reading",
        "minutes": 40,
        "times": 5,
        "delivery": "group",
        "location": "Resource room",
        "starts_on": "{today}",
        "ends_on": "{today+200}",
    }

    Input = ServiceFields
    Output = ServiceOutput

    def get(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """The services of an IEP, in the order in which they were added."""
        rows = queries.service_rows(actor=request.actor, iep_id=iep_id)
        opened(request, queries.visible_iep(actor=request.actor, iep_id=iep_id).student_id)
        return paged(self, request, PartPages(), rows, f"iep.{iep_id}")

    def post(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Add a service to a draft."""
        service = mutations.add_service(
            actor=request.actor, iep_id=iep_id, values=self.parsed(request), today=request.actor.today
        )
        return part_answer(self, service, f"iep.{iep_id}", code=status.HTTP_201_CREATED)


class ServiceApi(ApiView):
    """GET, PATCH and DELETE /api/v1/services/{service_id}/"""

    compares = ("PATCH", "DELETE")
    example = {"minutes": 45}

    Input = ServiceFields
    Output = ServiceOutput

    def get(self, request: ActorApiRequest, service_id: UUID) -> Response:
        """One service."""
        service = queries.visible_service(actor=request.actor, service_id=service_id)
        opened(request, service.student_id)
        return part_answer(self, service, f"iep.{service.iep_id}")

    def patch(self, request: ActorApiRequest, service_id: UUID) -> Response:
        """Change columns of a draft's service."""
        version = queries.visible_service(actor=request.actor, service_id=service_id).version
        check_version(request, version)
        service = mutations.update_service(
            actor=request.actor,
            service_id=service_id,
            values=self.parsed(request, partial=True),
            today=request.actor.today,
            expected_version=expected(request, version),
        )
        return part_answer(self, service, f"iep.{service.iep_id}")

    def delete(self, request: ActorApiRequest, service_id: UUID) -> Response:
        """Take a service out of a draft."""
        check_version(request, queries.visible_service(actor=request.actor, service_id=service_id).version)
        mutations.remove_service(actor=request.actor, service_id=service_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class AccommodationListApi(ApiView):
    """GET and POST /api/v1/ieps/{iep_id}/accommodations/"""

    answers = Answers.PAGES
    creates = True
    example = {"kind": "accommodation", "text": "Directions read aloud", "setting": "all classes"}

    Input = AccommodationFields
    Output = AccommodationOutput

    def get(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """The accommodations and modifications of an IEP, in the order in which they were added."""
        rows = queries.accommodation_rows(actor=request.actor, iep_id=iep_id)
        opened(request, queries.visible_iep(actor=request.actor, iep_id=iep_id).student_id)
        return paged(self, request, PartPages(), rows, f"iep.{iep_id}")

    def post(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Add an accommodation, modification or testing accommodation to a draft."""
        row = mutations.add_accommodation(actor=request.actor, iep_id=iep_id, values=self.parsed(request))
        return part_answer(self, row, f"iep.{iep_id}", code=status.HTTP_201_CREATED)


class AccommodationApi(ApiView):
    """PATCH and DELETE /api/v1/accommodations/{accommodation_id}/"""

    compares = ("PATCH", "DELETE")
    example = {"setting": "tests"}

    Input = AccommodationFields
    Output = AccommodationOutput

    def patch(self, request: ActorApiRequest, accommodation_id: UUID) -> Response:
        """Change a draft's accommodation or modification."""
        version = queries.visible_accommodation(
            actor=request.actor, accommodation_id=accommodation_id
        ).version
        check_version(request, version)
        row = mutations.update_accommodation(
            actor=request.actor,
            accommodation_id=accommodation_id,
            values=self.parsed(request, partial=True),
            expected_version=expected(request, version),
        )
        return part_answer(self, row, f"iep.{row.iep_id}")

    def delete(self, request: ActorApiRequest, accommodation_id: UUID) -> Response:
        """Take an accommodation out of a draft."""
        found = queries.visible_accommodation(actor=request.actor, accommodation_id=accommodation_id)
        check_version(request, found.version)
        mutations.remove_accommodation(actor=request.actor, accommodation_id=accommodation_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
