"""What people arrange for themselves, and what they record in the classroom; by noun."""

from casefile.mutations.captured import save_captured as save_captured
from casefile.mutations.groups import delete_data_group as delete_data_group
from casefile.mutations.groups import restore_data_group as restore_data_group
from casefile.mutations.groups import save_data_group as save_data_group
from casefile.mutations.groups import save_data_sheet as save_data_sheet
from casefile.mutations.lists import MOST_EXPORTED as MOST_EXPORTED
from casefile.mutations.lists import MOST_VIEWS as MOST_VIEWS
from casefile.mutations.lists import TooMany as TooMany
from casefile.mutations.lists import delete_view as delete_view
from casefile.mutations.lists import export_list as export_list
from casefile.mutations.lists import pin_student as pin_student
from casefile.mutations.lists import rename_view as rename_view
from casefile.mutations.lists import restore_view as restore_view
from casefile.mutations.lists import save_view as save_view
from casefile.mutations.lists import set_default_view as set_default_view
from casefile.mutations.lists import take_iep_pdf as take_iep_pdf
from casefile.mutations.lists import unpin_student as unpin_student
