"""The student page: what each role finds on it, and that nobody without a relation finds it at all."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casefile.queries import Place, overview, team_page, timeline
from core.errors import NotAllowed, NotFound
from core.models import AuditEntry, OutboxEvent
from students.models import Student
from students.mutations import log_export, log_print
from tests.factories.ieps import GoalFactory
from tests.factories.students import TeamMemberFactory
from tests.progress.conftest import record

TABS = ("", "goals/", "team/", "timeline/")


def page_of(cast, who):
    actor = getattr(cast, who).actor
    return overview(actor=actor, student_id=cast.student.id, today=actor.today)


def test_overview_tells_the_case_manager_who_the_student_is(cast, scores):
    page = page_of(cast, "casey")

    assert page.strengths == "Tells long stories and helps others find their place."
    assert page.needs == "Reads 48 words a minute in grade 4 text."
    assert [row.text for row in page.accommodations] == ["Directions read aloud and checked"]
    assert [(row.total_minutes, row.provider) for row in page.services] == [(200, "Casey Cast")]
    assert [card.current for card in page.cards] == [66]
    assert page.head.case_manager == "Casey Cast"
    assert {row.name for row in page.team} == {"Casey Cast", "Paula Cast", "Sam Cast", "Gina Cast"}
    assert {row.name for row in page.guardians} == {"Mina Cast", "Pat Cast"}
    assert (page.shared_with, page.read_by) == (1, 0)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("casey", "words glance minutes cards guardians age"),
        ("sam", "words glance minutes cards guardians age"),
        ("ada", "words glance minutes cards guardians age"),
        ("cory", "words glance minutes cards guardians age"),
        ("vic", "words glance minutes cards age"),
        ("paula", "glance cards"),
        ("gina", "glance goals"),
        ("fin", "minutes"),
        ("mina", "words glance minutes cards"),
    ],
)
def test_overview_respects_the_table_of_rights(cast, scores, who, sees):
    page = page_of(cast, who)

    shown = {
        "words": bool(page.strengths and page.needs),
        "glance": bool(page.accommodations and page.what_works),
        "minutes": bool(page.services),
        "cards": bool(page.cards),
        "goals": bool(page.goals),
        "guardians": bool(page.guardians),
        "age": page.head.age is not None,
    }
    assert {name for name, is_shown in shown.items() if is_shown} == set(sees.split())


@pytest.mark.parametrize("who", ["omar", "otto"])
@pytest.mark.parametrize("tab", TABS)
def test_outsiders_find_nothing(cast, scores, who, tab):
    player = getattr(cast, who)
    path = f"/students/{cast.student.id}/{tab}"
    missing = "/students/00000000-0000-7000-8000-000000000000/"

    response = player.client().get(player.url(path))
    unknown = player.client().get(player.url(missing + tab))

    assert response.status_code == 404
    assert strip(response) == strip(unknown)
    left = AuditEntry.objects.filter(student_id=cast.student.id, actor_person_id=player.person.id)
    assert set(left.values_list("verb", flat=True)) <= {"accounts.act.refused"}


def strip(response):
    """The page without the ids of its request and its forms, and without its nonce."""
    once = r"nonce=\"[^\"]*\"|[0-9a-f-]{36}|value=\"[\w-]{64}\"|content=\"[\w-]{64}\""
    return re.sub(once, "", response.content.decode())


def test_outsiders_raise_not_found_in_every_query(cast, iep):
    actor = cast.omar.actor
    for query in (overview, team_page):
        with pytest.raises(NotFound):
            query(actor=actor, student_id=cast.student.id, today=actor.today)
    with pytest.raises(NotFound):
        timeline(actor=actor, student_id=cast.student.id, kind="", place=Place(), today=actor.today)


@pytest.mark.parametrize(
    ("who", "closed"),
    [
        ("gina", {"goals/", "timeline/"}),
        ("paula", {"timeline/"}),
        ("vic", {"timeline/"}),
        ("mina", {"timeline/"}),
        ("fin", {"goals/", "team/", "timeline/"}),
        ("casey", set()),
        ("ada", set()),
    ],
)
def test_tabs_are_open_by_right_and_named_only_when_open(cast, scores, who, closed):
    player = getattr(cast, who)
    base = f"/students/{cast.student.id}/"
    own = player.client().get(player.url(base)).content.decode()

    refused = {tab for tab in TABS if player.client().get(player.url(base + tab)).status_code == 403}
    named = {tab for tab in TABS if f'href="/d/larkspur{base}{tab}"' in own}

    assert refused == closed
    assert named & closed == set()


def test_opening_a_student_is_written_down_once_a_sitting(cast, iep, text):
    path = f"/students/{cast.student.id}/"
    text(cast.casey, path)
    text(cast.casey, path + "team/")
    text(cast.casey, path, **{"X-Live": "1", "HX-Request": "true"})

    opened = AuditEntry.objects.filter(verb="students.record.opened", student_id=cast.student.id)
    assert [entry.actor_person_id for entry in opened] == [cast.casey.person.id]


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_watches_the_student_and_draws_itself_without_surroundings(cast, scores, text, tab):
    path = f"/students/{cast.student.id}/{tab}"
    whole = text(cast.casey, path)
    region = text(cast.casey, path, **{"X-Live": "1", "HX-Request": "true"})

    assert f'data-live="student.{cast.student.id}' in whole
    assert f'data-here="student.{cast.student.id}"' in whole
    assert '<nav class="rail' in whole
    assert '<nav class="rail' not in region
    assert set(re.findall(r'data-live="(.+?)"', whole)) == set(re.findall(r'data-live="(.+?)"', region))


def test_a_new_score_makes_the_overview_stale_and_the_next_one_fresh(cast, scores, text, today):
    path = f"/students/{cast.student.id}/"
    stale = text(cast.casey, path)
    OutboxEvent.objects.all().delete()

    record(cast.paula.actor, scores, 71, today, today=today)

    fresh = text(cast.casey, path)
    topics = {topic for event in OutboxEvent.objects.all() for topic in event.topics}
    assert "71 of 80" in fresh
    assert "71 of 80" not in stale
    assert set(" ".join(re.findall(r'data-live="(.+?)"', stale)).split()) & topics


def test_overview_takes_the_same_statements_for_one_goal_and_three(cast, scores, iep, today):
    def count():
        with CaptureQueriesContext(connection) as seen:
            page_of(cast, "casey")
        return len(seen)

    one = count()
    for number in (2, 3):
        GoalFactory(
            iep=iep,
            number=number,
            baseline_on=today - timedelta(days=90),
            target_on=today + timedelta(days=90),
        )

    assert count() == one


@pytest.mark.parametrize(("born", "age"), [(None, None), ((10, -1), 10), ((10, 0), 10), ((10, 1), 9)])
def test_age_is_counted_by_birthdays(cast, today, born, age):
    birth_on = None if born is None else today.replace(year=today.year - born[0]) + timedelta(days=born[1])
    Student.objects.filter(id=cast.student.id).update(birth_on=birth_on)

    assert page_of(cast, "casey").head.age == age


def test_goals_tab_shows_the_chosen_goal_and_no_other_students(cast, scores, text):
    path = f"/students/{cast.student.id}/goals/"

    assert 'aria-current="true" ' not in text(cast.ada, f"/students/{cast.other_student.id}/goals/")
    assert "Goal 1: Reading fluency" in text(cast.casey, path)
    assert "Goal 1: Reading fluency" in text(cast.casey, f"{path}?goal={scores.id}")
    for wrong in ("nonsense", "00000000-0000-7000-8000-000000000000"):
        assert cast.casey.client().get(cast.casey.url(f"{path}?goal={wrong}")).status_code == 404


def test_team_tab_keeps_who_was_on_the_team(cast, iep, today):
    member = TeamMemberFactory(
        student=cast.student,
        person=cast.omar.person,
        part="psychologist",
        starts_on=today - timedelta(days=90),
    )
    type(member).objects.filter(id=member.id).update(ends_on=today - timedelta(days=10))

    def read(who):
        actor = getattr(cast, who).actor
        return team_page(actor=actor, student_id=cast.student.id, today=today)

    assert [row.name for row in read("casey").past] == ["Omar Cast"]
    assert read("mina").past == ()
    assert read("vic").guardians == ()
    with pytest.raises(NotAllowed):
        read("fin")


def test_timeline_says_who_did_what_and_pages(cast, scores, today):
    actor = cast.casey.actor
    for _ in range(30):
        record(cast.paula.actor, scores, 66, today, today=today, is_another_probe=True)

    def read(kind="", **place):
        return timeline(actor=actor, student_id=cast.student.id, kind=kind, place=Place(**place), today=today)

    first = read()
    second = read(after=first.next)
    assert len(first.rows) == 25
    assert {row.id for row in first.rows} & {row.id for row in second.rows} == set()
    assert read(before=second.rows[0].id).rows == first.rows
    assert first.rows[0].by == "Paula Cast"
    assert first.rows[0].goal_title == "Reading fluency"
    assert read(kind="iep").rows == ()
    assert {row.verb for row in read(kind="progress").rows} == {"progress.point.recorded"}
    assert read(kind="nonsense").kind == ""


def test_timeline_never_shows_another_students_entries(cast, scores):
    actor = cast.ada.actor
    found = timeline(actor=actor, student_id=cast.other_student.id, kind="", place=Place(), today=actor.today)

    assert found.rows == ()


def recent_of(page):
    return page.partition('id="overview-recent"')[2].partition("</section>")[0]


def test_refused_acts_are_the_audits_and_readings_are_no_news(cast, iep, text):
    """What tells no open page must not stand among the changes; who was refused is no matter of the team."""
    base = f"/students/{cast.student.id}/"
    before = recent_of(text(cast.casey, base))
    assert cast.omar.client().get(cast.omar.url(base)).status_code == 404
    log_export(actor=cast.sam.actor, student_id=cast.student.id, what="scores", file_format="csv")
    log_print(actor=cast.sam.actor, student_id=cast.student.id, page="student")

    assert AuditEntry.objects.filter(verb="accounts.act.refused", student_id=cast.student.id).exists()
    assert recent_of(text(cast.casey, base)) == before
    shown = text(cast.casey, base + "timeline/")
    assert "Omar" not in shown
    quiet = re.findall(r'<li id="entry-\d+" data-quiet', shown)
    assert (
        len(quiet)
        == AuditEntry.objects.filter(student_id=cast.student.id, verb__startswith="students.record.").count()
    )
