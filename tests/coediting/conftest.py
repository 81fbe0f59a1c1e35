"""A rule of the tests' own, under which a text belongs to a student; and texts under it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from coediting.models import Text
from coediting.mutations import create_text
from coediting.queries import Place
from core.actor import Actor
from core.errors import NotFound
from core.registry import register
from core.tenant import organization
from ieps.texts import ensure_texts
from students.queries import opened_student
from students.rules import may_write_identity
from tests.coediting.sockets import Typist
from tests.factories.ieps import IepFactory
from tests.live.conftest import group  # noqa: F401  # a fixture

RULE = "tests.text"
told: dict[tuple[UUID, str], str] = {}


def text_rights(*, actor: Actor, subject_id: UUID) -> tuple[bool, bool]:
    """Who sees the student reads; who writes the student's identity writes."""
    try:
        student, _access = opened_student(actor=actor, student_id=subject_id)
    except NotFound:
        return False, False
    return True, may_write_identity(actor, student)


def materialised(*, texts: Sequence[tuple[Text, str]]) -> frozenset[Text]:
    """The owner of the texts keeps their words."""
    for text, plain in texts:
        told[text.subject_id, text.field] = plain
    return frozenset()


def standing(*, actor: Actor, subject_ids: Collection[UUID]) -> dict[UUID, object]:
    """Nothing else."""
    return {}


def hold(*, actor: Actor, subject_id: UUID) -> None:
    """Nothing to lock."""


def closed(*, text: Text) -> dict[str, Any]:
    """Nobody says why."""
    return {"reason": "closed", "by": "", "at": ""}


register(f"{RULE}.closed", closed)
register(f"{RULE}.text_rights", text_rights)
register(f"{RULE}.standing", standing)
register(f"{RULE}.hold", hold)


def text_place(*, actor: Actor, subject_id: UUID, field: str) -> Place:
    """What the tests call a text."""
    return Place(label="Present levels", record="Aaliyah")


register(f"{RULE}.text_place", text_place)
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


@pytest.fixture
def shared(committed_cast: Any) -> Text:
    """A text of a draft IEP of the student whom the cast is about, committed: the case manager and the team write."""
    with organization(committed_cast.district.id):
        iep = IepFactory(student=committed_cast.student)
        ensure_texts(iep=iep)
        return Text.objects.get(subject_id=iep.id, field="present_levels")


@pytest.fixture
def open_text(shared: Text, session_cookie: Callable[[Any], str]) -> Iterator[Callable[..., Typist]]:
    """Call it with a web server (or a list, one of which is asked each time) and a player: an editor that joined."""

    def make(web: Any, player: Any, *, text_id: Any = None, joins: bool = True, **options: Any) -> Typist:
        slug = options.pop("slug", player.organization.slug)
        cookie = f"{settings.SESSION_COOKIE_NAME}={session_cookie(player.person)}"
        query = "".join(f"&{name}={value}" for name, value in options.pop("query", {}).items())
        origin = options.pop("origin", None)

        def address() -> tuple[str, str]:
            server = web() if callable(web) else web
            path = f"/ws/texts/{text_id or shared.id}/?organization={slug}{query}"
            return f"{server.ws_url}{path}", origin or server.url

        typist = Typist(address, cookie, player.person, **options).open()
        opened.append(typist)
        return typist.join() if joins else typist

    opened: list[Typist] = []
    yield make
    for typist in opened:
        typist.close()
