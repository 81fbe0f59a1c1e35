"""Pages of progress."""

from progress.views.acts import change as change
from progress.views.acts import exclude as exclude
from progress.views.acts import phase as phase
from progress.views.acts import state as state
from progress.views.decisions import decide as decide
from progress.views.decisions import take_back_decision as take_back_decision
from progress.views.goals import cell as cell
from progress.views.goals import goal as goal
from progress.views.goals import goal_context as goal_context
from progress.views.goals import record as record
from progress.views.goals import scores_csv as scores_csv
from progress.views.goals import undo as undo
from progress.views.overview import overview as overview
from progress.views.overview import overview_csv as overview_csv
from progress.views.reports import correct_report as correct_report
from progress.views.reports import discard_report as discard_report
from progress.views.reports import owed as owed
from progress.views.reports import preview_report as preview_report
from progress.views.reports import report as report
from progress.views.reports import reports as reports
from progress.views.reports import send_report as send_report
from progress.views.reports import start_report as start_report
