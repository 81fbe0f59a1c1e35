"""What a person of the roster is, from their user row, their roles and their birth date."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from integrations.oneroster.rows import kind_of

LONGEST_CODE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """Somebody as the roster describes them. `orgs` come in the order in which a school is looked for."""

    sourced_id: str
    part: str
    role: str
    given_name: str
    middle_name: str
    family_name: str
    preferred_name: str
    identifier: str
    email: str
    phone: str
    grade: str
    birth_on: date | None
    orgs: tuple[str, ...]


def school_codes(sourced_id: str, identifier: str) -> tuple[str, ...]:
    """The codes under which a school may be known, the one for a new school first."""
    own = sourced_id
    if len(own) > LONGEST_CODE:
        own = hashlib.blake2b(sourced_id.encode(), digest_size=20).hexdigest()
    return (own, identifier) if identifier and len(identifier) <= LONGEST_CODE else (own,)


def describe(
    sourced_id: str, user: Mapping[str, Any], roles: Iterable[Mapping[str, Any]], birth_on: str
) -> Described | None:
    """A person from the payloads of their records, or None when nothing says what they are.

    A pupil stays a pupil whatever else they are; otherwise the primary role counts, and a role of roles.csv before
    the column of users.csv.
    """
    held = sorted(roles, key=lambda role: (kind_of(role["role"]) != "student", not role["is_primary"]))
    role = held[0]["role"] if held else user.get("role", "")
    part = kind_of(role)
    if not part:
        return None
    orgs = dict.fromkeys((*(found["org"] for found in held if found.get("org")), *user.get("orgs", ())))
    grades = user.get("grades", ())
    return Described(
        sourced_id=sourced_id,
        part=part,
        role=role,
        given_name=user.get("given_name", ""),
        middle_name=user.get("middle_name", ""),
        family_name=user.get("family_name", ""),
        preferred_name=user.get("preferred_name", ""),
        identifier=user.get("identifier", ""),
        email=user.get("email", ""),
        phone=user.get("phone", ""),
        grade=grades[0] if grades and part == "student" else "",
        birth_on=date.fromisoformat(birth_on) if birth_on else None,
        orgs=tuple(orgs),
    )
