"""What every change of a student does besides: a new version, who changed it last, the words it is found by."""

from django.utils.timezone import now

from core.actor import Actor
from students.models import SearchWord, Student, search_words, sort_name

NAMES = frozenset({"given_name", "middle_name", "family_name", "preferred_name"})


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
