"""Endpoints of districts and their people under /api/v1/."""

from accounts.api.access import GrantApi as GrantApi
from accounts.api.access import GrantEndApi as GrantEndApi
from accounts.api.access import GrantListApi as GrantListApi
from accounts.api.access import SessionListApi as SessionListApi
from accounts.api.access import SignOutApi as SignOutApi
from accounts.api.access import TokenListApi as TokenListApi
from accounts.api.access import TokenRevokeApi as TokenRevokeApi
from accounts.api.calendars import SchoolYearApi as SchoolYearApi
from accounts.api.calendars import SchoolYearCopyApi as SchoolYearCopyApi
from accounts.api.calendars import SchoolYearListApi as SchoolYearListApi
from accounts.api.calendars import SchoolYearNextApi as SchoolYearNextApi
from accounts.api.district import FeaturesApi as FeaturesApi
from accounts.api.district import OrganizationApi as OrganizationApi
from accounts.api.district import OrganizationListApi as OrganizationListApi
from accounts.api.district import SchoolApi as SchoolApi
from accounts.api.district import SchoolListApi as SchoolListApi
from accounts.api.own import PreferencesApi as PreferencesApi
from accounts.api.own import ProgramTokenApi as ProgramTokenApi
from accounts.api.people import InvitationListApi as InvitationListApi
from accounts.api.people import InvitationResendApi as InvitationResendApi
from accounts.api.people import InvitationRevokeApi as InvitationRevokeApi
from accounts.api.people import PersonApi as PersonApi
from accounts.api.people import PersonListApi as PersonListApi
from accounts.api.people import RoleApi as RoleApi
from accounts.api.people import RoleListApi as RoleListApi
