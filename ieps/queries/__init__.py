"""Reading IEPs. Every function takes the actor and answers only what that actor may see.

`visible_iep`, `visible_goal` and their like give rows for mutations; the rest give frozen objects for pages.
"""

from ieps.queries.comments import (
    Colleague,
    Said,
    Thread,
    colleagues,
    comment_rows,
    threads_of,
    visible_comment,
)
from ieps.queries.differences import DifferencesPage, iep_differences
from ieps.queries.glance import Glance, iep_at_a_glance
from ieps.queries.page import (
    activation_blockers,
    goal_check,
    iep_editor,
    iep_page,
    section_values,
    text_ids,
)
from ieps.queries.parts import (
    accommodation_rows,
    goal_rows,
    goals_in_force,
    removed_rows,
    service_rows,
    team_choices,
    visible_accommodation,
    visible_goal,
    visible_removed,
    visible_service,
)
from ieps.queries.programs import (
    DraftList,
    IepList,
    IepRow,
    draft_list,
    has_been_served,
    iep_list,
    ieps_of_student,
    ieps_waiting_for,
    new_iep,
    open_drafts,
    visible_iep,
)
from ieps.queries.shown import Blocker, Entry, IepPage, SectionView, Word
from ieps.queries.signing import (
    AmendmentView,
    SigningPanel,
    agreed_by_parent,
    signing_panel,
    visible_signature,
)
from ieps.queries.verifying import Finding, Verified, VerifiedIep, signed_ieps, verified_iep

__all__ = [
    "AmendmentView",
    "Blocker",
    "Colleague",
    "DifferencesPage",
    "DraftList",
    "Entry",
    "Finding",
    "Glance",
    "IepList",
    "IepPage",
    "IepRow",
    "Said",
    "SectionView",
    "SigningPanel",
    "Thread",
    "Verified",
    "VerifiedIep",
    "Word",
    "accommodation_rows",
    "activation_blockers",
    "agreed_by_parent",
    "colleagues",
    "comment_rows",
    "draft_list",
    "goal_check",
    "goal_rows",
    "goals_in_force",
    "has_been_served",
    "iep_at_a_glance",
    "iep_differences",
    "iep_editor",
    "iep_list",
    "iep_page",
    "ieps_of_student",
    "ieps_waiting_for",
    "new_iep",
    "open_drafts",
    "removed_rows",
    "section_values",
    "service_rows",
    "signed_ieps",
    "signing_panel",
    "team_choices",
    "text_ids",
    "threads_of",
    "verified_iep",
    "visible_accommodation",
    "visible_comment",
    "visible_goal",
    "visible_iep",
    "visible_removed",
    "visible_service",
    "visible_signature",
]
