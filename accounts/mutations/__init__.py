"""Changes to a district, its schools, its people and what they hold. Each is one transaction with its audit entry."""

from accounts.founding import create_organization as create_organization
from accounts.mutations.district import add_school as add_school
from accounts.mutations.district import set_features as set_features
from accounts.mutations.district import set_preferences as set_preferences
from accounts.mutations.district import update_school as update_school
from accounts.mutations.district import update_settings as update_settings
from accounts.mutations.grants import add_grant as add_grant
from accounts.mutations.grants import end_grant as end_grant
from accounts.mutations.invitations import accept_invitation as accept_invitation
from accounts.mutations.invitations import invite_guardian_of as invite_guardian_of
from accounts.mutations.invitations import invite_person as invite_person
from accounts.mutations.invitations import make_invitation_link as make_invitation_link
from accounts.mutations.invitations import resend_invitation as resend_invitation
from accounts.mutations.invitations import revoke_invitation as revoke_invitation
from accounts.mutations.people import LastAdministrator as LastAdministrator
from accounts.mutations.people import add_member as add_member
from accounts.mutations.people import add_person as add_person
from accounts.mutations.people import deactivate_person as deactivate_person
from accounts.mutations.people import end_membership as end_membership
from accounts.mutations.sessions import sign_out_everywhere as sign_out_everywhere
from accounts.mutations.sign_in import remove_identity_provider as remove_identity_provider
from accounts.mutations.sign_in import set_identity_provider as set_identity_provider
from accounts.mutations.tokens import issue_program_token as issue_program_token
from accounts.mutations.tokens import issue_token as issue_token
from accounts.mutations.tokens import revoke_token as revoke_token
