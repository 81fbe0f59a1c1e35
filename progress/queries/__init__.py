"""Reading progress. Every function takes the actor and answers only what that actor may see.

`opened_goal` and `opened_point` give rows for mutations; the rest give frozen objects for pages and programs.
"""

from progress.queries.cards import GoalCard, StudentGoals, goal_cards, student_goals
from progress.queries.course import (
    NO_COURSE,
    Course,
    attainment_of,
    courses,
    decisions_of,
    opened_data_task,
    opened_phase,
    phases_of,
    state_of,
)
from progress.queries.district import Prompt, decision_rule, prompt_keys, prompt_levels
from progress.queries.page import RECENT_WEEKS, GoalProgress, PointRow, goal_progress
from progress.queries.points import (
    GoalPoints,
    RecordContext,
    aimline_of,
    goal_points,
    goals_that_count,
    goals_to_evaluate,
    goals_with_points,
    measured,
    opened_goal,
    opened_goals,
    opened_point,
    points_of,
    record_context,
    terms_of,
)

__all__ = [
    "NO_COURSE",
    "RECENT_WEEKS",
    "Course",
    "GoalCard",
    "GoalPoints",
    "GoalProgress",
    "PointRow",
    "Prompt",
    "RecordContext",
    "StudentGoals",
    "aimline_of",
    "attainment_of",
    "courses",
    "decision_rule",
    "decisions_of",
    "goal_cards",
    "goal_points",
    "goal_progress",
    "goals_that_count",
    "goals_to_evaluate",
    "goals_with_points",
    "measured",
    "opened_data_task",
    "opened_goal",
    "opened_goals",
    "opened_phase",
    "opened_point",
    "phases_of",
    "points_of",
    "prompt_keys",
    "prompt_levels",
    "record_context",
    "state_of",
    "student_goals",
    "terms_of",
]
