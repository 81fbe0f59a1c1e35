"""The individualized education program of 34 CFR 300.320, its goals, services and approvals."""

from ieps.models.amendments import Amendment
from ieps.models.comments import Comment
from ieps.models.parts import (
    LARGEST_SCORE,
    PERCENT_SCALES,
    SMALLEST_SCORE,
    Accommodation,
    Goal,
    GoalQuerySet,
    RemovedPart,
    Service,
    asked_of,
    has_tasks,
    seen_goals,
)
from ieps.models.programs import SHARED_STATUSES, Iep, IepQuerySet, OfIep
from ieps.models.words import Approval, GlanceReading

__all__ = [
    "LARGEST_SCORE",
    "PERCENT_SCALES",
    "SHARED_STATUSES",
    "SMALLEST_SCORE",
    "Accommodation",
    "Amendment",
    "Approval",
    "Comment",
    "GlanceReading",
    "Goal",
    "GoalQuerySet",
    "Iep",
    "IepQuerySet",
    "OfIep",
    "RemovedPart",
    "Service",
    "asked_of",
    "has_tasks",
    "seen_goals",
]
