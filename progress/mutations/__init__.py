"""Changes to progress. A goal's summary is rewritten in the transaction of every change to its points."""

from progress.mutations.points import LONGEST_BASELINE_DAYS as LONGEST_BASELINE_DAYS
from progress.mutations.points import AlreadyRecorded as AlreadyRecorded
from progress.mutations.points import GoalNotInForce as GoalNotInForce
from progress.mutations.points import MeasuredInTheFuture as MeasuredInTheFuture
from progress.mutations.points import MeasuredTooEarly as MeasuredTooEarly
from progress.mutations.points import OutsideTheScale as OutsideTheScale
from progress.mutations.points import rebuild_summaries as rebuild_summaries
from progress.mutations.points import record_progress_point as record_progress_point
from progress.mutations.points import summarise_iep as summarise_iep
from progress.mutations.points import undo_progress_point as undo_progress_point
