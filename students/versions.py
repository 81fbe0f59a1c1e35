"""What every change of a student does besides: a new version, who changed it last, the words it is found by.

Two who write at once are told apart by the version of the student: the second sees both values and decides.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Conflict
from students.models import Mode, SearchWord, Student, search_words, sort_name
from students.models.base import OfStudent

NAMES = frozenset({"given_name", "middle_name", "family_name", "preferred_name"})


class ChangedMeanwhile(Conflict):
    """Somebody else saved first. `details["differences"]` has both values of each field that differs."""

    code = "changed_meanwhile"
    message = _(
        "Somebody else changed this while you were writing. Your entries are kept below; compare and save again."
    )


def check_version(  # each argument is named at the call
    *,
    student: Student,
    expected: int | None,
    before: Mapping[str, Any],
    wanted: Mapping[str, Any],
    changed: Iterable[str],
) -> None:
    """Refuse to write over what somebody saved meanwhile; without `expected` the caller does not care.

    Raises ChangedMeanwhile.
    """
    if expected is None or expected == student.version:
        return
    raise ChangedMeanwhile(
        details={
            "version": student.version,
            "changed_by": student.changed_by_name,
            "differences": {
                name: {"theirs": _shown(before.get(name)), "yours": _shown(wanted[name])} for name in changed
            },
        }
    )


def apply_changes(
    row: Student | OfStudent, wanted: Mapping[str, Any], *, student: Student, expected_version: int | None
) -> list[str]:
    """Put what is wanted on a row of a student, or the student itself. Returns the names of what is new.

    Raises ChangedMeanwhile.
    """
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    if changed:
        before = {name: getattr(row, name) for name in changed}
        check_version(
            student=student, expected=expected_version, before=before, wanted=wanted, changed=changed
        )
    for name in changed:
        setattr(row, name, wanted[name])
    return changed


def touch(*, actor: Actor, student: Student, fields: tuple[str, ...] = ()) -> None:
    """Save named fields and say who changed the student last, inside the caller's transaction."""
    student.version += 1
    student.changed_at = now()
    student.changed_by_name = actor.name[:120]
    saved = {"version", "changed_at", "changed_by_name", *fields}
    if NAMES & saved:
        student.sort_name = sort_name(student.given_name, student.family_name)
        saved.add("sort_name")
    student.save(update_fields=sorted(saved))
    if NAMES & saved:
        index_names(student)


def index_names(student: Student) -> None:
    """Keep the words by which a student is found, inside the caller's transaction."""
    wanted = set(search_words(student))
    rows = SearchWord.objects.filter(organization_id=student.organization_id, student_id=student.id)
    known = set(rows.values_list("word", flat=True))
    if known - wanted:
        rows.filter(word__in=known - wanted).delete()
    SearchWord.objects.bulk_create(
        SearchWord(organization_id=student.organization_id, student_id=student.id, word=word)
        for word in sorted(wanted - known)
    )


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(one["number"] if isinstance(one, dict) else str(Mode(one).label) for one in value)
    return value if value is None or isinstance(value, bool | int | str) else str(value)
