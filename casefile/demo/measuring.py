"""What a team adds to its scores: levels of goal attainment with their ratings, a second observer, a score left out."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ieps.models import Goal, Iep
from progress.models import AttainmentRating, AttainmentScale, ProgressPoint, SecondObservation
from students.models import Student

if TYPE_CHECKING:
    from casefile.demo.build import District

LEVELS = (
    "Stays at the level of September",
    "Gets about a third of the way to the goal",
    "Reaches the goal in the usual setting",
    "Reaches the goal in a second setting too",
    "Goes well beyond the goal, and uses it in class without a reminder",
)
COLUMNS = ("much_less", "less", "expected", "more", "much_more")
RATED = ((70, (-2, -1, -1)), (35, (-1, 0, -1)), (7, (0, 1, -1)))
"""So many days ago, the level of each goal of the student whom the demonstration shows first."""
OBSERVED = ((28, Decimal(2)), (14, Decimal(4)), (7, Decimal(14)))
"""So many days ago at least, how far the second observer's score was from the first's: the last two do not agree."""
SHOWN = "Mateo"


def measure_more(district: "District") -> None:
    """Levels and ratings of one student, three sessions of one goal that two people saw, one score left out."""
    students = {row.id: row for row in district.rows.get(Student, []) if row.given_name == SHOWN}
    active = {row.id for row in district.rows.get(Iep, []) if row.status == Iep.Status.ACTIVE}
    goals = [
        row for row in district.rows.get(Goal, []) if row.student_id in students and row.iep_id in active
    ]
    if not goals or "ana" not in district.people:
        return
    goals.sort(key=lambda goal: goal.number)
    _attainment(district, goals[: len(RATED[0][1])])
    points = [
        row
        for row in district.rows[ProgressPoint]
        if row.lineage_id == goals[0].lineage_id
        and not row.is_baseline
        and row.measured_on > goals[0].baseline_on
    ]
    points.sort(key=lambda point: point.measured_on)
    _observed(district, points)
    _left_out(district, points)


def _attainment(district: "District", goals: list[Goal]) -> None:
    by = district.people["dana"]
    for place, goal in enumerate(goals):
        own = {"student_id": goal.student_id, "goal": goal, "lineage_id": goal.lineage_id}
        first_on = max(goal.baseline_on, district.today - timedelta(days=RATED[0][0]))
        scale = district.own(
            AttainmentScale,
            **own,
            **dict(zip(COLUMNS, LEVELS, strict=True)),
            weight=2 if place == 0 else 1,
            changed_by=by,
            changed_by_name=by.name,
        )
        at = district.at(first_on, 40)
        district.tell(
            "progress.attainment.set", scale, by, at, student_id=goal.student_id, goal_id=str(goal.id)
        )
        for days, levels in RATED:
            day = district.today - timedelta(days=days)
            if day < goal.baseline_on:
                continue
            rating = district.own(
                AttainmentRating,
                **own,
                level=levels[place],
                rated_on=day,
                rated_by=by,
                rated_by_name=by.name,
                created_at=district.at(day, 60),
            )
            district.tell(
                "progress.attainment.rated",
                rating,
                by,
                district.at(day, 60),
                student_id=goal.student_id,
                goal_id=str(goal.id),
                level=levels[place],
                rated_on=day.isoformat(),
            )


def _observed(district: "District", points: list[ProgressPoint]) -> None:
    for days, away in OBSERVED:
        before = [point for point in points if (district.today - point.measured_on).days >= days]
        if not before:
            continue
        point = before[-1]
        by = district.people["ana" if point.recorded_by_id != district.people["ana"].id else "dana"]
        second = point.value - away
        small, large = sorted((point.value, second))
        row = district.own(
            SecondObservation,
            student_id=point.student_id,
            point=point,
            lineage_id=point.lineage_id,
            value=second,
            method=SecondObservation.Method.TOTAL,
            agreement=(100 * small / large).quantize(Decimal("0.1")),
            observer=by,
            observer_name=by.name,
        )
        district.tell(
            "progress.point.observed_twice",
            row,
            by,
            district.at(point.measured_on, 200),
            student_id=point.student_id,
            goal_id=str(point.goal_id),
            point_id=str(point.id),
        )


def _left_out(district: "District", points: list[ProgressPoint]) -> None:
    """An early score, so that no rule of today changes by it."""
    by = district.people["dana"]
    point = points[2]
    at = district.at(point.measured_on + timedelta(days=1), 30)
    point.excluded_at, point.excluded_by_name = at, by.name
    point.exclude_reason = "A fire drill broke off the probe."
    district.tell(
        "progress.point.excluded",
        point,
        by,
        at,
        student_id=point.student_id,
        goal_id=str(point.goal_id),
        measured_on=point.measured_on.isoformat(),
    )
