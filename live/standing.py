"""On what the right to watch a topic rests, besides the standing of who watches (`students/standing.py`)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from core.tenant import organization as within
from ieps.models import Goal, Iep
from live.frames import topic_id
from students.models import Student
from students.standing import Ground


def facts(topics: Mapping[UUID, Collection[str]]) -> dict[str, Ground]:
    """One line for each topic, by organisation: where the student goes to school, where the IEP stands."""
    found: dict[str, Ground] = {}
    for organization_id, names in topics.items():
        with within(organization_id):
            found |= _facts_inside(names)
    return found


def _facts_inside(names: Iterable[str]) -> dict[str, Ground]:
    ids: dict[str, set[str]] = defaultdict(set)
    for name in names:
        noun, record_id = topic_id(name) or ("", "")
        ids[noun].add(record_id)
    found: dict[str, Ground] = {}
    of_student = ("student__school_id", "student__archived_at")
    for noun, rows in (
        ("student", Student.objects.values_list("id", "school_id", "archived_at")),
        ("iep", Iep.objects.values_list("id", "status", *of_student)),
        ("goal", Goal.objects.values_list("id", "iep__status", *of_student)),
    ):
        if ids[noun]:
            found |= {f"{noun}.{row[0]}": tuple(row[1:]) for row in rows.filter(id__in=ids[noun])}
    return found
