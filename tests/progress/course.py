"""Weeks of a goal, and what is known of it."""

from datetime import timedelta

from core.models import AuditEntry
from progress.models import GoalState, GoalSummary
from tests.progress.conftest import BASELINE_ON


def week(n):
    return BASELINE_ON + timedelta(days=7 * n)


def summary(goal):
    return GoalSummary.objects.get(goal=goal)


def state(goal):
    return GoalState.objects.get(lineage_id=goal.lineage_id)


def acts(verb):
    return AuditEntry.objects.filter(verb=verb).count()
