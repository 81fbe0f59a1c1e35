"""What is typed and sent on the pages over several domains; by noun."""

from casefile.forms.capturing import CapturedForm as CapturedForm
from casefile.forms.capturing import GroupForm as GroupForm
from casefile.forms.capturing import PromptsForm as PromptsForm
from casefile.forms.capturing import QuickForm as QuickForm
from casefile.forms.capturing import QuickSaveForm as QuickSaveForm
from casefile.forms.capturing import SessionForm as SessionForm
from casefile.forms.capturing import SheetForm as SheetForm
from casefile.forms.capturing import TaskForm as TaskForm
from casefile.forms.lists import COLUMNS as COLUMNS
from casefile.forms.lists import DUE_DAYS as DUE_DAYS
from casefile.forms.lists import AssignForm as AssignForm
from casefile.forms.lists import HandOverForm as HandOverForm
from casefile.forms.lists import LabelForm as LabelForm
from casefile.forms.lists import ListForm as ListForm
from casefile.forms.lists import NameForm as NameForm
from casefile.forms.lists import PaletteForm as PaletteForm
from casefile.forms.lists import PickForm as PickForm
from casefile.forms.lists import ReasonForm as ReasonForm
from casefile.forms.lists import SearchForm as SearchForm
from casefile.forms.lists import SubstituteForm as SubstituteForm
from casefile.forms.lists import TimelineForm as TimelineForm
from casefile.forms.lists import ViewForm as ViewForm
