"""Comments beside an IEP: who may, what they are about, how they move with the text, what is told to whom."""

from uuid import uuid4

import pytest

from coediting.mutations import change_text
from coediting.queries import texts_of
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry, OutboxEvent
from ieps.models import Comment, Iep
from ieps.mutations import (
    CommentsClosed,
    CommentStruck,
    TooManyComments,
    add_comment,
    answer_comment,
    create_iep,
    edit_comment,
    reopen_comment,
    resolve_comment,
    send_to_review,
    strike_comment,
    update_section,
)
from ieps.queries import colleagues, threads_of
from notifications.models import Message
from notifications.mutations import tell_of_comment
from students.queries import Archived
from tests.factories.ieps import IepFactory
from tests.ieps.conftest import TODAY

WORDS = "Reads 48 words a minute 📚 in grade 4 text."
PASSAGE = "48 words"


@pytest.fixture
def started(cast):
    iep = create_iep(actor=cast.casey.actor, student_id=cast.student.id, today=TODAY)
    values = {"present_levels": WORDS}
    update_section(actor=cast.casey.actor, iep_id=iep.id, section="levels", values=values, today=TODAY)
    return Iep.objects.get(id=iep.id)


def comment_by(player, iep, **more):
    values = {"field": "present_levels", "body": "Which passage?", "start": 6, "length": 8, **more}
    return add_comment(actor=player.acting(), iep_id=iep.id, **values)


def typed(player, iep, ops, field="present_levels", version=None):
    text = texts_of(actor=player.acting(), subject_id=iep.id)[field]
    at = text.version if version is None else version
    change_text(actor=player.acting(), text_id=text.id, version=at, ops=ops, change_id=uuid4().hex)


def passage_of(player, comment):
    comment.refresh_from_db()
    plain = texts_of(actor=player.acting(), subject_id=comment.iep_id)[comment.field].plain.encode(
        "utf-16-le"
    )
    return plain[2 * comment.start : 2 * (comment.start + comment.length)].decode("utf-16-le")


def test_comment_keeps_the_words_that_it_is_about(cast, started):
    comment = comment_by(cast.sam, started)

    assert (comment.quote, comment.start, comment.length, comment.text_version) == (PASSAGE, 6, 8, 1)
    assert passage_of(cast.sam, comment) == PASSAGE
    entry = AuditEntry.objects.get(verb="ieps.comment.added")
    assert "passage" not in str(entry.values)
    assert entry.values["field"] == "present_levels"
    assert started.topic in OutboxEvent.objects.get(verb="ieps.comment.added").topics


def test_comment_on_a_whole_section_quotes_nothing(cast, started):
    comment = comment_by(cast.sam, started, start=0, length=0)

    assert (comment.quote, comment.length) == ("", 0)


def test_passage_counts_as_browsers_do(cast, started):
    comment = comment_by(cast.sam, started, start=24, length=2)

    assert comment.quote == "📚"


def test_comment_moves_with_later_changes(cast, started):
    comment = comment_by(cast.sam, started)

    typed(cast.casey, started, [{"insert": "In autumn: "}])
    assert passage_of(cast.sam, comment) == PASSAGE
    typed(cast.casey, started, [{"retain": 20}, {"insert": "correct "}])
    assert passage_of(cast.sam, comment) == "48 correct words"
    typed(cast.casey, started, [{"delete": 20}])
    assert passage_of(cast.sam, comment) == "correct words"
    assert comment.quote == PASSAGE


def test_comment_on_an_older_version_is_about_the_same_words(cast, started):
    typed(cast.casey, started, [{"insert": "In autumn: "}])

    comment = comment_by(cast.sam, started, text_version=1)

    assert (comment.start, comment.text_version) == (17, 2)
    assert passage_of(cast.sam, comment) == PASSAGE


def test_comment_outlives_its_words(cast, started):
    comment = comment_by(cast.sam, started)

    typed(cast.casey, started, [{"delete": 20}])

    thread = threads_of(actor=cast.casey.acting(), iep=started)[0]
    comment.refresh_from_db()
    assert (comment.length, thread.is_lost, thread.quote) == (0, True, PASSAGE)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"start": -1}, "start"),
        ({"length": -1}, "start"),
        ({"start": 40, "length": 40}, "start"),
        ({"start": 25, "length": 1}, "start"),
        ({"start": 5, "length": 1}, "start"),
        ({"text_version": 2}, "start"),
        ({"text_version": -1}, "start"),
        ({"body": " \n "}, "body"),
        ({"body": "x" * 2001}, "body"),
        ({"field": "placement"}, "field"),
        ({"mentioned": [uuid4()]}, "mentioned"),
    ],
)
def test_impossible_comment_is_refused_at_its_field(cast, started, more, field):
    with pytest.raises(Invalid) as error:
        comment_by(cast.sam, started, **more)

    assert field in error.value.details["fields"]
    assert not Comment.objects.exists()


@pytest.mark.parametrize("who", ["casey", "sam", "ada"])
def test_the_team_comments(cast, started, who):
    assert comment_by(getattr(cast, who), started).person == getattr(cast, who).person


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("cory", NotAllowed),
        ("vic", NotAllowed),
        ("gina", NotFound),
        ("paula", NotFound),
        ("fin", NotFound),
        ("mina", NotFound),
        ("omar", NotFound),
    ],
)
def test_others_do_not_comment(cast, started, who, refusal):
    comment = comment_by(cast.sam, started)

    with pytest.raises(refusal):
        comment_by(getattr(cast, who), started)
    with pytest.raises(refusal):
        answer_comment(actor=getattr(cast, who).acting(), comment_id=comment.id, body="x")


def test_family_reads_no_comment_of_an_approved_iep(cast, started):
    comment_by(cast.sam, started)
    Iep.objects.filter(id=started.id).update(status="approved")
    started.refresh_from_db()

    assert threads_of(actor=cast.mina.acting(), iep=started) == ()
    assert len(threads_of(actor=cast.vic.acting(), iep=started)) == 1


def test_thread_is_answered_settled_and_taken_up_again(cast, started):
    first = comment_by(cast.sam, started)
    answer = answer_comment(actor=cast.casey.acting(), comment_id=first.id, body="The fall one.")
    again = answer_comment(actor=cast.sam.acting(), comment_id=answer.id, body="Thanks.")
    assert again.thread_id == first.id

    resolve_comment(actor=cast.casey.acting(), comment_id=answer.id)
    thread = threads_of(actor=cast.sam.acting(), iep=started)[0]
    assert thread.resolved_by == cast.casey.person.name
    assert [said.body for said in thread.said] == ["Which passage?", "The fall one.", "Thanks."]

    reopen_comment(actor=cast.sam.acting(), comment_id=first.id)
    assert threads_of(actor=cast.sam.acting(), iep=started)[0].resolved_at is None


def test_answer_takes_a_settled_thread_up_again(cast, started):
    first = comment_by(cast.sam, started)
    resolve_comment(actor=cast.casey.acting(), comment_id=first.id)

    answer_comment(actor=cast.ada.acting(), comment_id=first.id, body="Not yet.")

    first.refresh_from_db()
    assert first.resolved_at is None


def test_settled_threads_come_last_and_others_in_the_order_of_the_text(cast, started):
    late = comment_by(cast.sam, started, start=10, length=4)
    first = comment_by(cast.sam, started, start=0, length=5)
    other = comment_by(cast.sam, started, field="notes", start=0, length=0)
    done = comment_by(cast.sam, started, field="strengths", start=0, length=0)
    resolve_comment(actor=cast.sam.acting(), comment_id=done.id)

    threads = threads_of(actor=cast.sam.acting(), iep=started)

    assert [thread.id for thread in threads] == [first.id, late.id, other.id, done.id]


def test_only_the_author_changes_and_strikes_out(cast, started):
    comment = comment_by(cast.sam, started)

    for act in (
        lambda: edit_comment(actor=cast.casey.acting(), comment_id=comment.id, body="Mine"),
        lambda: strike_comment(actor=cast.ada.acting(), comment_id=comment.id),
    ):
        with pytest.raises(NotAllowed):
            act()
    edited = edit_comment(actor=cast.sam.acting(), comment_id=comment.id, body="Which grade?")
    struck = strike_comment(actor=cast.sam.acting(), comment_id=comment.id)

    assert (edited.body, edited.version, struck.struck_at is not None) == ("Which grade?", 2, True)
    with pytest.raises(CommentStruck):
        edit_comment(actor=cast.sam.acting(), comment_id=comment.id, body="No")
    thread = threads_of(actor=cast.vic.acting(), iep=started)[0]
    assert (thread.said[0].is_struck, thread.said[0].body) == (True, "Which grade?")


def test_comments_go_on_in_review_and_are_closed_with_approval(cast, started):
    comment = comment_by(cast.sam, started)
    send_to_review(actor=cast.casey.acting(), iep_id=started.id)
    comment_by(cast.ada, started)
    Iep.objects.filter(id=started.id).update(status="approved")

    for act in (
        lambda: comment_by(cast.sam, started),
        lambda: answer_comment(actor=cast.sam.acting(), comment_id=comment.id, body="x"),
        lambda: edit_comment(actor=cast.sam.acting(), comment_id=comment.id, body="x"),
        lambda: strike_comment(actor=cast.sam.acting(), comment_id=comment.id),
        lambda: resolve_comment(actor=cast.sam.acting(), comment_id=comment.id),
        lambda: reopen_comment(actor=cast.sam.acting(), comment_id=comment.id),
    ):
        with pytest.raises(CommentsClosed):
            act()
    started.refresh_from_db()
    assert len(threads_of(actor=cast.sam.acting(), iep=started)) == 2


def test_comments_of_an_archived_student_are_closed(cast, started):
    type(cast.student).objects.filter(id=cast.student.id).update(archived_at="2025-11-19T12:00Z")

    with pytest.raises(Archived):
        comment_by(cast.ada, started)


def test_comments_have_an_end(cast, started, monkeypatch):
    monkeypatch.setattr("ieps.mutations.comments.MOST_COMMENTS", 1)
    comment_by(cast.sam, started)

    with pytest.raises(TooManyComments):
        comment_by(cast.sam, started)


def test_older_iep_without_texts_can_be_commented(cast):
    iep = IepFactory(student=cast.student, number=1, complete=True)

    comment = comment_by(cast.sam, iep)

    assert passage_of(cast.sam, comment) == "48 words"


def test_colleagues_are_those_of_the_team_who_read_drafts(cast):
    found = colleagues(actor=cast.casey.actor, student_id=cast.student.id)

    assert {row.person_id for row in found} == {cast.casey.person.id, cast.sam.person.id}


def test_mention_is_told_once_and_an_answer_to_whom_it_answers(cast, started):
    first = comment_by(cast.sam, started, mentioned=[cast.casey.person.id, cast.sam.person.id])
    assert first.mentioned == [cast.casey.person.id]
    tell_of_comment(actor=cast.sam.acting(), comment_id=first.id)
    tell_of_comment(actor=cast.sam.acting(), comment_id=first.id)
    answer = answer_comment(actor=cast.casey.acting(), comment_id=first.id, body="The fall one.")
    tell_of_comment(actor=cast.casey.acting(), comment_id=answer.id)

    told = {message.person: message for message in Message.objects.all()}
    assert Message.objects.count() == 2
    assert told[cast.casey.person].subject == "You are mentioned in a comment"
    assert told[cast.sam.person].subject == "Your comment was answered"
    assert told[cast.sam.person].path == f"/d/larkspur/ieps/{started.id}/#comment-{first.id}"
    assert "passage" not in told[cast.casey.person].body


def test_mention_that_is_added_later_is_told(cast, started):
    comment = comment_by(cast.sam, started)
    edit_comment(
        actor=cast.sam.acting(), comment_id=comment.id, body=comment.body, mentioned=[cast.casey.person.id]
    )

    tell_of_comment(actor=cast.sam.acting(), comment_id=comment.id)

    assert Message.objects.get().person == cast.casey.person
