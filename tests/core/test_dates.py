"""Days are written in the order that the district chose, wherever a page says one, and never from a stale drawing."""

from datetime import date

import pytest
from django.utils import translation

from accounts.models import Organization
from core import dates
from ieps.models import Iep
from tests.factories.ieps import GoalFactory, IepFactory

DAY = date(2025, 3, 9)
WRITTEN = {
    ("en", "mdy"): "Mar 9, 2025",
    ("en", "dmy"): "9 Mar 2025",
    ("en", "iso"): "2025-03-09",
    ("es", "mdy"): "9 mar 2025",
    ("es", "dmy"): "9 mar 2025",
    ("es", "iso"): "2025-03-09",
}
PAGES = ("", "goals/", "record/", "record/schools/", "timeline/")


@pytest.fixture
def dated(cast):
    """A student of whom every page says the same day."""
    iep = IepFactory(student=cast.student, active=True)
    Iep.objects.filter(id=iep.id).update(meeting_on=DAY, effective_on=DAY)
    GoalFactory(iep=iep, number=1, baseline_on=DAY)
    student = cast.student
    student.last_evaluation_on = student.enrolled_on = DAY
    student.save()
    return student


def pages(cast, student, language):
    cast.casey.person.language = language
    cast.casey.person.save()
    client = cast.casey.client()
    return {
        page: client.get(cast.casey.url(f"/students/{student.id}/{page}")).content.decode() for page in PAGES
    }


@pytest.mark.parametrize("language", ["en", "es"])
def test_same_pages_in_the_three_orders_one_after_another(cast, dated, language):
    """At the next load, also of what was drawn a moment ago for the same person."""
    for order in ("mdy", "dmy", "iso", "mdy"):
        Organization.objects.filter(id=cast.district.id).update(date_format=order)
        said = WRITTEN[language, order]
        others = {text for (spoken, _order), text in WRITTEN.items() if spoken == language} - {said}
        for page, text in pages(cast, dated, language).items():
            words = text.replace(f'datetime="{DAY}', "").replace(f'value="{DAY}"', "")
            assert said in words or page == "timeline/", f"{page} does not say {said}"
            assert not [other for other in others if other in words], page


@pytest.mark.parametrize("order", ["mdy", "dmy", "iso"])
def test_caseload_as_a_file_has_iso_in_every_order(cast, dated, order):
    Organization.objects.filter(id=cast.district.id).update(date_format=order)
    type(dated).objects.filter(id=dated.id).update(annual_review_on=DAY)
    answer = cast.casey.client().post(cast.casey.url("/caseload/export/"))

    assert (
        "2025-03-09" in b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()
    )


@pytest.mark.parametrize(("language", "order"), WRITTEN)
def test_each_way_of_writing_a_day(language, order):
    with translation.override(language), dates.dates_written(order):
        assert dates.day_in_record(DAY) == WRITTEN[language, order]
        assert "2025" in dates.month_in_record(DAY)
        assert dates.day_nearby(DAY).endswith(dates.short_day(DAY))
        assert "9" in dates.day_in_full(DAY) or "09" in dates.day_in_full(DAY)
    assert dates.date_order() == "mdy"
