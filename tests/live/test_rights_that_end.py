"""Sockets whose rights end: they die, or lose their topics, within seconds."""

import time
from datetime import date

import pytest
from django.test import Client

from accounts.models import Membership, Organization, Session
from core.models import topic
from core.tenant import organization
from students.models import Guardian, Student, TeamMember
from tests.live.news import change, status_of, touch
from tests.reliability.scale import in_time


def sign_out(cast, cookie):
    client = Client()
    client.cookies["session"] = cookie
    client.post("/accounts/logout/")


def deactivate(cast, cookie):
    person = cast.casey.person
    person.is_active = False
    person.save(update_fields=["is_active"])


def change_password(cast, cookie):
    person = cast.casey.person
    person.set_password("another long walk")
    person.save(update_fields=["password"])


def end_membership(cast, cookie):
    with organization(cast.district.id):
        Membership.objects.filter(person=cast.casey.person).update(ends_on=date(2025, 1, 1))


def lose_session(cast, cookie):
    Session.objects.filter(session_key=cookie).delete()


def close_district(cast, cookie):
    Organization.objects.filter(id=cast.district.id).update(is_active=False)


@pytest.mark.parametrize(
    "end", [sign_out, deactivate, change_password, end_membership, lose_session, close_district]
)
def test_socket_dies_within_five_seconds_of_its_rights(server, committed_cast, open_tab, session_cookie, end):
    cookie = session_cookie(committed_cast.casey.person)
    tabs = [open_tab(server, committed_cast.casey, cookie=cookie) for _ in range(2)]
    for tab in tabs:
        tab.watch(committed_cast.student.topic)
    bystander = open_tab(server, committed_cast.otto)

    began = time.monotonic()
    end(committed_cast, cookie)
    ends = [tab.closed(in_time(6)) for tab in tabs]

    assert time.monotonic() - began < in_time(5)
    assert [(code, error["code"], error["status"]) for code, error in ends] == [
        (4401, "not_signed_in", 401)
    ] * 2
    assert bystander.watch(committed_cast.stranger.topic)
    assert status_of(lambda: open_tab(server, committed_cast.casey, cookie=cookie)) == 403


def test_signing_out_closes_the_sockets_of_every_session_and_nobody_elses(
    server, committed_cast, open_tab, session_cookie
):
    here, there = session_cookie(committed_cast.casey.person), session_cookie(committed_cast.casey.person)
    leaving = open_tab(server, committed_cast.casey, cookie=here)
    elsewhere = open_tab(server, committed_cast.casey, cookie=there)
    staying = open_tab(server, committed_cast.sam)
    leaving.watch(committed_cast.student.topic)
    staying.watch(committed_cast.student.topic)

    began = time.monotonic()
    sign_out(committed_cast, here)

    assert leaving.closed()[0] == 4401
    assert elsewhere.closed()[0] == 4401
    assert time.monotonic() - began < in_time(1.5)
    change(committed_cast.ada, committed_cast.student)
    assert staying.hear_of("changed")


def leave_team(cast):
    TeamMember.objects.filter(person=cast.casey.person).update(ends_on=date(2025, 1, 1))


def lose_child(cast):
    Guardian.objects.filter(person=cast.mina.person).update(ends_on=date(2025, 1, 1))


def lose_educational_rights(cast):
    Guardian.objects.filter(person=cast.mina.person).update(has_educational_rights=False)


def move_to_another_school(cast):
    Student.objects.filter(id=cast.student.id).update(school=cast.other_school)


def archive(cast):
    Student.objects.filter(id=cast.student.id).update(archived_at="2025-01-01T00:00Z")


@pytest.mark.parametrize(
    "loss",
    [
        leave_team,
        lose_child,
        lose_educational_rights,
        move_to_another_school,
        archive,
    ],
)
def test_topics_that_were_lost_are_refused_within_five_seconds_and_the_socket_lives(
    server, committed_cast, goal, open_tab, loss
):
    player = {lose_child: committed_cast.mina, lose_educational_rights: committed_cast.mina}.get(
        loss, committed_cast.cory if loss is move_to_another_school else committed_cast.casey
    )
    own = topic("person", player.person.id)
    tab = open_tab(server, player)
    tab.watch(goal.topic, committed_cast.student.topic, own)

    began = time.monotonic()
    with organization(committed_cast.district.id):
        loss(committed_cast)
    refused = tab.hear_of("refused", in_time(6))

    assert time.monotonic() - began < in_time(5)
    assert refused == sorted([goal.topic, committed_cast.student.topic])
    change(committed_cast.ada, goal)
    change(committed_cast.ada, player.person)
    assert set(tab.hear_of("changed")) == {own}
    assert tab.silent_for(0.5)


def test_news_of_a_loss_overtakes_what_may_not_be_told_any_more(server, committed_cast, goal, open_tab):
    """The loss and the next change travel together: the change is not told."""
    tab = open_tab(server, committed_cast.mina)
    tab.watch(goal.topic)

    with organization(committed_cast.district.id):
        guardian = Guardian.objects.get(person=committed_cast.mina.person)
        Guardian.objects.filter(id=guardian.id).update(ends_on=date(2025, 1, 1))
        touch(actor=committed_cast.ada.actor, record=guardian)
        touch(actor=committed_cast.ada.actor, record=goal)

    assert tab.hear() == {"refused": [goal.topic]}


def test_iep_that_goes_back_to_draft_is_refused_to_the_family(server, committed_cast, goal, open_tab):
    tab = open_tab(server, committed_cast.mina)
    tab.watch(goal.topic, goal.iep.topic, committed_cast.student.topic)

    with organization(committed_cast.district.id):
        type(goal.iep).objects.filter(id=goal.iep_id).update(status="draft")

    assert tab.hear_of("refused", in_time(5)) == sorted([goal.topic, goal.iep.topic])
