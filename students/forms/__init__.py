"""Forms of case files. They check shapes; what is allowed and possible is the mutations' to say."""

from students.forms.fields import CustomFieldForm as CustomFieldForm
from students.forms.fields import CustomValuesForm as CustomValuesForm
from students.forms.files import ArchiveForm as ArchiveForm
from students.forms.files import EndForm as EndForm
from students.forms.files import ExternalIdForm as ExternalIdForm
from students.forms.files import IdentityForm as IdentityForm
from students.forms.files import NewStudentForm as NewStudentForm
from students.forms.files import RecordForm as RecordForm
from students.forms.files import RosterForm as RosterForm
from students.forms.files import SearchForm as SearchForm
from students.forms.files import TagForm as TagForm
from students.forms.files import TeamMemberForm as TeamMemberForm
from students.forms.files import VersionedForm as VersionedForm
from students.forms.record import AddressForm as AddressForm
from students.forms.record import ContactForm as ContactForm
from students.forms.record import EmergencyForm as EmergencyForm
from students.forms.record import GuardianForm as GuardianForm
from students.forms.record import LanguagesForm as LanguagesForm
from students.forms.record import PhotoForm as PhotoForm
from students.forms.record import ProfileForm as ProfileForm
from students.forms.schooling import EarlierSchoolForm as EarlierSchoolForm
from students.forms.schooling import ExitForm as ExitForm
from students.forms.schooling import RecordsRequestForm as RecordsRequestForm
from students.forms.schooling import ReentryForm as ReentryForm
from students.forms.schooling import TransferForm as TransferForm
