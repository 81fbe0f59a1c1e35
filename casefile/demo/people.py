"""The people of the demonstration districts. Everybody is invented; the domains cannot receive mail (RFC 2606)."""

from dataclasses import dataclass

from accounts.rights import Role

PASSWORD = "larkspur-meadow-41"  # noqa: S105  # printed for everybody; only ever set in a demonstration
SLUG, NAME, ZONE = "larkspur", "Larkspur Valley Unified", "America/Los_Angeles"
OTHER_SLUG, OTHER_NAME, OTHER_ZONE = "marigold", "Marigold County Schools", "America/Denver"

CEDAR, NORTH, HIGH = "CEH", "NFM", "LVH"
SCHOOLS = {CEDAR: "Cedar Hollow Elementary", NORTH: "North Fork Middle", HIGH: "Larkspur High"}
OTHER_SCHOOLS = {"MGE": "Marigold Elementary"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """One person, one role. Staff who are parents here stand twice."""

    key: str
    given: str
    family: str
    role: Role
    title: str
    schools: tuple[str, ...] = ()
    is_district_wide: bool = False
    domain: str = "larkspur.example"
    language: str = "en"
    shows: str = ""

    @property
    def email(self) -> str:
        return f"{self.given}.{self.family}@{self.domain}".lower().replace("é", "e").replace(" ", "")


PEOPLE = (
    Cast(
        key="dana",
        given="Dana",
        family="Whitfield",
        role=Role.TEACHER,
        title="Special education teacher",
        schools=(CEDAR,),
        shows="a case manager with 18 students",
    ),
    Cast(
        key="kwame",
        given="Kwame",
        family="Osei",
        role=Role.SPECIALIST,
        title="Speech-language pathologist",
        schools=(CEDAR, NORTH),
        shows="works in two districts",
    ),
    Cast(
        key="jin",
        given="Jin",
        family="Park",
        role=Role.SPECIALIST,
        title="School psychologist",
        schools=(CEDAR, NORTH, HIGH),
    ),
    Cast(
        key="priyanka",
        given="Priyanka",
        family="Shah",
        role=Role.SPECIALIST,
        title="Occupational therapist",
        schools=(CEDAR, NORTH),
    ),
    Cast(
        key="ana",
        given="Ana",
        family="Reyes",
        role=Role.TEACHER,
        title="Grade 4 teacher",
        schools=(CEDAR,),
        shows="sees the IEP at a glance",
    ),
    Cast(
        key="maya",
        given="Maya",
        family="Brandt",
        role=Role.TEACHER,
        title="Grade 5 teacher",
        schools=(CEDAR,),
        shows="staff, and a parent here",
    ),
    Cast(key="maya", given="Maya", family="Brandt", role=Role.PARENT, title=""),
    Cast(
        key="tess",
        given="Tess",
        family="Moran",
        role=Role.PARAPROFESSIONAL,
        title="Reading room aide",
        schools=(CEDAR,),
        shows="records data, no narrative",
    ),
    Cast(
        key="ines",
        given="Ines",
        family="Ferrer",
        role=Role.TEACHER,
        title="Special education teacher",
        schools=(NORTH,),
    ),
    Cast(
        key="paul",
        given="Paul",
        family="Ito",
        role=Role.TEACHER,
        title="Special education teacher",
        schools=(HIGH,),
    ),
    Cast(
        key="nadia",
        given="Nadia",
        family="Orlov",
        role=Role.TEACHER,
        title="Special education teacher",
        schools=(CEDAR,),
        shows="new, no students yet",
    ),
    Cast(
        key="marcus",
        given="Marcus",
        family="Bell",
        role=Role.COORDINATOR,
        title="Special education coordinator",
        schools=(CEDAR, NORTH),
        shows="reads two schools",
    ),
    Cast(
        key="hal",
        given="Hal",
        family="Sorensen",
        role=Role.VIEWER,
        title="Principal",
        schools=(CEDAR,),
        shows="reads one school, no family data",
    ),
    Cast(
        key="ruth",
        given="Ruth",
        family="Adeyemi",
        role=Role.FINANCE,
        title="Business office",
        is_district_wide=True,
        shows="services and minutes, no narrative",
    ),
    Cast(
        key="lena",
        given="Lena",
        family="Grant",
        role=Role.ADMINISTRATOR,
        title="Director of special education",
        is_district_wide=True,
        shows="the whole district, roster imports",
    ),
    Cast(
        key="carmen",
        given="Carmen",
        family="Luna",
        role=Role.PARENT,
        title="",
        domain="family.example",
        language="es",
        shows="Mateo's mother",
    ),
)
OTHER_PEOPLE = (
    Cast(
        key="june",
        given="June",
        family="Kessler",
        role=Role.ADMINISTRATOR,
        title="Director of student services",
        is_district_wide=True,
        domain="marigold.example",
        shows="another district",
    ),
    Cast(
        key="otis",
        given="Otis",
        family="Hale",
        role=Role.TEACHER,
        title="Special education teacher",
        schools=("MGE",),
        domain="marigold.example",
        shows="the same job in another district",
    ),
    Cast(
        key="kwame",
        given="Kwame",
        family="Osei",
        role=Role.SPECIALIST,
        title="Speech-language pathologist",
        schools=("MGE",),
    ),
)
