"""Capturing data in the classroom: groups, data tasks, what the page reads and what it sends."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casefile.device_keys import device_keys
from casefile.models import DataGroup, DataSheet
from casefile.mutations import (
    delete_data_group,
    restore_data_group,
    save_captured,
    save_data_group,
    save_data_sheet,
)
from casefile.queries import capture_session, data_groups, goals_to_choose, to_capture
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry
from ieps.models import Goal
from progress.measuring import Entry
from progress.models import GoalState, ProgressPoint
from progress.mutations import assign_data_task, end_data_task
from tests.factories.ieps import GoalFactory, IepFactory
from tests.factories.students import StudentFactory, TeamMemberFactory


@pytest.fixture
def trials(iep, today):
    """A second goal of the student, measured by trials."""
    return GoalFactory(
        iep=iep,
        number=2,
        title="Short vowels",
        scale=Goal.Scale.TRIALS,
        unit="percent of words",
        baseline_on=today - timedelta(days=100),
        target_on=today + timedelta(days=100),
        baseline_value=40,
        target_value=90,
    )


@pytest.fixture
def task(cast, trials, today):
    """Paula is asked to record the trials, and nothing else."""
    return assign_data_task(
        actor=cast.casey.actor,
        goal_id=trials.id,
        person_id=cast.paula.person.id,
        instructions="Ten cards at the window table",
        starts_on=today,
    )


def sent(player, entries, **more):
    body = {"person": str(player.person.id), "device_now": timezone.now().isoformat(), "entries": entries}
    return player.client().post(
        player.url("/capture/save/"),
        json.dumps({**body, **more}),
        content_type="application/json",
        headers={"Accept": "application/json"},
    )


def entry(goal, today, **more):
    given = {"client_id": str(uuid4()), "goal_id": str(goal.id), "measured_on": today.isoformat()}
    return {**given, "raw": {"trials": ["+", "+", "-", "p:gesture"]}, **more}


def read(player, query=""):
    return player.client().get(player.url(f"/capture/session/data/{query}"))


# --- Groups


def test_a_group_is_ones_own_and_goes_on_with_the_goal(cast, goal, trials, today):
    actor = cast.casey.actor
    group = save_data_group(actor=actor, name=" Reading  B ", lineage_ids=[trials.lineage_id], today=today)

    assert group.name == "Reading B"
    assert [row.students for row in data_groups(actor=actor)] == [("Zo",)]
    assert data_groups(actor=cast.sam.actor) == ()
    found = capture_session(actor=actor, today=today, group_id=group.id)
    assert [one.card.title for one in found.students[0].goals] == ["Short vowels"]
    with pytest.raises(NotFound):
        capture_session(actor=cast.sam.actor, today=today, group_id=group.id)


def test_a_group_is_changed_deleted_and_restored(cast, goal, trials, today):
    actor = cast.casey.actor
    group = save_data_group(actor=actor, name="Reading B", lineage_ids=[goal.lineage_id], today=today)
    both = [goal.lineage_id, trials.lineage_id]
    save_data_group(actor=actor, name="Reading C", lineage_ids=both, today=today, group_id=group.id)

    assert [(row.name, row.lineages) for row in data_groups(actor=actor)] == [("Reading C", frozenset(both))]
    delete_data_group(actor=actor, group_id=group.id)
    assert data_groups(actor=actor) == ()
    restore_data_group(actor=actor, group_id=group.id)
    assert [row.name for row in data_groups(actor=actor)] == ["Reading C"]
    with pytest.raises(NotFound):
        restore_data_group(actor=cast.omar.actor, group_id=group.id)


def test_a_group_needs_a_name_of_its_own_and_goals_of_ones_own(cast, goal, today):
    actor = cast.casey.actor
    save_data_group(actor=actor, name="Reading B", lineage_ids=[goal.lineage_id], today=today)

    for name, lineages in (
        ("Reading B", [goal.lineage_id]),
        ("New", []),
        ("New", [uuid4()]),
        ("", [goal.lineage_id]),
    ):
        with pytest.raises(Invalid):
            save_data_group(actor=actor, name=name, lineage_ids=lineages, today=today)
    with pytest.raises(Invalid):
        save_data_group(actor=cast.omar.actor, name="New", lineage_ids=[goal.lineage_id], today=today)
    assert DataGroup.objects.count() == 1


def test_group_pages_save_and_refuse(cast, goal, today):
    client, new = cast.casey.client(), cast.casey.url("/capture/groups/new/")

    refused = client.post(new, {"name": "Reading B"})
    assert refused.status_code == 422
    assert "Reading B" in refused.content.decode()
    assert client.post(new, {"name": "Reading B", "goals": [str(goal.lineage_id)]}).status_code == 303
    page = client.get(cast.casey.url("/capture/")).content.decode()
    assert "Reading B" in page
    assert "Zo" in page


# --- Who records what


def test_who_records_is_offered_what_the_table_of_rights_says(cast, goal, trials, today):
    def offered(name):
        return {
            one.card.title
            for row in goals_to_choose(actor=getattr(cast, name).actor, today=today)
            for one in row.goals
        }

    both = {goal.title, trials.title}
    assert {name: offered(name) for name in ("casey", "sam", "paula", "gina", "ada", "cory", "vic", "fin", "omar")} == {
        "casey": both, "sam": both, "paula": set(), "gina": set(), "ada": set(), "cory": set(), "vic": set(),
        "fin": set(), "omar": set(),
    }  # fmt: skip


def test_an_aide_sees_the_data_tasks_assigned_to_them_and_nothing_else(cast, goal, trials, task, today):
    cast.paula.client()
    found = to_capture(actor=cast.paula.actor, today=today)
    session = read(cast.paula).json()
    page = cast.paula.client().get(cast.paula.url("/capture/")).content.decode()

    assert [(row.title, row.instructions) for row in found.tasks] == [
        ("Short vowels", "Ten cards at the window table")
    ]
    assert not found.chooses
    assert [(one["title"], one["instructions"]) for one in session["students"][0]["goals"]] == [
        ("Short vowels", "Ten cards at the window table")
    ]
    assert "Ten cards at the window table" in page
    assert goal.title not in page
    assert goal.title not in json.dumps(session)


def test_an_aide_records_what_was_assigned_and_nothing_else(cast, goal, trials, task, today):
    answer = sent(cast.paula, [entry(trials, today), entry(goal, today, raw=None, value="61")])

    first, second = answer.json()["results"]
    assert first["point_id"]
    assert second["code"] == "not_assigned"
    assert list(ProgressPoint.objects.values_list("goal_id", flat=True)) == [trials.id]
    quick = cast.paula.client().post(cast.paula.url("/capture/quick/"), {"q": "zo fluency 61"})
    assert "data-reading" not in quick.content.decode()


def test_a_task_that_has_ended_is_neither_seen_nor_recorded(cast, trials, task, today):
    end_data_task(actor=cast.casey.actor, task_id=task.id, today=today)

    assert to_capture(actor=cast.paula.acting(), today=today).tasks == ()
    assert sent(cast.paula, [entry(trials, today)]).json()["results"][0]["code"] == "not_assigned"
    assert not ProgressPoint.objects.exists()


def test_the_case_manager_assigns_changes_and_ends_on_a_page(cast, trials, today):
    client = cast.casey.client()
    page = cast.casey.url(f"/students/{trials.student_id}/goals/{trials.id}/recording/")
    form = {"person_id": str(cast.paula.person.id), "instructions": "Before snack", "starts_on": today}

    assert client.post(page, {**form, "person_id": ""}).status_code == 422
    assert client.post(page, {**form, "person_id": str(cast.omar.person.id)}).status_code == 422
    assert client.post(page, form).status_code == 303
    assert client.post(page, {**form, "instructions": "After snack"}).status_code == 303
    (task,) = to_capture(actor=cast.paula.actor, today=today).tasks
    assert task.instructions == "After snack"
    assert client.post(cast.casey.url(f"/data-tasks/{task.id}/end/")).status_code == 303
    assert to_capture(actor=cast.paula.acting(), today=today).tasks == ()
    for name, status in (("paula", 404), ("sam", 403), ("vic", 403), ("omar", 404)):
        player = getattr(cast, name)
        path = player.url(f"/students/{trials.student_id}/goals/{trials.id}/recording/")
        assert player.client().get(path).status_code == status, name


@pytest.mark.parametrize("name", ["omar", "gina", "vic", "mina"])
def test_a_student_whom_one_does_not_record_is_no_session(cast, goal, name, today):
    with pytest.raises(NotFound):
        capture_session(actor=getattr(cast, name).actor, today=today, student_id=cast.student.id)


# --- What the page reads


def test_the_session_names_what_the_page_needs(cast, goal, trials, today):
    levels = [{"value": 1, "title": "Some", "words": "A word"}]
    save_data_sheet(actor=cast.casey.actor, goal_id=trials.id, levels=levels, trials=5, seconds=30)
    found = read(cast.casey, f"?student={cast.student.id}").json()

    (student,) = found["students"]
    assert (student["given"], found["title"]) == ("Zo", student["name"])
    assert [one["title"] for one in student["goals"]] == [goal.title, "Short vowels"]
    assert student["goals"][1]["trials"] == 5
    assert student["goals"][1]["interval_seconds"] == 30
    assert student["goals"][0]["number"], student["goals"][0]["total"] == (1, 2)
    assert found["prompts"][0]["name"] == "Independent"
    assert "Baseline 40" in student["goals"][0]["summary"]


def test_a_goal_without_baseline_and_scores_says_so(cast, trials, today):
    Goal.objects.filter(id=trials.id).update(baseline_value=None)
    found = read(cast.casey, f"?student={cast.student.id}").json()

    (shown,) = [goal for goal in found["students"][0]["goals"] if goal["title"] == "Short vowels"]
    assert shown["summary"].startswith("No baseline yet · ")
    assert "Baseline  " not in shown["summary"]


def test_opening_a_session_is_written_down_for_each_student(cast, goal):
    read(cast.casey, f"?student={cast.student.id}")

    opened = AuditEntry.objects.filter(verb="students.record.opened", student_id=cast.student.id)
    assert [row.values["page"] for row in opened] == ["capture"]


def test_the_kept_page_holds_nothing_of_any_student(cast, goal, trials):
    page = cast.casey.client().get(cast.casey.url("/capture/session/"))
    text = page.content.decode()

    for secret in ("Núñez", "Abbott", "Zo<", goal.title, "Short vowels", str(cast.student.id)):
        assert secret not in text
    assert page["Cache-Control"] == "no-store"
    assert "worker-src 'self'" in page["Content-Security-Policy"]
    other = cast.casey.client().get(cast.casey.url("/"))
    assert "worker-src" not in other["Content-Security-Policy"]


def test_the_worker_names_a_version_its_page_and_its_files(cast):
    worker = cast.casey.client().get(cast.casey.url("/capture/worker.js"))
    text = worker.content.decode()

    assert worker["Content-Type"].startswith("text/javascript")
    assert re.search(r'const VERSION = "[0-9a-f]{16}";', text)
    assert cast.casey.url("/capture/session/") in text
    assert '"/static/capture.js"' in text


def test_keys_of_a_device_are_of_one_person_in_one_district(cast, settings):
    own = device_keys(actor=cast.casey.actor)
    with cast.within(cast.otto):
        elsewhere = device_keys(actor=cast.otto.actor)
    settings.STUDENT_DATA_ENCRYPTION_KEYS = ["ab" * 32, *settings.STUDENT_DATA_ENCRYPTION_KEYS]
    later = device_keys(actor=cast.casey.actor)

    assert own == device_keys(actor=cast.casey.acting()) or later[1:] == own
    assert {one.key for one in own}.isdisjoint(
        one.key for one in (*device_keys(actor=cast.sam.actor), *elsewhere)
    )
    assert later[1:] == own  # a new key of the installation comes first; what was sealed before still opens


def test_nobody_is_told_anything_without_signing_in(client, cast):
    answer = client.get(cast.casey.url("/capture/hello/"), headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert "keys" not in answer.json()


# --- What the page sends


def test_a_queue_sent_twice_is_kept_once(cast, trials, today):
    entries = [entry(trials, today), entry(trials, today, raw={"trials": ["+"]})]

    first, second = sent(cast.casey, entries).json(), sent(cast.casey, entries).json()

    assert [one["point_id"] for one in first["results"]] == [one["point_id"] for one in second["results"]]
    assert [one["is_repeat"] for one in second["results"]] == [True, True]
    assert ProgressPoint.objects.count() == 2


def test_each_score_is_kept_or_refused_for_itself(cast, goal, trials, today):
    good = entry(trials, today)
    bad = [
        entry(trials, today + timedelta(days=2)),
        entry(goal, today, raw=None, value="-4"),
        entry(trials, today, raw={"trials": ["?"]}),
        entry(trials, today, raw="nonsense"),
        entry(trials, today, minutes="many"),
        {**entry(trials, today), "measured_on": "soon"},
        {**entry(trials, today), "goal_id": str(uuid4())},
        {**entry(trials, today), "client_id": ""},
    ]
    results = sent(cast.casey, [*bad, good]).json()["results"]

    assert [bool(one.get("point_id")) for one in results] == [*[False] * len(bad), True]
    assert all(one["code"] and one["message"] for one in results[:-1])
    assert results[0]["code"] == "measured_in_the_future"
    assert ProgressPoint.objects.count() == 1


def test_raw_data_context_and_session_are_kept(cast, trials, today):
    context = {
        "setting": "Table",
        "minutes": 12,
        "note": "Tired",
        "antecedent": "a",
        "behavior": "b",
        "consequence": "c",
    }
    sent(cast.casey, [entry(trials, today, **context)])

    point = ProgressPoint.objects.get()
    assert (point.value, point.raw) == (50, {"trials": ["+", "+", "-", "p:gesture"]})
    assert {name: getattr(point, name) for name in context} == context
    assert point.recorded_by_id == cast.casey.person.id


def test_a_clock_that_is_wrong_by_days_is_told_and_kept_once_confirmed(cast, trials, today):
    wrong = (timezone.now() - timedelta(days=3)).isoformat()
    given = entry(trials, today - timedelta(days=3))

    refused = sent(cast.casey, [given], device_now=wrong).json()["results"][0]
    kept = sent(cast.casey, [{**given, "is_day_confirmed": True}], device_now=wrong).json()["results"][0]

    assert refused["code"] == "clock_is_wrong"
    assert kept["point_id"]
    assert ProgressPoint.objects.get().clock_offset == pytest.approx(3 * 86400, abs=60)


def test_a_queue_is_never_sent_in_somebody_elses_name(cast, trials, today):
    answer = sent(cast.sam, [entry(trials, today)], person=str(cast.casey.person.id))

    assert (answer.status_code, answer.json()["code"]) == (409, "somebody_else")
    assert not ProgressPoint.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"entries": 1}', '{"entries": [1]}', "\x00", '{"entries": []}']
)
def test_what_is_no_queue_is_refused_or_empty(cast, body):
    client = cast.casey.client()
    answer = client.post(cast.casey.url("/capture/save/"), body, content_type="application/json")

    assert answer.status_code in {409, 422, 400}


def test_a_group_needs_as_many_statements_as_one_student(cast, today):
    """Rights, points, summaries, mastery, audit and news of all of them are read and written together."""

    def group(size):
        goals = []
        for _student in range(size):
            student = StudentFactory(organization=cast.district, school=cast.school)
            TeamMemberFactory(student=student, person=cast.casey.person, part="case_manager")
            iep = IepFactory(student=student, active=True)
            goals += [
                GoalFactory(
                    iep=iep, number=n, scale=Goal.Scale.TRIALS, target_value=60, mastery_hits=1, mastery_of=1
                )
                for n in (1, 2)
            ]
        return [
            Entry(goal_id=goal.id, measured_on=today, raw={"trials": [*"++", "-"]}, client_id=uuid4())
            for goal in goals
        ]

    counts = []
    for size in (1, 15):
        entries = group(size)
        with CaptureQueriesContext(connection) as queries:
            answers = save_captured(actor=cast.casey.acting(), entries=entries, today=today)
        assert all(answer.is_kept for answer in answers)
        counts.append(len(queries))
    assert counts[0] == counts[1] < 40
    assert GoalState.objects.filter(mastered_on=today).count() == 32


# --- Sheets, quick entry, prompts


def test_a_data_sheet_is_kept_by_who_works_with_the_goal(cast, trials, task):
    path = f"/students/{trials.student_id}/goals/{trials.id}/sheet/"
    form = {
        "steps": "Coat off\n\n Bag away \n",
        "levels": "Some: one detail\nAll: every detail",
        "trials": 8,
        "seconds": 45,
    }

    assert cast.casey.client().post(cast.casey.url(path), form).status_code == 303
    sheet = DataSheet.objects.get()
    assert (sheet.steps, sheet.trials, sheet.seconds) == (["Coat off", "Bag away"], 8, 45)
    assert sheet.levels[1] == {"value": 2, "title": "All", "words": "every detail"}
    assert cast.casey.client().post(cast.casey.url(path), {**form, "seconds": 1}).status_code == 422
    with pytest.raises(NotAllowed):
        save_data_sheet(actor=cast.paula.actor, goal_id=trials.id)
    with pytest.raises(NotFound):
        save_data_sheet(actor=cast.omar.actor, goal_id=trials.id)


def test_quick_entry_shows_what_it_understood_then_saves(cast, goal, trials, today):
    client = cast.casey.client()
    shown = client.post(cast.casey.url("/capture/quick/"), {"q": "zo vowels 80%"}).content.decode()
    fields = dict(re.findall(r'name="(goal_id|value|client_id)" value="([^"]+)"', shown))

    assert fields["goal_id"] == str(trials.id)
    assert not ProgressPoint.objects.exists()
    saved = client.post(cast.casey.url("/capture/quick/save/"), fields)
    assert saved.status_code == 303
    point = ProgressPoint.objects.get()
    assert (point.value, point.measured_on) == (80, today)
    again = client.post(cast.casey.url("/capture/quick/save/"), fields)
    assert (again.status_code, ProgressPoint.objects.count()) == (303, 1)
    same = client.post(cast.casey.url("/capture/quick/save/"), {**fields, "client_id": str(uuid4())})
    assert same.status_code == 422
    assert "another probe" in same.content.decode()


def test_an_unclear_line_is_a_question(cast, goal, trials):
    page = cast.casey.client().post(cast.casey.url("/capture/quick/"), {"q": "zo 61"}).content.decode()

    assert page.count("data-reading") == 2
    assert "Which one do you mean?" in page


def test_the_administrator_keeps_the_hierarchy_of_prompts(cast, trials, today):
    page = cast.ada.url("/district/prompts/")
    lines = "Independent: No help\nGesture: Point\nFull physical"

    assert cast.ada.client().post(page, {"levels": "One"}).status_code == 422
    assert cast.ada.client().post(page, {"levels": lines}).status_code == 303
    found = read(cast.casey, f"?student={cast.student.id}").json()["prompts"]
    assert [(one["key"], one["name"], one["hint"]) for one in found[:2]] == [
        ("independent", "Independent", "No help"),
        ("gesture", "Gesture", "Point"),
    ]
    assert cast.casey.client().get(cast.casey.url("/district/prompts/")).status_code == 403


def test_signing_out_leaves_nothing_but_what_is_sealed(cast):
    plain = cast.casey.client().post("/accounts/logout/")
    kept = cast.sam.client().post("/accounts/logout/", {"keeps_unsent": "1"})

    assert plain["Clear-Site-Data"] == '"cache", "storage"'
    assert kept["Clear-Site-Data"] == '"cache"'
