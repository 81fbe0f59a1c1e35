"""Changes to progress. A goal's summary is rewritten in the transaction of every change to what it rests on."""

from progress.measuring import (
    LONGEST_BASELINE_DAYS,
    AlreadyRecorded,
    ClockIsWrong,
    Entry,
    GoalNotInForce,
    MeasuredInTheFuture,
    MeasuredTooEarly,
    OutsideTheScale,
    RawDoesNotFit,
    SameProbe,
    UnitMismatch,
)
from progress.mutations.assignments import assign_data_task, end_data_task
from progress.mutations.attainment import NoLevels, RatedByScores, rate_attainment, set_attainment_scale
from progress.mutations.course import GoalClosed, PhaseThere, decide, end_phase, rename_phase, start_phase
from progress.mutations.decisions import DecisionStands, take_back_decision
from progress.mutations.district import set_decision_rule, set_prompt_levels
from progress.mutations.evaluation import Evaluated, evaluate_batch, evaluate_goal
from progress.mutations.overview import export_overview
from progress.mutations.points import (
    NotSeenTwice,
    exclude_point,
    include_point,
    record_progress_point,
    record_second_observation,
    undo_progress_point,
)
from progress.mutations.reports import (
    NoSuchPeriod,
    NoteChange,
    NoteChanged,
    NothingToReport,
    ReportIncomplete,
    ReportSent,
    correct_report,
    discard_report,
    send_report,
    start_report,
    write_notes,
)
from progress.mutations.sessions import Answer, TooManyEntries, record_session
from progress.mutations.states import close_goal, move_to_maintenance, reopen_goal
from progress.mutations.summaries import rebuild_summaries, summarise_iep

__all__ = [
    "LONGEST_BASELINE_DAYS",
    "AlreadyRecorded",
    "Answer",
    "ClockIsWrong",
    "DecisionStands",
    "Entry",
    "Evaluated",
    "GoalClosed",
    "GoalNotInForce",
    "MeasuredInTheFuture",
    "MeasuredTooEarly",
    "NoLevels",
    "NoSuchPeriod",
    "NotSeenTwice",
    "NoteChange",
    "NoteChanged",
    "NothingToReport",
    "OutsideTheScale",
    "PhaseThere",
    "RatedByScores",
    "RawDoesNotFit",
    "ReportIncomplete",
    "ReportSent",
    "SameProbe",
    "TooManyEntries",
    "UnitMismatch",
    "assign_data_task",
    "close_goal",
    "correct_report",
    "decide",
    "discard_report",
    "end_data_task",
    "end_phase",
    "evaluate_batch",
    "evaluate_goal",
    "exclude_point",
    "export_overview",
    "include_point",
    "move_to_maintenance",
    "rate_attainment",
    "rebuild_summaries",
    "record_progress_point",
    "record_second_observation",
    "record_session",
    "rename_phase",
    "reopen_goal",
    "send_report",
    "set_attainment_scale",
    "set_decision_rule",
    "set_prompt_levels",
    "start_phase",
    "start_report",
    "summarise_iep",
    "take_back_decision",
    "undo_progress_point",
    "write_notes",
]
