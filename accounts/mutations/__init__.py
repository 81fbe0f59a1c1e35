"""Changes to a district, its schools, its people and what they hold. Each is one transaction with its audit entry."""

from accounts.founding import create_organization as create_organization
from accounts.mutations.district import add_school as add_school
from accounts.mutations.district import set_preferences as set_preferences
from accounts.mutations.district import update_school as update_school
from accounts.mutations.district import update_settings as update_settings
from accounts.mutations.people import LastAdministrator as LastAdministrator
from accounts.mutations.people import add_member as add_member
from accounts.mutations.people import add_person as add_person
from accounts.mutations.people import deactivate_person as deactivate_person
from accounts.mutations.people import end_membership as end_membership
from accounts.mutations.people import invite_parent as invite_parent
from accounts.mutations.sign_in import remove_identity_provider as remove_identity_provider
from accounts.mutations.sign_in import set_identity_provider as set_identity_provider
from accounts.mutations.tokens import issue_token as issue_token
