"""IEPs of the demonstration: last year's, the one in force, drafts on their way; goals, services, weekly scores."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from casefile.demo.goals import GOALS, WEEKLY, GoalText
from casefile.demo.narrative import ACCOMMODATIONS, SERVICES, narrative
from casefile.demo.points import IN_A_ROW, MONTHS_OF_SCORES, Series, school_day, series, weekday
from casefile.demo.students import (
    MATEO,
    MATEO_ACCOMMODATIONS,
    MATEO_ENDS,
    MATEO_NUMBERS,
    MATEO_TARGET_DAYS,
    Story,
)
from core.ids import uuid7
from ieps.models import PERCENT_SCALES, Accommodation, GlanceReading, Goal, Iep, Service
from ieps.sections import a_year_after
from progress.arithmetic import Direction, GoalTerms, MasteryRule, Status
from progress.models import Phase, ProgressPoint
from students.models import Student

if TYPE_CHECKING:
    from casefile.demo.build import District

HUNDRED = Decimal(100)
SHORTEST_WAY = 110  # days
PHASE_DAYS = 36  # since instruction changed
SHARE_BY_OTHERS = 0.12  # of scores that somebody else than the case manager records


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The days of one IEP."""

    meeting_on: date
    effective_on: date
    expires_on: date


def dates(meeting_on: date) -> Dates:
    """An IEP takes effect three days after its meeting and holds for a year."""
    effective_on = meeting_on + timedelta(days=3)
    return Dates(
        meeting_on=meeting_on,
        effective_on=effective_on,
        expires_on=a_year_after(effective_on) - timedelta(days=1),
    )


def a_year_before(day: date) -> date:
    """The same day of the year before; the 28th for a 29th of February."""
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)  # noqa: PLR2004


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One goal of a student: which, in which place, and what its scores should come to."""

    place: int
    key: str
    status: Status
    offset: int

    @property
    def text(self) -> GoalText:
        """The words of the goal."""
        return GOALS[self.key]


class Programs:
    """Writes one student's IEPs after another into a district."""

    _story: Story
    _student: Student
    _chance: random.Random

    def __init__(self, district: "District") -> None:
        self.district = district
        self.goal_ids: list[UUID] = []

    def write(self, story: Story, student: Student, number: int, chance: random.Random) -> None:
        """Everything of one student."""
        self._story, self._student, self._chance = story, student, chance
        if story.draft == "initial":
            self._draft(None, Iep.Status.DRAFT)
            return
        now_on = dates(a_year_before(weekday(self.district.today + timedelta(days=story.review_days))))
        before = self._iep(dates(a_year_before(now_on.meeting_on)), 1, Iep.Status.SUPERSEDED)
        iep = self._iep(now_on, 2, Iep.Status.ACTIVE)
        self._parts(iep)
        for place, (key, status) in enumerate(zip(story.goals, story.statuses, strict=True), start=1):
            self._goal(Line(place=place, key=key, status=Status(status), offset=number + place), before, iep)
        self._readings(iep)
        if story.draft:
            self._draft(iep, Iep.Status(story.draft))

    def _iep(self, on: Dates, number: int, status: Iep.Status) -> Iep:
        story, student, chance = self._story, self._student, self._chance
        words = narrative(story)
        manager = self.district.people[story.manager]
        iep: Iep = self.district.own(
            Iep,
            student=student,
            number=number,
            kind=Iep.Kind.INITIAL if number == 1 else Iep.Kind.ANNUAL,
            status=status,
            meeting_on=on.meeting_on,
            effective_on=on.effective_on,
            expires_on=on.expires_on,
            last_review_on=on.meeting_on if number > 1 else None,
            next_review_on=a_year_after(on.meeting_on),
            changed_at=self.district.at(on.effective_on, 95),
            changed_by_name=manager.name,
            **words,
        )
        steps = (("created", -21, 40), ("sent_to_review", -9, 410), ("approved", 1, 300), ("activated", 3, 5))
        for step, days, minute in steps:
            at = self.district.at(on.meeting_on + timedelta(days=days), minute + chance.randrange(40))
            self.district.tell(
                f"ieps.iep.{step}",
                iep,
                manager if step != "activated" else None,
                at,
                student_id=student.id,
                number=number,
            )
        iep.activated_at = self.district.at(on.effective_on, 5)
        return iep

    def _parts(self, iep: Iep) -> None:
        story, chance = self._story, self._chance
        rows = MATEO_ACCOMMODATIONS if story is MATEO else chance.sample(ACCOMMODATIONS, 4)
        for kind, text, setting in rows:
            self._own(iep, Accommodation, kind=kind, text=text, setting=setting)
        for service in SERVICES[story.disability]:
            provider = self.district.people.get(service.provider or story.manager)
            self._own(
                iep,
                Service,
                kind=service.kind,
                focus=service.focus,
                minutes=service.minutes,
                times=service.times,
                period=service.period,
                delivery=service.delivery,
                location=service.location,
                starts_on=iep.effective_on,
                ends_on=iep.expires_on,
                provider=provider,
            )

    def _own(self, iep: Iep, model: type[Any], **columns: Any) -> Any:
        return self.district.own(model, iep=iep, student_id=iep.student_id, **columns)

    def _goal(self, line: Line, before: Iep, iep: Iep) -> None:
        terms, ends = self._terms(line, iep)
        lineage = uuid7()
        goal = self._goal_row(line, iep, terms, lineage)
        self.goal_ids.append(goal.id)
        self._points(goal, self._series(line, terms, ends))
        if self._story is MATEO and line.place == 1:
            self._phases(goal)
        earlier = self._earlier(before, line.text, terms)
        past = self._goal_row(line, before, earlier, lineage)
        self._points(past, self._past_scores(line, terms, earlier))

    def _terms(self, line: Line, iep: Iep) -> tuple[GoalTerms, tuple[Decimal, ...]]:
        """What the goal asks for; the main goal's numbers come from the story."""
        story, text = self._story, line.text
        assert iep.meeting_on is not None and iep.expires_on is not None  # noqa: PT018  # written above
        baseline_on = school_day(iep.meeting_on - timedelta(days=5))
        # A goal of an IEP that is nearly over goes on to the end of the school year.
        target_on = max(iep.expires_on, self.district.today + timedelta(days=SHORTEST_WAY))
        low, high = _about(text.low, self._chance), _about(text.high, self._chance)
        ends: tuple[int, ...] = ()
        if story is MATEO:
            low, high = (Decimal(value) for value in MATEO_NUMBERS[line.key])
            ends, target_on = MATEO_ENDS[line.key], self.district.today + timedelta(days=MATEO_TARGET_DAYS)
        elif line.place == 1 and story.ends:
            ends = story.ends
            low = Decimal(round(min(ends) * 0.78))
            passed, whole = (self.district.today - baseline_on).days, (target_on - baseline_on).days
            high = Decimal(round(float(low) + (story.aim_today - float(low)) * whole / max(passed, 1)))
        if text.scale in PERCENT_SCALES:
            low, high = min(low, HUNDRED - 10), min(high, HUNDRED - 2)
        terms = GoalTerms(
            direction=Direction(text.direction),
            target=high,
            target_on=target_on,
            baseline=low,
            baseline_on=baseline_on,
            mastery=MasteryRule(hits=IN_A_ROW, of=IN_A_ROW),
        )
        return terms, tuple(Decimal(value) for value in ends)

    def _series(self, line: Line, terms: GoalTerms, ends: tuple[Decimal, ...]) -> Series:
        """Scores that end as the story says; where those would mean another status, scores that mean the right one."""
        story = self._story
        for wanted in (ends, ()):
            try:
                return series(
                    terms,
                    line.status,
                    today=self.district.today,
                    offset=0 if story is MATEO else line.offset,
                    seed=f"{story.given}:{story.family}:{line.key}",
                    is_percent=line.text.scale in PERCENT_SCALES,
                    ends=wanted,
                )
            except ValueError:
                if not wanted:
                    raise
        raise ValueError(line.key)

    def _earlier(self, before: Iep, text: GoalText, terms: GoalTerms) -> GoalTerms:
        """Last year's goal in the same line: it ended about where this year's begins."""
        assert before.meeting_on is not None and before.expires_on is not None  # noqa: PT018
        assert terms.baseline is not None
        way = (terms.target - terms.baseline) / 2
        start = max(Decimal(0), terms.baseline - way).quantize(Decimal(1))
        if text.direction == "decrease":
            start = (terms.baseline - way).quantize(Decimal(1))
        target = terms.baseline if terms.baseline != start else start + (1 if way > 0 else -1)
        return GoalTerms(
            direction=terms.direction,
            target=target,
            target_on=before.expires_on,
            baseline=start,
            baseline_on=school_day(before.meeting_on - timedelta(days=5)),
        )

    def _phases(self, goal: Goal) -> None:
        """What was tried for the goal that the demonstration shows first."""
        by = self.district.people[self._story.manager].name
        changed_on = school_day(self.district.today - timedelta(days=PHASE_DAYS))
        shared = {"student_id": goal.student_id, "goal": goal, "lineage_id": goal.lineage_id}
        self.district.own(
            Phase,
            **shared,
            label="Small-group decoding",
            detail="30 minutes, 4 days a week",
            starts_on=goal.baseline_on + timedelta(days=3),
            ends_on=changed_on,
            started_by_name=by,
        )
        self.district.own(
            Phase,
            **shared,
            label="Repeated reading added",
            detail="10 minutes daily",
            reason="Four scores below the aimline.",
            starts_on=changed_on,
            started_by_name=by,
        )

    def _past_scores(self, line: Line, terms: GoalTerms, earlier: GoalTerms) -> Series:
        """Scores under last year's goal, as far back as eight months."""
        chance = self._chance
        assert terms.baseline_on and terms.baseline is not None and earlier.baseline is not None  # noqa: PT018
        assert earlier.baseline_on
        found: Series = []
        day = school_day(terms.baseline_on - timedelta(days=2 + line.offset % 3))
        first = self.district.today - timedelta(days=MONTHS_OF_SCORES)
        whole = (terms.baseline_on - earlier.baseline_on).days
        while day > first:
            part = Decimal((day - earlier.baseline_on).days) / Decimal(whole)
            value = earlier.baseline + (terms.baseline - earlier.baseline) * part + chance.randint(-1, 1)
            top = HUNDRED if line.text.scale in PERCENT_SCALES else value
            found.append((day, max(Decimal(0), min(value, top)).quantize(Decimal(1))))
            day = school_day(day - timedelta(days=7))
        return found[::-1]

    def _goal_row(self, line: Line, iep: Iep, terms: GoalTerms, lineage: UUID) -> Goal:
        story, text = self._story, line.text
        target = f"{terms.target:f}{'%' if text.scale == 'percent' else ''}"
        manager = self.district.people[story.manager]
        sentence = text.statement.format(name=story.given, target=target)
        until = f"{terms.target_on:%B} {terms.target_on.day}, {terms.target_on.year}"
        goal: Goal = self._own(
            iep,
            Goal,
            lineage_id=lineage,
            number=line.place,
            domain=text.domain,
            title=text.title,
            statement=f"By {until}: {sentence[:1].lower()}{sentence[1:-1]}, {text.accuracy}.",
            scale=text.scale,
            unit=text.unit,
            direction=text.direction,
            baseline_value=terms.baseline,
            baseline_on=terms.baseline_on,
            baseline_context="Median of three probes",
            target_value=terms.target,
            target_on=terms.target_on,
            accuracy=text.accuracy,
            conditions=text.conditions,
            evaluation_method=text.method,
            frequency=WEEKLY,
            responsible=manager,
            changed_by_name=manager.name,
        )
        return goal

    def _points(self, goal: Goal, scores: Series) -> None:
        story, chance = self._story, self._chance
        manager = self.district.people[story.manager]
        other = self.district.people.get("kwame" if goal.domain == "communication" else "ana")
        for day, value in scores:
            by = other if other and story.manager == "dana" and chance.random() < SHARE_BY_OTHERS else manager
            at: datetime = self.district.at(day, 30 + chance.randrange(360))
            point = self.district.own(
                ProgressPoint,
                student_id=goal.student_id,
                goal=goal,
                lineage_id=goal.lineage_id,
                measured_on=day,
                value=value,
                recorded_by=by,
                recorded_by_name=by.name,
                created_at=at,
            )
            self.district.tell(
                "progress.point.recorded",
                point,
                by,
                at,
                student_id=goal.student_id,
                goal_id=str(goal.id),
                measured_on=day.isoformat(),
                value=f"{value:f}",
            )

    def _readings(self, iep: Iep) -> None:
        """Ana has confirmed all but two of hers, so that there is something to confirm."""
        story = self._story
        if story.manager != "dana" or story.grade != "04" or story.family in {"Feld", "Haddad"}:
            return
        ana, read_at = (
            self.district.people["ana"],
            self.district.at(iep.effective_on or self.district.today, 200),
        )
        reading = self._own(iep, GlanceReading, person=ana, read_at=read_at)
        self.district.tell(
            "ieps.glance.read", reading, ana, read_at, student_id=iep.student_id, number=iep.number
        )

    def _draft(self, active: Iep | None, status: Iep.Status) -> None:
        """The next IEP: a draft half written, one in review, or one that waits for its day."""
        story, student = self._story, self._student
        today, manager = self.district.today, self.district.people[story.manager]
        meeting_on = today - timedelta(days=2) if status != Iep.Status.DRAFT else today + timedelta(days=9)
        on = Dates(
            meeting_on=meeting_on,
            effective_on=today + timedelta(days=max(10, story.review_days)),
            expires_on=a_year_after(today + timedelta(days=max(10, story.review_days))) - timedelta(days=1),
        )
        words = narrative(story)
        if status == Iep.Status.DRAFT:
            for name in ("impact", "nonparticipation", "assessments", "placement", "report_schedule"):
                words[name] = ""
            words["has_extended_year"] = words["percent_regular"] = None
        iep = self.district.own(
            Iep,
            student=student,
            number=active.number + 1 if active else 1,
            kind=Iep.Kind.ANNUAL if active else Iep.Kind.INITIAL,
            status=status,
            meeting_on=on.meeting_on,
            effective_on=on.effective_on,
            expires_on=on.expires_on,
            last_review_on=on.meeting_on if active else None,
            changed_at=self.district.at(today - timedelta(days=1), 215),
            changed_by_name=manager.name,
            **words,
        )
        for place, key in enumerate(story.goals, start=1):
            line = Line(place=place, key=key, status=Status.NO_DATA, offset=0)
            text = line.text
            terms = GoalTerms(
                direction=Direction(text.direction),
                target=text.high,
                target_on=on.expires_on,
                baseline=text.low,
                baseline_on=today - timedelta(days=7),
            )
            self._goal_row(line, iep, terms, uuid7())
        self._parts(iep)
        self._draft_steps(iep, status)

    def _draft_steps(self, iep: Iep, status: Iep.Status) -> None:
        today, student_id = self.district.today, iep.student_id
        manager = next(
            person for person in self.district.people.values() if person.name == iep.changed_by_name
        )
        steps = [("created", 16, 50)]
        if status in (Iep.Status.IN_REVIEW, Iep.Status.APPROVED):
            steps.append(("sent_to_review", 3, 130))
            iep.sent_to_review_at = self.district.at(today - timedelta(days=3), 130)
        if status == Iep.Status.APPROVED:
            steps.append(("approved", 1, 215))
            iep.approved_at = self.district.at(today - timedelta(days=1), 215)
        for step, days_ago, minute in steps:
            at = self.district.at(today - timedelta(days=days_ago), minute)
            self.district.tell(f"ieps.iep.{step}", iep, manager, at, student_id=student_id, number=iep.number)


def _about(value: Decimal, chance: random.Random) -> Decimal:
    """A number near another, in whole units, so that no two students are the same."""
    return Decimal(max(1, round(float(value) * chance.uniform(0.9, 1.12))))
