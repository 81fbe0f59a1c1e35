"""The changes of texts that several write at once."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.utils.timezone import now

from coediting import log
from coediting import mutations as texts
from coediting.desk import Batch, Proposal, Whole
from coediting.models import Text
from ieps.models import Iep
from ieps.texts import RULE
from tests.live.changes.ieps import create_iep, update_section
from tests.live.changes.table import change
from tests.live.changes.world import World

INSIDE = {"coediting.mutations.commits.commit_batches": "coediting.mutations.commits.catch_up"}


def _text(world: World) -> Text:
    """A shared text with words in a draft, which there is afterwards."""
    if not Iep.objects.filter(student=world.student, status__in=Iep.OPEN).exists():
        create_iep(world)
    rows = Text.objects.filter(subject_id=world.draft.id, field="strengths")
    if not rows.filter(version__gt=0).exists():
        update_section(world)
    return world.one(rows)


def _written_at_a_socket(world: World) -> tuple[UUID, Batch]:
    """What an open editor wrote, committed and not yet stored whole."""
    text, writer = _text(world), world.actor("ada")
    desk = log.desk_of(text)
    ops = [{"insert": f"{world.word()} "}]
    desk.propose(Proposal(uuid4().hex, str(writer.person_id), writer.name, text.version, ops))
    assert not desk.begin(now().isoformat())
    batch = desk.flight
    assert batch is not None
    moved = texts.commit_batches(actor=world.system, batches={text.id: batch}, at=now())()
    assert moved == {text.id}
    return text.id, batch


@change("coediting.mutations.texts.create_text")
def create_text(world: World) -> None:
    texts.create_text(
        actor=world.actor("ada"),
        student=world.student,
        rule=RULE,
        subject_id=uuid4(),
        field="strengths",
        ops=[{"insert": world.word()}],
    )


@change("coediting.mutations.changes.change_text")
def change_text(world: World) -> None:
    ops = [{"insert": f"{world.word()} "}]
    texts.change_text(
        actor=world.actor("ada"), text_id=_text(world).id, version=None, ops=ops, change_id=uuid4().hex
    )


@change("coediting.mutations.changes.replace_text")
def replace_text(world: World) -> None:
    texts.replace_text(actor=world.actor("ada"), text_id=_text(world).id, ops=[{"insert": world.word()}])


@change("coediting.mutations.changes.restore_version")
def restore_version(world: World) -> None:
    replace_text(world)
    text = _text(world)
    texts.restore_version(actor=world.actor("ada"), text_id=text.id, version=text.version - 1)


@change("coediting.mutations.commits.keep_texts")
def keep_texts(world: World) -> None:
    text_id, batch = _written_at_a_socket(world)
    ops = log.manuscript_at(Text.objects.get(id=text_id), batch.head).ops()
    texts.keep_texts(actor=world.system, wholes={text_id: Whole(batch.head, ops)})


@change("coediting.mutations.snapshots.take_snapshot")
def take_snapshot(world: World) -> None:
    texts.take_snapshot(actor=world.system, text_id=_text(world).id)


@change("coediting.mutations.commits.catch_up")
def catch_up(world: World) -> None:
    text_id, _batch = _written_at_a_socket(world)
    texts.catch_up(actor=world.system, text_id=text_id)


@change("coediting.mutations.sittings.write_down_sittings")
def write_down_sittings(world: World) -> None:
    text_id, _batch = _written_at_a_socket(world)
    texts.catch_up(actor=world.system, text_id=text_id)
    texts.write_down_sittings(actor=world.system, text_id=text_id, now=now() + timedelta(hours=1))
