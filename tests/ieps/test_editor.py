"""The page on which an IEP is written: its texts, its forms in place, picks between two values, comments."""

import json
import re

import pytest

from ieps.models import Comment, Goal, Iep, Service
from ieps.mutations import (
    add_comment,
    add_goal,
    add_service,
    create_iep,
    return_to_draft,
    send_to_review,
    update_goal,
    update_section,
)
from ieps.sections import NARRATIVES
from ieps.smart import check_goal
from tests.factories.ieps import IepFactory
from tests.ieps.conftest import DATES, GOAL, SERVICE, TODAY
from tests.live.test_never_stale import Regions


@pytest.fixture
def started(cast):
    iep = create_iep(actor=cast.casey.actor, student_id=cast.student.id, today=TODAY)
    update_section(actor=cast.casey.actor, iep_id=iep.id, section="dates", values=DATES, today=TODAY)
    return Iep.objects.get(id=iep.id)


def page_of(player, path, **headers):
    return player.client().get(player.url(path), headers=headers)


def drawn(player, path):
    """The hidden fields of a form as the server draws it."""
    text = page_of(player, path).content.decode()
    version = re.search(r'name="expected_version" value="(\d+)"', text)
    read = re.search(r'name="read" value="([^"]*)"', text)
    return {
        "expected_version": version[1] if version else "",
        "read": read[1].replace("&quot;", '"') if read else "",
    }


def test_every_narrative_is_an_editor_on_one_page(cast, started):
    text = page_of(cast.sam, f"/ieps/{started.id}/").content.decode()

    assert text.count("data-may-edit") == len(NARRATIVES)
    assert [name for name in NARRATIVES if f'id="entry-{name}"' not in text] == []
    assert "texts.js" in text and "iep.js" in text


def test_older_draft_is_given_its_texts_when_it_is_opened_to_write(cast):
    iep = IepFactory(student=cast.student, number=1, complete=True)

    read = page_of(cast.vic, f"/ieps/{iep.id}/").content.decode()
    written = page_of(cast.sam, f"/ieps/{iep.id}/").content.decode()

    assert "data-text=" not in read
    assert written.count("data-may-edit") == len(NARRATIVES)


def test_region_that_draws_itself_anew_brings_no_texts(cast, started):
    text = page_of(cast.casey, f"/ieps/{started.id}/", x_live="1").content.decode()

    assert "data-text=" not in text
    assert "blocks-goals" in Regions(text).found


def test_who_contributes_words_has_no_forms_of_dates_and_goals(cast, started):
    text = page_of(cast.sam, f"/ieps/{started.id}/").content.decode()

    assert "edit-dates" not in text and "add-goal" not in text


def test_form_in_place_leaves_the_narratives_to_the_texts(cast, started):
    text = page_of(
        cast.casey, f"/ieps/{started.id}/edit/placement/?facts", hx_request="true"
    ).content.decode()

    assert 'name="percent_regular"' in text
    assert 'name="nonparticipation"' not in text
    assert "<html" not in text


def test_two_people_in_two_fields_do_not_stop_each_other(cast, started):
    goal = add_goal(actor=cast.casey.actor, iep_id=started.id, values=GOAL, today=TODAY)
    read = drawn(cast.casey, f"/ieps/goal/{goal.id}/")
    update_goal(actor=cast.ada.actor, goal_id=goal.id, values={"title": "Fluency"}, today=TODAY)
    stale = {name: str(value) for name, value in GOAL.items()}

    answer = cast.casey.client().post(
        cast.casey.url(f"/ieps/goal/{goal.id}/"), {**stale, **read, "frequency": "every day"}
    )

    assert answer.status_code == 303
    goal.refresh_from_db()
    assert (goal.title, goal.frequency) == ("Fluency", "every day")


@pytest.mark.parametrize(("pick", "title"), [("mine", "Reading aloud"), ("theirs", "Fluency")])
def test_second_person_sees_both_values_and_picks(cast, started, pick, title):
    goal = add_goal(actor=cast.casey.actor, iep_id=started.id, values=GOAL, today=TODAY)
    client, url = cast.casey.client(), cast.casey.url(f"/ieps/goal/{goal.id}/")
    read = drawn(cast.casey, f"/ieps/goal/{goal.id}/")
    update_goal(actor=cast.ada.actor, goal_id=goal.id, values={"title": "Fluency"}, today=TODAY)
    mine = {
        **{name: str(value) for name, value in GOAL.items()},
        "title": "Reading aloud",
        "accuracy": "twice",
    }

    conflict = client.post(url, {**mine, **read})
    text = conflict.content.decode()

    assert conflict.status_code == 409
    assert 'name="pick-title"' in text and 'name="pick-accuracy"' not in text
    assert "Fluency" in text and "Reading aloud" in text
    again = {
        "expected_version": re.search(r'name="expected_version" value="(\d+)"', text)[1],
        "read": re.search(r'name="read" value="([^"]*)"', text)[1].replace("&quot;", '"'),
    }
    assert json.loads(again["read"])["title"] == "Fluency"
    saved = client.post(url, {**mine, **again, "pick-title": pick})
    assert saved.status_code == 303
    goal.refresh_from_db()
    assert (goal.title, goal.accuracy) == (title, "twice")


def test_goal_is_checked_while_it_is_typed_and_nothing_is_stored(cast, started):
    typed = {
        "statement": "Given help, Zo will understand maps.",
        "target_value": "1e999",
        "target_on": "soon",
        "domain": "x",
    }

    answer = cast.casey.client().post(cast.casey.url(f"/ieps/{started.id}/goal/check/"), typed)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "cannot be seen or counted" in text and "Say by when" in text
    assert not Goal.objects.exists()


def test_panel_says_what_goals_lack(cast, started):
    values = {**GOAL, "statement": "Zo will know words.", "accuracy": ""}
    add_goal(actor=cast.casey.actor, iep_id=started.id, values=values, today=TODAY)

    text = page_of(cast.casey, f"/ieps/{started.id}/").content.decode()

    assert "Goals to look at again" in text
    assert "“know” cannot be seen or counted" in text


def test_each_goal_is_judged_once_a_page(cast, started, monkeypatch):
    goals = [
        add_goal(actor=cast.casey.actor, iep_id=started.id, values=GOAL, today=TODAY) for _goal in range(2)
    ]
    judged = []

    def count(goal, **given):
        judged.append(goal.id)
        return check_goal(goal, **given)

    monkeypatch.setattr("ieps.queries.shown.check_goal", count)
    page_of(cast.casey, f"/ieps/{started.id}/")

    assert judged == [goal.id for goal in goals]


def test_services_take_the_dates_of_the_iep(cast, started):
    add_service(actor=cast.casey.actor, iep_id=started.id, values=SERVICE, today=TODAY)

    answer = cast.casey.client().post(cast.casey.url(f"/ieps/{started.id}/services/dates/"))

    service = Service.objects.get()
    assert answer.status_code == 303
    assert (service.starts_on, service.ends_on) == (DATES["effective_on"], DATES["expires_on"])


def test_comment_is_said_answered_and_settled_on_pages(cast, started):
    client, url = cast.sam.client(), cast.sam.url
    said = client.post(
        url(f"/ieps/{started.id}/comments/add/"), {"field": "strengths", "body": "Since when?"}
    )
    comment = Comment.objects.get()
    answered = client.post(url(f"/ieps/comments/{comment.id}/"), {"body": "Since May."})
    mended = client.post(url(f"/ieps/comments/{comment.id}/edit/"), {"body": "Since which day?"})
    settled = client.post(url(f"/ieps/comments/{comment.id}/resolve/"))

    assert [one.status_code for one in (said, answered, mended, settled)] == [303] * 4
    assert said["Location"].endswith(f"/ieps/{started.id}/#comment-{comment.id}")
    comment.refresh_from_db()
    assert (comment.body, comment.resolved_by) == ("Since which day?", cast.sam.person)
    text = page_of(cast.vic, f"/ieps/{started.id}/").content.decode()
    assert "Since which day?" in text and f"/ieps/comments/{comment.id}/" not in text


def test_empty_comment_is_refused_with_what_was_chosen(cast, started):
    answer = cast.sam.client().post(
        cast.sam.url(f"/ieps/{started.id}/comments/add/"), {"field": "impact", "body": " ", "start": "3"}
    )

    assert answer.status_code == 422
    assert 'value="impact" selected' in answer.content.decode()


def test_comments_of_an_approved_iep_are_read_without_a_form(cast, started):
    add_comment(actor=cast.sam.actor, iep_id=started.id, field="strengths", body="Since when?")
    Iep.objects.filter(id=started.id).update(status="approved")

    text = page_of(cast.sam, f"/ieps/{started.id}/").content.decode()

    assert "Since when?" in text and "Closed" in text
    assert "comment-add" not in text


def test_program_reads_and_writes_comments(cast, started):
    client = cast.sam.client()
    said = client.post(
        f"/api/v1/ieps/{started.id}/comments/",
        {"field": "strengths", "body": "Since when?"},
        content_type="application/json",
    )
    comment = said.json()["id"]
    client.post(f"/api/v1/comments/{comment}/answers/", {"body": "May."}, content_type="application/json")
    client.post(f"/api/v1/comments/{comment}/resolve/", content_type="application/json")
    listed = client.get(f"/api/v1/ieps/{started.id}/comments/").json()

    assert said.status_code == 201
    assert [row["body"] for row in listed["results"]] == ["Since when?", "May."]
    assert listed["results"][0]["resolved_at"] is not None
    assert cast.mina.client().get(f"/api/v1/ieps/{started.id}/comments/").status_code == 404


def test_program_learns_which_texts_to_join(cast, started):
    texts = cast.casey.client().get(f"/api/v1/ieps/{started.id}/").json()["texts"]

    assert set(texts) == set(NARRATIVES)


def test_page_that_is_open_finds_its_regions_after_a_lock_and_after_opening_again(cast, draft):
    client, url = cast.casey.client(), cast.casey.url(f"/ieps/{draft.id}/")

    for act in (send_to_review, return_to_draft):
        act(actor=cast.casey.actor, iep_id=draft.id)
        fresh = client.get(url, headers={"X-Live": "1"}).content.decode()
        assert 'id="iep-head"' in fresh and 'id="iep-document"' in fresh
    whole = client.get(url).content.decode()
    assert 'id="iep-head"' in whole and 'id="iep-document"' not in whole
