"""Pages over several domains, by noun."""

from casefile.views.pages import caseload as caseload
from casefile.views.pages import day as day
from casefile.views.pages import goals as goals
from casefile.views.pages import search as search
from casefile.views.pages import student as student
from casefile.views.pages import team as team
from casefile.views.pages import timeline as timeline
