"""Pages of progress."""

from progress.views.goals import cell as cell
from progress.views.goals import goal as goal
from progress.views.goals import goal_context as goal_context
from progress.views.goals import record as record
from progress.views.goals import scores_csv as scores_csv
from progress.views.goals import undo as undo
