"""The capture page as its script reads it: a session in words and numbers."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from casefile.queries import CaptureGoal, CaptureSession, CaptureStudent
from core.dates import short_day
from core.templatetags.ui import initials
from ieps.models import LARGEST_SCORE
from progress.templatetags.progress import score, sparkline

INTERVALS = 10


def as_json(session: CaptureSession, *, zone: str) -> dict[str, Any]:
    """A session for `static/js/capture.js`."""
    return {
        "title": session.title or gettext("Due today"),
        "zone": zone,
        "prompts": [{"key": one.key, "name": one.name, "hint": one.hint} for one in session.prompts],
        "settings": [
            gettext("Resource room"),
            gettext("Classroom"),
            gettext("Small group"),
            gettext("Hallway"),
            gettext("Lunch"),
            gettext("Recess"),
        ],
        "students": [_student(one) for one in session.students],
    }


def _student(student: CaptureStudent) -> dict[str, Any]:
    goals = [
        _goal(goal, number=number, total=len(student.goals))
        for number, goal in enumerate(student.goals, start=1)
    ]
    return {
        "id": str(student.id),
        "name": student.name,
        "given": student.given,
        "initials": initials(student.name),
        "topic": student.topic,
        "goals": goals,
    }


def _goal(goal: CaptureGoal, *, number: int, total: int) -> dict[str, Any]:
    card = goal.card
    largest = LARGEST_SCORE.get(card.scale)
    return {
        "id": str(card.goal_id),
        "number": number,
        "total": total,
        "title": card.title,
        "scale": card.scale,
        "unit": card.unit,
        "is_percent": goal.is_percent,
        "summary": _summary(goal),
        "spark": str(sparkline(card, 150, 44)),
        "instructions": goal.instructions,
        "trials": goal.trials,
        "intervals": goal.trials or INTERVALS,
        "interval_seconds": goal.seconds,
        "probe_seconds": goal.seconds,
        "steps": list(goal.steps) or ([str(step) for step in range(1, 6)] if card.scale == "steps" else []),
        "levels": [{"value": value, "title": title, "words": words} for value, title, words in goal.levels],
        "recent": [
            {"day": short_day(day), "value": float(value), "text": _written(value, goal)}
            for day, value in goal.recent
        ],
        "largest": float(largest) if largest is not None else None,
    }


def _summary(goal: CaptureGoal) -> str:
    """ "Last time 70% · aimline for today 74% · goal 90%" """
    parts = []
    if goal.card.current is None and goal.baseline is None:
        parts.append(gettext("No baseline yet"))
    elif goal.card.current is None:
        parts.append(gettext("Baseline {value}").format(value=_written(goal.baseline, goal)))
    else:
        parts.append(gettext("Last time {value}").format(value=_written(goal.card.current, goal)))
    if goal.aim_today is not None:
        aim = goal.aim_today.quantize(Decimal(1) if abs(goal.aim_today) >= 10 else Decimal("0.1"))  # noqa: PLR2004
        parts.append(gettext("aimline for today {value}").format(value=_written(aim, goal)))
    parts.append(gettext("goal {value}").format(value=_written(goal.card.target, goal)))
    return " · ".join(parts)


def _written(value: Decimal | None, goal: CaptureGoal) -> str:
    return score(value, "percent" if goal.is_percent else goal.card.scale)
