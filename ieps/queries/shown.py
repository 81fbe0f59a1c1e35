"""What the pages of an IEP show, each as one frozen object."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from coediting.queries import TextState
from ieps.closing import Closing
from ieps.completeness import Requirement
from ieps.models import Accommodation, Approval, Goal, Iep, Service
from ieps.queries.comments import Thread
from ieps.sections import NARRATIVES
from ieps.smart import GoalCheck, check_goal

Label = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One field of a section as read: its name in words and what stands in it."""

    name: str
    label: Label
    value: Any
    is_narrative: bool
    is_ticked: bool | None = None
    text: TextState | None = None

    @property
    def is_filled(self) -> bool:
        """Whether anything stands in it."""
        return self.value not in (None, "", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """One section: its entries, and how many of its requirements are open."""

    id: str
    label: Label
    citation: str
    lists: str
    form_label: Label
    entries: tuple[Entry, ...]
    open_count: int
    is_started: bool

    @property
    def narratives(self) -> tuple[Entry, ...]:
        """What is written in words, together."""
        return tuple(entry for entry in self.entries if entry.is_narrative)

    @property
    def facts(self) -> tuple[Entry, ...]:
        """What is chosen, counted or dated, in a form."""
        return tuple(entry for entry in self.entries if not entry.is_narrative)

    @property
    def is_shown(self) -> bool:
        """Whether a reader sees it: what is empty is left out, except what was considered and ticked or not."""
        if self.id == "dates":
            return any(entry.is_filled for entry in self.entries if entry.name == "last_review_on")
        return (
            self.is_started or bool(self.lists) or any(entry.is_ticked is not None for entry in self.entries)
        )

    @property
    def mark(self) -> str:
        """`done`, `started` or `empty`, as the list of sections shows it."""
        if self.open_count:
            return "started" if self.is_started else "empty"
        return "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """Why an approved IEP is not in effect, in words, with where to do something about it."""

    code: str
    text: str
    citation: str = ""
    waits_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A reviewer's newest word on this IEP, or none yet."""

    person_id: UUID
    name: str
    part: Label
    decision: str
    decision_label: Label
    comment: str
    decided_at: datetime | None
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class IepPage:
    """One version of an IEP with everything that its reading page and its editor show.

    What is worked out of it is worked out once, however many regions of a page show it.
    """

    iep_id: UUID
    student_id: UUID
    student_name: str
    number: int
    version: int
    kind: str
    kind_label: Label
    language: str
    status: str
    status_label: Label
    meeting_on: date | None
    effective_on: date | None
    expires_on: date | None
    last_review_on: date | None
    next_review_on: date | None
    placement: str
    percent_regular: Any
    changed_at: datetime
    changed_by_name: str
    sections: tuple[SectionView, ...]
    goals: tuple[Goal, ...]
    services: tuple[Service, ...]
    accommodations: tuple[Accommodation, ...]
    requirements: tuple[Requirement, ...]
    blockers: tuple[Blocker, ...]
    words: tuple[Word, ...]
    topics: str
    versions: str
    topic: str
    may_write: bool
    may_review: bool
    may_approve: bool
    may_contribute: bool
    may_comment: bool
    threads: tuple[Thread, ...]
    texts_missing: bool
    closing: Closing | None

    @cached_property
    def goal_cards(self) -> tuple[tuple[Goal, GoalCheck], ...]:
        """Each goal with how measurable it is."""
        return tuple((goal, check_goal(goal, starts_on=self.effective_on)) for goal in self.goals)

    @cached_property
    def hints(self) -> tuple[tuple[Goal, str], ...]:
        """What goals lack to be measurable; it keeps nobody from approving."""
        return tuple((goal, text) for goal, check in self.goal_cards for text, _field in check.missing)

    @property
    def writes_together(self) -> bool:
        """Whether the actor writes words of this draft now."""
        return self.may_contribute and self.is_draft

    @property
    def may_say_something(self) -> bool:
        """Whether the actor may comment now."""
        return self.may_comment and self.status in (Iep.Status.DRAFT, Iep.Status.IN_REVIEW)

    @cached_property
    def open_threads(self) -> tuple[Thread, ...]:
        """Threads that are not settled."""
        return tuple(thread for thread in self.threads if thread.resolved_at is None)

    @cached_property
    def settled_threads(self) -> tuple[Thread, ...]:
        """Threads that are settled."""
        return tuple(thread for thread in self.threads if thread.resolved_at is not None)

    @property
    def narratives(self) -> tuple[str, ...]:
        """The fields that are shared texts."""
        return NARRATIVES

    @cached_property
    def missing(self) -> tuple[Requirement, ...]:
        """What the law asks for and is not there yet."""
        return tuple(item for item in self.requirements if not item.is_met)

    @cached_property
    def met_count(self) -> int:
        """How many requirements are met."""
        return sum(item.is_met for item in self.requirements)

    @property
    def percent_complete(self) -> int:
        """Met requirements of all that apply, in percent, rounded down."""
        return self.met_count * 100 // max(1, len(self.requirements))

    @property
    def is_draft(self) -> bool:
        """Only a draft is edited."""
        return self.status == Iep.Status.DRAFT

    @property
    def is_open(self) -> bool:
        """Draft, in review, or approved and waiting."""
        return self.status in Iep.OPEN

    @property
    def may_edit(self) -> bool:
        """Whether the actor may change the text now."""
        return self.may_write and self.is_draft

    @property
    def may_send(self) -> bool:
        """Whether the actor may send it to review now."""
        return self.may_write and self.is_draft

    @property
    def may_return(self) -> bool:
        """Whether the actor may make it a draft again."""
        return self.may_approve and self.status in (Iep.Status.IN_REVIEW, Iep.Status.APPROVED)

    @property
    def may_say(self) -> bool:
        """Whether the actor's word is asked for now."""
        return self.may_review and self.status == Iep.Status.IN_REVIEW

    @property
    def may_approve_now(self) -> bool:
        """Whether the actor may approve it, once nothing is missing."""
        return self.may_approve and self.status == Iep.Status.IN_REVIEW

    @property
    def may_activate(self) -> bool:
        """Whether the actor may put it into effect now."""
        return self.may_approve and self.status == Iep.Status.APPROVED and not self.blockers

    @property
    def may_discard(self) -> bool:
        """Whether the actor may give this draft up."""
        return self.may_write and self.is_open

    @cached_property
    def open_request_for_changes(self) -> bool:
        """Whether a reviewer's newest word on this very text asks for changes."""
        return any(word.is_current and word.decision == Approval.Decision.CHANGES for word in self.words)
