"""Students with a case file, their team and guardians; and the roster, which holds every pupil."""

from core.models import in_force as in_force
from students.models.base import OfStudent as OfStudent
from students.models.choices import Disability as Disability
from students.models.choices import Grade as Grade
from students.models.people import Guardian as Guardian
from students.models.people import TeamMember as TeamMember
from students.models.people import may_be_shared as may_be_shared
from students.models.people import on_team as on_team
from students.models.people import relation_of_part as relation_of_part
from students.models.roster import RosterEntry as RosterEntry
from students.models.roster import RosterQuerySet as RosterQuerySet
from students.models.sight import visible_students as visible_students
from students.models.student import NEVER as NEVER
from students.models.student import ExternalId as ExternalId
from students.models.student import SearchWord as SearchWord
from students.models.student import Student as Student
from students.models.student import StudentQuerySet as StudentQuerySet
from students.models.student import Tag as Tag
from students.models.student import search_words as search_words
from students.models.undo import UNDO_HOURS as UNDO_HOURS
from students.models.undo import Undo as Undo
from students.names import normalised as normalised
from students.names import sort_name as sort_name
from students.names import words_in as words_in
