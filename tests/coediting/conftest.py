"""A rule of the tests' own, under which a text belongs to a student; and texts under it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from coediting.models import Text
from coediting.mutations import create_text
from core.actor import Actor
from core.errors import NotFound
from core.registry import register
from students.queries import opened_student
from students.rules import may_write_identity

RULE = "tests.text"
told: dict[tuple[UUID, str], str] = {}


def text_rights(*, actor: Actor, subject_id: UUID) -> tuple[bool, bool]:
    """Who sees the student reads; who writes the student's identity writes."""
    try:
        student, _access = opened_student(actor=actor, student_id=subject_id)
    except NotFound:
        return False, False
    return True, may_write_identity(actor, student)


def materialised(*, text: Text, plain: str) -> None:
    """The owner of the text keeps its words."""
    told[text.subject_id, text.field] = plain


register(f"{RULE}.text_rights", text_rights)
register(f"{RULE}.materialised", materialised)


@pytest.fixture
def make_text(cast: Any) -> Callable[..., Text]:
    """A text of the student whom the cast is about."""

    def make(words: str = "", field: str = "", **more: Any) -> Text:
        return create_text(
            actor=cast.casey.actor,
            student=cast.student,
            rule=RULE,
            subject_id=cast.student.id,
            field=field or f"notes_{uuid4().hex[:8]}",
            ops=[{"insert": words}] if words else [],
            **more,
        )

    return make
