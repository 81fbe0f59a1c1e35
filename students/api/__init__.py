"""Endpoints of students under /api/v1/."""

from students.api.bulk import StudentBulkApi as StudentBulkApi
from students.api.bulk import UndoApi as UndoApi
from students.api.files import GuardianApi as GuardianApi
from students.api.files import GuardianListApi as GuardianListApi
from students.api.files import StudentApi as StudentApi
from students.api.files import StudentListApi as StudentListApi
from students.api.files import TeamApi as TeamApi
from students.api.files import TeamMemberApi as TeamMemberApi
from students.api.record import AddressApi as AddressApi
from students.api.record import AddressListApi as AddressListApi
from students.api.record import ContactApi as ContactApi
from students.api.record import EmergencyContactApi as EmergencyContactApi
from students.api.record import EmergencyContactListApi as EmergencyContactListApi
from students.api.record import LanguagesApi as LanguagesApi
from students.api.record import ProfileApi as ProfileApi
from students.api.schooling import CustomFieldsApi as CustomFieldsApi
from students.api.schooling import EnrollmentListApi as EnrollmentListApi
from students.api.schooling import ExitApi as ExitApi
from students.api.schooling import MoveApi as MoveApi
from students.api.schooling import RecordsRequestApi as RecordsRequestApi
from students.api.schooling import RecordsRequestListApi as RecordsRequestListApi
from students.api.schooling import ReturnApi as ReturnApi
from students.api.schooling import TransferApi as TransferApi
