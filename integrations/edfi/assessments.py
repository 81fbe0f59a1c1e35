"""Results of assessments: scores, levels, parts, accommodations."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from integrations.edfi.people import STUDENT, key_of
from integrations.edfi.rows import Item
from integrations.edfi.taking import LONGEST_ID, LONGEST_WORDS, Taking, plain
from integrations.edfi.xml import Node

ASSESSMENT = "AssessmentReference/AssessmentIdentity"
NUMBERS = frozenset({"Integer", "Decimal", "Percentage", "Percentile"})
SCHOOL_YEAR = re.compile(r"([0-9]{4})-([0-9]{4})\Z")
SUBJECTS = {
    "mathematics": ("math",),
    "reading": ("reading", "literacy", "english"),
    "science": ("science",),
    "writing": ("writing",),
}
FIRST_MONTH = 7  # of a school year


def assessment(taking: Taking) -> Item:
    """One result of a pupil."""
    own = taking.needed("StudentAssessmentIdentifier", LONGEST_ID)
    pupil = taking.needed(STUDENT, LONGEST_ID)
    title = taking.needed(f"{ASSESSMENT}/AssessmentIdentifier", LONGEST_WORDS)
    space = taking.node.said(f"{ASSESSMENT}/Namespace")
    on = taking.day("AdministrationDate", is_needed=True, is_past=True)
    year = taking.text("SchoolYear", 9)
    if on is not None:
        _check_year(taking, on, year)
    scores, levels = _scores(taking, taking.node), _levels(taking, taking.node, title)
    reason = taking.words(taking.node, "ReasonNotTested")
    if not scores and not levels and not reason:
        taking.warn("ScoreResult", "no_score")
    return Item(
        key_of(pupil, title, own, space),
        pupil,
        title,
        plain(
            title=title,
            on=on,
            year=year,
            grade=taking.grade("WhenAssessedGradeLevel"),
            scores=scores,
            levels=levels,
            parts=_parts(taking, title),
            accommodations=[
                words
                for node in taking.node.all("Accommodation")
                if (words := taking.descriptors.words(" ".join(node.text.split()))[:LONGEST_WORDS])
            ],
            language=taking.words(taking.node, "AdministrationLanguage"),
            reason_not_tested=reason,
        ),
    )


def _scores(taking: Taking, within: Node) -> list[dict[str, Any]]:
    found = []
    for node in within.all("ScoreResult"):
        value = node.said("Result")[:60]
        kind = taking.words(node, "ResultDatatypeType")
        if kind in NUMBERS and not _is_number(value):
            taking.warn("ScoreResult", "score_not_number", value=value, type=kind)
        found.append(plain(value=value, method=taking.words(node, "AssessmentReportingMethod"), type=kind))
    return [row for row in found if row.get("value")]


def _levels(taking: Taking, within: Node, title: str) -> list[dict[str, Any]]:
    found = []
    for node in within.all("PerformanceLevel"):
        name = node.said("PerformanceLevelIndicatorName")[:LONGEST_WORDS]
        if within is taking.node and name and _differs(name, title):
            taking.warn("PerformanceLevel", "level_subject", value=name, title=title)
            name = ""
        level = taking.words(node, "PerformanceLevel")
        found.append(plain(level=level, method=taking.words(node, "AssessmentReportingMethod"), name=name))
    return [row for row in found if row.get("level")]


def _parts(taking: Taking, title: str) -> list[dict[str, Any]]:
    found = []
    inside = "ObjectiveAssessmentReference/ObjectiveAssessmentIdentity"
    for node in taking.node.all("StudentObjectiveAssessment"):
        of = node.said(f"{inside}/{ASSESSMENT}/AssessmentIdentifier")
        if of and of != title:
            taking.warn("StudentObjectiveAssessment", "part_elsewhere", value=of)
            continue
        found.append(
            plain(
                code=node.said(f"{inside}/IdentificationCode")[:LONGEST_WORDS],
                scores=_scores(taking, node),
                levels=_levels(taking, node, title),
            )
        )
    return found


def _check_year(taking: Taking, on: date, year: str) -> None:
    """A school year begins in July here, so that summer schools count to the year after."""
    said = SCHOOL_YEAR.match(year)
    if said is None:
        return
    first = on.year if on.month >= FIRST_MONTH else on.year - 1
    if int(said[1]) != first:
        taking.warn("AdministrationDate", "outside_school_year", value=on, year=year)


def _differs(name: str, title: str) -> bool:
    """Whether a level is named for another subject than the assessment."""

    def subjects(text: str) -> set[str]:
        words = text.lower()
        return {subject for subject, signs in SUBJECTS.items() if any(sign in words for sign in signs)}

    of_name, of_title = subjects(name), subjects(title)
    return bool(of_name and of_title and not of_name & of_title)


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
