"""Pages of IEPs: what is on them, for whom, and that nothing typed is lost."""

import re

import pytest

from core.models import AuditEntry, OutboxEvent
from ieps.models import Goal, Iep
from ieps.mutations import send_to_review, update_section
from tests.factories.ieps import AccommodationFactory, GoalFactory, IepFactory, ServiceFactory
from tests.ieps.conftest import ACCOMMODATION, GOAL, SECTIONS, SERVICE, TODAY, approve, fill
from tests.live.test_never_stale import Regions

SECTION_IDS = [
    "dates",
    "family",
    "levels",
    "factors",
    "goals",
    "services",
    "placement",
    "assessments",
    "extended-year",
    "transition",
    "notes",
]


def form_of(values):
    return {name: "" if value is None else str(value) for name, value in values.items()}


def test_page_of_an_iep_shows_every_section_and_is_live(cast, active):
    answer = cast.casey.client().get(cast.casey.url(f"/ieps/{active.id}/"))

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Present levels" in text and active.present_levels in text
    assert "Reading fluency" in text and "Directions read aloud" in text
    assert f'data-live="iep.{active.id} student.{cast.student.id}"' in text
    assert answer["Cache-Control"] == "no-store"


def test_live_regions_hold_no_form(cast, draft):
    GoalFactory(iep=draft, number=1)
    text = cast.casey.client().get(cast.casey.url(f"/ieps/{draft.id}/")).content.decode()

    regions = Regions(text).found
    assert {"iep-sections", "iep-head", "iep-checks", "iep-comments", "blocks-goals"} <= set(regions)
    assert not [region.id for region in regions.values() if "<form" in region.text]


def test_opening_an_iep_is_written_down(cast, active):
    cast.sam.client().get(cast.sam.url(f"/ieps/{active.id}/"))

    entry = AuditEntry.objects.get(verb="students.record.opened")
    assert (entry.actor_person_id, entry.student_id) == (cast.sam.person.id, cast.student.id)
    assert entry.values == {"page": "read_iep", "interest": ["specialist: school", "specialist: team"]}


@pytest.mark.parametrize("who", ["omar", "otto", "gina", "paula", "fin", "mina"])
def test_draft_is_found_by_nobody_else(cast, draft, who):
    player = getattr(cast, who)

    assert player.client().get(player.url(f"/ieps/{draft.id}/")).status_code == 404
    assert player.client().get(player.url(f"/ieps/{draft.id}/edit/family/")).status_code == 404


@pytest.mark.parametrize("who", ["mina", "cory", "vic", "sam"])
def test_active_iep_is_read_by_those_with_whom_it_is_shared(cast, active, who):
    player = getattr(cast, who)
    family = "/family" if who == "mina" else ""

    answer = player.client().get(player.url(f"{family}/ieps/{active.id}/"))

    assert answer.status_code == 200
    assert "act-discard" not in answer.content.decode()


@pytest.mark.parametrize("section", SECTION_IDS)
def test_every_section_has_a_form(cast, draft, section):
    answer = cast.casey.client().get(cast.casey.url(f"/ieps/{draft.id}/edit/{section}/"))

    assert answer.status_code == 200
    assert "data-draft" in answer.content.decode()


def test_section_is_saved_and_the_page_wakes_up(cast, draft):
    answer = cast.casey.client().post(
        cast.casey.url(f"/ieps/{draft.id}/edit/family/"),
        {"strengths": "Patient.", "parent_concerns": "", "expected_version": "1"},
    )

    draft.refresh_from_db()
    assert answer.status_code == 303
    assert answer["Location"].endswith(f"/ieps/{draft.id}/#section-family")
    assert draft.strengths == "Patient."
    assert f"iep.{draft.id}" in OutboxEvent.objects.get(verb="ieps.section.changed").topics


def test_refused_dates_are_shown_beside_their_fields_and_kept(cast, draft):
    answer = cast.casey.client().post(
        cast.casey.url(f"/ieps/{draft.id}/edit/dates/"),
        {"meeting_on": "2025-12-24", "effective_on": "2025-12-01", "expires_on": "2025-11-01"},
    )

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "The last day must be after" in text and "The meeting cannot be after" in text
    assert 'value="2025-12-24"' in text
    assert not Iep.objects.get(id=draft.id).meeting_on


@pytest.mark.parametrize("bad", ["tomorrow", "0000-00-00", "9999-12-31", "1200-01-01", "12/2025"])
def test_impossible_date_is_refused_and_kept(cast, draft, bad):
    answer = cast.casey.client().post(cast.casey.url(f"/ieps/{draft.id}/edit/dates/"), {"meeting_on": bad})

    assert answer.status_code == 422
    assert f'value="{bad}"' in answer.content.decode()


def test_second_person_sees_both_texts_and_picks(cast, draft):
    url = cast.casey.url(f"/ieps/{draft.id}/edit/family/")
    update_section(
        actor=cast.ada.actor,
        iep_id=draft.id,
        section="family",
        values={"strengths": "Ada wrote this."},
        today=TODAY,
    )
    typed = {"strengths": "Casey wrote this.", "parent_concerns": "", "expected_version": "1"}

    answer = cast.casey.client().post(url, typed)
    text = answer.content.decode()
    version = re.search(r'name="expected_version" value="(\d+)"', text)[1]

    assert answer.status_code == 409
    assert "Ada wrote this." in text and "Casey wrote this." in text and "Ada Cast" in text
    assert Iep.objects.get(id=draft.id).strengths == "Ada wrote this."
    assert cast.casey.client().post(url, {**typed, "expected_version": version}).status_code == 303
    assert Iep.objects.get(id=draft.id).strengths == "Casey wrote this."


def test_second_person_may_leave_what_is_stored(cast, draft):
    update_section(
        actor=cast.ada.actor, iep_id=draft.id, section="family", values={"strengths": "Ada's."}, today=TODAY
    )

    answer = cast.casey.client().post(
        cast.casey.url(f"/ieps/{draft.id}/edit/family/"), {"take": "theirs", "strengths": "Casey's."}
    )

    assert answer.status_code == 303
    assert Iep.objects.get(id=draft.id).strengths == "Ada's."


def test_people_in_two_sections_do_not_stop_each_other(cast, draft):
    update_section(
        actor=cast.ada.actor, iep_id=draft.id, section="levels", values={"impact": "x"}, today=TODAY
    )

    answer = cast.casey.client().post(
        cast.casey.url(f"/ieps/{draft.id}/edit/family/"), {"strengths": "Patient.", "expected_version": "1"}
    )

    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("kind", "values"), [("goal", GOAL), ("service", SERVICE), ("accommodation", ACCOMMODATION)]
)
def test_part_is_added_changed_taken_out_and_put_back(cast, draft, kind, values):
    client = cast.casey.client()

    assert client.get(cast.casey.url(f"/ieps/{draft.id}/{kind}/add/")).status_code == 200
    added = client.post(cast.casey.url(f"/ieps/{draft.id}/{kind}/add/"), form_of(values))
    part = getattr(draft, f"{kind}s").get()
    assert added.status_code == 303
    edit = cast.casey.url(f"/ieps/{kind}/{part.id}/")
    assert client.get(edit).status_code == 200
    word = "title" if kind == "goal" else "location" if kind == "service" else "text"
    changed = client.post(edit, {**form_of(values), word: "Another word", "expected_version": "1"})
    assert changed.status_code == 303
    part.refresh_from_db()
    assert (getattr(part, word), part.version) == ("Another word", 2)
    assert client.post(f"{edit}remove/").status_code == 303
    assert getattr(draft, f"{kind}s").count() == 0
    page = client.get(cast.casey.url(f"/ieps/{draft.id}/")).content.decode()
    undo = re.search(r'action="([^"]*/restore/)"', page)[1]
    assert client.post(undo).status_code == 303
    back = getattr(draft, f"{kind}s").get()
    assert (back.id, getattr(back, word)) == (part.id, "Another word")


def test_refused_goal_keeps_what_was_typed(cast, draft):
    answer = cast.casey.client().post(
        cast.casey.url(f"/ieps/{draft.id}/goal/add/"),
        {**form_of(GOAL), "target_value": "20", "statement": "Reads <b>well</b>"},
    )

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "The target must be above the baseline." in text
    assert "Reads &lt;b&gt;well&lt;/b&gt;" in text
    assert not Goal.objects.exists()


@pytest.mark.parametrize("value", ["1e400", "NaN", "-1", "99999999999", "½", ""])
def test_impossible_number_is_refused(cast, draft, value):
    answer = cast.casey.client().post(
        cast.casey.url(f"/ieps/{draft.id}/goal/add/"), {**form_of(GOAL), "target_value": value}
    )

    assert answer.status_code == 422


def test_goals_change_places(cast, draft):
    first, second = GoalFactory(iep=draft, number=1), GoalFactory(iep=draft, number=2)
    client = cast.casey.client()

    assert client.post(cast.casey.url(f"/ieps/goal/{second.id}/up/")).status_code == 303

    assert list(draft.goals.order_by("number").values_list("id", flat=True)) == [second.id, first.id]
    assert client.post(cast.casey.url(f"/ieps/goal/{second.id}/up/")).status_code == 303


def test_draft_goes_through_its_life_by_pages(cast, active):
    client, url = cast.casey.client(), cast.casey.url
    assert client.get(url(f"/students/{cast.student.id}/iep/new/")).status_code == 200
    made = client.post(url(f"/students/{cast.student.id}/iep/new/"), {})
    iep = Iep.objects.get(student=cast.student, status="draft")
    assert made["Location"].endswith(f"/ieps/{iep.id}/")
    today = cast.casey.actor.today
    fill(
        cast.casey.actor,
        iep,
        meeting_on=today,
        effective_on=today,
        expires_on=today.replace(year=today.year + 1, day=1),
    )

    for act, status in (("send", "in_review"), ("approve", "approved"), ("activate", "active")):
        assert client.get(url(f"/ieps/{iep.id}/{act}/")).status_code == 200
        answer = client.post(url(f"/ieps/{iep.id}/{act}/"), {"method": "typed", "name": "Casey Cast"})
        assert answer.status_code == 303, answer.content.decode()
        iep.refresh_from_db()
        assert iep.status == status
    active.refresh_from_db()
    assert active.status == "superseded"
    assert client.get(url(f"/students/{cast.student.id}/iep/")).status_code == 200


def test_incomplete_iep_says_on_the_page_what_is_missing(cast, draft):
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)

    page = cast.casey.client().get(cast.casey.url(f"/ieps/{draft.id}/approve/")).content.decode()
    answer = cast.casey.client().post(
        cast.casey.url(f"/ieps/{draft.id}/approve/"), {"method": "typed", "name": "Casey Cast"}
    )

    assert "34 CFR 300.320(a)(1)" in page
    assert answer.status_code == 422
    assert "Something that the law asks for is missing." in answer.content.decode()


def test_what_keeps_an_initial_iep_back_is_said_on_its_page(cast, draft):
    fill(cast.casey.actor, draft)
    approve(cast.casey.actor, draft)

    page = cast.casey.client().get(cast.casey.url(f"/ieps/{draft.id}/")).content.decode()
    answer = cast.casey.client().post(cast.casey.url(f"/ieps/{draft.id}/activate/"))

    assert "consent for the initial services is not recorded" in page
    assert f"/students/{cast.student.id}/consents/" in page
    assert answer.status_code == 422


def test_reviewer_says_a_word(cast, draft):
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)
    client, url = cast.sam.client(), cast.sam.url(f"/ieps/{draft.id}/review/")

    assert client.get(url).status_code == 200
    assert client.post(url, {"decision": "changes", "comment": ""}).status_code == 422
    assert client.post(url, {"decision": "changes", "comment": "Add speech."}).status_code == 303
    assert "Add speech." in cast.casey.client().get(cast.casey.url(f"/ieps/{draft.id}/")).content.decode()


def test_reader_does_not_see_the_acts(cast, draft):
    client, url = cast.cory.client(), cast.cory.url

    assert client.get(url(f"/ieps/{draft.id}/")).status_code == 200
    assert client.get(url(f"/ieps/{draft.id}/send/")).status_code == 403
    assert client.post(url(f"/ieps/{draft.id}/send/")).status_code == 403
    assert client.get(url(f"/ieps/{draft.id}/edit/family/")).status_code == 403
    assert client.get(url(f"/ieps/{draft.id}/review/")).status_code == 403


def test_general_education_teacher_reads_the_glance_and_confirms(cast, active):
    client, url = cast.gina.client(), cast.gina.url(f"/students/{cast.student.id}/glance/")

    before = client.get(url).content.decode()
    assert "Directions read aloud" in before and "I have read it" in before
    assert active.present_levels not in before
    assert client.post(url).status_code == 303
    assert "You confirmed reading this" in client.get(url).content.decode()


def test_list_shows_open_ieps_of_those_on_whose_team_one_is(cast, draft):
    IepFactory(student=cast.other_student, number=1)

    assert "Zo N" in cast.casey.client().get(cast.casey.url("/ieps/")).content.decode()
    omar = cast.omar.client().get(cast.omar.url("/ieps/")).content.decode()
    assert "Tariq" in omar and "Zo N" not in omar
    ada = cast.ada.client().get(cast.ada.url("/ieps/")).content.decode()
    assert "Tariq" in ada and "Zo N" in ada


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_as_often_for_three_rows_as_for_one(cast, active, django_assert_num_queries, rows):
    from ieps.queries import iep_page

    for number in range(2, rows + 1):
        GoalFactory(iep=active, number=number)
        ServiceFactory(iep=active)
        AccommodationFactory(iep=active)

    with django_assert_num_queries(12):
        found = iep_page(actor=cast.casey.actor, iep_id=active.id, today=TODAY)
    assert len(found.goals) == len(found.services) == len(found.accommodations) == rows


def test_unknown_section_is_not_found(cast, draft):
    assert cast.casey.client().get(cast.casey.url(f"/ieps/{draft.id}/edit/nothing/")).status_code == 404


def test_sections_of_the_tests_are_those_of_the_form(cast):
    from ieps.sections import BY_ID

    assert set(SECTIONS) <= set(BY_ID)
    assert set(SECTION_IDS) == {name for name, section in BY_ID.items() if section.fields}


def test_conflict_over_choices_and_ticks_is_shown_in_words(cast, draft):
    update_section(
        actor=cast.ada.actor,
        iep_id=draft.id,
        section="factors",
        values={"needs_braille": True, "special_factors": "Braille."},
        today=TODAY,
    )
    update_section(
        actor=cast.ada.actor,
        iep_id=draft.id,
        section="placement",
        values={"placement": "regular_80"},
        today=TODAY,
    )
    client, url = cast.casey.client(), cast.casey.url

    ticks = client.post(url(f"/ieps/{draft.id}/edit/factors/"), {"expected_version": "1"})
    choice = client.post(
        url(f"/ieps/{draft.id}/edit/placement/"), {"placement": "separate_class", "expected_version": "1"}
    )

    assert (ticks.status_code, choice.status_code) == (409, 409)
    assert ">Yes</span>" in ticks.content.decode() and ">empty</span>" in ticks.content.decode()
    assert "Regular class 80% of the day or more</span>" in choice.content.decode()


def test_second_person_may_leave_a_goal_as_it_is(cast, draft):
    goal = GoalFactory(iep=draft, number=1)

    answer = cast.casey.client().post(
        cast.casey.url(f"/ieps/goal/{goal.id}/"), {"take": "theirs", "title": "Mine"}
    )

    goal.refresh_from_db()
    assert (answer.status_code, goal.title) == (303, "Reading fluency")


def test_forms_of_an_iep_in_review_lead_back_to_it(cast, draft):
    goal = GoalFactory(iep=draft, number=1)
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)
    client, url = cast.casey.client(), cast.casey.url

    for path in (f"ieps/{draft.id}/edit/family/", f"ieps/goal/{goal.id}/", f"ieps/{draft.id}/send/"):
        assert client.get(url(f"/{path}")).status_code == 303, path
    assert client.post(url(f"/ieps/{draft.id}/edit/family/"), {"strengths": "x"}).status_code == 422
    assert client.post(url(f"/ieps/{draft.id}/send/")).status_code == 422


def test_second_draft_is_refused_with_a_way_to_the_first(cast, draft):
    client, url = cast.casey.client(), cast.casey.url(f"/students/{cast.student.id}/iep/new/")

    page = client.get(url)
    answer = client.post(url, {})

    assert f"/ieps/{draft.id}/" in page.content.decode()
    assert answer.status_code == 422
    assert "There is an open IEP" in answer.content.decode()
    assert cast.cory.client().get(cast.cory.url(f"/students/{cast.student.id}/iep/new/")).status_code == 403


def test_nothing_is_confirmed_at_a_glance_where_no_iep_is_in_effect(cast):
    client, url = cast.gina.client(), cast.gina.url(f"/students/{cast.student.id}/glance/")

    assert "No IEP is in effect" in client.get(url).content.decode()
    assert client.post(url).status_code == 404


def test_approval_page_is_closed_before_review(cast, draft):
    client, url = cast.casey.client(), cast.casey.url

    assert client.get(url(f"/ieps/{draft.id}/approve/")).status_code == 303
    assert client.get(url(f"/ieps/{draft.id}/review/")).status_code == 303


def test_waiting_iep_says_so(cast, active):
    from datetime import timedelta

    from ieps.mutations import create_iep

    today = cast.casey.actor.today
    iep = create_iep(actor=cast.casey.actor, student_id=cast.student.id, today=today)
    day = today + timedelta(days=5)
    fill(cast.casey.actor, iep, meeting_on=today, effective_on=day, expires_on=day + timedelta(days=300))
    approve(cast.casey.actor, iep)
    client, url = cast.casey.client(), cast.casey.url

    assert "It takes effect by itself on its day." in client.get(url(f"/ieps/{iep.id}/")).content.decode()
    assert client.post(url(f"/ieps/{iep.id}/activate/")).status_code == 303
    assert "It waits and takes effect by itself" in client.get(url(f"/ieps/{iep.id}/")).content.decode()


def test_discarded_draft_leads_to_the_versions(cast, draft):
    answer = cast.casey.client().post(cast.casey.url(f"/ieps/{draft.id}/discard/"))

    assert answer["Location"].endswith(f"/students/{cast.student.id}/iep/")
    assert Iep.objects.get(id=draft.id).status == "discarded"
