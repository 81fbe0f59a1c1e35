"""The page "About me", and the languages of a student. Narrative stays out of the audit: it names fields only."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Invalid
from core.mutation import audit, mutation, unchanged
from students.models import WORDS, EnglishLearner, Mode, Profile, Student
from students.queries import editable_student
from students.rows import FIRST_DAY
from students.rules import may_write_profile, may_write_record
from students.versions import apply_changes, touch

ABOUT = ("modes", *WORDS)
LANGUAGES = (
    "home_language",
    "preferred_language",
    "needs_interpreter",
    "english_learner",
    "english_learner_since",
    "english_learner_until",
)


@mutation
def update_profile(
    *, actor: Actor, student_id: UUID, changes: Mapping[str, Any], expected_version: int | None = None
) -> Profile:
    """Write the page "About me": any of the fields of `ABOUT`. Raises NotFound, NotAllowed, Invalid,
    ChangedMeanwhile."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_profile)
    profile = Profile.objects.filter(student=student).first() or Profile(
        organization_id=actor.organization_id, student=student
    )
    wanted = {name: changes[name] for name in ABOUT if name in changes}
    if "modes" in wanted:
        wanted["modes"] = [mode for mode in Mode.values if mode in set(wanted["modes"])]
    changed = apply_changes(profile, wanted, student=student, expected_version=expected_version)
    if not changed:
        unchanged(actor)
        return profile
    profile.clean_fields(exclude=["student", "organization"])
    profile.save()
    touch(actor=actor, student=student)
    audit(actor, "students.profile.changed", profile, fields=sorted(changed))
    return profile


@mutation
def update_languages(
    *, actor: Actor, student_id: UUID, changes: Mapping[str, Any], expected_version: int | None = None
) -> Student:
    """Change the languages, the interpreter and the standing as an English learner (34 CFR 300.27).

    Raises NotFound, NotAllowed, Invalid, ChangedMeanwhile.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_record)
    wanted = {name: changes[name] for name in LANGUAGES if name in changes}
    changed = apply_changes(student, wanted, student=student, expected_version=expected_version)
    if not changed:
        unchanged(actor)
        return student
    _check_learner(actor, student)
    student.clean_fields(exclude=[field.name for field in Student._meta.fields if field.name not in changed])
    touch(actor=actor, student=student, fields=tuple(changed))
    audit(actor, "students.languages.changed", student, fields=sorted(changed))
    return student


def _check_learner(actor: Actor, student: Student) -> None:
    """Refuse dates that contradict the standing. Raises Invalid."""
    since, until = student.english_learner_since, student.english_learner_until
    wrong: dict[str, list[Any]] = {}
    if since is not None and not FIRST_DAY <= since <= actor.today:
        wrong["english_learner_since"] = [_("Enter a day that is past.")]
    if until is not None and not FIRST_DAY <= until <= actor.today:
        wrong["english_learner_until"] = [_("Enter a day that is past.")]
    if until is not None and since is not None and until < since:
        wrong["english_learner_until"] = [_("The last day comes before the first.")]
    if until is not None and student.english_learner != EnglishLearner.FORMER:
        wrong["english_learner_until"] = [_("Only a student who was reclassified has this day.")]
    if wrong:
        raise Invalid(fields=wrong)
