"""The check of a goal's sentence: five parts, in two languages, whatever is typed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ieps.measurable import Part, Reason, Words, lint

GOOD = [
    "Given a grade 4 passage, Zo will read 92 words correctly in a minute on 4 of 5 weekly probes by June 5, 2026, "
    "as measured by oral reading probes.",
    "When given a set of 20 two-digit problems, Ari will solve at least 80% of the problems in three consecutive "
    "sessions by 6/5/2026, measured by weekly worksheets.",
    "In the cafeteria, Noor will ask a peer for help in 4 out of 5 opportunities within 36 weeks, recorded by daily "
    "tally sheets.",
    "By the end of the school year, given a visual schedule, Lu will begin the next task within two minutes in 9 of 10 "
    "transitions as measured by weekly observation.",
    "During independent work, Sol will stay seated for ten minutes without reminders each day by 2026-06-05, "
    "documented with a daily interval record.",
    "Dado un texto de 4.º grado, Zo leerá 92 palabras por minuto en 4 de 5 pruebas semanales para el 5 de junio de "
    "2026, medido con pruebas de lectura.",
    "Cuando reciba un organizador gráfico, Ana podrá escribir cinco oraciones completas en 3 sesiones consecutivas al "
    "final del año escolar, evaluado mediante muestras semanales.",
    "Después de un modelo, Leo va a nombrar 18 de 20 letras cada semana en 36 semanas, según la lista de letras.",
    "After a story is read aloud, Will will answer 7 of 10 questions on two weekly probes by May 2026, scored with a "
    "rubric.",
]
BAD = [
    ("Zo will improve reading.", {"condition", "behavior", "criterion", "method", "date"}),
    (
        "Given support, Zo will understand fractions with 80% accuracy on 4 of 5 trials.",
        {"behavior", "method", "date"},
    ),
    (
        "Given a passage, Zo will demonstrate a better understanding of it.",
        {"behavior", "criterion", "method", "date"},
    ),
    ("Given a prompt, Zo will be aware of danger by June 5, 2026.", {"behavior", "criterion", "method"}),
    ("Zo sabrá sumar.", {"condition", "behavior", "criterion", "method", "date"}),
    ("Dado un texto, Zo demostrará comprensión del texto.", {"behavior", "criterion", "method", "date"}),
    ("Reading fluency", {"condition", "behavior", "criterion", "method", "date"}),
    ("Given a grade 4 passage, Zo will read aloud.", {"criterion", "method", "date"}),
    ("By June 5, 2026, Zo will read aloud.", {"condition", "criterion", "method"}),
    ("In 36 weeks Zo will write.", {"condition", "criterion", "method"}),
    (
        "Given a prompt, Zo will write 32 words by June 5, 2026, measured with probes.",
        {"criterion", "method"},
    ),
    ("", {"condition", "behavior", "criterion", "method", "date"}),
]
FULL = Words(
    statement="Zo will read 92 words a minute.",
    conditions="Given a grade 4 passage",
    accuracy="on three probes in a row",
    target_value=Decimal(92),
    evaluation_method="Oral reading probe",
    frequency="every week",
    target_on=date(2026, 6, 5),
)


def open_parts(words, **more):
    return {str(finding.part) for finding in lint(words, **more) if not finding.is_met}


def found(words, part, **more):
    return next(finding for finding in lint(words, **more) if finding.part is part)


def with_fields(**values):
    known = {name: getattr(FULL, name) for name in Words.__slots__}
    return Words(**{**known, **values})


@pytest.mark.parametrize("statement", GOOD)
def test_good_goal_has_every_part(statement):
    assert open_parts(Words(statement=statement)) == set()


@pytest.mark.parametrize(("statement", "missing"), BAD)
def test_bad_goal_is_told_what_it_lacks(statement, missing):
    assert open_parts(Words(statement=statement)) == missing


def test_parts_in_fields_of_their_own_count():
    assert open_parts(FULL) == set()


@pytest.mark.parametrize(
    ("change", "part", "reason", "field"),
    [
        ({"conditions": ""}, Part.CONDITION, Reason.MISSING, "conditions"),
        ({"statement": "Zo will know 92 words."}, Part.BEHAVIOR, Reason.VAGUE, "statement"),
        ({"statement": "92 words"}, Part.BEHAVIOR, Reason.MISSING, "statement"),
        ({"accuracy": ""}, Part.CRITERION, Reason.NO_CONSISTENCY, "accuracy"),
        ({"target_value": Decimal(90)}, Part.CRITERION, Reason.DIFFERS, "statement"),
        ({"frequency": ""}, Part.METHOD, Reason.NO_FREQUENCY, "frequency"),
        ({"evaluation_method": ""}, Part.METHOD, Reason.MISSING, "evaluation_method"),
        ({"target_on": None}, Part.DATE, Reason.MISSING, "target_on"),
        ({"statement": "Zo will read 92 words by June 4, 2026."}, Part.DATE, Reason.DIFFERS, "target_on"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(change, part, reason, field):
    finding = found(with_fields(**change), part)

    assert (finding.reason, finding.field) == (reason, field)
    assert open_parts(with_fields(**change)) == {part}


def test_goal_of_more_than_a_year_is_no_annual_goal():
    assert found(FULL, Part.DATE, starts_on=date(2025, 6, 1)).reason is Reason.TOO_FAR
    assert found(FULL, Part.DATE, starts_on=date(2025, 6, 5)).is_met


@pytest.mark.parametrize(
    "written", ["6/5/2026", "5/6/2026", "June 5th, 2026", "5 de junio de 2026", "2026-06-05"]
)
def test_date_in_the_sentence_may_be_written_in_many_ways(written):
    assert open_parts(with_fields(statement=f"Zo will read 92 words by {written}.")) == set()


@pytest.mark.parametrize("written", ["13/14/2026", "February 30, 2026", "2026-99-99"])
def test_day_that_is_none_is_no_other_day(written):
    assert open_parts(with_fields(statement=f"Zo will read 92 words by {written}.")) == set()


def test_share_says_the_same_as_its_percent():
    words = with_fields(statement="Zo will answer on 4 of 5 probes.", target_value=Decimal(80))

    assert open_parts(words) == set()


def test_numbers_of_grades_and_conditions_are_no_criteria():
    words = Words(statement="Given 10 pictures from a 2nd-grade book at level 3, Zo will name each of them.")

    assert found(words, Part.CRITERION).reason is Reason.MISSING


def test_place_of_a_vague_word_is_given():
    statement = "Given help, Zo will show a better understanding of maps."
    finding = found(Words(statement=statement), Part.BEHAVIOR)

    assert statement[finding.start : finding.end] == finding.said == "show a better understanding"


CONDITION = st.sampled_from(["Given a passage", "When asked by an adult", "During class", "Dado un modelo"])
BEHAVIOR = st.sampled_from(
    ["will read aloud", "will write", "will independently name", "leerá", "podrá escribir"]
)
CRITERION = st.sampled_from(
    ["18 words on 4 of 5 trials", "with 85% accuracy in 3 sessions", "7 of 9 letters"]
)
METHOD = st.sampled_from(
    ["measured by weekly probes", "recorded with a daily tally", "según pruebas semanales"]
)
DATE = st.sampled_from(
    ["by June 5, 2026", "by the end of the year", "within 30 weeks", "para el 5 de junio de 2026"]
)
PARTS = st.tuples(CONDITION, BEHAVIOR, CRITERION, DATE, METHOD)
ORDER = (Part.CONDITION, Part.BEHAVIOR, Part.CRITERION, Part.DATE, Part.METHOD)


def sentence(condition, behavior, criterion, day, method):
    start = f"{condition}, Zo" if condition else "Zo"
    return " ".join(part for part in (start, behavior, criterion, day and day + ",", method) if part) + "."


@settings(max_examples=300, deadline=None)
@given(PARTS)
def test_sentence_of_all_parts_is_measurable(parts):
    assert open_parts(Words(statement=sentence(*parts))) == set()


@settings(max_examples=300, deadline=None)
@given(PARTS, st.sampled_from([Part.CONDITION, Part.BEHAVIOR, Part.DATE, Part.METHOD]))
def test_part_left_out_is_the_part_that_is_named(parts, left_out):
    kept = ["" if part is left_out else words for part, words in zip(ORDER, parts, strict=True)]

    assert open_parts(Words(statement=sentence(*kept))) == {left_out}


@settings(max_examples=500, deadline=None)
@given(
    st.text(max_size=400),
    st.text(max_size=60),
    st.none() | st.decimals(0, 10_000, places=2),
    st.none() | st.dates(),
)
@example("9" * 5000, "", Decimal(1), None)
@example("will " * 900, "", None, None)
@example("on 1/1/0000 will 1,,2 of 0 de 0", "0 of 0", Decimal(0), date.min)
def test_any_words_have_five_findings_with_places_inside(statement, accuracy, target, day):
    findings = lint(Words(statement=statement, accuracy=accuracy, target_value=target, target_on=day))

    assert [finding.part for finding in findings] == list(Part)
    for finding in findings:
        assert (finding.start, finding.end) == (-1, -1) or 0 <= finding.start < finding.end <= len(statement)
