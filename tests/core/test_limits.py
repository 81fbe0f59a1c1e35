"""How often something may be tried: exact among many at once, whatever Redis does (R3)."""

import hashlib
import threading

import pytest
from django.db import connection, connections

from core.limits import LONGEST_SECONDS, spend, sweep_attempts
from core.models import Attempts

OLD = hashlib.sha256(b"old").hexdigest()


def test_limit_is_exact_among_many_at_once(transactional_db):
    """320 attempts in 8 threads at 20 a minute: exactly 20 are let through."""
    let_through, lock = [], threading.Lock()

    def attempt():
        try:
            for _ in range(40):
                answer = spend("login:nia@example.org", 20, 60)
                with lock:
                    let_through.append(answer)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(let_through), sum(let_through)) == (320, 20)


def test_window_slides_and_keys_are_apart(db):
    assert [spend("a", 2, 60) for _ in range(3)] == [True, True, False]
    assert spend("b", 2, 60)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_attempts SET at[1] = at[1] - interval '61 seconds'")

    assert [spend("a", 2, 60) for _ in range(2)] == [True, False]


def test_refused_attempts_do_not_prolong_the_wait(db):
    """Otherwise somebody could keep another out for good."""
    spend("a", 1, 60)
    before = Attempts.objects.get()
    spend("a", 1, 60)

    after = Attempts.objects.get()
    assert (after.at, after.ends_at) == (before.at, before.ends_at)


def test_nothing_that_was_tried_is_kept_in_words(db):
    spend("login:nia@example.org", 1, 60)

    assert "nia" not in str(Attempts.objects.values())


def test_what_no_longer_counts_is_swept(db):
    spend("old", 1, 60), spend("new", 1, 60)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_attempts SET ends_at = ends_at - interval '61 seconds' WHERE key = %s", [OLD]
        )

    assert sweep_attempts() == 1
    assert [spend("old", 1, 60), spend("new", 1, 60)] == [True, False]


@pytest.mark.parametrize(("limit", "seconds"), [(0, 60), (1, 0), (1, LONGEST_SECONDS + 1)])
def test_limit_that_means_nothing_is_refused(limit, seconds):
    with pytest.raises(ValueError, match="a limit is"):
        spend("a", limit, seconds)
