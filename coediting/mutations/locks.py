"""Locking the texts of a record when it is approved, and unlocking them."""

from uuid import UUID

from django.utils import timezone

from coediting.keeping import fingerprint, keep
from coediting.log import manuscript_at
from coediting.models import Text
from core.actor import Actor
from core.mutation import audit, mutation, publish, unchanged


@mutation
def lock_texts(*, actor: Actor, subject_id: UUID) -> dict[str, tuple[int, str]]:
    """Lock every text of a record at its version. Returns version and fingerprint of each field.

    The caller has asked who may. What was locked before stays as it is.
    """
    unchanged(actor)
    found: dict[str, tuple[int, str]] = {}
    for text in _locked_rows(actor, subject_id):
        if text.locked_at is None:
            if text.told_version < text.version:
                keep(actor, text, manuscript_at(text, text.version), version=text.version)
            text.locked_at, text.locked_version = timezone.now(), text.version
            text.save(update_fields=["locked_at", "locked_version"])
            audit(actor, "coediting.text.locked", text, subject=subject_id, version=text.version)
        else:
            publish(actor, "coediting.text.locked", text)  # who has it open is told why it is locked now
        found[text.field] = (text.version, fingerprint(text.ops))
    return found


@mutation
def unlock_texts(*, actor: Actor, subject_id: UUID) -> None:
    """Let the texts of a record be changed again. The caller has asked who may."""
    unchanged(actor)
    for text in _locked_rows(actor, subject_id):
        if text.locked_at is not None:
            text.locked_at = text.locked_version = None
            text.save(update_fields=["locked_at", "locked_version"])
            audit(actor, "coediting.text.unlocked", text, subject=subject_id, version=text.version)


def _locked_rows(actor: Actor, subject_id: UUID) -> list[Text]:
    """The texts of a record, which nobody else changes until the transaction ends."""
    rows = Text.objects.filter(organization_id=actor.organization_id, subject_id=subject_id)
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("id"))
