"""On what the rights of everybody connected rest, read for all of them in a few statements.

Whoever's line changed is looked at again, one by one. That makes it cheap to notice within seconds that somebody
signed out, left a team or lost a child's record, even when no news of it was published (R6, R45).
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.admission import Admission
from accounts.models import ApiToken, Organization, Person
from core.tenant import organization as within

# What a person is in the organisation of the transaction, on whose team and whose guardian, in one line each.
TIES = """
SELECT person_id, md5(string_agg(tie, ' ' ORDER BY tie)) FROM (
    SELECT m.person_id,
        concat_ws(',', 'role', m.id, m.role, m.is_district_wide, m.starts_on, m.ends_on, s.school_id) AS tie
    FROM accounts_membership m LEFT JOIN accounts_membershipschool s ON s.membership_id = m.id
    WHERE m.person_id = ANY(%(people)s)
    UNION ALL SELECT person_id, concat_ws(',', 'single', id, starts_on, ends_on)
    FROM accounts_grant WHERE person_id = ANY(%(people)s)
    UNION ALL SELECT person_id, concat_ws(',', 'team', student_id, part, starts_on, ends_on)
    FROM students_teammember WHERE person_id = ANY(%(people)s)
    UNION ALL SELECT person_id,
        concat_ws(',', 'child', student_id, has_educational_rights, starts_on, ends_on, rights_from, rights_until)
    FROM students_guardian WHERE person_id = ANY(%(people)s)
) ties GROUP BY person_id
"""

Ground = tuple[object, ...]


def standings(admissions: Collection[Admission]) -> dict[Admission, Ground]:
    """One line for each admission; it is another one when anything that its rights rest on is."""
    people = {admission.person_id for admission in admissions}
    persons = {
        person_id: (is_active, password)
        for person_id, is_active, password in Person.objects.filter(id__in=people).values_list(
            "id", "is_active", "password"
        )
    }
    opened = _opened(admissions)
    ties = _ties(admissions)
    active = {
        organization_id: json.dumps(features, sort_keys=True)
        for organization_id, features in Organization.objects.filter(
            id__in={admission.organization_id for admission in admissions}, is_active=True
        ).values_list("id", "features")
    }
    return {
        admission: (
            admission.key in opened,
            active.get(admission.organization_id),
            persons.get(admission.person_id),
            ties.get((admission.organization_id, admission.person_id)),
        )
        for admission in admissions
    }


def _opened(admissions: Iterable[Admission]) -> set[str]:
    """The keys of the sessions and tokens that still hold."""
    sessions = {admission.key for admission in admissions if not admission.is_token}
    tokens = {admission.key for admission in admissions if admission.is_token}
    now = timezone.now()
    model = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    alive = model.objects.filter(session_key__in=sessions, expire_date__gt=now)
    found = set(alive.values_list("session_key", flat=True)) if sessions else set()
    if tokens:
        rows = ApiToken.objects.filter(digest__in=tokens, revoked_at=None, expires_at__gt=now)
        found |= set(rows.values_list("digest", flat=True))
    return found


def _ties(admissions: Iterable[Admission]) -> dict[tuple[UUID, UUID], str]:
    people: dict[UUID, set[UUID]] = defaultdict(set)
    for admission in admissions:
        people[admission.organization_id].add(admission.person_id)
    found: dict[tuple[UUID, UUID], str] = {}
    for organization_id, ids in people.items():
        with within(organization_id), connection.cursor() as cursor:
            cursor.execute(TIES, {"people": list(ids)})
            found |= {(organization_id, person_id): ties for person_id, ties in cursor.fetchall()}
    return found
