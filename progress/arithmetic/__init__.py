"""What a series of scores says about a goal: aimline, trend, decision rule. Pure: knows no database and no web.

Scores are `Decimal` in the goal's own unit, days are `date`. Sums and slopes are exact fractions, so that a score
that lies on the aimline is never called "below" by a rounding error; only what leaves this package is rounded. Every
formula with its source: docs/progress-methods.md.
"""

from progress.arithmetic.agreements import (
    LOW_AGREEMENT,
    agreement,
    exact_agreement,
    interval_agreement,
    total_agreement,
)
from progress.arithmetic.aimlines import Aimline, aimline, percent_of_way
from progress.arithmetic.mastery import ENOUGH_OF_WAY, Mastery, Toward, mastery, toward_mastery
from progress.arithmetic.measures import (
    BASELINE_POINTS,
    DAYS_A_WEEK,
    Counts,
    Direction,
    GoalTerms,
    MasteryBy,
    MasteryRule,
    Measurement,
    Status,
    Window,
    in_order,
    is_short,
    median_baseline,
    trailing_run,
)
from progress.arithmetic.raw import (
    BadRaw,
    Marks,
    Raw,
    RawProblem,
    Scored,
    independence,
    marks_of,
    mean_independence,
    score_of,
    trials_of,
)
from progress.arithmetic.rules import (
    PROBES_TO_LOSE,
    STANDARD_RULE,
    DecisionRule,
    Rule,
    Suggestion,
    Verdict,
    as_of,
    status_of,
    verdict,
)
from progress.arithmetic.summaries import SPARK_VALUES, GoalSummary, summary
from progress.arithmetic.trends import TREND_POINTS, Trend, day_reached, ordinary_least_squares

__all__ = [
    "BASELINE_POINTS",
    "DAYS_A_WEEK",
    "ENOUGH_OF_WAY",
    "LOW_AGREEMENT",
    "PROBES_TO_LOSE",
    "SPARK_VALUES",
    "STANDARD_RULE",
    "TREND_POINTS",
    "Aimline",
    "BadRaw",
    "Counts",
    "DecisionRule",
    "Direction",
    "GoalSummary",
    "GoalTerms",
    "Marks",
    "Mastery",
    "MasteryBy",
    "MasteryRule",
    "Measurement",
    "Raw",
    "RawProblem",
    "Rule",
    "Scored",
    "Status",
    "Suggestion",
    "Toward",
    "Trend",
    "Verdict",
    "Window",
    "agreement",
    "aimline",
    "as_of",
    "day_reached",
    "exact_agreement",
    "in_order",
    "independence",
    "interval_agreement",
    "is_short",
    "marks_of",
    "mastery",
    "mean_independence",
    "median_baseline",
    "ordinary_least_squares",
    "percent_of_way",
    "score_of",
    "status_of",
    "summary",
    "total_agreement",
    "toward_mastery",
    "trailing_run",
    "trials_of",
    "verdict",
]
