"""One line of the audit for each sitting, whoever was killed meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coediting import mutations, tasks
from coediting.models import Text, TextChange
from core.models import AuditEntry
from core.tenant import organization
from tests.coediting.conftest import told

pytestmark = pytest.mark.django_db


def lines():
    return [
        (
            entry.actor_name,
            entry.values["first_version"],
            entry.values["last_version"],
            entry.values["changes"],
        )
        for entry in AuditEntry.objects.filter(verb="coediting.text.edited").order_by("id")
    ]


def test_sitting_is_written_down_once_when_it_is_over(cast, make_text):
    text = make_text("one")
    for version, player in enumerate((cast.casey, cast.ada, cast.casey), 1):
        mutations.change_text(
            actor=player.actor,
            text_id=text.id,
            version=version,
            ops=[{"insert": "x"}],
            change_id=str(version),
        )
    system = cast.casey.actor

    early = mutations.write_down_sittings(actor=system, text_id=text.id, now=timezone.now())
    over = timezone.now() + timedelta(minutes=11)
    written = mutations.write_down_sittings(actor=system, text_id=text.id, now=over)
    again = mutations.write_down_sittings(actor=system, text_id=text.id, now=over)

    assert (early, written, again) == (0, 2, 0)
    assert lines() == [(cast.casey.actor.name, 1, 4, 3), (cast.ada.actor.name, 3, 3, 1)]
    entry = AuditEntry.objects.filter(verb="coediting.text.edited").first()
    assert entry.student_id == text.student_id and entry.actor_person_id == cast.casey.person.id


def test_sweep_stores_what_a_killed_process_left(cast, make_text):
    text = make_text("one")
    TextChange.objects.create(
        organization_id=text.organization_id,
        text=text,
        version=2,
        change_id="last",
        author_id=str(cast.ada.person.id),
        author_name=cast.ada.actor.name,
        at=timezone.now() - timedelta(hours=1),
        ops=[{"insert": "x"}],
    )
    Text.objects.filter(id=text.id).update(version=2, is_written_on=True)

    tasks.sweep()

    with organization(text.organization_id):
        assert Text.objects.get(id=text.id).ops == [{"insert": "xone"}]
    assert told[text.subject_id, text.field] == "xone"
    assert [line[0] for line in lines()] == [cast.casey.actor.name, cast.ada.actor.name]
