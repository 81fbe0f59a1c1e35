"""Forms of case files. They check shapes; what is allowed and possible is the mutations' to say."""

from students.forms.files import ArchiveForm as ArchiveForm
from students.forms.files import EndForm as EndForm
from students.forms.files import ExternalIdForm as ExternalIdForm
from students.forms.files import GuardianForm as GuardianForm
from students.forms.files import IdentityForm as IdentityForm
from students.forms.files import NewStudentForm as NewStudentForm
from students.forms.files import RecordForm as RecordForm
from students.forms.files import RosterForm as RosterForm
from students.forms.files import SearchForm as SearchForm
from students.forms.files import TagForm as TagForm
from students.forms.files import TeamMemberForm as TeamMemberForm
from students.forms.files import VersionedForm as VersionedForm
