"""Changes to case files. Each is one transaction with its audit entry."""

from students.mutations.access import log_access as log_access
from students.mutations.access import set_annual_review as set_annual_review
from students.mutations.files import add_student as add_student
from students.mutations.files import add_tag as add_tag
from students.mutations.files import archive_student as archive_student
from students.mutations.files import refer_from_roster as refer_from_roster
from students.mutations.files import remove_tag as remove_tag
from students.mutations.files import restore_student as restore_student
from students.mutations.files import set_external_id as set_external_id
from students.mutations.files import update_identity as update_identity
from students.mutations.files import update_record as update_record
from students.mutations.files import update_student as update_student
from students.mutations.guardians import add_guardian as add_guardian
from students.mutations.guardians import end_guardian as end_guardian
from students.mutations.guardians import invite_guardian as invite_guardian
from students.mutations.guardians import update_guardian as update_guardian
from students.mutations.programs import AnotherStudent as AnotherStudent
from students.mutations.programs import ProgramRow as ProgramRow
from students.mutations.programs import keep_program_enrollments as keep_program_enrollments
from students.mutations.programs import open_for_program as open_for_program
from students.mutations.roster import RosterPerson as RosterPerson
from students.mutations.roster import keep_roster_entries as keep_roster_entries
from students.mutations.schools import tell_of_school as tell_of_school
from students.mutations.team import add_team_member as add_team_member
from students.mutations.team import change_case_manager as change_case_manager
from students.mutations.team import end_team_member as end_team_member
