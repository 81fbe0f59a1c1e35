"""News to people: told once, in their language, to whom it concerns, with nothing of a record in it."""

import pytest

from accounts import mutations as accounts
from accounts.rights import Role
from core.errors import NotAllowed, NotFound
from core.models import OutboxEvent
from notifications import mutations, queries
from notifications.models import AccountMail, Message
from students import mutations as students
from tests.factories.ieps import IepFactory


def test_message_is_kept_once_for_its_key(cast):
    for _ in range(3):
        mutations.queue_message(
            actor=cast.ada.actor, kind="other", key="k", person_id=cast.sam.person.id, subject="s", body="b"
        )

    message = Message.objects.get()
    assert (message.to_email, message.person) == ("sam@example.org", cast.sam.person)
    assert OutboxEvent.objects.get().topics == sorted(
        [f"organization.{cast.district.id}", f"person.{cast.sam.person.id}"]
    )


def test_message_goes_to_an_address_without_an_account(cast):
    mutations.queue_message(
        actor=cast.ada.actor, kind="other", key="k", to_email="aunt@example.org", subject="s", body="b"
    )

    assert Message.objects.get().person is None


@pytest.mark.django_db(transaction=True)
def test_joining_a_team_is_told_to_whom_joins(committed_cast, deliver):
    cast = committed_cast
    with cast.within(cast.casey):
        students.add_team_member(
            actor=cast.casey.actor,
            student_id=cast.student.id,
            person_id=cast.cory.person.id,
            part="representative",
        )

    deliver()
    deliver()

    with cast.within(cast.cory):
        message = Message.objects.get()
        assert (message.kind, message.person) == ("team", cast.cory.person)
        assert message.path == f"/d/larkspur/students/{cast.student.id}/"
        assert (
            str(cast.cory.actor.today.year) in message.body
            and cast.cory.actor.today.isoformat() not in message.body
        )
        for word in ("Zo", "Núñez", "Abbott"):
            assert word not in message.subject + message.body


@pytest.mark.django_db(transaction=True)
def test_invitation_is_told_without_a_secret(committed_cast, deliver):
    cast = committed_cast
    with cast.within(cast.ada):
        accounts.add_person(
            actor=cast.ada.actor,
            email="nia@example.org",
            given_name="Nia",
            family_name="Wolde",
            role=Role.TEACHER,
        )

    deliver()

    with cast.within(cast.ada):
        message = Message.objects.get()
        assert (message.to_email, message.needs_password_link) == ("nia@example.org", True)
        assert "Larkspur Unified" in message.subject
        assert "http" not in message.body


@pytest.mark.django_db(transaction=True)
def test_opening_ones_own_case_file_is_no_news(committed_cast, deliver):
    cast = committed_cast
    with cast.within(cast.casey):
        students.add_student(
            actor=cast.casey.actor, given_name="Noor", family_name="Haddad", school_id=cast.school.id
        )

    deliver()

    with cast.within(cast.casey):
        assert not Message.objects.exists()


def test_review_is_told_to_the_others_on_the_team_in_their_language(cast):
    cast.sam.person.language = "es"
    cast.sam.person.save()
    iep = IepFactory(student=cast.student, complete=True, status="in_review")

    mutations.tell_of_review(actor=cast.casey.actor, iep_id=iep.id)
    mutations.tell_of_review(actor=cast.casey.actor, iep_id=iep.id)

    told = {message.person: message for message in Message.objects.all()}
    assert set(told) == {cast.paula.person, cast.sam.person, cast.gina.person}
    assert told[cast.paula.person].subject == "An IEP is ready for your review"
    assert told[cast.sam.person].subject not in {"", told[cast.paula.person].subject}
    assert told[cast.sam.person].path == f"/d/larkspur/ieps/{iep.id}/"


def test_activation_is_told_to_the_team(cast):
    iep = IepFactory(student=cast.student, active=True)

    mutations.tell_of_activation(actor=cast.casey.actor, iep_id=iep.id)

    assert {message.kind for message in Message.objects.all()} == {"iep_active"}
    assert Message.objects.filter(person=cast.gina.person).exists()


def test_news_of_an_iep_is_not_told_by_outsiders(cast):
    iep = IepFactory(student=cast.student, active=True)

    for outsider in ("omar", "otto"):
        with cast.within(getattr(cast, outsider)) as actor, pytest.raises(NotFound):
            mutations.tell_of_activation(actor=actor, iep_id=iep.id)


def write(cast, person, number=1):
    for index in range(number):
        Message.objects.create(
            organization=cast.district,
            kind="team",
            key=f"{person.id}{index}",
            person=person,
            to_email=person.email,
            subject=f"Subject {index}",
            body="Body",
        )


def test_own_messages_are_ones_own(cast):
    write(cast, cast.sam.person, 40)
    write(cast, cast.casey.person)

    first = queries.own_messages(actor=cast.sam.actor)
    second = queries.own_messages(actor=cast.sam.actor, after=first.rows[-1].id)

    assert (len(first.rows), len(second.rows), second.next) == (30, 10, "")
    assert {row.to_email for row in first.rows + second.rows} == {"sam@example.org"}
    assert queries.unread_count(actor=cast.sam.actor) == 40
    assert mutations.mark_read(actor=cast.sam.actor) == 40
    assert queries.unread_count(actor=cast.sam.actor) == 0
    assert queries.unread_count(actor=cast.casey.actor) == 1


@pytest.mark.parametrize("name", ["casey", "cory", "vic", "fin", "mina", "paula"])
def test_outbox_is_read_by_administrators_only(cast, name):
    write(cast, cast.sam.person)
    player = getattr(cast, name)

    with pytest.raises(NotAllowed):
        queries.outbox(actor=player.actor)
    assert player.client().get(player.url("/outbox/")).status_code == 403
    message = Message.objects.get()
    assert player.client().get(player.url(f"/messages/{message.id}/")).status_code == 404


def test_pages_show_messages(cast):
    write(cast, cast.sam.person, 2)
    message = Message.objects.first()

    outbox = cast.ada.client().get(cast.ada.url("/outbox/?kind=team")).content.decode()
    other = cast.ada.client().get(cast.ada.url("/outbox/?kind=iep_active")).content.decode()
    own = cast.sam.client().get(cast.sam.url("/messages/")).content.decode()
    one = cast.sam.client().get(cast.sam.url(f"/messages/{message.id}/")).content.decode()

    assert "Subject 1" in outbox and "sam@example.org" in outbox
    assert "Subject 1" not in other
    assert "Subject 0" in own and "New" in own
    assert "Body" in one
    assert cast.sam.client().post(cast.sam.url("/messages/read/")).status_code == 303
    assert not Message.objects.filter(read_at=None).exists()


def test_mail_is_kept_for_each_recipient(db, settings):
    from django.core.mail import EmailMessage

    settings.EMAIL_BACKEND = "notifications.mail.OutboxEmailBackend"
    EmailMessage("Subject", "Body", "from@example.org", ["a@example.org"], cc=["b@example.org"]).send()

    assert sorted(AccountMail.objects.values_list("to_email", flat=True)) == [
        "a@example.org",
        "b@example.org",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_hand_over_that_is_taken_back_is_told_once_to_who_had_it(committed_cast, deliver):
    cast = committed_cast
    many = students.Many(ids=[cast.student.id])
    with cast.within(cast.ada):
        undo = students.assign_case_manager(
            actor=cast.ada.actor, many=many, person_id=cast.sam.person.id, note="Yours"
        )
    deliver()
    with cast.within(cast.ada):
        students.take_back(actor=cast.ada.actor, undo_id=undo.id)
    deliver()

    with cast.within(cast.ada):
        told = list(Message.objects.filter(person=cast.sam.person).order_by("created_at"))
        assert [row.subject for row in told] == [
            "A caseload is handed over to you",
            "A hand-over is taken back",
        ]
        assert "1 student is with the case manager of before" in told[1].body and "Yours" not in told[1].body
