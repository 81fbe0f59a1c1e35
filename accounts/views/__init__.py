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
