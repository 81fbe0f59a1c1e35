"""Reading progress. Every function takes the actor and answers only what that actor may see.

`opened_goal` and `opened_point` give rows for mutations; the rest give frozen objects for pages and programs.
"""

from progress.queries.cards import GoalCard, StudentGoals, goal_cards, student_goals
from progress.queries.page import RECENT_WEEKS, GoalProgress, PointRow, goal_progress
from progress.queries.points import (
    GoalPoints,
    RecordContext,
    aimline_of,
    goal_points,
    goals_that_count,
    goals_with_points,
    measured,
    opened_goal,
    opened_point,
    points_of,
    record_context,
    terms_of,
)

__all__ = [
    "RECENT_WEEKS",
    "GoalCard",
    "GoalPoints",
    "GoalProgress",
    "PointRow",
    "RecordContext",
    "StudentGoals",
    "aimline_of",
    "goal_cards",
    "goal_points",
    "goal_progress",
    "goals_that_count",
    "goals_with_points",
    "measured",
    "opened_goal",
    "opened_point",
    "points_of",
    "record_context",
    "student_goals",
    "terms_of",
]
