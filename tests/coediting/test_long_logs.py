"""A long log: what its pages read of it does not grow with it, and what is kept beside it says the same as it does."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from coediting import mutations, queries
from coediting.models import Text, TextChange, TextSnapshot
from coediting.sittings import Sitting, all_sittings_of, as_kept, joined, sittings_of
from coediting.tasks import snapshot

EVERY = 5
BEGAN = timezone.now().replace(microsecond=0) - timedelta(days=3)


@pytest.fixture
def write(cast, monkeypatch):
    """Put changes of two people into the log, one a minute and now and then a pause, with a snapshot every few."""
    monkeypatch.setattr("coediting.keeping.SNAPSHOT_EVERY", EVERY)

    def changes(text, count):
        people = (cast.casey.actor, cast.ada.actor)
        for _change in range(count):
            text.version += 1
            actor = people[text.version // 3 % 2]
            TextChange.objects.create(
                organization_id=text.organization_id,
                text=text,
                version=text.version,
                change_id=str(text.version),
                author_id=str(actor.person_id),
                author_name=actor.name,
                at=BEGAN + timedelta(minutes=text.version + text.version // 17 * 30),
                ops=[{"insert": "x "}],
            )
            Text.objects.filter(id=text.id).update(version=text.version)
            if text.version % EVERY == 0:
                mutations.catch_up(actor=cast.casey.actor, text_id=text.id)
                snapshot(actor=cast.casey.actor, text_id=text.id)
        return Text.objects.get(id=text.id)

    return changes


def rows_read(do):
    """How many rows of the log are asked for by what is done. (How they are found is the planner's choice, and it
    knows nothing of a test's table; the index begins with text and version.)"""
    asked = []

    def note(execute, sql, params, many, context):
        if "coediting_textchange" in sql and "EXPLAIN" not in sql:
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        do()
    count = 0
    with connection.cursor() as cursor:
        for sql, params in asked:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
            found = cursor.fetchone()[0]
            plans = [plan["Plan"] for plan in (found if isinstance(found, list) else json.loads(found))]
            while plans:
                plan = plans.pop()
                plans += plan.get("Plans", [])
                if plan.get("Relation Name") == "coediting_textchange":
                    count += plan["Actual Rows"] * plan["Actual Loops"]
    return count


def test_no_page_of_a_text_reads_the_whole_log(cast, make_text, write):
    text = write(make_text(), 203)
    asked = {"actor": cast.casey.actor, "text_id": text.id}

    found = {
        name: rows_read(do)
        for name, do in {
            "now": lambda: queries.history_page(**asked),
            "then": lambda: queries.history_page(**asked, version=104),
            "compared": lambda: queries.history_page(**asked, version=104, compared=9),
            "sittings": lambda: queries.history(**asked),
            "authorship": lambda: queries.authorship(**asked, version=57),
            "text": lambda: queries.text_at(**asked, version=158),
        }.items()
    }

    assert max(found.values()) <= 4 * EVERY, found


def test_sittings_of_snapshots_are_those_of_the_log(make_text, write):
    text = write(make_text(), 83)

    assert TextSnapshot.objects.filter(sittings__isnull=False).count() == 16
    assert all_sittings_of(text) == sittings_of(text, after=0, until=text.version)


def test_log_says_what_older_snapshots_and_two_at_once_do_not(cast, make_text, write):
    text = write(make_text(), 20)
    whole = {"organization_id": text.organization_id, "text": text, "ops": [], "authors": []}
    TextSnapshot.objects.create(**whole, version=22)  # of an earlier release
    text = write(text, 10)
    late = as_kept(sittings_of(text, after=20, until=28))
    TextSnapshot.objects.create(
        **whole, version=28, since=20, sittings=late
    )  # beside that at 25, by another process
    text = write(text, 4)

    assert all_sittings_of(text) == sittings_of(text, after=0, until=text.version)


@given(cuts=st.sets(st.integers(1, 59)), pauses=st.lists(st.integers(0, 15), min_size=60, max_size=60))
@settings(max_examples=60, deadline=None)
def test_sittings_join_wherever_the_log_is_cut(cuts, pauses):
    at, single = BEGAN, []
    for version, pause in enumerate(pauses, 1):
        at += timedelta(minutes=pause)
        by = "ab"[pause % 2]
        single.append(
            Sitting(
                by=by,
                by_name=by,
                began_at=at,
                ended_at=at,
                first_version=version,
                last_version=version,
                changes=1,
            )
        )
    edges = [0, *sorted(cuts), len(single)]

    spans = [joined([single[first:last]]) for first, last in pairwise(edges)]

    assert joined(spans) == joined([single])
    assert sum(one.changes for one in joined(spans)) == len(single)
