"""What an IEP of the demonstration says: short, person first, different by disability."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from casefile.demo.people import HIGH
from casefile.demo.students import Story

ACCOMMODATIONS = (
    ("testing", "Extended time, 1.5×, on tests", ""),
    ("accommodation", "Directions in two steps, repeated back", ""),
    ("accommodation", "Seat near instruction, away from the door", ""),
    ("accommodation", "A quiet place to finish long work", ""),
    ("accommodation", "Text to speech for grade-level passages", ""),
    ("accommodation", "Visual schedule on the desk", ""),
    ("accommodation", "A break card, used in words or by hand", ""),
    ("testing", "Tests in a small group", ""),
    ("accommodation", "Notes and slides before the lesson", ""),
    ("modification", "Half as many problems, the same ideas", "Math"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """A service; without a provider it is the case manager's."""

    kind: str
    focus: str
    minutes: int
    times: int
    location: str
    delivery: str = "group"
    period: str = "week"
    provider: str = ""


_READING = Minutes(kind="instruction", focus="reading", minutes=45, times=4, location="Resource room")
_WRITING = Minutes(kind="instruction", focus="writing", minutes=30, times=2, location="General education")
_SPEECH = Minutes(kind="speech", focus="", minutes=30, times=2, location="Speech room", provider="kwame")
_HANDS = Minutes(
    kind="occupational",
    focus="",
    minutes=30,
    times=1,
    location="Resource room",
    delivery="individual",
    provider="priyanka",
)
_SOCIAL = Minutes(
    kind="counseling",
    focus="social skills",
    minutes=30,
    times=1,
    location="Counseling office",
    provider="jin",
)
_BEHAVIOR = Minutes(
    kind="behavior", focus="", minutes=20, times=5, location="General education", delivery="individual"
)
SERVICES: dict[str, tuple[Minutes, ...]] = {
    "SLD": (_READING, _WRITING, _SPEECH),
    "OHI": (_WRITING, _BEHAVIOR),
    "AUT": (_BEHAVIOR, _SPEECH, _HANDS),
    "SLI": (_SPEECH,),
    "ED": (_SOCIAL, _BEHAVIOR),
    "ID": (_READING, _SPEECH, _BEHAVIOR),
    "": (_READING,),
}

_STRENGTHS = {
    "SLD": "Explains ideas well out loud and remembers stories. Kind to younger students.",
    "OHI": "Full of ideas, quick to help, strong in hands-on science.",
    "AUT": "Knows a great deal about trains and maps, and is exact with numbers.",
    "SLI": "Friendly, patient, and reads above grade level silently.",
    "ED": "Funny, fair in games, and loyal to friends.",
    "ID": "Greets everybody by name and finishes familiar routines without help.",
}
_LEVELS = {
    "SLD": "Reads short words with confidence; long words slow the reading down. Writes less than is said aloud.",
    "OHI": "Begins work at once, and stays with it for about eight minutes. A short break brings the attention back.",
    "AUT": "Works well with a visual schedule. Changes without warning are hard, above all after lunch.",
    "SLI": "Is understood by familiar people. /r/ and blends are hard in longer words.",
    "ED": "Takes part when the day begins calmly. Loud transitions can end a lesson early.",
    "ID": "Follows one-step directions in routines and is beginning to follow two steps with a picture.",
}
_FAMILY = {
    "SLD": "To read at home without tears, and to like school.",
    "OHI": "Fewer notes about unfinished work, more about what went well.",
    "AUT": "A friend to eat lunch with.",
    "SLI": "To be understood by grandparents on the telephone.",
    "ED": "To be known for the good days.",
    "ID": "To do more alone: the backpack, the lunch line, the bus.",
}
_WORKS = {
    "SLD": "A preview of the text, a partner, choice of the first task.",
    "OHI": "Movement between tasks, a timer that can be seen, one direction at a time.",
    "AUT": "Warning before a change, a quiet start, clear ends.",
    "SLI": "Time to answer, a model instead of a correction.",
    "ED": "A check-in at the door, praise in private, a plan for hard moments.",
    "ID": "Pictures beside words, the same order each day, a job to be proud of.",
}


def narrative(story: Story) -> dict[str, Any]:
    """The columns of an IEP, complete as 34 CFR 300.320 asks."""
    kind = story.disability or "SLD"
    is_apart = kind == "ID"
    words: dict[str, Any] = {
        "strengths": _STRENGTHS[kind],
        "present_levels": _LEVELS[kind],
        "parent_concerns": _FAMILY[kind],
        "what_works": _WORKS[kind],
        "impact": "Grade-level texts and long tasks take more time than the class gives.",
        "needs_behavior_supports": kind == "ED",
        "special_factors": "A behavior plan says what comes before hard moments and what helps."
        if kind == "ED"
        else "",
        "placement": "regular_40" if is_apart else "regular_80",
        "percent_regular": Decimal(58 if is_apart else 82),
        "nonparticipation": "Small-group instruction takes place in the resource room, at another pace.",
        "supports_for_staff": "Consultation with the case manager, 30 minutes a month.",
        "assessments": "State and district assessments with the testing accommodations listed here.",
        "report_schedule": "trimester",
        "has_extended_year": False,
        **story.extra,
    }
    if story.school == HIGH:
        words["transition_goals"] = (
            "After high school: a certificate program, part-time work, an own apartment in time."
        )
        words["transition_services"] = (
            "Job shadowing each semester, a visit to the community college, budgeting lessons."
        )
        words["courses_of_study"] = "Career and technical education, consumer math, English."
    return words
