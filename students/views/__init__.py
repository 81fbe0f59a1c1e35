"""Pages that open, change and put away case files."""

from students.views.files import add_tag as add_tag
from students.views.files import archive as archive
from students.views.files import edit_guardian as edit_guardian
from students.views.files import edit_guardians as edit_guardians
from students.views.files import edit_identity as edit_identity
from students.views.files import edit_ids as edit_ids
from students.views.files import edit_record as edit_record
from students.views.files import edit_team as edit_team
from students.views.files import end_guardian as end_guardian
from students.views.files import end_team_member as end_team_member
from students.views.files import invite_guardian as invite_guardian
from students.views.files import new as new
from students.views.files import refer as refer
from students.views.files import remove_tag as remove_tag
from students.views.files import restore as restore
from students.views.files import roster as roster
