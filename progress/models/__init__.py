"""Measurements of goals, kept for good; what was tried and decided; and one row a goal that says what they come to."""

from progress.models.assignments import DataTask
from progress.models.decisions import Decision, Phase
from progress.models.goals import AttainmentRating, AttainmentScale, EvaluationRun, GoalState, GoalSummary
from progress.models.points import MasteryLevel, ProgressPoint, ProgressPointQuerySet, SecondObservation
from progress.models.reports import GoalNote, ProgressReport, ProgressReportQuerySet
from progress.models.settings import DistrictRule, PromptLevel

__all__ = [
    "AttainmentRating",
    "AttainmentScale",
    "DataTask",
    "Decision",
    "DistrictRule",
    "EvaluationRun",
    "GoalNote",
    "GoalState",
    "GoalSummary",
    "MasteryLevel",
    "Phase",
    "ProgressPoint",
    "ProgressPointQuerySet",
    "ProgressReport",
    "ProgressReportQuerySet",
    "PromptLevel",
    "SecondObservation",
]
