"""School years with days off and reporting periods."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers, status
from rest_framework.response import Response

from accounts import calendars, mutations, queries
from core.api import ActorApiRequest, ApiView, answered, check_version
from core.api_access import Answers


class DaysOffFields(serializers.Serializer[Any]):
    """Days without school, both ends included."""

    first_on = serializers.DateField()
    last_on = serializers.DateField()
    label = serializers.CharField(  # type: ignore[assignment]  # our field, not DRF's own `label`
        max_length=80, required=False, allow_blank=True, default=""
    )


class PeriodFields(serializers.Serializer[Any]):
    """A reporting period, both ends included."""

    name = serializers.CharField(max_length=40)
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    reports_due_on = serializers.DateField()


class YearFields(serializers.Serializer[Any]):
    """What a program writes of a school year."""

    name = serializers.CharField(max_length=20)
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), max_length=7, default=[1, 2, 3, 4, 5]
    )
    days_off = DaysOffFields(many=True, default=[])
    periods = PeriodFields(many=True, default=[])


class SchoolYearListApi(ApiView):
    """GET and POST /api/v1/school-years/"""

    answers = Answers.ALL
    creates = True
    example = {
        "name": "2031-32",
        "first_on": "2031-08-20",
        "last_on": "2032-06-04",
        "days_off": [{"first_on": "2031-11-24", "last_on": "2031-11-28", "label": "Fall break"}],
        "periods": [
            {
                "name": "Quarter 1",
                "first_on": "2031-08-20",
                "last_on": "2031-10-24",
                "reports_due_on": "2031-11-07",
            }
        ],
    }

    class Input(YearFields):
        school_id = serializers.UUIDField(required=False, allow_null=True, default=None)

    class Output(YearFields):
        id = serializers.UUIDField()
        school_id = serializers.UUIDField(allow_null=True)
        version = serializers.IntegerField()
        school_days = serializers.IntegerField()

    def get(self, request: ActorApiRequest) -> Response:
        """The school years of the district and of its schools, oldest first. `school_id` null counts in every school
        without a year of its own for those days."""
        rows = [_shown(row) for row in queries.school_years(actor=request.actor)]
        return answered({"results": rows}, topic=f"organization.{request.actor.organization_id}")

    def post(self, request: ActorApiRequest) -> Response:
        """Add a school year."""
        values = self.parsed(request)
        school_id = values.pop("school_id")
        row = mutations.add_school_year(actor=request.actor, school_id=school_id, year=_year(values))
        response = _answer(request, row.id, code=status.HTTP_201_CREATED)
        response["Location"] = reverse("api-accounts:school-year", args=[row.id])
        return response


class SchoolYearApi(ApiView):
    """GET, PATCH and DELETE /api/v1/school-years/{school_year_id}/"""

    compares = ("PATCH",)
    example = {"last_on": "2027-06-11"}

    Input = YearFields
    Output = SchoolYearListApi.Output

    def get(self, request: ActorApiRequest, school_year_id: UUID) -> Response:
        """One school year."""
        return _answer(request, school_year_id)

    def patch(self, request: ActorApiRequest, school_year_id: UUID) -> Response:
        """Change a school year. Lists replace what was there. Send `If-Match` with the version you have read."""
        changes = self.parsed(request, partial=True)
        before = queries.school_year_row(actor=request.actor, school_year_id=school_year_id, lock=True)
        check_version(request, str(before.version))
        now = _shown(before)
        values = {name: changes.get(name, now[name]) for name in YearFields().get_fields()}
        mutations.update_school_year(actor=request.actor, school_year_id=school_year_id, year=_year(values))
        return _answer(request, school_year_id)

    def delete(self, request: ActorApiRequest, school_year_id: UUID) -> Response:
        """Remove a school year; a school without its own follows the district's."""
        mutations.remove_school_year(actor=request.actor, school_year_id=school_year_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SchoolYearNextApi(ApiView):
    """POST /api/v1/school-years/{school_year_id}/next/"""

    creates = True
    Output = SchoolYearListApi.Output

    def post(self, request: ActorApiRequest, school_year_id: UUID) -> Response:
        """Make the year after this one from it, each day on the same weekday."""
        row = mutations.add_next_school_year(actor=request.actor, school_year_id=school_year_id)
        return _answer(request, row.id, code=status.HTTP_201_CREATED)


class SchoolYearCopyApi(ApiView):
    """POST /api/v1/school-years/{school_year_id}/copy/"""

    example = {"school_ids": ["{school_id}"]}

    class Input(serializers.Serializer[Any]):
        school_ids = serializers.ListField(child=serializers.UUIDField(), max_length=500)

    class Output(serializers.Serializer[Any]):
        copied = serializers.IntegerField()

    def post(self, request: ActorApiRequest, school_year_id: UUID) -> Response:
        """Give schools a year like this one, instead of what they have for those days."""
        copied = mutations.copy_school_year(
            actor=request.actor, school_year_id=school_year_id, **self.parsed(request)
        )
        return answered({"copied": copied}, topic=f"organization.{request.actor.organization_id}")


def _answer(request: ActorApiRequest, school_year_id: UUID, *, code: int = 200) -> Response:
    row = queries.school_year_row(actor=request.actor, school_year_id=school_year_id)
    topic = f"organization.{request.actor.organization_id}"
    return answered(_shown(row), version=str(row.version), topic=topic, code=code)


def _shown(row: queries.YearRow) -> dict[str, Any]:
    data = {
        "id": row.id,
        "school_id": row.school_id,
        "version": row.version,
        "school_days": row.days,
        "name": row.year.name,
        "first_on": row.year.first_on,
        "last_on": row.year.last_on,
        "weekdays": sorted(row.year.weekdays),
        "days_off": row.year.days_off,
        "periods": row.year.periods,
    }
    return dict(SchoolYearListApi.Output(data).data)


def _year(values: dict[str, Any]) -> calendars.SchoolYear:
    return calendars.SchoolYear(
        name=values["name"],
        first_on=_day(values["first_on"]),
        last_on=_day(values["last_on"]),
        weekdays=frozenset(values["weekdays"]),
        days_off=tuple(calendars.DaysOff(**_dated(span)) for span in values["days_off"]),
        periods=tuple(calendars.Period(**_dated(period)) for period in values["periods"]),
    )


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _day(value) if name.endswith("_on") else value for name, value in values.items()}


def _day(value: Any) -> Any:
    """A day; what was kept comes back as its own words."""
    return serializers.DateField().to_internal_value(value)
