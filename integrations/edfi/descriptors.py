"""What Ed-Fi descriptors stand for: by their code or their short description, else kept in words."""

import re
from collections import defaultdict

NOT_WORDS = re.compile(r"[^a-z0-9]+")

DISABILITIES = {
    "autism": "AUT",
    "autism spectrum disorder": "AUT",
    "autism spectrum disorders": "AUT",
    "deaf blindness": "DB",
    "deafness": "DEAF",
    "developmental delay": "DD",
    "emotional disability": "ED",
    "emotional disturbance": "ED",
    "serious emotional disability": "ED",
    "hearing impairment": "HI",
    "hearing impairment including deafness": "HI",
    "intellectual disability": "ID",
    "multiple disabilities": "MD",
    "orthopedic impairment": "OI",
    "other health impairment": "OHI",
    "specific learning disability": "SLD",
    "speech or language impairment": "SLI",
    "traumatic brain injury": "TBI",
    "visual impairment": "VI",
    "visual impairment including blindness": "VI",
}
SETTINGS = {
    "inside regular class 80 or more of the day": "regular_80",
    "inside regular class between 40 79 of the day": "regular_40",
    "inside reg class between 40 79 of the day": "regular_40",
    "inside regular class less than 40 of the day": "regular_0",
    "separate class": "separate_class",
    "separate school": "separate_school",
    "residential facility": "residential",
    "homebound hospital": "homebound",
    "correctional facilities": "correctional",
    "parentally placed in private schools": "private",
    "home": "home",
    "service provider location": "provider",
    "regular early childhood program 10 hrs": "early_regular_10",
    "regular early childhood program less than 10 hrs": "early_regular_0",
    "other early childhood location 10 hrs": "early_other_10",
    "other early childhood location 10 hours": "early_other_0",
}
ORDINALS: tuple[str, ...] = ("first", "second", "third", "fourth", "fifth", "sixth")
ORDINALS += ("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth")
GRADES = {
    "preschool prekindergarten": "PK",
    "preschool": "PK",
    "prekindergarten": "PK",
    "kindergarten": "KG",
    **{f"{word} grade": f"{number:02}" for number, word in enumerate(ORDINALS, 1)},
    "grade 13": "13",
}


class Descriptors:
    """The descriptors that were sent, by their kind and code."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)

    def add(self, kind: str, code: str, short: str, description: str) -> None:
        """Keep one value of a descriptor file."""
        self._known[kind][_plain(code)] = (short, description)

    def is_missing(self, uri: str) -> bool:
        """Whether the files of its kind were sent and do not name it."""
        kind, code = _parts(uri)
        return bool(kind) and kind in self._known and _plain(code) not in self._known[kind]

    def words(self, uri: str) -> str:
        """What a person reads: the code, which is a few words in Ed-Fi."""
        return _parts(uri)[1]

    def choose(self, uri: str, choices: dict[str, str]) -> str:
        """The choice of ours that a descriptor stands for; blank when there is none."""
        kind, code = _parts(uri)
        for text in (code, *self._known.get(kind, {}).get(_plain(code), ())):
            if found := choices.get(_plain(text)):
                return found
        return ""


def _parts(uri: str) -> tuple[str, str]:
    """Kind and code of `uri://ed-fi.org/DisabilityDescriptor#Autism`; bare text is a code of no kind."""
    space, sign, code = uri.partition("#")
    return (space.rpartition("/")[2], code) if sign else ("", uri)


def _plain(text: str) -> str:
    return NOT_WORDS.sub(" ", text.lower()).strip()
