"""Measurable goals as a team writes them, to be given to students. `{name}` and `{target}` are filled in."""

from dataclasses import dataclass
from decimal import Decimal

WEEKLY = "once a week"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalText:
    """One goal with the numbers it usually begins and ends with, in its unit; scores come in steps of `step`."""

    domain: str
    title: str
    statement: str
    scale: str
    unit: str
    low: Decimal
    high: Decimal
    conditions: str
    method: str
    accuracy: str
    step: Decimal = Decimal(1)
    direction: str = "increase"


def _goal(  # noqa: PLR0917  # rows of a table, read by position
    domain: str,
    title: str,
    statement: str,
    scale: str,
    unit: str,
    numbers: tuple[int, int],
    conditions: str,
    method: str,
    accuracy: str = "on 3 weekly probes in a row",
    *,
    direction: str = "increase",
) -> GoalText:
    low, high = numbers
    return GoalText(
        domain=domain,
        title=title,
        statement=statement,
        scale=scale,
        unit=unit,
        low=Decimal(low),
        high=Decimal(high),
        conditions=conditions,
        method=method,
        accuracy=accuracy,
        direction=direction,
    )


GOALS: dict[str, GoalText] = {
    "fluency": _goal(
        "reading",
        "Reading fluency",
        "Given a grade-level passage, {name} will read {target} words correct per minute.",
        "probe",
        "words a minute",
        (34, 88),
        "Reads a grade-level passage aloud",
        "One-minute oral reading probe",
    ),
    "accuracy": _goal(
        "reading",
        "Reading accuracy",
        "Given a grade-level passage, {name} will read {target} of the words correctly.",
        "percent",
        "percent of words",
        (82, 97),
        "Reads words correctly in a passage",
        "One-minute oral reading probe",
    ),
    "comprehension": _goal(
        "reading",
        "Reading for meaning",
        "After reading a passage, {name} will answer {target} of questions about main idea and detail.",
        "percent",
        "percent of questions",
        (40, 80),
        "Answers questions about a passage",
        "Ten questions after a passage",
    ),
    "sentences": _goal(
        "writing",
        "Written sentences",
        "Given a prompt and a graphic organizer, {name} will write {target} correct writing sequences in 3 minutes.",
        "count",
        "sequences",
        (9, 34),
        "Correct writing sequences in 3 minutes",
        "Three-minute writing sample",
    ),
    "facts": _goal(
        "math",
        "Math facts",
        "Given a page of mixed facts, {name} will write {target} correct digits in 2 minutes.",
        "count",
        "digits",
        (14, 44),
        "Correct digits in 2 minutes",
        "Two-minute fact probe",
    ),
    "problems": _goal(
        "math",
        "Word problems",
        "Given two-step word problems, {name} will solve {target} of them with a drawn model.",
        "percent",
        "percent of problems",
        (35, 80),
        "Two-step problems with a drawn model",
        "Ten problems, scored with the class rubric",
    ),
    "articulation": _goal(
        "communication",
        "Articulation /r/",
        "In conversation, {name} will say /r/ correctly in {target} of words.",
        "trials",
        "percent of words",
        (45, 90),
        "Says /r/ in conversation",
        "Five-minute speech sample",
    ),
    "requests": _goal(
        "communication",
        "Two-step requests",
        "Given a picture board, {name} will follow {target} of two-step requests without a prompt.",
        "trials",
        "percent of requests",
        (15, 60),
        "Follows two-step requests without a prompt",
        "Twenty requests in class routines",
    ),
    "on_task": _goal(
        "behavior",
        "On-task behavior",
        "During independent work, {name} will be on task in {target} of intervals.",
        "momentary",
        "percent of intervals",
        (20, 70),
        "Independent work, 20 minutes",
        "Twenty one-minute intervals",
        "on 4 of 5 school days",
    ),
    "calling_out": _goal(
        "behavior",
        "Calling out",
        "During a lesson, {name} will call out {target} times or fewer.",
        "count",
        "times a lesson",
        (14, 3),
        "Whole-class lesson, 40 minutes",
        "Count by the paraprofessional",
        "in 4 of 5 lessons",
        direction="decrease",
    ),
    "turns": _goal(
        "social",
        "Taking turns",
        "In a game with a peer, {name} will take {target} turns without a reminder.",
        "count",
        "turns",
        (3, 12),
        "A game with one peer, 15 minutes",
        "Observation in social skills group",
    ),
    "handwriting": _goal(
        "motor",
        "Legible writing",
        "Copying a sentence, {name} will form {target} of letters legibly.",
        "percent",
        "percent of letters",
        (48, 88),
        "Copies a sentence of ten words",
        "Letter checklist",
    ),
    "organization": _goal(
        "adaptive",
        "Ready for class",
        "At the bell, {name} will have {target} of the needed materials out.",
        "steps",
        "percent of materials",
        (40, 90),
        "At the start of each lesson",
        "Checklist at the bell",
    ),
    "job": _goal(
        "transition",
        "Job tasks",
        "At the school store, {name} will finish {target} of listed tasks without help.",
        "steps",
        "percent of tasks",
        (30, 85),
        "School store, two mornings a week",
        "Task list",
    ),
}
GOALS |= {
    "cvc": _goal(
        "reading",
        "Reads CVC words with short vowels",
        "Shown ten cards, {name} will read {target} of words with a short vowel.",
        "trials",
        "percent of words",
        (40, 90),
        "Ten cards, one word on each",
        "Ten trials, mixed short vowels",
        "in 4 of 5 sessions",
    ),
    "stays": _goal(
        "adaptive",
        "Stays with a task",
        "Given a task of their level, {name} will stay with it for {target} minutes.",
        "minutes",
        "minutes",
        (4, 12),
        "Independent work at a table",
        "Timed by whoever is at the table",
    ),
    "retell": _goal(
        "reading",
        "Retells a short passage",
        "After hearing a passage, {name} will retell it at level {target} of the class rubric.",
        "rubric",
        "rubric level",
        (1, 4),
        "A passage of about 100 words, read aloud",
        "Class rubric of four levels",
        "on 4 retells in a row",
    ),
    "routine": _goal(
        "adaptive",
        "Follows the morning routine",
        "On arrival, {name} will follow the morning routine with {target} independence.",
        "prompt",
        "percent independence",
        (30, 90),
        "Arrival, from the door to the desk",
        "The most help that was needed",
    ),
}
OLDER: dict[str, tuple[str, ...]] = {
    "SLD": ("comprehension", "problems", "sentences"),
    "OHI": ("organization", "on_task", "problems"),
    "AUT": ("turns", "organization", "job"),
    "SLI": ("articulation", "comprehension"),
    "ED": ("on_task", "calling_out"),
    "ID": ("job", "facts", "organization"),
}
