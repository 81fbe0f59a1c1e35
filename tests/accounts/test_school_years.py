"""School years: who keeps them, what is refused, what counts where; their pages and endpoints."""

from dataclasses import replace
from datetime import date

import pytest

from accounts import mutations, queries
from accounts.calendars import DaysOff, Period, is_school_day, next_year
from accounts.models import SchoolYear
from accounts.mutations import YearOverlaps
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry
from tests.accounts.test_calendars import YEAR


@pytest.fixture
def year(cast):
    return mutations.add_school_year(actor=cast.ada.actor, school_id=None, year=YEAR)


def test_administrator_adds_the_districts_year_and_it_is_read_back(cast, year):
    row = queries.school_year_row(actor=cast.casey.actor, school_year_id=year.id)

    assert row.year == YEAR
    assert row.days == 201 and not row.may_keep
    entry = AuditEntry.objects.get(verb="accounts.school_year.added")
    assert entry.values["name"] == "2026-27" and entry.values["days_off"] == 2


@pytest.mark.parametrize("name", ["casey", "paula", "vic", "fin"])
def test_only_administrators_and_coordinators_keep_years(cast, year, name):
    actor = getattr(cast, name).actor

    with pytest.raises(NotAllowed):
        mutations.add_school_year(actor=actor, school_id=cast.school.id, year=YEAR)
    with pytest.raises(NotAllowed):
        mutations.update_school_year(actor=actor, school_year_id=year.id, year=replace(YEAR, name="x"))
    with pytest.raises(NotAllowed):
        queries.calendar_page(actor=actor)


def test_coordinator_keeps_the_year_of_an_own_school_alone(cast, year):
    own = mutations.add_school_year(actor=cast.cory.actor, school_id=cast.school.id, year=YEAR)

    assert own.school_id == cast.school.id
    for school_id in (None, cast.other_school.id):
        with pytest.raises(NotAllowed):
            mutations.add_school_year(actor=cast.cory.actor, school_id=school_id, year=YEAR)
    with pytest.raises(NotAllowed):
        mutations.remove_school_year(actor=cast.cory.actor, school_year_id=year.id)


def test_school_of_another_district_is_not_found(cast):
    with pytest.raises(NotFound):
        mutations.add_school_year(actor=cast.ada.actor, school_id=cast.school_elsewhere.id, year=YEAR)


def test_two_years_of_a_school_share_no_day(cast, year):
    with pytest.raises(YearOverlaps):
        mutations.add_school_year(actor=cast.ada.actor, school_id=None, year=replace(YEAR, name="again"))


def test_two_years_of_a_school_have_two_names(cast, year):
    later = replace(next_year(YEAR), name="2026-27")

    with pytest.raises(Invalid) as refused:
        mutations.add_school_year(actor=cast.ada.actor, school_id=None, year=later)

    assert list(refused.value.fields) == ["name"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"last_on": date(2026, 8, 1)}, "last_on"),
        ({"weekdays": frozenset()}, "weekdays"),
        ({"days_off": (DaysOff(first_on=date(2026, 7, 1), last_on=date(2026, 7, 2)),)}, "days_off"),
        (
            {
                "periods": (
                    Period(
                        name="Q",
                        first_on=date(2026, 9, 1),
                        last_on=date(2027, 9, 1),
                        reports_due_on=date(2027, 9, 9),
                    ),
                )
            },
            "periods",
        ),
    ],
)
def test_year_that_does_not_fit_together_is_refused_by_field(cast, change, field):
    with pytest.raises(Invalid) as refused:
        mutations.add_school_year(actor=cast.ada.actor, school_id=None, year=replace(YEAR, **change))

    assert list(refused.value.fields) == [field]


def test_own_year_of_a_school_counts_instead_of_the_districts(cast, year):
    own = replace(YEAR, name="own", days_off=())
    mutations.add_school_year(actor=cast.ada.actor, school_id=cast.school.id, year=own)

    found = queries.calendars_of(actor=cast.casey.actor, school_ids=[cast.school.id, cast.other_school.id])

    holiday = date(2026, 11, 11)
    assert is_school_day(found[cast.school.id], holiday)
    assert not is_school_day(found[cast.other_school.id], holiday)
    assert queries.calendar_of(actor=cast.casey.actor, school_id=None) == (YEAR,)


def test_calendars_of_many_schools_take_three_statements(cast, year, django_assert_num_queries):
    with django_assert_num_queries(3):
        queries.calendars_of(actor=cast.casey.actor, school_ids=[cast.school.id, cast.other_school.id, None])


def test_change_replaces_all_of_a_year_and_the_same_again_changes_nothing(cast, year):
    wanted = replace(YEAR, days_off=(), periods=YEAR.periods[:1])

    changed = mutations.update_school_year(actor=cast.ada.actor, school_year_id=year.id, year=wanted)
    again = mutations.update_school_year(actor=cast.ada.actor, school_year_id=year.id, year=wanted)

    assert queries.as_year(again) == wanted
    assert (changed.version, again.version) == (2, 2)
    assert AuditEntry.objects.filter(verb="accounts.school_year.changed").count() == 1


def test_copy_gives_schools_the_year_once(cast, year):
    schools = [cast.school.id, cast.other_school.id]

    first = mutations.copy_school_year(actor=cast.ada.actor, school_year_id=year.id, school_ids=schools)
    second = mutations.copy_school_year(actor=cast.ada.actor, school_year_id=year.id, school_ids=schools)

    assert (first, second) == (2, 0)
    assert SchoolYear.objects.filter(school_id__in=schools).count() == 2
    assert queries.calendar_of(actor=cast.casey.actor, school_id=cast.school.id) == (YEAR,)


def test_next_year_is_made_once(cast, year):
    made = mutations.add_next_school_year(actor=cast.ada.actor, school_year_id=year.id)

    assert (made.name, made.first_on) == ("2027-28", date(2027, 8, 19))
    with pytest.raises(YearOverlaps):
        mutations.add_next_school_year(actor=cast.ada.actor, school_year_id=year.id)


def test_removed_year_of_a_school_lets_the_districts_count_again(cast, year):
    own = mutations.add_school_year(
        actor=cast.ada.actor, school_id=cast.school.id, year=replace(YEAR, days_off=())
    )

    mutations.remove_school_year(actor=cast.ada.actor, school_year_id=own.id)

    assert queries.calendar_of(actor=cast.casey.actor, school_id=cast.school.id) == (YEAR,)


def posted(**more):
    return {
        "name": "2026-27",
        "first_on": "2026-08-20",
        "last_on": "2027-06-04",
        "weekdays": ["1", "2", "3", "4", "5"],
        "days_off": "Nov 11, 2026 Veterans Day\n11/23/2026 - 11/27/2026 Fall break",
        "period_1_name": "Quarter 1",
        "period_1_first_on": "2026-08-20",
        "period_1_last_on": "2026-10-23",
        "period_1_due_on": "2026-11-06",
        **more,
    }


def test_pasted_year_is_added_by_the_page(cast):
    client = cast.ada.client()

    answer = client.post(cast.ada.url("/calendars/new/"), posted())

    assert answer.status_code == 303
    assert queries.calendar_of(actor=cast.ada.actor, school_id=None) == (
        replace(YEAR, periods=YEAR.periods[:1]),
    )
    assert "Fall break" in client.get(cast.ada.url("/calendars/")).content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"days_off": "soon: a holiday"}, "Begin this line with a date: soon: a holiday"),
        ({"period_1_due_on": ""}, "Fill in this too, or empty the whole row."),
        ({"last_on": "2026-01-01"}, "Choose a last day after the first day of school."),
    ],
)
def test_bad_form_keeps_what_was_typed(cast, change, said):
    answer = cast.ada.client().post(cast.ada.url("/calendars/new/"), posted(**change))

    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page and 'value="Quarter 1"' in page


def test_pages_copy_carry_on_and_remove(cast, year):
    client = cast.ada.client()
    own = f"/calendars/{year.id}/"

    copied = client.post(cast.ada.url(f"{own}copy/"), {"copy-schools": [str(cast.school.id)]})
    nothing = client.post(cast.ada.url(f"{own}copy/"), {})
    carried = client.post(cast.ada.url(f"{own}next/"))
    twice = client.post(cast.ada.url(f"{own}next/"))
    changed = client.post(cast.ada.url(own), posted(name="Renamed"))
    removed = client.post(cast.ada.url(f"{own}remove/"))

    assert {answer.status_code for answer in (copied, nothing, carried, twice, changed, removed)} == {303}
    assert set(SchoolYear.objects.values_list("name", flat=True)) == {"2026-27", "2027-28"}


def test_page_of_a_year_is_for_its_keepers(cast, year):
    assert cast.cory.client().get(cast.cory.url(f"/calendars/{year.id}/")).status_code == 403
    assert cast.otto.client().get(cast.otto.url(f"/calendars/{year.id}/")).status_code in {403, 404}


def test_programs_read_and_keep_years(cast, year):
    ada, casey = cast.ada.client(), cast.casey.client()
    path = f"/api/v1/school-years/{year.id}/"

    read = casey.get(path)
    stale = ada.patch(path, {"name": "x"}, "application/json", headers={"If-Match": '"7"'})
    changed = ada.patch(path, {"days_off": []}, "application/json", headers={"If-Match": '"1"'})
    refused = casey.patch(path, {"days_off": []}, "application/json", headers={"If-Match": '"2"'})

    assert read.json()["days_off"][1]["label"] == "Fall break"
    assert (stale.status_code, refused.status_code) == (412, 403)
    assert changed.json()["school_days"] == read.json()["school_days"] + 6
