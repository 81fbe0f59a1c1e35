"""The charts of an IEP's goals as pictures in ink: drawn from today's data, or kept as they were at approval."""

import json
import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from core.actor import Actor
from core.errors import NotAllowed, SpedError
from core.once import reading_once
from documents.files import keep_file, kept_file
from documents.models import GeneratedFile
from documents.signing import Subject
from progress.left_out import for_families
from progress.queries import GoalProgress, goal_progress, goals_progress
from progress.templatetags.progress import progress_chart
from students.models import Student

# Colours of the style sheet as ink: a picture in a document has no style sheet.
INKS = {
    "c-data": "#133b49",
    "c-aim": "#67787e",
    "c-trend": "#1666aa",
    "c-goal": "#176540",
    "c-phase": "#445963",
    "c-band": "#eef5f7",
    "ink-3": "#55656c",
    "line": "#d9e1e4",
    "live": "#f8c64e",
    "surface": "#ffffff",
}
OTHER_INK = "#55656c"
Chart = dict[str, str]


def chart_of(*, actor: Actor, goal_id: UUID) -> Chart | None:
    """The chart of a goal as `svg` and `alt`; none without scores, or for who does not see its progress."""
    try:
        page = goal_progress(actor=actor, goal_id=goal_id, today=actor.today)
    except SpedError:
        return None
    return _drawn(page)


def inked(drawn: str, title: str) -> Chart:
    """A picture of a page as one that stands alone, and its description."""
    picture = re.sub(r"var\(--([a-z0-9-]+)\)", lambda found: INKS.get(found.group(1), OTHER_INK), drawn)
    described = re.search(r"<desc[^>]*>(.*?)</desc>", picture, re.DOTALL)
    picture = re.sub(r"<(title|desc)[^>]*>.*?</\1>", "", picture, flags=re.DOTALL)
    if "xmlns=" not in picture:
        picture = picture.replace(
            "<svg", '<svg xmlns="http://www.w3.org/2000/svg" font-family="Noto Sans"', 1
        )
    return {"svg": picture, "alt": described.group(1) if described else title}


def charts_of(*, actor: Actor, student: Student, goal_ids: Iterable[str]) -> dict[str, Chart]:
    """The charts of several goals of a student as they are now, in a number of statements that stays the same."""
    ids = [UUID(goal_id) for goal_id in goal_ids]
    try:
        with reading_once():  # the rights are the same for every goal
            found = goals_progress(actor=actor, student=student, goal_ids=ids, today=actor.today)
    except NotAllowed:
        return {}
    drawn = {str(goal_id): _drawn(found[goal_id]) for goal_id in ids if goal_id in found}
    return {goal_id: chart for goal_id, chart in drawn.items() if chart}


def _drawn(page: GoalProgress) -> Chart | None:
    return inked(str(progress_chart(for_families(page), "wide")), page.title) if page.measurements else None


def keep_charts(*, actor: Actor, subject: Subject) -> None:
    """Keep the charts of an IEP as they are now, with the version that is signed. Called while it is approved."""
    charts = charts_of(
        actor=actor,
        student=subject.student,
        goal_ids=[goal["id"] for goal in subject.content["goals"]],
    )
    keep_file(
        actor=actor,
        subject=subject,
        kind=GeneratedFile.Kind.CHARTS,
        content=json.dumps(charts, ensure_ascii=False, sort_keys=True).encode(),
    )


def kept_charts(*, actor: Actor, iep_id: UUID, digest: str) -> dict[str, Any] | None:
    """The charts that were kept with a signed version. None when none were."""
    found = kept_file(actor=actor, subject_id=iep_id, kind=GeneratedFile.Kind.CHARTS, shows=digest)
    return json.loads(found.content) if found is not None else None
