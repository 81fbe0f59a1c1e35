"""Groups, data tasks and data sheets of the demonstration, as in the pictures of the capture page."""

from datetime import timedelta
from typing import TYPE_CHECKING

from casefile.models import DataGroup, DataGroupGoal, DataSheet
from ieps.models import Goal, Iep
from progress.models import DataTask
from students.models import Student

if TYPE_CHECKING:
    from casefile.demo.build import District

GROUPS = {
    "Reading B": ("Harper", "Owen", "Isaac"),
    "Writing, Tuesday": ("Darius", "Leila", "Zoë"),
}
TASKS = (
    (
        "Owen",
        "Reads CVC words with short vowels",
        "Table by the window, before snack. Ten cards, mixed vowels.\nWait five seconds before you help.",
    ),
    ("Owen", "Follows the morning routine", "From the door to the desk. Mark the most help he needed."),
    ("Ethan", "On-task behavior", "Math block. Look up when the minute is over, then mark what you see."),
)
RETELL = (
    ("Beginning", "Needs pictures or sentence starters"),
    ("Some", "Main idea or details, with one question from me"),
    ("Mostly", "Main idea and two details; order may slip"),
    ("Independent", "Main idea and three or more details, in order"),
)
STEPS = {
    "Ready for class": (
        "Pencil out",
        "Book open at the page",
        "Homework on the desk",
        "Planner open",
        "Eyes up",
    ),
    "Job tasks": ("Clock in", "Count the drawer", "Fill the shelf", "Serve a customer", "Clean the counter"),
}


def write_capturing(district: "District") -> None:
    """Dana's groups, what Tess was asked to record, and how goals are recorded."""
    students = {row.id: row for row in district.rows[Student]}
    active = {row.id for row in district.rows[Iep] if row.status == Iep.Status.ACTIVE}
    goals: list[Goal] = [row for row in district.rows[Goal] if row.iep_id in active]
    dana = district.people["dana"]
    own = [goal for goal in goals if goal.responsible_id == dana.id]
    for name, members in GROUPS.items():
        group = district.own(DataGroup, person=dana, name=name)
        chosen = [goal for one in members for goal in own if students[goal.student_id].given_name == one]
        for position, goal in enumerate(chosen):
            district.own(
                DataGroupGoal,
                group=group,
                student_id=goal.student_id,
                lineage_id=goal.lineage_id,
                position=position,
            )
    by_name = {(students[goal.student_id].given_name, goal.title): goal for goal in own}
    for given, title, instructions in TASKS:
        _task(district, by_name[given, title], instructions)
    for goal in goals:
        _sheet(district, goal)


def _task(district: "District", goal: Goal, instructions: str) -> None:
    tess, dana = district.people["tess"], district.people["dana"]
    day = district.today - timedelta(days=21)
    task = district.own(
        DataTask,
        student_id=goal.student_id,
        goal=goal,
        lineage_id=goal.lineage_id,
        person=tess,
        instructions=instructions,
        starts_on=day,
        assigned_by_name=dana.name,
    )
    district.tell(
        "progress.task.assigned",
        task,
        dana,
        district.at(day, 45),
        student_id=goal.student_id,
        goal_id=str(goal.id),
        person_id=str(tess.id),
    )


def _sheet(district: "District", goal: Goal) -> None:
    levels = [
        {"value": value, "title": title, "words": words}
        for value, (title, words) in enumerate(RETELL, start=1)
    ]
    steps = list(STEPS.get(goal.title, ()))
    if goal.scale == Goal.Scale.RUBRIC or steps:
        district.own(
            DataSheet,
            student_id=goal.student_id,
            goal=goal,
            lineage_id=goal.lineage_id,
            steps=steps,
            levels=levels if goal.scale == Goal.Scale.RUBRIC else [],
            changed_by_name=district.people["dana"].name,
        )
