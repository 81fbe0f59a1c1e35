"""Progress under the IEP in force."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import now

from accounts import calendars
from accounts import mutations as people
from ieps.models import Goal
from progress import mutations as progress
from progress.models import (
    AttainmentScale,
    DataTask,
    GoalState,
    GoalSummary,
    Phase,
    ProgressPoint,
    ProgressReport,
)
from progress.queries import Looked, OverviewFilters
from tests.live.changes.accounts import a_year, present_years
from tests.live.changes.table import change
from tests.live.changes.world import Nothing, World


@change("progress.mutations.points.record_progress_point")
def record_progress_point(world: World) -> None:
    goal = world.one(Goal.objects.filter(iep=world.active))
    progress.record_progress_point(
        actor=world.teammate(world.dice.choice(["casey", "sam"])),
        goal_id=goal.id,
        measured_on=min(world.today, goal.baseline_on + timedelta(days=world.dice.randrange(1, 60))),
        value=Decimal(world.dice.randrange(0, 120)),
        today=world.today,
        note=world.word(),
        is_another_probe=True,
    )


@change("progress.mutations.overview.export_overview")
def export_overview(world: World) -> None:
    filters = OverviewFilters(looked=Looked.ALL)
    progress.export_overview(actor=world.actor("ada"), today=world.today, filters=filters, most=50)


@change("progress.mutations.decisions.take_back_decision")
def take_back_decision(world: World) -> None:
    goal = world.one(Goal.objects.filter(iep=world.active))
    made = progress.decide(
        actor=world.actor("ada"), goal_id=goal.id, choice="continue", reason=world.word(), today=world.today
    )
    progress.take_back_decision(actor=world.actor("ada"), decision_id=made.id, today=world.today)


def a_report(world: World, **where: Any) -> ProgressReport:
    return world.one(ProgressReport.objects.filter(student=world.student, **where))


@change("progress.mutations.reports.start_report")
def start_report(world: World) -> None:
    """The period ends far ahead, so that whatever IEP is in force belongs to it."""
    first, last = world.today - timedelta(days=40), world.today + timedelta(days=40)
    part = calendars.Period(name="All", first_on=first, last_on=last, reports_due_on=last)
    year = replace(a_year(world), first_on=first, last_on=last, days_off=(), periods=(part,))
    if not ProgressReport.objects.filter(student=world.student, first_on=first).exists():
        for row in present_years(world):
            people.remove_school_year(actor=world.actor("ada"), school_year_id=row.id)
        people.add_school_year(actor=world.actor("ada"), school_id=None, year=year)
    progress.start_report(
        actor=world.actor("ada"), student_id=world.student.id, first_on=first, today=world.today
    )


@change("progress.mutations.reports.write_notes")
def write_notes(world: World) -> None:
    report = a_report(world, status="draft")
    notes = [
        progress.NoteChange(
            goal_id=note.goal_id,
            version=note.version,
            statement="some",
            narrative=world.word(),
            reason=world.word(),
        )
        for note in report.notes.all()
    ]
    progress.write_notes(
        actor=world.actor("ada"), report_id=report.id, notes=notes, today=world.today, now=now()
    )


@change("progress.mutations.reports.send_report")
def send_report(world: World) -> None:
    write_notes(world)
    report = a_report(world, status="draft")
    progress.send_report(actor=world.actor("ada"), report_id=report.id, today=world.today, now=now())


@change("progress.mutations.reports.correct_report")
def correct_report(world: World) -> None:
    report = a_report(world, status="issued")
    progress.correct_report(actor=world.actor("ada"), report_id=report.id, reason=world.word())


@change("progress.mutations.reports.discard_report")
def discard_report(world: World) -> None:
    progress.discard_report(actor=world.actor("ada"), report_id=a_report(world, status="draft").id)


@change("progress.mutations.points.undo_progress_point")
def undo_progress_point(world: World) -> None:
    point = world.one(ProgressPoint.objects.filter(voided_at=None, student=world.student))
    progress.undo_progress_point(actor=world.system, point_id=point.id, reason=world.word())


@change("progress.mutations.summaries.summarise_iep")
def summarise_iep(world: World) -> None:
    GoalSummary.objects.filter(student=world.student).delete()
    progress.summarise_iep(actor=world.system, iep_id=world.active.id)


@change("progress.mutations.summaries.rebuild_summaries")
def rebuild_summaries(world: World) -> None:
    GoalSummary.objects.filter(student=world.student).delete()
    goals = Goal.objects.filter(iep=world.active).values_list("id", flat=True)
    progress.rebuild_summaries(actor=world.system, goal_ids=list(goals))


def a_goal(world: World) -> Goal:
    """A goal of the IEP in force."""
    return world.one(Goal.objects.filter(iep=world.active))


def a_point(world: World) -> ProgressPoint:
    """A score that counts and no baseline."""
    return world.one(
        ProgressPoint.objects.filter(
            voided_at=None, student=world.student, is_baseline=False, goal__iep=world.active
        )
    )


@change("progress.mutations.sessions.record_session")
def record_session(world: World) -> None:
    goal = a_goal(world)
    day = min(world.today, goal.baseline_on + timedelta(days=world.dice.randrange(1, 60)))
    entries = [
        progress.Entry(
            goal_id=goal.id,
            measured_on=day,
            value=Decimal(world.dice.randrange(0, 9000)) / 100,
            note=world.word(),
        )
        for _ in range(2)
    ]
    answers = progress.record_session(actor=world.teammate("sam"), entries=entries, today=world.today)
    if not any(answer.is_kept and not answer.is_repeat for answer in answers):
        raise Nothing


@change("progress.mutations.points.exclude_point")
def exclude_point(world: World) -> None:
    progress.exclude_point(
        actor=world.actor("ada"), point_id=a_point(world).id, reason=f"Fire drill, {world.word()}"
    )


@change("progress.mutations.points.include_point")
def include_point(world: World) -> None:
    point = world.one(ProgressPoint.objects.filter(student=world.student, excluded_at__isnull=False))
    progress.include_point(actor=world.actor("ada"), point_id=point.id)


@change("progress.mutations.points.record_second_observation")
def record_second_observation(world: World) -> None:
    point = a_point(world)
    is_sams = point.recorded_by_id == world.cast.sam.person.id
    progress.record_second_observation(
        actor=world.teammate("casey" if is_sams else "sam"),
        point_id=point.id,
        value=Decimal(world.dice.randrange(0, 90)),
    )


@change("progress.mutations.course.start_phase")
def start_phase(world: World) -> None:
    goal = a_goal(world)
    progress.start_phase(
        actor=world.actor("ada"),
        goal_id=goal.id,
        starts_on=goal.baseline_on + timedelta(days=world.dice.randrange(1, 200)),
        label=world.word(),
        reason=world.word(),
        today=world.today,
    )


@change("progress.mutations.course.rename_phase")
def rename_phase(world: World) -> None:
    phase = world.one(Phase.objects.filter(student=world.student))
    progress.rename_phase(actor=world.actor("ada"), phase_id=phase.id, label=world.word())


@change("progress.mutations.course.end_phase")
def end_phase(world: World) -> None:
    phase = world.one(Phase.objects.filter(student=world.student))
    progress.end_phase(
        actor=world.actor("ada"),
        phase_id=phase.id,
        ends_on=phase.starts_on + timedelta(days=1),
        today=world.today,
    )


@change("progress.mutations.course.decide")
def decide(world: World) -> None:
    progress.decide(
        actor=world.actor("ada"),
        goal_id=a_goal(world).id,
        choice="continue",
        reason=f"Going on, {world.word()}",
        today=world.today,
    )


@change("progress.mutations.states.close_goal")
def close_goal(world: World) -> None:
    progress.close_goal(
        actor=world.actor("ada"), goal_id=a_goal(world).id, reason=world.word(), today=world.today
    )


@change("progress.mutations.states.move_to_maintenance")
def move_to_maintenance(world: World) -> None:
    progress.move_to_maintenance(
        actor=world.actor("ada"), goal_id=a_goal(world).id, reason=world.word(), today=world.today
    )


@change("progress.mutations.states.reopen_goal")
def reopen_goal(world: World) -> None:
    state = world.one(GoalState.objects.filter(student=world.student).exclude(status="open"))
    progress.reopen_goal(
        actor=world.actor("ada"), goal_id=state.goal_id, reason=world.word(), today=world.today
    )


@change("progress.mutations.attainment.set_attainment_scale")
def set_attainment_scale(world: World) -> None:
    names = ("much_less", "less", "expected", "more", "much_more")
    progress.set_attainment_scale(
        actor=world.actor("ada"), goal_id=a_goal(world).id, levels={name: world.word() for name in names}
    )


@change("progress.mutations.attainment.rate_attainment")
def rate_attainment(world: World) -> None:
    set_attainment_scale(world)
    scale = world.one(AttainmentScale.objects.filter(student=world.student, goal__iep=world.active))
    progress.rate_attainment(
        actor=world.teammate("sam"),
        goal_id=scale.goal_id,
        level=world.dice.randrange(-2, 3),
        rated_on=world.today,
        today=world.today,
        note=world.word(),
    )


@change("progress.mutations.assignments.assign_data_task")
def assign_data_task(world: World) -> None:
    progress.assign_data_task(
        actor=world.actor("ada"),
        goal_id=a_goal(world).id,
        person_id=world.cast.paula.person.id,
        instructions=world.word(),
        starts_on=world.today,
    )


@change("progress.mutations.assignments.end_data_task")
def end_data_task(world: World) -> None:
    task = world.one(DataTask.objects.filter(student=world.student, ends_on=None))
    progress.end_data_task(actor=world.actor("ada"), task_id=task.id, today=world.today)


def _judged_otherwise(world: World) -> Goal:
    """A goal whose verdict of last time is another than it will be tonight."""
    goal = a_goal(world)
    GoalState.objects.update_or_create(
        organization_id=goal.organization_id,
        lineage_id=goal.lineage_id,
        defaults={"student": world.student, "goal": goal, "verdict": "on_track:run_above:raise"},
    )
    return goal


@change("progress.mutations.evaluation.evaluate_goal")
def evaluate_goal(world: World) -> None:
    goal = _judged_otherwise(world)
    progress.evaluate_goal(actor=world.system, goal_id=goal.id, today=world.today)


@change("progress.mutations.evaluation.evaluate_batch")
def evaluate_batch(world: World) -> None:
    _judged_otherwise(world)
    progress.evaluate_batch(actor=world.system, today=world.today)


@change("progress.mutations.district.set_prompt_levels")
def set_prompt_levels(world: World) -> None:
    levels = [{"name": "Independent"}, {"name": world.name()}, {"name": world.name()}]
    progress.set_prompt_levels(actor=world.actor("ada"), levels=levels)


@change("progress.mutations.district.set_decision_rule")
def set_decision_rule(world: World) -> None:
    """Other numbers of every kind: pages quote them, and verdicts rest on them."""
    watch = world.dice.randrange(1, 4)
    values = {
        "watch": watch,
        "below": watch + world.dice.randrange(1, 4),
        "above": world.dice.randrange(2, 9),
        "quiet_days": world.dice.randrange(3, 90),
    }
    progress.set_decision_rule(actor=world.actor("ada"), values=values)
