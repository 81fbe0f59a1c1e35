"""What follows an approval: its PDF is made in each language, and kept. A second run finds it there already."""

from uuid import UUID

from casefile import mutations
from casefile.printed_iep import LANGUAGES
from core.actor import Actor
from core.queue import task
from core.tenant import organization


@task(name="casefile.keep_iep_pdfs")
def keep_iep_pdfs(*, actor: Actor, record_id: str) -> None:
    """Make the PDFs of an IEP that was just approved."""
    for language in LANGUAGES:
        with organization(actor.organization_id):
            mutations.take_iep_pdf(actor=actor, iep_id=UUID(record_id), language=language)
