"""Reading for pages over several domains. Every function takes the actor and answers only what that actor may see."""

from casefile.queries.caseloads import SORTS, Caseload, CaseloadRow, Due, Filters, caseload
from casefile.queries.day import DistrictCounts, MyDay, my_day, services_of_district
from casefile.queries.keyset import Place
from casefile.queries.shell import Standing, standing
from casefile.queries.sight import sight_of_scores
from casefile.queries.student import (
    Overview,
    StudentHead,
    TeamPage,
    overview,
    student_head,
    team_page,
)
from casefile.queries.timelines import KINDS, Timeline, TimelineRow, recent, timeline

__all__ = [
    "KINDS",
    "SORTS",
    "Caseload",
    "CaseloadRow",
    "DistrictCounts",
    "Due",
    "Filters",
    "MyDay",
    "Overview",
    "Place",
    "Standing",
    "StudentHead",
    "TeamPage",
    "Timeline",
    "TimelineRow",
    "caseload",
    "my_day",
    "overview",
    "recent",
    "services_of_district",
    "sight_of_scores",
    "standing",
    "student_head",
    "team_page",
    "timeline",
]
