"""Reading for pages over several domains. Every function takes the actor and answers only what that actor may see."""

from casefile.queries.bulk import (
    Done,
    HandOver,
    Selection,
    done,
    hand_over,
    matching_ids,
    selection,
)
from casefile.queries.capturing import (
    CaptureGoal,
    CaptureSession,
    CaptureStudent,
    GroupRow,
    TaskRow,
    ToCapture,
    capture_session,
    chooses_goals,
    data_group,
    data_tasks,
    goals_to_choose,
    lineages_of,
    to_capture,
    unassigned,
)
from casefile.queries.caseloads import SORTS, Caseload, CaseloadRow, Due, Filters, caseload, listed_ids
from casefile.queries.day import DistrictCounts, MyDay, my_day, services_of_district
from casefile.queries.exports import ListedStudent, exported
from casefile.queries.keyset import Place
from casefile.queries.palettes import Found, found_students
from casefile.queries.recording import AssignedRow, Recording, district_prompts, recording
from casefile.queries.saved import Pin, ViewRow, default_words, is_pinned, pins, saved_view, saved_views
from casefile.queries.shell import Standing, standing
from casefile.queries.sheets import SheetPage, quick_readings, sheet_page
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
    "district_prompts",
    "recording",
    "Recording",
    "AssignedRow",
    "sheet_page",
    "quick_readings",
    "SheetPage",
    "unassigned",
    "to_capture",
    "lineages_of",
    "goals_to_choose",
    "data_tasks",
    "data_group",
    "chooses_goals",
    "capture_session",
    "ToCapture",
    "TaskRow",
    "GroupRow",
    "CaptureStudent",
    "CaptureSession",
    "CaptureGoal",
    "KINDS",
    "SORTS",
    "Caseload",
    "CaseloadRow",
    "DistrictCounts",
    "Done",
    "Due",
    "Filters",
    "Found",
    "HandOver",
    "ListedStudent",
    "MyDay",
    "Overview",
    "Pin",
    "Place",
    "Selection",
    "Standing",
    "StudentHead",
    "TeamPage",
    "Timeline",
    "TimelineRow",
    "ViewRow",
    "caseload",
    "default_words",
    "done",
    "exported",
    "found_students",
    "hand_over",
    "is_pinned",
    "listed_ids",
    "matching_ids",
    "my_day",
    "overview",
    "pins",
    "recent",
    "saved_view",
    "saved_views",
    "selection",
    "services_of_district",
    "sight_of_scores",
    "standing",
    "student_head",
    "team_page",
    "timeline",
]
