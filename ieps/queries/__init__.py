"""Reading IEPs. Every function takes the actor and answers only what that actor may see.

`visible_iep`, `visible_goal` and their like give rows for mutations; the rest give frozen objects for pages.
"""

from ieps.queries.page import (
    Blocker,
    Entry,
    Glance,
    IepPage,
    SectionView,
    Word,
    activation_blockers,
    iep_at_a_glance,
    iep_page,
    section_values,
)
from ieps.queries.parts import (
    accommodations_of_iep,
    goals_in_force,
    goals_of_iep,
    services_of_iep,
    visible_accommodation,
    visible_goal,
    visible_removed,
    visible_service,
)
from ieps.queries.programs import (
    IepList,
    IepRow,
    active_iep,
    active_ieps_of,
    has_been_served,
    iep_list,
    ieps_of_student,
    ieps_waiting_for,
    open_draft_count,
    open_drafts,
    open_iep,
    visible_iep,
)

__all__ = [
    "Blocker",
    "Entry",
    "Glance",
    "IepList",
    "IepPage",
    "IepRow",
    "SectionView",
    "Word",
    "accommodations_of_iep",
    "activation_blockers",
    "active_iep",
    "active_ieps_of",
    "goals_in_force",
    "goals_of_iep",
    "has_been_served",
    "iep_at_a_glance",
    "iep_list",
    "iep_page",
    "ieps_of_student",
    "ieps_waiting_for",
    "open_draft_count",
    "open_drafts",
    "open_iep",
    "section_values",
    "services_of_iep",
    "visible_accommodation",
    "visible_goal",
    "visible_iep",
    "visible_removed",
    "visible_service",
]
