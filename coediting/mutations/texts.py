"""Making texts."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from coediting import delta
from coediting.models import Text, TextChange, author_of
from coediting.refusals import refusing
from core.actor import Actor
from core.mutation import audit_each, mutation
from students.models import Student


@mutation
def create_text(
    *,
    actor: Actor,
    student: Student,
    rule: str,
    subject_id: UUID,
    field: str,
    ops: Sequence[Mapping[str, Any]] = (),
) -> Text:
    """Make one text of a record, with its first words if there are any. The caller has asked who may."""
    made = create_texts(actor=actor, student=student, rule=rule, subject_id=subject_id, texts={field: ops})
    return made[field]


@mutation
def create_texts(
    *,
    actor: Actor,
    student: Student,
    rule: str,
    subject_id: UUID,
    texts: Mapping[str, Sequence[Mapping[str, Any]]],
    author_name: str = "",
) -> dict[str, Text]:
    """Make the texts of a record by field, with their first words, which are the actor's unless others are named.

    The caller has asked who may. One line of audit, however many texts.

    Raises BadOperation, TooLarge.
    """
    now = timezone.now()
    made: list[Text] = []
    first: list[TextChange] = []
    for field, given in texts.items():
        ops = [dict(op) for op in given]
        text = Text(
            organization_id=actor.organization_id,
            student=student,
            rule=rule,
            subject_id=subject_id,
            field=field,
            version=1 if ops else 0,
            ops=ops,
            ops_version=1 if ops else 0,
            told_version=1 if ops else 0,
            is_written_on=bool(ops),
        )
        made.append(text)
        if ops:
            with refusing():
                delta.check(ops)
                text.ops = delta.apply([], ops)
            first.append(
                TextChange(
                    organization_id=actor.organization_id,
                    text=text,
                    version=1,
                    change_id=uuid4().hex,
                    author_id=author_of(actor),
                    author_name=(author_name or actor.name)[:120],
                    at=now,
                    ops=text.ops,
                )
            )
    Text.objects.bulk_create(made)
    TextChange.objects.bulk_create(first)
    audit_each(actor, "coediting.text.created", made[:1], subject=subject_id, texts=len(made))
    return {text.field: text for text in made}
