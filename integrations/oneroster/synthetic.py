"""A large roster of invented people, the same for the same seed, to measure imports with."""

import io
import random
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from typing import IO

GIVEN = [
    "Ada",
    "Bram",
    "Cleo",
    "Dario",
    "Edda",
    "Farid",
    "Greta",
    "Hari",
    "Inés",
    "Jomo",
    "Kaia",
    "Lior",
    "Mara",
    "Nils",
    "Oona",
    "Pavel",
    "Quinn",
    "Rafa",
    "Suki",
    "Tomás",
    "Uma",
    "Viggo",
    "Wren",
    "Xenia",
    "Yusuf",
    "Zora",
]
FAMILY_BEGINNINGS = [
    "Alder",
    "Birk",
    "Calder",
    "Dun",
    "Esk",
    "Fenn",
    "Garrow",
    "Hollin",
    "Ister",
    "Juno",
    "Kestrel",
    "Lark",
    "Morrow",
    "Nettle",
    "Orrin",
]
FAMILY_ENDINGS = [
    "ay",
    "by",
    "den",
    "field",
    "ford",
    "ham",
    "ley",
    "mere",
    "more",
    "son",
    "ström",
    "ton",
    "well",
    "wick",
    "worth",
]
GRADES = ("KG", *(f"{grade:02}" for grade in range(1, 13)))
FIRST_MONTH = 8
PUPILS_A_SCHOOL = 600
PUPILS_A_TEACHER = 25
USERS = (
    "sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,middleName,identifier,email,phone,"
    "agentSourcedIds,grades,password,primaryOrgSourcedId"
)
ENROLLMENTS = (
    "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate"
)


def write_roster(target: IO[bytes], *, rows: int, seed: int, today: date) -> int:
    """Write a OneRoster 1.2 bulk zip with about `rows` rows in all its files. Returns how many rows it has.

    Three rows of ten are people, three their roles, two birth dates, two enrollments.
    """
    chance = random.Random(seed)  # noqa: S311  # invented people need no secrets
    pupils = max(1, rows * 10 // 52)
    teachers = max(1, pupils // PUPILS_A_TEACHER)
    schools = max(1, pupils // PUPILS_A_SCHOOL)
    files = {
        "manifest": _manifest(),
        "orgs": _orgs(schools),
        "academicSessions": _sessions(today),
        "classes": _classes(teachers, schools),
        "users": _users(chance, pupils, teachers, schools),
        "roles": _roles(pupils, teachers, schools),
        "demographics": _demographics(chance, pupils, today),
        "enrollments": _enrollments(pupils, teachers, schools),
    }
    count = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in files.items():
            with io.TextIOWrapper(archive.open(f"{name}.csv", "w"), "utf-8", newline="") as text:
                for line in lines:
                    text.write(line + "\r\n")
                    count += name != "manifest"
            count -= name != "manifest"
    return count


def _manifest() -> Iterator[str]:
    yield from ("propertyName,value", "manifest.version,1.0", "oneroster.version,1.2")
    for noun in ("orgs", "academicSessions", "classes", "users", "roles", "demographics", "enrollments"):
        yield f"file.{noun},bulk"


def _orgs(schools: int) -> Iterator[str]:
    yield "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId"
    yield "gen-district,active,2025-08-01,Synthetic District,district,,"
    for number in range(schools):
        yield f"gen-school-{number},active,2025-08-01,Synthetic School {number + 1},school,SYN{number:04},gen-district"


def _sessions(today: date) -> Iterator[str]:
    yield "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear"
    begin = date(today.year if today.month >= FIRST_MONTH else today.year - 1, FIRST_MONTH, 18)
    end = begin + timedelta(days=300)
    yield f"gen-year,active,2025-08-01,School year,schoolYear,{begin},{end},,{end.year}"


def _classes(teachers: int, schools: int) -> Iterator[str]:
    yield "sourcedId,status,dateLastModified,title,classType,schoolSourcedId,termSourcedIds"
    for number in range(teachers):
        school = number % schools
        yield f"gen-class-{number},active,2025-08-01,Class {number + 1},homeroom,gen-school-{school},gen-year"


def _users(chance: random.Random, pupils: int, teachers: int, schools: int) -> Iterator[str]:
    yield USERS
    for number in range(teachers):
        given, family = _name(chance)
        yield (
            f"gen-teacher-{number},active,2025-08-01,true,t{number},{given},{family},,,t{number}@synthetic.example,,,,"
            f"secret-{number},gen-school-{number % schools}"
        )
    for number in range(pupils):
        given, family = _name(chance)
        agent = f"gen-parent-{number}" if number % 2 else ""
        grade = GRADES[number % len(GRADES)]
        yield (
            f"gen-pupil-{number},active,2025-08-01,true,p{number},{given},{family},,{900_000 + number},,,{agent},"
            f"{grade},secret-{number},gen-school-{_school(number, teachers, schools)}"
        )
        if agent:
            given, _family = _name(chance)
            yield (
                f"{agent},active,2025-08-01,true,a{number},{given},{family},,,a{number}@home.example,555 0100,"
                f"gen-pupil-{number},,secret-{number},gen-school-{_school(number, teachers, schools)}"
            )


def _roles(pupils: int, teachers: int, schools: int) -> Iterator[str]:
    yield "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId"
    for number in range(teachers):
        yield (
            f"gen-role-t{number},active,2025-08-01,gen-teacher-{number},primary,teacher,,,gen-school-{number % schools}"
        )
    for number in range(pupils):
        school = _school(number, teachers, schools)
        yield f"gen-role-p{number},active,2025-08-01,gen-pupil-{number},primary,student,,,gen-school-{school}"
        if number % 2:
            yield f"gen-role-a{number},active,2025-08-01,gen-parent-{number},primary,guardian,,,gen-school-{school}"


def _demographics(chance: random.Random, pupils: int, today: date) -> Iterator[str]:
    yield "sourcedId,status,dateLastModified,birthDate,sex"
    for number in range(pupils):
        age = 5 + GRADES.index(GRADES[number % len(GRADES)])
        born = today - timedelta(days=age * 365 + chance.randrange(365))
        yield f"gen-pupil-{number},active,2025-08-01,{born},"


def _enrollments(pupils: int, teachers: int, schools: int) -> Iterator[str]:
    yield ENROLLMENTS
    for number in range(teachers):
        yield (
            f"gen-enr-t{number},active,2025-08-01,gen-class-{number},gen-school-{number % schools},"
            f"gen-teacher-{number},teacher,true,,"
        )
    for number in range(pupils):
        yield (
            f"gen-enr-p{number},active,2025-08-01,gen-class-{number % teachers},"
            f"gen-school-{_school(number, teachers, schools)},gen-pupil-{number},student,,2025-08-18,2026-06-12"
        )


def _name(chance: random.Random) -> tuple[str, str]:
    return chance.choice(GIVEN), chance.choice(FAMILY_BEGINNINGS) + chance.choice(FAMILY_ENDINGS)


def _school(pupil: int, teachers: int, schools: int) -> int:
    """The school of a pupil is that of their class."""
    return pupil % teachers % schools
