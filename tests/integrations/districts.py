"""Small Ed-Fi districts of invented people, made by the tests themselves."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from assessments.mutations import ResultRow
from students.mutations import ProgramRow
from tests.integrations.rosters import zipped

SPACE = "http://ed-fi.org/5.2.0"
URI = "uri://ed-fi.org"


def interchange(name: str, *elements: str, space: str = SPACE, head: str = "") -> str:
    """One interchange file; each element begins on a line of its own."""
    inside = "\n".join(elements)
    head = head or '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<Interchange{name} xmlns="{space}">\n{inside}\n</Interchange{name}>\n'


def tag(name: str, *inside: object) -> str:
    """An element with what is in it; nothing when that is blank."""
    text = "".join(str(part) for part in inside)
    return f"<{name}>{text}</{name}>" if text else ""


def uri(kind: str, code: str) -> str:
    """The address of a descriptor."""
    return f"{URI}/{kind}Descriptor#{code}" if code else ""


def pupil_ref(pupil: str) -> str:
    return tag("StudentReference", tag("StudentIdentity", tag("StudentUniqueId", pupil)))


def place_ref(place: str) -> str:
    inside = tag("EducationOrganizationIdentity", tag("EducationOrganizationId", place))
    return tag("EducationOrganizationReference", inside)


def school(code: str = "S1", name: str = "Alder Grove School", more: str = "") -> str:
    return tag("School", tag("NameOfInstitution", name), more, tag("SchoolId", code))


def agency(code: str = "D1", name: str = "Alder Valley Schools") -> str:
    return tag("LocalEducationAgency", tag("NameOfInstitution", name), tag("LocalEducationAgencyId", code))


def pupil(number: str, given: str, family: str, born: str = "2012-03-04", more: str = "") -> str:
    return tag(
        "Student",
        tag("StudentUniqueId", number),
        tag("Name", tag("FirstName", given), tag("LastSurname", family), more),
        tag("BirthData", tag("BirthDate", born)),
    )


def teacher(number: str, given: str, family: str, mail: str = "") -> str:
    return tag(
        "Staff",
        tag("StaffUniqueId", number),
        tag("Name", tag("FirstName", given), tag("LastSurname", family)),
        tag("BirthDate", "1980-01-02"),
        tag("ElectronicMail", tag("ElectronicMailAddress", mail)) if mail else "",
        tag("LoginId", "never-kept-login"),
    )


def assigned(number: str, place: str, words: str = "Teacher") -> str:
    return tag(
        "StaffEducationOrganizationAssignmentAssociation",
        tag("StaffReference", tag("StaffIdentity", tag("StaffUniqueId", number))),
        place_ref(place),
        tag("StaffClassification", uri("StaffClassification", words)),
        tag("BeginDate", "2020-08-01"),
    )


def placed(number: str, code: str = "S1", grade: str = "Fourth grade", begin: str = "2025-08-20") -> str:
    return tag(
        "StudentSchoolAssociation",
        tag("EntryDate", begin),
        pupil_ref(number),
        tag("SchoolReference", tag("SchoolIdentity", tag("SchoolId", code))),
        tag("EntryGradeLevel", uri("GradeLevel", grade)),
    )


def program(
    number: str,
    *more: str,
    name: str = "Bilingual",
    element: str = "StudentProgramAssociation",
    begin: str = "2025-08-25",
    end: str = "",
    place: str = "D1",
) -> str:
    of = tag("ProgramName", name), tag("ProgramType", uri("ProgramType", name))
    return tag(
        element,
        pupil_ref(number),
        tag("ProgramReference", tag("ProgramIdentity", place_ref(place), *of)),
        tag("BeginDate", begin),
        place_ref(place),
        tag("EndDate", end),
        *more,
    )


def special(number: str, *more: str, **values: str) -> str:
    """A part in special education; `more` are the elements that only it has."""
    return program(
        number, *more, name="Special Education", element="StudentSpecialEducationProgramAssociation", **values
    )


def disability(code: str, order: str = "") -> str:
    return tag(
        "Disability",
        tag("Disability", uri("Disability", code)),
        tag("OrderOfDisability", order),
        tag("DisabilityDeterminationSourceType", uri("DisabilityDeterminationSourceType", "By physician")),
    )


def score(value: str, method: str = "Scale score", kind: str = "Integer") -> str:
    return tag(
        "ScoreResult",
        tag("Result", value),
        tag("ResultDatatypeType", uri("ResultDatatypeType", kind)),
        tag("AssessmentReportingMethod", uri("AssessmentReportingMethod", method)),
    )


def level(words: str, name: str = "") -> str:
    return tag(
        "PerformanceLevel",
        tag("PerformanceLevel", uri("PerformanceLevel", words)),
        tag("PerformanceLevelIndicatorName", name),
    )


def assessment(
    number: str, key: str, *more: str, title: str = "Valley Reading Grade 4", on: str = "2025-04-08"
) -> str:
    return tag(
        "StudentAssessment",
        tag("StudentAssessmentIdentifier", key),
        tag("AdministrationDate", on),
        *more,
        pupil_ref(number),
        tag(
            "AssessmentReference",
            tag("AssessmentIdentity", tag("AssessmentIdentifier", title), tag("Namespace", URI)),
        ),
    )


def descriptor(kind: str, code: str, short: str = "") -> str:
    return tag(
        f"{kind}Descriptor",
        tag("CodeValue", code),
        tag("ShortDescription", short or code),
        tag("Namespace", f"{URI}/{kind}Descriptor"),
    )


FULL = (
    tag("IdeaEligibility", "true"),
    tag(
        "SpecialEducationSetting",
        uri("SpecialEducationSetting", "Inside regular class 80% or more of the day"),
    ),
    tag("SpecialEducationHoursPerWeek", "6.50"),
    tag("SchoolHoursPerWeek", "32.00"),
    tag("MultiplyDisabled", "0"),
    tag("MedicallyFragile", "1"),
    tag("LastEvaluationDate", "2025-05-02"),
    tag("IEPReviewDate", "2025-09-12"),
    tag("IEPBeginDate", "2025-09-15"),
    tag("IEPEndDate", "2026-09-14"),
    disability("Specific Learning Disability", "2"),
    disability("Autism Spectrum Disorders", "1"),
    tag(
        "SpecialEducationProgramService",
        tag("SpecialEducationProgramService", uri("SpecialEducationProgramService", "Social Work Services")),
        tag("ServiceBeginDate", "2025-09-15"),
    ),
)


def small_district(**replaced: str) -> dict[str, str | bytes]:
    """A sound district: two schools' worth of links, three pupils, one of them in special education."""
    files: dict[str, str | bytes] = {
        "EducationOrganization.xml": interchange("EducationOrganization", school(), agency()),
        "Student.xml": interchange(
            "Student",
            pupil("501", "Kit", "Marrow"),
            pupil("502", "Bảo", "Thorne", more=tag("PreferredFirstName", "Bo")),
            pupil("503", "Wren", "Ashby", born="2011-12-30"),
        ),
        "StudentEnrollment.xml": interchange(
            "StudentEnrollment", placed("501"), placed("502", grade="Kindergarten"), placed("503")
        ),
        "StaffAssociation.xml": interchange(
            "StaffAssociation",
            teacher("501", "Tove", "Lindqvist", "tove@alder.example"),
            assigned("501", "S1"),
        ),
        "StudentProgram.xml": interchange(
            "StudentProgram", special("501", *FULL), program("501"), program("502")
        ),
        "StudentAssessment.xml": interchange(
            "StudentAssessment",
            assessment("501", "A-1", score("512"), level("Met Standard")),
            assessment("502", "A-2", score("498"), level("Approaching")),
        ),
    }
    return files | {f"{stem}.xml": content for stem, content in replaced.items()}


def zipped_district(files: Mapping[str, str | bytes] | None = None, **replaced: str) -> bytes:
    """A zip of a small district."""
    return zipped(files if files is not None else small_district(**replaced))


def program_row(*, name: str, begins_on: date, **values: Any) -> ProgramRow:
    """An enrollment in a program, as an import hands it over; everything else is blank."""
    blank: dict[str, Any] = {
        "sourced_id": name,
        "is_special_education": False,
        "type": "",
        "exit_reason": "",
        "setting": "",
        "setting_words": "",
        "special_exit_reason": "",
        "disabilities": [],
        "services": [],
    }
    unsaid = set(ProgramRow.__dataclass_fields__) - set(blank) - {"name", "begins_on"}
    return ProgramRow(name=name, begins_on=begins_on, **(dict.fromkeys(unsaid) | blank | values))


def result_row(*, title: str, administered_on: date, **values: Any) -> ResultRow:
    """A result, as an import hands it over; everything else is blank."""
    lists = {name: [] for name in ("scores", "levels", "parts", "accommodations")}
    texts = dict.fromkeys(("school_year", "grade", "language", "reason_not_tested"), "")
    known: dict[str, Any] = {"sourced_id": title, **lists, **texts, **values}
    return ResultRow(title=title, administered_on=administered_on, **known)
