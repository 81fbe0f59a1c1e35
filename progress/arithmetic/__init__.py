"""What a series of scores says about a goal: aimline, trend, decision rule. Pure: knows no database and no web.

Scores are `Decimal` in the goal's own unit, days are `date`. Sums and slopes are exact fractions, so that a score
that lies on the aimline is never called "below" by a rounding error; only what leaves this package is rounded. Every
formula with its source: docs/progress-methods.md.
"""

from progress.arithmetic.aimlines import Aimline, aimline, percent_of_way
from progress.arithmetic.measures import (
    BASELINE_POINTS,
    DAYS_A_WEEK,
    Direction,
    GoalTerms,
    Measurement,
    Status,
    in_order,
    is_short,
    median_baseline,
    trailing_run,
)
from progress.arithmetic.rules import STANDARD_RULE, DecisionRule, as_of, status_of
from progress.arithmetic.summaries import SPARK_VALUES, GoalSummary, summary
from progress.arithmetic.trends import TREND_POINTS, Trend, day_reached, ordinary_least_squares

__all__ = [
    "BASELINE_POINTS",
    "DAYS_A_WEEK",
    "SPARK_VALUES",
    "STANDARD_RULE",
    "TREND_POINTS",
    "Aimline",
    "DecisionRule",
    "Direction",
    "GoalSummary",
    "GoalTerms",
    "Measurement",
    "Status",
    "Trend",
    "aimline",
    "as_of",
    "day_reached",
    "in_order",
    "is_short",
    "median_baseline",
    "ordinary_least_squares",
    "percent_of_way",
    "status_of",
    "summary",
    "trailing_run",
]
