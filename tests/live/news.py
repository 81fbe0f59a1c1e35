"""The smallest news that there can be, and doors that stay shut."""

import pytest
from websockets.exceptions import InvalidStatus

from coediting.models import Text
from core.mutation import audit, mutation
from core.tenant import organization
from ieps.texts import ensure_texts


@mutation
def touch(*, actor, record):
    """The smallest change: an audit line, and news to the record's topics."""
    audit(actor, "tests.record.touched", record)


def change(player, record):
    with organization(player.organization.id):
        touch(actor=player.actor, record=record)


def make_text(iep):
    """A text of an IEP that several write at once."""
    ensure_texts(iep=iep)
    return Text.objects.get(subject_id=iep.id, field="present_levels")


def status_of(attempt):
    with pytest.raises(InvalidStatus) as refusal:
        attempt()
    return refusal.value.response.status_code
