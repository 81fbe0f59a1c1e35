"""What is read twice on one page is asked once; what is changed is always asked anew."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.once import once, reading_once
from students.queries import opened_student, visible_student


def test_question_is_asked_once_inside_and_each_time_outside():
    asked = []

    def read():
        asked.append(1)
        return len(asked)

    with reading_once():
        assert (once("a", read), once("a", read), once("b", read)) == (1, 1, 2)
    assert (once("a", read), once("a", read)) == (3, 4)


@pytest.mark.django_db
def test_one_reader_is_not_answered_with_what_another_may_see(cast):
    with reading_once():
        mine = opened_student(actor=cast.casey.actor, student_id=cast.student.id)
        theirs = opened_student(actor=cast.gina.actor, student_id=cast.student.id)

    assert mine[1] != theirs[1]


@pytest.mark.django_db
def test_row_to_be_changed_is_read_anew_and_locked(cast):
    with reading_once():
        visible_student(actor=cast.casey.actor, student_id=cast.student.id)
        with CaptureQueriesContext(connection) as statements:
            visible_student(actor=cast.casey.actor, student_id=cast.student.id, lock=True)

    assert "FOR NO KEY UPDATE" in statements[0]["sql"]


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["", "goals/", "team/", "iep/", "timeline/"])
def test_page_of_a_student_asks_nothing_twice(cast, page):
    client, address = cast.casey.client(), cast.casey.url(f"/students/{cast.student.id}/{page}")
    client.get(address)

    with CaptureQueriesContext(connection) as statements:
        response = client.get(address)

    asked = [
        row["sql"]
        for row in statements
        if ("students_student" in row["sql"] or "core_topicversion" in row["sql"])
        and row["sql"].startswith("SELECT")
    ]
    assert response.status_code == 200
    assert sorted(asked) == sorted(set(asked))
