"""Endpoints of progress under /api/v1/."""

from progress.api.attainment import AttainmentApi as AttainmentApi
from progress.api.attainment import AttainmentRatingListApi as AttainmentRatingListApi
from progress.api.attainment import GoalAttainmentApi as GoalAttainmentApi
from progress.api.course import DataTaskEndApi as DataTaskEndApi
from progress.api.course import DataTaskListApi as DataTaskListApi
from progress.api.course import DecisionListApi as DecisionListApi
from progress.api.course import DecisionTakeBackApi as DecisionTakeBackApi
from progress.api.course import GoalProgressApi as GoalProgressApi
from progress.api.course import GoalStateApi as GoalStateApi
from progress.api.course import PhaseApi as PhaseApi
from progress.api.course import PhaseEndApi as PhaseEndApi
from progress.api.course import PhaseListApi as PhaseListApi
from progress.api.district import DecisionRuleApi as DecisionRuleApi
from progress.api.district import PromptLevelListApi as PromptLevelListApi
from progress.api.observers import GoalAgreementApi as GoalAgreementApi
from progress.api.observers import SecondObservationApi as SecondObservationApi
from progress.api.points import PointExcludeApi as PointExcludeApi
from progress.api.points import PointIncludeApi as PointIncludeApi
from progress.api.points import PointListApi as PointListApi
from progress.api.points import PointUndoApi as PointUndoApi
from progress.api.points import ProgressSessionListApi as ProgressSessionListApi
from progress.api.reports import ReportApi as ReportApi
from progress.api.reports import ReportCorrectApi as ReportCorrectApi
from progress.api.reports import ReportListApi as ReportListApi
from progress.api.reports import ReportNoteApi as ReportNoteApi
from progress.api.reports import ReportSendApi as ReportSendApi
