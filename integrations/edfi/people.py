"""Schools, pupils and staff, and who is where: from elements to items."""

import hashlib
from datetime import date

from integrations.edfi.rows import Item
from integrations.edfi.taking import LONGEST_ID, LONGEST_WORDS, Taking, plain

# Elements that are organizations, with the element of their id.
ORGANIZATIONS = {
    "School": "SchoolId",
    "LocalEducationAgency": "LocalEducationAgencyId",
    "EducationServiceCenter": "EducationServiceCenterId",
    "StateEducationAgency": "StateEducationAgencyId",
    "EducationOrganizationNetwork": "EducationOrganizationNetworkId",
    "CommunityOrganization": "CommunityOrganizationId",
    "CommunityProvider": "CommunityProviderId",
    "PostSecondaryInstitution": "PostSecondaryInstitutionId",
    "OrganizationDepartment": "OrganizationDepartmentId",
}
CLOSED = frozenset({"closed", "inactive"})
LONGEST_KEY = 120
STUDENT = "StudentReference/StudentIdentity/StudentUniqueId"
STAFF = "StaffReference/StaffIdentity/StaffUniqueId"
SCHOOL = "SchoolReference/SchoolIdentity/SchoolId"
PLACE = "EducationOrganizationReference/EducationOrganizationIdentity/EducationOrganizationId"


def key_of(*parts: object) -> str:
    """One key from the parts of a natural key, in words as long as they are short enough."""
    text = " · ".join(str(part) for part in parts if part not in {None, ""})
    if len(text) <= LONGEST_KEY:
        return text
    return hashlib.blake2b(text.encode(), digest_size=20).hexdigest()


def organization(taking: Taking) -> Item:
    """A school, or another organization that rows refer to."""
    kind = taking.node.name
    sourced_id = taking.needed(ORGANIZATIONS[kind], LONGEST_ID)
    name = taking.needed("NameOfInstitution", LONGEST_WORDS)
    status = taking.descriptors.words(taking.node.said("OperationalStatus")).lower()
    return Item(
        sourced_id,
        "",
        name,
        plain(name=name, type="school" if kind == "School" else kind),
        ended=status in CLOSED,
    )


def student(taking: Taking) -> Item:
    """A pupil: names, date of birth, id. Sex, citizenship and visas are not read."""
    sourced_id = taking.needed("StudentUniqueId", LONGEST_ID)
    values = _names(taking)
    born = taking.day("BirthData/BirthDate", is_past=True)
    return Item(sourced_id, "", f"{values['given']} {values['family']}", plain(**values, born=born))


def staff(taking: Taking) -> Item:
    """A member of staff: names, id, address at work. Nobody gets a sign-in; birth, wage and race are not read."""
    sourced_id = taking.needed("StaffUniqueId", LONGEST_ID)
    values = _names(taking)
    mail = taking.mail("ElectronicMail/ElectronicMailAddress")
    return Item(sourced_id, "", f"{values['given']} {values['family']}", plain(**values, mail=mail))


def placement(taking: Taking) -> Item:
    """A pupil's school and grade, from a day until a day."""
    pupil = taking.needed(STUDENT, LONGEST_ID)
    school = taking.needed(SCHOOL, LONGEST_ID)
    begin, end = taking.span("EntryDate", "ExitWithdrawDate", is_needed=True)
    grade = taking.grade("EntryGradeLevel")
    return Item(
        key_of(pupil, school, begin),
        pupil,
        school,
        plain(school=school, begin=begin, end=end, grade=grade),
    )


def assignment(taking: Taking) -> Item:
    """What a member of staff is, and where."""
    person = taking.needed(STAFF, LONGEST_ID)
    is_school = taking.node.name == "StaffSchoolAssociation"
    place = taking.needed(SCHOOL if is_school else PLACE, LONGEST_ID)
    begin, end = taking.span("BeginDate", "EndDate")
    words = taking.descriptors.words(taking.node.said("StaffClassification"))[:40]
    return Item(
        key_of("school" if is_school else "assignment", person, place, begin, words),
        person,
        words or place,
        plain(place=place, role=words, begin=begin, end=end),
    )


def years_between(born: date, day: date) -> int:
    """Whole years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _names(taking: Taking) -> dict[str, str]:
    return {
        "given": taking.needed("Name/FirstName"),
        "family": taking.needed("Name/LastSurname"),
        "middle": taking.text("Name/MiddleName", 80),
        "preferred": taking.text("Name/PreferredFirstName", 80),
    }
