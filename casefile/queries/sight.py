"""What decides what somebody sees of a student, so that equal viewers may share what was drawn for one of them."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from django.utils.translation import get_language

from accounts.calendar_models import measuring
from accounts.rights import Action, Group
from core.actor import Actor, Origin
from core.dates import date_order
from core.kept import kept_until_news
from core.models import topic
from core.outbox import stamp
from students.models import as_anybody
from students.queries import district_topics, opened_student

T = TypeVar("T")


def sight_of_scores(*, actor: Actor, student_id: UUID) -> Hashable:
    """Equal for two viewers to whom the student's page of scores looks the same, and for one until it changes.

    It holds all that the page is made from: the version of the student (each change to a goal or a score makes
    another), that of the district's rule and calendars, every right, the day, the language and the order of dates;
    and who asks, where own scores look different from others'. While news of either waits, as it does from a commit
    to its delivery, it is equal to nothing. Raises NotFound.
    """
    topics = (topic("student", student_id), measuring(actor.organization_id))
    news = stamp(topics)  # before the rights and the content
    _student, access = opened_student(actor=actor, student_id=student_id)
    sees_all_alike = access.may(Action.WRITE, Group.GOALS) or not access.may(Action.RECORD, Group.PROGRESS)
    anybody = replace(actor, acting_person_id=None, name="", origin=Origin())
    return (
        anybody if sees_all_alike else replace(anybody, acting_person_id=actor.person_id),
        access,
        object() if news.has_waiting else news.versions,
        get_language(),
        date_order(),
    )


def kept_for_alike(*, actor: Actor, key: Hashable, read: Callable[[Actor], T]) -> T:
    """What `read` gave for `key` since the last news of the district, read once for all whose roles see the same.

    `read` gets the reader without their person, so that nothing of one can get into what another is given; who sees
    some students by being on their team or their parent reads as themselves.
    """
    reader, topics = as_anybody(actor), district_topics(actor=actor)
    if reader.acting_person_id is not None or not topics:
        return read(actor)
    topics = [*topics, measuring(actor.organization_id)]
    return kept_until_news(actor=reader, topics=topics, key=key, read=lambda _versions: read(reader))
