"""The district that measurements are made on: as large as asked for, the same for the same seed, sound as any other."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from casefile.synthetic import POINTS_PER_GOAL, Size, build
from core.tenant import organization
from ieps.models import Goal
from progress.models import GoalSummary, ProgressPoint
from students.models import Student, TeamMember

TODAY = date(2025, 11, 19)


def rows_of(size):
    """Build, read what identifies the rows, and take it all back."""
    with transaction.atomic():
        district = build(size, today=TODAY, said=lambda rows, count: None)
        with organization(district.id):
            names = list(
                Student.objects.order_by("id").values_list("id", "given_name", "family_name", "birth_on")
            )
            points = list(ProgressPoint.objects.order_by("id").values_list("id", "measured_on", "value"))
        transaction.set_rollback(True)
    return names, points


@pytest.mark.django_db
def test_one_seed_builds_equal_districts_and_another_seed_another():
    first, again, other = (rows_of(Size(students=30, seed=seed)) for seed in (1, 1, 2))

    assert first == again
    assert first[0] != other[0]


@pytest.mark.django_db
@pytest.mark.parametrize("students", [20, 30])
def test_second_district_of_one_seed_is_refused_in_words(students):
    build(Size(students=20, seed=11), today=TODAY, said=lambda rows, count: None)  # fewer than one caseload

    with pytest.raises(CommandError, match=r"/d/synthetic-20-11/ was made with the seed 11"):
        call_command("load_district", students=students, seed=11)


@pytest.mark.django_db
def test_district_has_every_row_that_was_asked_for():
    size = Size(students=30, seed=9)

    district = build(size, today=TODAY, said=lambda rows, count: None)
    call_command("rebuild_summaries", organization=district.slug, verbosity=0)

    with organization(district.id):
        assert Student.objects.count() == 30
        assert TeamMember.objects.filter(part="case_manager").count() == 30
        assert Goal.objects.count() == 60
        assert ProgressPoint.objects.count() == 60 * POINTS_PER_GOAL
        assert GoalSummary.objects.filter(points=POINTS_PER_GOAL).count() == 60
