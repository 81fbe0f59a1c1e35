"""Small rosters of invented people, made by the tests themselves."""

import io
import zipfile
from collections.abc import Mapping

USERS_1_1 = (
    "sourcedId,status,enabledUser,orgSourcedIds,role,username,givenName,familyName,email,agentSourcedIds,grades,"
    "password"
)
USERS_1_2 = (
    "sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,preferredGivenName,grades,"
    "password"
)
ORGS = "sourcedId,status,name,type,identifier,parentSourcedId"
CLASSES = "sourcedId,status,title,courseSourcedId,classType,schoolSourcedId,termSourcedIds"
ENROLLMENTS = "sourcedId,status,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate"
ROLES = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId"
DEMOGRAPHICS = "sourcedId,status,birthDate,sex"
SECRET = "Sw0rdfish-never-kept"


def table(header: str, *rows: str) -> str:
    """A CSV file with Windows line ends, as most systems write it."""
    return "\r\n".join((header, *rows, ""))


def manifest(version: str = "1.1", mode: str = "bulk", *nouns: str, **modes: str) -> str:
    """A manifest that announces the nouns in one mode."""
    said = dict.fromkeys(nouns, mode) | modes
    return table(
        "propertyName,value",
        "manifest.version,1.0",
        f"oneroster.version,{version}",
        *(f"file.{noun},{value}" for noun, value in said.items()),
    )


def zipped(files: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files; text becomes UTF-8."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)  # of 1980, so that the same files are the same zip
            info.compress_type = compression
            archive.writestr(info, content)
    return target.getvalue()


def small_1_1(**replaced: str | bytes) -> dict[str, str | bytes]:
    """A sound roster in version 1.1. Keywords replace a file by its stem."""
    files: dict[str, str | bytes] = {
        "manifest.csv": manifest("1.1", "bulk", "orgs", "users", "classes", "enrollments"),
        "orgs.csv": table(ORGS, "S1,active,Alder Grove School,school,AG,"),
        "classes.csv": table(CLASSES, "C1,active,Reading 4,,scheduled,S1,"),
        "users.csv": table(
            USERS_1_1,
            f"T1,active,true,S1,teacher,tove,Tove,Lindqvist,tove@alder.example,,,{SECRET}",
            f"P1,active,true,S1,parent,ines,Inés,Marrow,ines@home.example,,,{SECRET}",
            f"K1,active,true,S1,student,kit,Kit,Marrow,,P1,04,{SECRET}",
            f'K2,active,true,S1,student,bao,Bảo,Thorne,,,"09,10",{SECRET}',
        ),
        "enrollments.csv": table(
            ENROLLMENTS,
            "E1,active,C1,S1,T1,teacher,true,,",
            "E2,active,C1,S1,K1,student,,2025-08-25,2026-06-12",
        ),
    }
    return files | {f"{stem}.csv": content for stem, content in replaced.items()}


def small_1_2(**replaced: str | bytes) -> dict[str, str | bytes]:
    """A sound roster in version 1.2: roles and birth dates in files of their own."""
    files: dict[str, str | bytes] = {
        "manifest.csv": manifest("1.2", "bulk", "orgs", "users", "roles", "demographics"),
        "orgs.csv": table(ORGS, "S1,active,Alder Grove School,school,AG,"),
        "users.csv": table(
            USERS_1_2,
            f"T1,active,2025-08-01,true,tove,Tove,Lindqvist,,,{SECRET}",
            f"K1,active,2025-08-01,true,kit,Christopher,Marrow,Kit,4,{SECRET}",
        ),
        "roles.csv": table(
            ROLES,
            "R1,active,2025-08-01,T1,primary,teacher,,,S1",
            "R2,active,2025-08-01,K1,primary,student,,,S1",
        ),
        "demographics.csv": table(DEMOGRAPHICS, "K1,active,2015-03-09,"),
    }
    return files | {f"{stem}.csv": content for stem, content in replaced.items()}
