"""Encrypted columns in the real database: bound to their row, opened late, and loud where they cannot work."""

import logging
import pickle

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, transaction

from core import encrypted
from core.crypto import key_of
from core.encrypted import Sealed, Undecipherable, fingerprint
from core.ids import uuid7
from core.tenant import organization
from students.models import Allergy, ExternalId, Guardian

OLD, NEW = "11" * 32, "22" * 32


@pytest.fixture
def allergy(cast):
    with organization(cast.district.id):
        yield Allergy.objects.create(
            organization=cast.district, student=cast.student, substance="Peanut canary", reaction=""
        )


def stored(row, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        (value,) = cursor.fetchone()
        return None if value is None else bytes(value)


def put(row, column, value):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [value, row.pk])


def again(row):
    return type(row).objects.get(pk=row.pk)


@pytest.mark.django_db
def test_the_database_holds_no_word_and_the_row_reads_it(allergy):
    """R26"""
    assert b"Peanut" not in stored(allergy, "substance")
    assert again(allergy).substance == "Peanut canary"


@pytest.mark.django_db
def test_empty_and_none_keep_their_meaning(allergy, cast):
    guardian = Guardian.objects.filter(student=cast.student).first()

    assert again(allergy).reaction == "" and len(stored(allergy, "reaction")) == 33
    assert guardian.court_restrictions is None and stored(guardian, "court_restrictions") is None
    guardian.court_restrictions = ""
    guardian.save()
    assert again(guardian).court_restrictions == ""


@pytest.mark.django_db
def test_a_row_is_opened_when_it_is_read_and_not_before(allergy, monkeypatch):
    opened = []
    monkeypatch.setattr(encrypted, "open_in", lambda sealed, place: opened.append(place.column) or b"opened")

    row = again(allergy)
    assert row.severity == "unknown" and opened == []
    assert (row.substance, row.substance) == ("opened", "opened")
    assert opened == ["students_allergy.substance"]
    assert Allergy.objects.defer("substance").get(pk=allergy.pk).substance == "opened"


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["tampered", "column", "row", "wrong key"])
def test_what_does_not_open_is_an_error_and_is_logged_without_content(
    allergy, cast, change, settings, caplog
):
    """R26: swapped or altered values, and a missing key: never ciphertext, never None."""
    other = Allergy.objects.create(
        organization=cast.district, student=cast.student, substance="Latex", reaction="Hives canary"
    )
    if change == "tampered":
        value = bytearray(stored(allergy, "substance"))
        value[-1] ^= 1
        put(allergy, "substance", bytes(value))
    elif change == "column":
        put(allergy, "substance", stored(allergy, "reaction"))
    elif change == "row":
        put(allergy, "substance", stored(other, "substance"))
    else:
        settings.STUDENT_DATA_ENCRYPTION_KEYS = [NEW]

    with caplog.at_level(logging.ERROR), pytest.raises(Undecipherable) as refused:
        again(allergy).substance  # noqa: B018  # reading is what fails
    assert refused.value.as_dict()["code"] == "undecipherable"
    assert "canary" not in caplog.text and "Latex" not in caplog.text
    assert str(allergy.pk) in caplog.text and "students_allergy.substance" in caplog.text


@pytest.mark.django_db
def test_a_value_of_another_district_does_not_open(allergy, cast):
    """R26: a row copied under another organisation, as one with the database's own rights could."""
    copy = again(allergy)
    copy.organization = cast.otto.organization

    with pytest.raises(Undecipherable):
        copy.substance  # noqa: B018  # reading is what fails


@pytest.mark.django_db
def test_many_rows_at_once_are_sealed_each_for_itself(cast):
    with organization(cast.district.id):
        rows = Allergy.objects.bulk_create(
            Allergy(organization=cast.district, student=cast.student, substance=word)
            for word in ("Milk", "Egg")
        )

        assert [again(row).substance for row in rows] == ["Milk", "Egg"]


@pytest.mark.django_db
def test_what_cannot_know_the_row_fails_loudly(allergy):
    rows = Allergy.objects.filter(pk=allergy.pk)
    allergy.substance = "Other"

    with pytest.raises(TypeError, match="sealed for its row"), transaction.atomic():
        rows.update(substance="Other")
    with pytest.raises(TypeError, match="sealed for its row"), transaction.atomic():
        Allergy.objects.bulk_update([allergy], ["substance"])
    for lookup in ("substance", "substance__contains", "substance__in"):
        with pytest.raises(FieldError):
            rows.filter(**{lookup: "Peanut canary"})
    assert rows.filter(substance__isnull=False).exists()
    assert again(allergy).substance == "Peanut canary"


@pytest.mark.django_db
def test_values_give_nothing_that_can_be_shown_or_stored(allergy):
    (value,) = Allergy.objects.values_list("substance", flat=True)

    assert isinstance(value, Sealed) and repr(value) == "<Sealed>"
    for use in (
        str,
        bool,
        bytes,
        pickle.dumps,
        list,
        lambda sealed: f"{sealed}",
        lambda sealed: sealed == "",
    ):
        with pytest.raises(TypeError, match="values"):
            use(value)


@pytest.mark.django_db
def test_a_value_that_was_not_read_is_saved_as_it_is_and_an_old_one_with_the_newest_key(allergy, settings):
    """R27: new writes use the newest key."""
    before = stored(allergy, "substance")
    again(allergy).save()
    assert stored(allergy, "substance") == before

    settings.STUDENT_DATA_ENCRYPTION_KEYS = [NEW, *settings.STUDENT_DATA_ENCRYPTION_KEYS]
    again(allergy).save()
    assert key_of(stored(allergy, "substance")) == encrypted.ring().ids[0] != key_of(before)
    assert again(allergy).substance == "Peanut canary"


@pytest.mark.django_db
def test_a_row_without_ids_is_not_sealed():
    with pytest.raises(TypeError, match="no ids"):
        Allergy(substance="Milk")._meta.get_field("substance").pre_save(Allergy(substance="Milk"), True)


@pytest.mark.django_db
def test_the_blind_index_finds_and_forbids_the_same_value_once(cast):
    """R26: lookup and uniqueness without opening, within one district only."""
    with organization(cast.district.id):
        row = ExternalId.objects.create(
            organization=cast.district, student=cast.student, kind="medicaid", secret="91-234 567A"
        )
        wanted = fingerprint(ExternalId, "secret_index", cast.district.id, "91234567a")

        assert ExternalId.objects.get(secret_index=wanted) == row
        assert b"234" not in stored(row, "secret")
        with pytest.raises(IntegrityError), transaction.atomic():
            ExternalId.objects.create(
                organization=cast.district, student=cast.other_student, kind="medicaid", secret="91234567A"
            )
        assert fingerprint(ExternalId, "secret_index", uuid7(), "91234567a") != wanted


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"value": "91"}, {"value": "", "secret": None}, {"value": "9", "secret": "9"}]
)
def test_the_database_refuses_a_medicaid_number_in_the_open(cast, wrong):
    with organization(cast.district.id), pytest.raises(IntegrityError), transaction.atomic():
        ExternalId.objects.create(organization=cast.district, student=cast.student, kind="medicaid", **wrong)
