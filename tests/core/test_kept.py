"""The short memory of a process: one reads while the others wait, and what fails is not kept."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from core import kept as memory
from core.kept import kept


@pytest.fixture(autouse=True)
def _empty():
    memory.forget_all()


def test_value_is_read_once_until_its_time_is_over():
    answers = iter(range(9))

    assert [kept("a", seconds=60, read=lambda: next(answers)) for _ in range(3)] == [0, 0, 0]
    assert kept("b", seconds=0, read=lambda: next(answers)) == 1
    assert kept("b", seconds=0, read=lambda: next(answers)) == 2


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
