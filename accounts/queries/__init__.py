"""Reading the people, roles, schools and settings of a district."""

from accounts.queries.people import PAGE_ROWS as PAGE_ROWS
from accounts.queries.people import HeldRole as HeldRole
from accounts.queries.people import People as People
from accounts.queries.people import PersonRow as PersonRow
from accounts.queries.people import StaffMember as StaffMember
from accounts.queries.people import all_schools as all_schools
from accounts.queries.people import held_membership as held_membership
from accounts.queries.people import member_person as member_person
from accounts.queries.people import membership_of as membership_of
from accounts.queries.people import organization_of as organization_of
from accounts.queries.people import own_person as own_person
from accounts.queries.people import own_schools as own_schools
from accounts.queries.people import people as people
from accounts.queries.people import roles_held as roles_held
from accounts.queries.people import school as school
from accounts.queries.people import schools_of as schools_of
from accounts.queries.people import settings_of as settings_of
from accounts.queries.people import staff_near as staff_near
from accounts.queries.sign_in import Provider as Provider
from accounts.queries.sign_in import identity_provider as identity_provider
