"""Changes to IEPs. Each is one transaction with its audit entry; narratives are named there, never copied.

Audit verbs: `ieps.iep.created`, `.sent_to_review`, `.returned`, `.approved`, `.activated`, `.superseded`,
`.discarded`; `ieps.section.changed`; `ieps.goal.added`, `.changed`, `.removed`, `.restored`, `ieps.goals.reordered`;
the same four for `ieps.service` and
`ieps.accommodation`; `ieps.amendment.proposed`, `.planned`, `.copied`; `ieps.approval.recorded`; `ieps.glance.read`.
"""

from ieps.editing import EditConflict, NotADraft
from ieps.mutations.amendments import (
    NotActive,
    NotAnAmendment,
    OpenAlready,
    plan_amendment,
    propose_amendment,
    record_revised_copy,
)
from ieps.mutations.drafts import (
    DatesStay,
    DraftExists,
    NotOpen,
    create_iep,
    discard_draft,
    update_iep,
    update_section,
)
from ieps.mutations.goals import GOAL_FIELDS, add_goal, move_goal, remove_goal, reorder_goals, update_goal
from ieps.mutations.lifecycle import (
    Blocked,
    ChangesAskedFor,
    ConsentMissing,
    Incomplete,
    NotApproved,
    NotInReview,
    activate_iep,
    approve_iep,
    confirm_glance,
    record_approval,
    return_to_draft,
    send_to_review,
)
from ieps.mutations.parts import (
    ACCOMMODATION_FIELDS,
    SERVICE_FIELDS,
    add_accommodation,
    add_service,
    remove_accommodation,
    remove_service,
    restore_part,
    update_accommodation,
    update_service,
)
from ieps.parts import HasMeasurements, TooMany

__all__ = [
    "ACCOMMODATION_FIELDS",
    "GOAL_FIELDS",
    "SERVICE_FIELDS",
    "Blocked",
    "ChangesAskedFor",
    "ConsentMissing",
    "DatesStay",
    "DraftExists",
    "EditConflict",
    "HasMeasurements",
    "Incomplete",
    "NotADraft",
    "NotActive",
    "NotAnAmendment",
    "NotApproved",
    "NotInReview",
    "NotOpen",
    "OpenAlready",
    "TooMany",
    "activate_iep",
    "add_accommodation",
    "add_goal",
    "add_service",
    "approve_iep",
    "confirm_glance",
    "create_iep",
    "discard_draft",
    "move_goal",
    "plan_amendment",
    "propose_amendment",
    "record_approval",
    "record_revised_copy",
    "remove_accommodation",
    "remove_goal",
    "remove_service",
    "reorder_goals",
    "restore_part",
    "return_to_draft",
    "send_to_review",
    "update_accommodation",
    "update_goal",
    "update_iep",
    "update_section",
    "update_service",
]
