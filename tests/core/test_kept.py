"""The short memory of a process: one reads while the others wait, and what fails is not kept."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from django.db import OperationalError
from django.utils import translation

from core import kept as memory
from core import outbox
from core.actor import Origin, everybody
from core.kept import kept, kept_until_news
from core.mutation import publish
from core.once import reading_once
from core.patience import patient_for


@pytest.fixture(autouse=True)
def _empty():
    memory.forget_all()


def test_value_is_read_once_until_its_time_is_over():
    answers = iter(range(9))

    assert [kept("a", seconds=60, read=lambda: next(answers)) for _ in range(3)] == [0, 0, 0]
    assert kept("b", seconds=0, read=lambda: next(answers)) == 1
    assert kept("b", seconds=0, read=lambda: next(answers)) == 2


def test_all_who_wait_for_a_silent_database_hear_of_it_together():
    """F5: one after the other, each would wait as long as the first, and the last for minutes."""
    readings, waits, here = [], [], Barrier(4)

    def in_vain():
        readings.append(1)
        time.sleep(1)  # until the others wait
        raise OperationalError("the server has not answered")

    def ask(_number):
        here.wait()
        with patient_for(60) as patience:
            with pytest.raises(OperationalError):
                kept("page", seconds=60, read=in_vain)
            waits.append(patience.spent)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(ask, range(4)))

    assert len(readings) == 1
    assert (
        len([spent for spent in waits if spent > 0]) == 3
    )  # so that none waits on for its own transaction to be undone
    assert kept("page", seconds=60, read=lambda: "drawn") == "drawn"


def test_hundred_readers_at_once_cost_one_reading():
    readings = []

    def slowly():
        readings.append(1)
        time.sleep(0.05)
        return "drawn"

    with ThreadPoolExecutor(20) as threads:
        found = list(threads.map(lambda _n: kept("page", seconds=60, read=slowly), range(100)))

    assert set(found) == {"drawn"}
    assert len(readings) == 1


def test_refusal_is_not_kept():
    def refuse():
        raise PermissionError

    with pytest.raises(PermissionError):
        kept("page", seconds=60, read=refuse)

    assert kept("page", seconds=60, read=lambda: "drawn") == "drawn"


def test_memory_stays_small(monkeypatch):
    monkeypatch.setattr(memory, "MOST_KEPT", 3)

    for number in range(10):
        kept(number, seconds=60, read=lambda number=number: number)

    assert len(memory._all) == 3


@pytest.fixture
def page(cast, settings):
    """A reader of one topic, who says how often it was read: `page(actor)`."""
    settings.KEPT_UNTIL_NEWS_SECONDS = 60
    answers = iter(range(99))

    def read(actor=cast.casey.actor, topic=cast.student.topic):
        return kept_until_news(
            actor=actor, topics=(topic,), key="page", read=lambda versions: (next(answers), versions)
        )[0]

    return read


@pytest.mark.django_db
def test_page_is_read_once_for_each_reader_while_nothing_happens(cast, page):
    assert [page(), page()] == [0, 0]
    assert [page(cast.sam.actor), page(cast.sam.actor), page()] == [1, 1, 0]
    assert page(replace(cast.casey.actor, scopes=())) == 2  # the same person with other rights
    assert page(replace(cast.casey.actor, origin=Origin(request_id="another"))) == 0
    with translation.override("es"):
        assert page() == 3


@pytest.mark.django_db
def test_page_is_read_anew_from_the_commit_on(cast, bus, page):
    outbox.deliver(bus)
    assert [page(), page()] == [0, 0]

    publish(cast.casey.actor, "students.tag.added", cast.student)

    assert [page(), page()] == [1, 2]  # nobody was told yet
    outbox.deliver(bus)
    assert [page(), page()] == [3, 3]


@pytest.mark.django_db
def test_news_of_others_changes_nothing(cast, bus, page):
    outbox.deliver(bus)
    assert page() == 0

    publish(cast.casey.actor, "students.tag.added", cast.other_student)

    assert page() == 0
    outbox.deliver(bus)
    assert page() == 0


@pytest.mark.django_db
def test_version_is_that_from_before_the_reading(cast, bus, settings):
    settings.KEPT_UNTIL_NEWS_SECONDS = 60
    outbox.deliver(bus)

    def change_meanwhile(versions):
        publish(cast.casey.actor, "students.tag.added", cast.student)
        outbox.deliver(bus)
        return versions

    asked = {"actor": cast.casey.actor, "topics": (cast.student.topic,), "key": "page"}
    before = kept_until_news(**asked, read=change_meanwhile)

    assert kept_until_news(**asked, read=lambda versions: versions) != before


@pytest.mark.django_db
def test_topics_without_news_are_asked_for_once_a_page(cast, bus, django_assert_num_queries):
    outbox.deliver(bus)
    both = (cast.student.topic, cast.other_student.topic)

    with reading_once():
        found = outbox.stamp(both)
        with django_assert_num_queries(0):
            parts = [outbox.stamp((topic,)) for topic in reversed(both)]
            assert outbox.stamp(both) == found

    assert [part.versions for part in parts] == [(version,) for version in reversed(found.versions)]
    assert not any(part.has_waiting for part in parts)


@pytest.mark.django_db
def test_topics_with_news_are_asked_for_each_by_itself(cast, bus):
    outbox.deliver(bus)
    publish(cast.casey.actor, "students.tag.added", cast.student)

    with reading_once():
        assert outbox.stamp((cast.student.topic, cast.other_student.topic)).has_waiting
        assert outbox.stamp((cast.student.topic,)).has_waiting
        assert not outbox.stamp((cast.other_student.topic,)).has_waiting


@pytest.mark.django_db
def test_what_is_the_same_for_everybody_is_read_once_for_all(cast, page):
    assert [page(everybody(cast.casey.actor)), page(everybody(cast.sam.actor))] == [0, 0]
    assert page(cast.sam.actor) == 1
