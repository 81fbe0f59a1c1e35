"""Which columns each file has, and how a line of it becomes a record."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from integrations.oneroster.lines import LONGEST_EMAIL, LONGEST_PHONE, Line
from integrations.oneroster.rows import (
    AcademicSession,
    Course,
    Demographics,
    Enrollment,
    Org,
    Record,
    Role,
    SchoolClass,
    User,
)

EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+\Z")
ORG_TYPES = {
    kind.lower(): kind for kind in ("department", "school", "district", "local", "state", "national")
}


def _org(line: Line) -> Org:
    kind = line.required("type")
    if kind and kind.lower() not in ORG_TYPES:
        line.warn("type", "type_unknown", value=kind)
    return Org(
        sourced_id=line.key(),
        ended=line.ended(),
        name=line.required("name"),
        type=ORG_TYPES.get(kind.lower(), kind),
        identifier=line.text("identifier"),
        parent=line.ref("parentSourcedId"),
    )


def _session(line: Line) -> AcademicSession:
    begin, end = line.required_day("startDate"), line.required_day("endDate")
    line.check_span(begin, end, "endDate")
    return AcademicSession(
        sourced_id=line.key(),
        ended=line.ended(),
        title=line.required("title"),
        type=line.text("type"),
        begin=begin,
        end=end,
        parent=line.ref("parentSourcedId"),
        school_year=line.text("schoolYear"),
    )


def _course(line: Line) -> Course:
    return Course(
        sourced_id=line.key(),
        ended=line.ended(),
        title=line.required("title"),
        code=line.text("courseCode"),
        org=line.ref("orgSourcedId"),
    )


def _class(line: Line) -> SchoolClass:
    return SchoolClass(
        sourced_id=line.key(),
        ended=line.ended(),
        title=line.required("title"),
        code=line.text("classCode"),
        type=line.text("classType").lower(),
        grades=line.grades(),
        course=line.ref("courseSourcedId"),
        school=line.ref("schoolSourcedId"),
        sessions=line.refs("termSourcedIds"),
    )


def _user(line: Line) -> User:
    sourced_id = line.key()
    given, family = line.name("givenName"), line.name("familyName")
    if not given and not family and not line.is_over:
        raise line.refuse("familyName", "required_blank")
    if bool(given) is not bool(family):
        line.warn("familyName" if given else "givenName", "name_part_blank")
    email = line.text("email", LONGEST_EMAIL)
    if email and not EMAIL.match(email):
        line.warn("email", "email_unreadable")
        email = ""
    primary, others = line.ref("primaryOrgSourcedId"), line.refs("orgSourcedIds")
    return User(
        sourced_id=sourced_id,
        ended=line.ended(),
        is_enabled=line.flag("enabledUser", default=True),
        given_name=given,
        middle_name=line.name("middleName"),
        family_name=family,
        preferred_name=line.name("preferredGivenName"),
        identifier=line.text("identifier"),
        email=email,
        phone=line.text("phone", LONGEST_PHONE) or line.text("sms", LONGEST_PHONE),
        grades=line.grades(),
        role=line.role("role", is_required=False),
        orgs=tuple(dict.fromkeys((primary, *others))) if primary else others,
        agents=line.refs("agentSourcedIds"),
    )


def _role(line: Line) -> Role:
    begin, end = line.day("beginDate"), line.day("endDate")
    line.check_span(begin, end, "endDate")
    return Role(
        sourced_id=line.key(),
        ended=line.ended(),
        user=line.key("userSourcedId"),
        role=line.role("role", is_required=True),
        is_primary=line.text("roleType").lower() != "secondary",
        begin=begin,
        end=end,
        org=line.ref("orgSourcedId"),
    )


def _demographics(line: Line) -> Demographics:
    born = line.day("birthDate")
    if born and born > line.today:
        raise line.refuse("birthDate", "birth_in_future", value=born)
    return Demographics(sourced_id=line.key(), ended=line.ended(), birth_on=born)


def _enrollment(line: Line) -> Enrollment:
    begin, end = line.day("beginDate"), line.day("endDate")
    line.check_span(begin, end, "endDate")
    return Enrollment(
        sourced_id=line.key(),
        ended=line.ended(),
        user=line.key("userSourcedId"),
        school_class=line.key("classSourcedId"),
        school=line.ref("schoolSourcedId"),
        role=line.role("role", is_required=True),
        is_primary=line.flag("primary", default=False),
        begin=begin,
        end=end,
    )


@dataclass(frozen=True, slots=True)
class Spec:
    """What is read of one file. `passed_over` are columns of the specification that nobody here needs."""

    noun: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    parse: Callable[[Line], Record]
    passed_over: tuple[str, ...] = ()
    days: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, in one fixed order."""
        return (*self.required, *self.optional)


COMMON = ("status", "dateLastModified")
RACES = (
    "sex",
    "americanIndianOrAlaskaNative",
    "asian",
    "blackOrAfricanAmerican",
    "nativeHawaiianOrOtherPacificIslander",
    "white",
    "demographicRaceTwoOrMoreRaces",
    "hispanicOrLatinoEthnicity",
    "countryOfBirthCode",
    "stateOfBirthAbbreviation",
    "cityOfBirth",
    "publicSchoolResidenceStatus",
)
# In the order in which they are applied: nothing stands before what it leans on, except the tie of an agent.
SPECS: Mapping[str, Spec] = {
    spec.noun: spec
    for spec in (
        Spec("orgs", ("sourcedId", "name", "type"), (*COMMON, "identifier", "parentSourcedId"), _org),
        Spec(
            "academicSessions",
            ("sourcedId", "title", "startDate", "endDate"),
            (*COMMON, "type", "parentSourcedId", "schoolYear"),
            _session,
            days=("startDate", "endDate"),
        ),
        Spec(
            "courses",
            ("sourcedId", "title"),
            (*COMMON, "courseCode", "orgSourcedId"),
            _course,
            passed_over=("schoolYearSourcedId", "grades", "subjects", "subjectCodes"),
        ),
        Spec(
            "classes",
            ("sourcedId", "title"),
            (
                *COMMON,
                "classCode",
                "classType",
                "grades",
                "courseSourcedId",
                "schoolSourcedId",
                "termSourcedIds",
            ),
            _class,
            passed_over=("location", "subjects", "subjectCodes", "periods"),
        ),
        Spec(
            "roles",
            ("sourcedId", "userSourcedId", "role"),
            (*COMMON, "roleType", "beginDate", "endDate", "orgSourcedId"),
            _role,
            passed_over=("userProfileSourcedId",),
            days=("beginDate", "endDate"),
        ),
        Spec(
            "demographics",
            ("sourcedId", "birthDate"),
            COMMON,
            _demographics,
            passed_over=RACES,
            days=("birthDate",),
        ),
        Spec(
            "users",
            ("sourcedId", "givenName", "familyName"),
            (
                *COMMON,
                "enabledUser",
                "middleName",
                "preferredGivenName",
                "identifier",
                "email",
                "phone",
                "sms",
                "grades",
                "role",
                "orgSourcedIds",
                "primaryOrgSourcedId",
                "agentSourcedIds",
            ),
            _user,
            passed_over=(
                "username",
                "password",
                "userIds",
                "userMasterIdentifier",
                "preferredMiddleName",
                "preferredFamilyName",
                "pronouns",
                "resourceSourcedIds",
            ),
        ),
        Spec(
            "enrollments",
            ("sourcedId", "classSourcedId", "userSourcedId", "role"),
            (*COMMON, "schoolSourcedId", "primary", "beginDate", "endDate"),
            _enrollment,
            days=("beginDate", "endDate"),
        ),
    )
}
