"""Pages of people, roles, schools and settings."""

from accounts.views.people import add_person as add_person
from accounts.views.people import add_role as add_role
from accounts.views.people import add_school as add_school
from accounts.views.people import deactivate as deactivate
from accounts.views.people import district as district
from accounts.views.people import edit_school as edit_school
from accounts.views.people import end_role as end_role
from accounts.views.people import people as people
from accounts.views.people import preferences as preferences
from accounts.views.people import schools as schools
from accounts.views.people import start as start
from accounts.views.sign_in import end_other_sessions as end_other_sessions
from accounts.views.sign_in import end_session as end_session
from accounts.views.sign_in import identity_provider as identity_provider
from accounts.views.sign_in import remove_identity_provider as remove_identity_provider
from accounts.views.sign_in import security as security
from accounts.views.sign_in import test_identity_provider as test_identity_provider
