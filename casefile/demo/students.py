"""The students of the demonstration district: Dana's eighteen by name, the others from lists. All invented."""

from dataclasses import dataclass, field

from casefile.demo.goals import OLDER
from casefile.demo.people import CEDAR, HIGH, NORTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One student: who, and what stands where today. Days count from today."""

    given: str
    family: str
    grade: str
    school: str
    disability: str
    goals: tuple[str, ...]
    statuses: tuple[str, ...]
    review_days: int
    manager: str = "dana"
    ends: tuple[int, ...] = ()
    aim_today: int = 0
    reevaluation_days: int = 700
    draft: str = ""
    eligibility: str = "eligible"
    language: str = ""
    middle: str = ""
    tags: tuple[str, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)


def _dana(  # noqa: PLR0917  # rows of a table, read by position
    name: str,
    grade: str,
    disability: str,
    goals: str,
    statuses: str,
    review_days: int,
    ends: tuple[int, ...] = (),
    aim_today: int = 0,
    *,
    reevaluation_days: int = 700,
    draft: str = "",
    tags: tuple[str, ...] = (),
) -> Story:
    given, _, family = name.partition(" ")
    return Story(
        given=given,
        family=family,
        grade=grade,
        school=CEDAR,
        disability=disability,
        goals=tuple(goals.split()),
        statuses=tuple(statuses.split()),
        review_days=review_days,
        ends=ends,
        aim_today=aim_today,
        reevaluation_days=reevaluation_days,
        draft=draft,
        tags=tags,
    )


DANAS: tuple[Story, ...] = (
    _dana(
        "Aaliyah Brooks",
        "05",
        "OHI",
        "on_task organization sentences",
        "on_track on_track watch",
        2,
        (40, 42, 45, 44, 49, 51, 53, 55),
        54,
        draft="in_review",
    ),
    _dana(
        "Darius Cole",
        "04",
        "SLD",
        "fluency sentences",
        "on_track on_track",
        104,
        (30, 33, 32, 36, 38, 41, 42, 44),
        42,
        tags=("Reading B",),
    ),
    _dana(
        "Ethan Vance",
        "03",
        "AUT",
        "on_task turns handwriting",
        "decide watch on_track",
        33,
        (22, 25, 27, 26, 25, 26, 24, 25),
        40,
        draft="draft",
    ),
    _dana(
        "Grace Nakamura",
        "05",
        "SLD",
        "fluency accuracy sentences",
        "on_track met on_track",
        121,
        (51, 54, 58, 57, 62, 66, 69, 72),
        66,
        reevaluation_days=56,
    ),
    _dana(
        "Harper Lindqvist", "03", "SLI", "articulation", "on_track", 84, (58, 60, 61, 63, 62, 65, 67, 68), 65
    ),
    _dana("Isaac Feld", "04", "SLD", "fluency facts", "watch on_track", 141, tags=("Reading B",)),
    _dana(
        "Jamal Pierce",
        "05",
        "ED",
        "on_task calling_out turns organization",
        "on_track watch on_track on_track",
        23,
        (60, 58, 63, 66, 64, 70, 71, 74),
        71,
    ),
    _dana(
        "Leila Haddad",
        "04",
        "SLD",
        "sentences fluency comprehension",
        "on_track on_track on_track",
        168,
        (18, 22, 24, 25, 29, 30, 34, 36),
        32,
    ),
    _dana(
        "Noah Kim", "04", "SLD", "fluency facts articulation", "watch watch on_track", 12, draft="approved"
    ),
    _dana(
        "Owen Tran",
        "03",
        "AUT",
        "cvc calling_out stays retell routine",
        "watch on_track on_track on_track on_track",
        120,
        (45, 50, 52, 52, 60, 64, 68, 70),
        74,
    ),
    _dana(
        "Priya Raman",
        "04",
        "SLD",
        "fluency comprehension",
        "decide on_track",
        71,
        (33, 35, 38, 37, 36, 36, 35, 35),
        47,
        tags=("Reading B",),
    ),
    _dana(
        "Ruby Castellano",
        "05",
        "OHI",
        "on_task sentences",
        "on_track on_track",
        154,
        (70, 72, 71, 75, 78, 77, 81, 84),
        82,
    ),
    _dana(
        "Sofia Delgado",
        "05",
        "ID",
        "organization facts requests turns",
        "on_track watch decide on_track",
        96,
        reevaluation_days=20,
    ),
    _dana("Tomás Ibarra", "03", "SLI", "articulation comprehension", "on_track on_track", 182),
    _dana("Wren Gallagher", "04", "OHI", "on_task sentences", "no_data on_track", 77),
    _dana(
        "Zoë Abbott",
        "05",
        "SLD",
        "fluency sentences comprehension",
        "on_track on_track on_track",
        195,
        (55, 58, 60, 63, 62, 68, 70, 73),
        68,
    ),
)
MICAH = Story(
    given="Micah",
    family="Okafor",
    grade="03",
    school=CEDAR,
    disability="",
    goals=("fluency",),
    statuses=(),
    review_days=0,
    draft="initial",
    eligibility="evaluating",
)
MATEO = Story(
    given="Mateo",
    family="Rivera Luna",
    grade="04",
    school=CEDAR,
    disability="SLD",
    goals=("fluency", "accuracy", "sentences"),
    statuses=("on_track", "on_track", "watch"),
    review_days=100,
    reevaluation_days=692,
    language="Spanish",
    extra={
        "strengths": "Tells detailed stories, helps classmates, strong in science. Reads with more confidence "
        "since October.",
        "present_levels": "Decodes multisyllable words slowly; tires on long passages. Writes short sentences compared "
        "with what he can say.",
        "parent_concerns": "“Que lea con su hermana sin frustrarse.” To read with his sister without getting "
        "frustrated.",
        "what_works": "Preview of the passage, a quiet start, choice of first task, praise for effort in front of "
        "one peer.",
        "impact": "Long texts in science and social studies take him about twice the time of his classmates.",
    },
)
MATEO_ENDS = {
    "fluency": (49, 50, 51, 50, 55, 58, 61, 64),
    "accuracy": (91, 92, 93, 94, 94, 95, 96, 96),
    "sentences": (21, 21, 22, 22, 22, 23, 21, 20),
}
MATEO_NUMBERS = {"fluency": (18, 92), "accuracy": (82, 97), "sentences": (8, 34)}
MATEO_TARGET_DAYS = 198
MATEO_ACCOMMODATIONS = (
    ("testing", "Extended time, 1.5×, on tests and long writing", ""),
    ("accommodation", "Text to speech for grade-level passages", ""),
    ("accommodation", "Directions read aloud and checked", ""),
    ("accommodation", "Seat near instruction, away from the door", ""),
    ("accommodation", "Graphic organizer before writing", ""),
    ("accommodation", "Breaks after 20 minutes of reading", ""),
)

GIVEN = [
    "Amara",
    "Beckett",
    "Celia",
    "Dominic",
    "Elena",
    "Felix",
    "Gianna",
    "Hassan",
    "Imani",
    "Jonah",
    "Kira",
    "Luca",
    "Maren",
    "Nico",
    "Opal",
    "Pavel",
    "Quincy",
    "Rosa",
    "Silas",
    "Talia",
    "Umar",
    "Vera",
    "Wesley",
    "Ximena",
    "Yusuf",
    "Zora",
    "Adrian",
    "Bianca",
    "Corin",
    "Delphine",
    "Emil",
    "Freya",
    "Gideon",
    "Hana",
    "Ivo",
    "Juniper",
    "Kai",
    "Lorna",
    "Milan",
    "Nadine",
    "Oscar",
    "Petra",
]
FAMILY = [
    "Aldana",
    "Brandt",
    "Cardoso",
    "Dimitrov",
    "Eriksen",
    "Falk",
    "Ghosh",
    "Hartley",
    "Ivanova",
    "Jansen",
    "Kowalski",
    "Laurent",
    "Mensah",
    "Navarro",
    "Ortega",
    "Petrov",
    "Quintero",
    "Rosales",
    "Sandoval",
    "Takeda",
    "Ulrich",
    "Velasco",
    "Weaver",
    "Xiong",
    "Yilmaz",
    "Zamora",
    "Acosta",
    "Barlow",
    "Cheng",
    "Dubois",
    "Engel",
    "Fontaine",
    "Gallo",
    "Hurst",
    "Iwu",
    "Jarvis",
    "Katz",
    "Lowell",
    "Mbeki",
    "Novak",
    "Ojeda",
    "Pruitt",
]
DISABILITIES = ("SLD", "OHI", "SLD", "AUT", "SLI", "ED", "ID")
PATTERN = ("on_track", "on_track", "watch", "on_track", "decide", "on_track", "met", "on_track", "no_data")


def others() -> tuple[Story, ...]:
    """Twenty-one students each of a middle and a high school; together with Dana's, sixty."""
    return tuple(_other(number) for number in range(len(GIVEN)))


def _other(number: int) -> Story:
    is_middle = number < 21  # noqa: PLR2004
    disability = DISABILITIES[number % len(DISABILITIES)]
    goals = OLDER[disability][: 1 + number % 3]
    grades = ("06", "07", "08") if is_middle else ("09", "10", "11", "12")
    # One review is past, for a district where nothing is late teaches nobody.
    review = -3 if number == 30 else 6 + (number * 53) % 340  # noqa: PLR2004
    return Story(
        given=GIVEN[number],
        family=FAMILY[number],
        grade=grades[number % len(grades)],
        school=NORTH if is_middle else HIGH,
        disability=disability,
        goals=goals,
        statuses=tuple(PATTERN[(number + place * 4) % len(PATTERN)] for place in range(len(goals))),
        review_days=review,
        manager="ines" if is_middle else "paul",
        reevaluation_days=40 + (number * 97) % 900,
        draft="draft" if number in {7, 30} else "",
        eligibility="eligible",
    )


def everybody() -> tuple[Story, ...]:
    """All sixty, Dana's first."""
    return (*DANAS, MATEO, MICAH, *others())
