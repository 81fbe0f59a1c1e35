"""What equal viewers share is never given to one who sees something else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.adapters import MFAAdapter
from casefile.queries import sight_of_scores
from casefile.queries.sight import kept_for_alike
from core import kept
from core.actor import Scope
from core.errors import NotFound
from core.ids import uuid7
from core.mutation import publish
from core.outbox import deliver as deliver_all
from core.outbox import topic_version
from students.models import as_anybody
from tests.factories.accounts import MembershipFactory, PersonFactory
from tests.factories.students import TeamMemberFactory
from tests.progress.conftest import record

pytestmark = pytest.mark.django_db
LIVE = {"X-Live": "1", "HX-Request": "true"}
READERS = ("casey", "paula", "sam", "ada", "cory", "vic", "mina")


@pytest.fixture(autouse=True)
def _nothing_drawn():
    kept.forget_all()


def drawn(cast, who, *, path=""):
    player = getattr(cast, who)
    return (
        player.client()
        .get(player.url(f"/students/{cast.student.id}/goals/{path}"), headers=LIVE)
        .content.decode()
    )


def test_everybody_gets_what_they_would_get_alone(cast, scores, today, deliver):
    record(cast.sam.actor, scores, 70, today, today=today)
    for who in READERS:
        drawn(cast, who)  # the record of access is written once
    deliver()  # while news waits, nothing is shared
    alone = {}
    for who in READERS:
        kept.forget_all()
        alone[who] = drawn(cast, who)

    for order in (READERS, READERS[::-1]):
        kept.forget_all()
        assert {who: drawn(cast, who) for who in order} == {who: alone[who] for who in order}


def test_own_score_can_be_taken_back_by_who_recorded_it_alone(cast, scores, goal, today):
    TeamMemberFactory(student=cast.student, person=cast.omar.person, part="other")
    record(cast.sam.actor, goal, 70, today, today=today)

    assert "undo-scores" in drawn(cast, "paula")
    assert sight_of_scores(actor=cast.paula.actor, student_id=cast.student.id) != sight_of_scores(
        actor=cast.sam.actor, student_id=cast.student.id
    )
    assert "undo-scores" not in drawn(cast, "omar")


def test_second_administrator_is_given_the_drawing_of_the_first(cast, scores, deliver):
    second = PersonFactory()
    MembershipFactory(person=second, organization=cast.ada.organization, role="administrator")
    factor = {"secret": MFAAdapter().encrypt("A" * 32)}
    Authenticator.objects.create(user=second, type=Authenticator.Type.TOTP, data=factor)
    client, path = Client(), cast.ada.url(f"/students/{cast.student.id}/goals/")
    client.force_login(second)
    for reader in (client, cast.ada.client()):
        reader.get(path, headers=LIVE)  # the record of access is written once
    deliver()
    kept.forget_all()
    whole = drawn(cast, "ada")

    with CaptureQueriesContext(connection) as statements:
        shared = client.get(path, headers=LIVE).content.decode()

    assert shared == whole
    assert not [row for row in statements if "progress_progresspoint" in row["sql"]]


def test_list_read_for_one_administrator_serves_another(cast, bus, settings):
    settings.KEPT_UNTIL_NEWS_SECONDS = 60
    deliver_all(bus)
    read_by = []

    def rows_of(who):
        return kept_for_alike(
            actor=getattr(cast, who).actor,
            key="list",
            read=lambda reader: read_by.append(reader.acting_person_id) or len(read_by),
        )

    assert rows_of("ada") == 1
    second = replace(cast.ada.actor, acting_person_id=uuid7(), name="Second")
    assert kept_for_alike(actor=second, key="list", read=lambda _reader: "read again") == 1
    assert [rows_of(who) for who in ("cory", "casey", "casey")] == [2, 3, 4]  # each as themselves, not kept
    assert read_by == [None, *(getattr(cast, who).actor.person_id for who in ("cory", "casey", "casey"))]

    publish(cast.ada.actor, "students.tag.added", cast.student)

    assert rows_of("ada") == 5  # from the commit on


def test_nobody_on_a_team_is_taken_for_anybody(cast):
    """Who sees some students by role and others by being on their team reads as themselves."""
    school = next(iter(cast.cory.actor.school_ids))
    mixed = (*cast.casey.actor.scopes, Scope(role="coordinator", school_ids=frozenset({school})))

    assert as_anybody(cast.ada.actor).acting_person_id is None
    assert as_anybody(cast.fin.actor).acting_person_id is None
    for actor in (cast.casey.actor, cast.mina.actor, replace(cast.casey.actor, scopes=mixed)):
        assert as_anybody(actor).acting_person_id == actor.person_id


def test_news_language_day_and_address_each_make_another_drawing(cast, scores, goal, today, deliver):
    student_id, actor = cast.student.id, cast.casey.actor
    first = sight_of_scores(actor=actor, student_id=student_id)
    with translation.override("es"):
        assert sight_of_scores(actor=actor, student_id=student_id) != first
    version = topic_version(cast.student.topic)
    before = drawn(cast, "casey")
    record(cast.paula.actor, goal, 71, today - timedelta(days=1), today=today)
    deliver()

    assert topic_version(cast.student.topic) != version
    assert drawn(cast, "casey") != before
    assert drawn(cast, "casey", path="?weeks=12") != drawn(cast, "casey")


def test_score_is_drawn_from_its_commit_on(cast, scores, goal, today, deliver):
    deliver()
    found = [drawn(cast, "casey")]

    for value in (71, 72):
        record(cast.casey.actor, goal, value, today, today=today)
        found.append(drawn(cast, "casey"))  # nobody has been told of it yet

    assert len({*found}) == 3


def test_outsider_has_no_sight(cast, scores):
    drawn(cast, "casey")

    for who in ("omar", "otto"):
        with cast.within(getattr(cast, who)), pytest.raises(NotFound):
            sight_of_scores(actor=getattr(cast, who).actor, student_id=cast.student.id)
    assert (
        cast.omar.client().get(cast.omar.url(f"/students/{cast.student.id}/goals/"), headers=LIVE).status_code
        == 404
    )
