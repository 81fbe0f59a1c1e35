"""A new key while everybody works, and new blind indexes (R27)."""

import threading
import time
from collections import Counter
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection

from core import rotation
from core.encrypted import ring
from core.tenant import organization
from students import mutations, queries
from students.models import Allergy, ExternalId

ROWS = 60
NEW = "ab" * 32


def allergies(cast):
    return [
        Allergy.objects.create(
            organization=cast.district,
            student=cast.student,
            substance=f"Substance {number}",
            reaction="Hives",
        )
        for number in range(ROWS)
    ]


def values_by_key(district):
    return {key_id: by_column.total() for key_id, by_column in rotation.keys_in_use(district.id).items()}


@pytest.fixture
def newer(settings):
    """Call it to put a new key in front."""

    def change():
        settings.STUDENT_DATA_ENCRYPTION_KEYS = [NEW, *settings.STUDENT_DATA_ENCRYPTION_KEYS]
        return ring().ids

    return change


@pytest.mark.django_db
def test_everything_is_sealed_anew_and_the_old_key_can_go(cast, newer, settings):
    with organization(cast.district.id):
        rows = allergies(cast)
    new, old = newer()[:2]
    assert values_by_key(cast.district) == {old: 2 * ROWS}

    assert rotation.rotate(cast.district.id, rows_at_once=7) == rotation.Rotation(sealed=2 * ROWS)
    assert rotation.rotate(cast.district.id) == rotation.Rotation()
    assert values_by_key(cast.district) == {new: 2 * ROWS}
    settings.STUDENT_DATA_ENCRYPTION_KEYS = [NEW]
    found = {row.id: (row.substance, row.reaction) for row in Allergy.objects.all()}
    assert found == {row.id: (row.substance, "Hives") for row in rows}


@pytest.mark.django_db
def test_a_rotation_that_was_killed_goes_on_where_it_was(cast, newer, monkeypatch):
    with organization(cast.district.id):
        allergies(cast)
    new, old = newer()[:2]
    seal, turns = rotation._seal_anew, Counter()

    def killed(*arguments):
        turns["done"] += 1
        if turns["done"] == 25:
            raise KeyboardInterrupt
        return seal(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(rotation, "_seal_anew", killed)
        with pytest.raises(KeyboardInterrupt):
            rotation.rotate(cast.district.id, rows_at_once=10)
    halfway = values_by_key(cast.district)
    rotation.rotate(cast.district.id, rows_at_once=10)

    assert halfway == {old: 2 * ROWS - 20, new: 20}
    assert values_by_key(cast.district) == {new: 2 * ROWS}


def test_people_read_and_write_while_keys_are_rotated(committed_cast, newer):
    """R27: no error, no lost change, and no value left under the old key."""
    cast = committed_cast
    with organization(cast.district.id):
        rows = allergies(cast)
    new = newer()[0]
    stop, errors, written = threading.Event(), [], {}

    def work(mine):
        try:
            turn = 0
            while not stop.is_set() or turn < 30:
                turn += 1
                row_id = mine[turn % len(mine)].id
                with organization(cast.district.id):
                    row = Allergy.objects.select_for_update(no_key=True).get(id=row_id)
                    assert row.substance
                    row.substance = written[row_id] = f"Changed {turn}"
                    row.save()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(rows[half::2],)) for half in range(2)]
    for thread in threads:
        thread.start()
    for _round in range(5):
        rotation.rotate(cast.district.id, rows_at_once=5)
    stop.set()
    for thread in threads:
        thread.join()
    rotation.rotate(cast.district.id)

    assert errors == []
    assert set(values_by_key(cast.district)) == {new}
    with organization(cast.district.id):
        found = {row.id: row.substance for row in Allergy.objects.all()}
    assert found == {row.id: written.get(row.id, row.substance) for row in rows}


def test_the_slower_a_batch_the_longer_the_pause():
    """R27: people at work are what slows a batch down."""
    pace = rotation.Pace()

    assert pace.pause(0.1, 100) == pytest.approx(0.1)
    assert pace.pause(0.3, 100) == pytest.approx(0.9)
    assert pace.pause(5.0, 100) == pytest.approx(20.0)
    assert pace.pause(0.05, 50) == pytest.approx(0.05)
    assert pace.pause(0.05, 100) == pytest.approx(0.05)
    assert pace.pause(0.1, 100) == pytest.approx(0.2)


def test_batches_are_small_and_nothing_is_held_between_them(committed_cast, newer, monkeypatch):
    """R27: after each batch a pause at least as long as it took, with no transaction open."""
    cast = committed_cast
    with organization(cast.district.id):
        allergies(cast)
    newer()
    sizes, pauses, replace = [], [], rotation._replace

    def replacing(column, organization_id, fresh):
        sizes.append(len(fresh))
        time.sleep(0.02)
        return replace(column, organization_id, fresh)

    monkeypatch.setattr(rotation, "_replace", replacing)
    clock = SimpleNamespace(
        monotonic=time.monotonic, sleep=lambda seconds: pauses.append((seconds, connection.in_atomic_block))
    )
    monkeypatch.setattr(rotation, "time", clock)

    rotation.rotate(cast.district.id, rows_at_once=7)

    assert max(sizes) == 7 and sum(sizes) == 2 * ROWS
    assert len(pauses) == len(sizes)
    assert min(seconds for seconds, _is_open in pauses) >= 0.02
    assert not any(is_open for _seconds, is_open in pauses)


@pytest.mark.django_db
def test_a_value_that_no_key_opens_is_counted_and_left(cast, newer, settings):
    with organization(cast.district.id):
        allergies(cast)
        lost, first = ring().ids[0], Allergy.objects.order_by("id").first()
    settings.STUDENT_DATA_ENCRYPTION_KEYS = ["cd" * 32]
    with organization(cast.district.id):
        Allergy.objects.create(organization=cast.district, student=cast.student, substance="Latex")

    assert rotation.rotate(cast.district.id).unreadable == 2 * ROWS
    assert values_by_key(cast.district)[lost] == 2 * ROWS
    assert Allergy.objects.filter(id=first.id).exists()


@pytest.mark.django_db
def test_the_command_says_how_many_each_key_holds(cast, newer):
    with organization(cast.district.id):
        allergies(cast)
    new, old, unused = newer()

    def said(*arguments):
        out = StringIO()
        call_command("rotate_keys", *arguments, stdout=out)
        return out.getvalue()

    assert f"key {old}: {2 * ROWS} values, in use" in said("--count")
    done = said()
    assert f"{2 * ROWS} values encrypted anew, 0 that no key opens" in done
    assert f"key {new}: {2 * ROWS} values, newest" in done
    assert f"key {old}: 0 values, can be taken away" in done
    assert f"key {unused}: 0 values, can be taken away" in done


@pytest.mark.django_db
def test_blind_indexes_are_written_anew_for_a_new_key(cast, settings):
    """R26"""
    mutations.set_external_id(
        actor=cast.casey.actor, student_id=cast.student.id, kind="medicaid", value="MC 77-1234"
    )

    def found():
        return list(queries.students_of(actor=cast.casey.actor, text="mc771234"))

    settings.BLIND_INDEX_KEY = "ee" * 32
    assert found() == []
    call_command("reindex_blind", stdout=StringIO())
    assert found() == [cast.student]
    assert rotation.reindex(cast.district.id) == 0
    assert ExternalId.objects.get(kind="medicaid").text == "MC 77-1234"
