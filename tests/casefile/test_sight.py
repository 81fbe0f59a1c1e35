"""What equal viewers share is never given to one who sees something else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.adapters import MFAAdapter
from casefile.queries import sight_of_scores
from core import kept
from core.errors import NotFound
from core.outbox import topic_version
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


def test_everybody_gets_what_they_would_get_alone(cast, scores, today):
    record(cast.sam.actor, scores, 70, today, today=today)
    alone = {}
    for who in READERS:
        kept.forget_all()
        alone[who] = drawn(cast, who)

    kept.forget_all()
    for order in (READERS, READERS[::-1]):
        assert {who: drawn(cast, who) for who in order} == {who: alone[who] for who in order}


def test_own_score_can_be_taken_back_by_who_recorded_it_alone(cast, scores, goal, today):
    TeamMemberFactory(student=cast.student, person=cast.omar.person, part="other")
    record(cast.sam.actor, goal, 70, today, today=today)

    assert "undo-scores" in drawn(cast, "paula")
    assert sight_of_scores(actor=cast.paula.actor, student_id=cast.student.id) != sight_of_scores(
        actor=cast.sam.actor, student_id=cast.student.id
    )
    assert "undo-scores" not in drawn(cast, "omar")


def test_second_administrator_is_given_the_drawing_of_the_first(cast, scores):
    second = PersonFactory()
    MembershipFactory(person=second, organization=cast.ada.organization, role="administrator")
    factor = {"secret": MFAAdapter().encrypt("A" * 32)}
    Authenticator.objects.create(user=second, type=Authenticator.Type.TOTP, data=factor)
    client, path = Client(), cast.ada.url(f"/students/{cast.student.id}/goals/")
    client.force_login(second)
    client.get(path, headers=LIVE)  # the record of access is written once
    kept.forget_all()
    whole = drawn(cast, "ada")

    with CaptureQueriesContext(connection) as statements:
        shared = client.get(path, headers=LIVE).content.decode()

    assert shared == whole
    assert not [row for row in statements if "progress_progresspoint" in row["sql"]]


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


def test_outsider_has_no_sight(cast, scores):
    drawn(cast, "casey")

    for who in ("omar", "otto"):
        with cast.within(getattr(cast, who)), pytest.raises(NotFound):
            sight_of_scores(actor=getattr(cast, who).actor, student_id=cast.student.id)
    assert (
        cast.omar.client().get(cast.omar.url(f"/students/{cast.student.id}/goals/"), headers=LIVE).status_code
        == 404
    )
