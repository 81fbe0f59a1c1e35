"""Consents: recorded with date and paper, revoked in writing, kept by those who may."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry, OutboxEvent
from documents.models import Consent
from documents.mutations import ConsentInForce, record_consent, revoke_consent
from documents.queries import consents_page, has_consent
from students.models import Guardian
from tests.factories.ieps import ConsentFactory
from tests.factories.students import GuardianFactory

TODAY = date(2025, 11, 19)


@pytest.fixture
def guardian(cast):
    return Guardian.objects.get(student=cast.student, person=cast.mina.person)


def record(actor, student, guardian, **values):
    return record_consent(
        actor=actor,
        student_id=student.id,
        **{
            "kind": "services",
            "guardian_id": guardian.id,
            "given_on": date(2025, 11, 3),
            "paper_reference": "Cabinet 2, folder 14",
            "today": TODAY,
            **values,
        },
    )


def test_recorded_consent_is_in_force_from_its_day(cast, guardian):
    consent = record(cast.casey.actor, cast.student, guardian)

    def held(on):
        return has_consent(actor=cast.casey.actor, student_id=cast.student.id, kind="services", on=on)

    assert not held(date(2025, 11, 2))
    assert held(date(2025, 11, 3))
    entry = AuditEntry.objects.get(verb="documents.consent.recorded")
    assert entry.record_id == consent.id
    assert "Cabinet" not in str(entry.values)
    assert f"student.{cast.student.id}" in OutboxEvent.objects.get().topics


@pytest.mark.parametrize(("days", "is_offered"), [(-1, False), (0, False), (30, True)])
def test_whose_rights_end_later_may_still_consent(cast, guardian, days, is_offered):
    Guardian.objects.filter(id=guardian.id).update(
        starts_on=date(2020, 1, 1), ends_on=cast.casey.actor.today + timedelta(days=days)
    )

    offered = consents_page(actor=cast.casey.actor, student_id=cast.student.id).guardians

    assert ((str(guardian.id), guardian.name) in offered) is is_offered


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("given_on", {"given_on": date(2025, 11, 20)}),
        ("given_on", {"given_on": date(1970, 1, 1)}),
        ("paper_reference", {"paper_reference": "  "}),
        ("kind", {"kind": "everything"}),
    ],
)
def test_impossible_consent_is_refused_beside_its_field(cast, guardian, field, values):
    with pytest.raises(Invalid) as refused:
        record(cast.casey.actor, cast.student, guardian, **values)

    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("values", [{"has_educational_rights": False}, {"ends_on": date(2025, 11, 1)}])
def test_guardian_without_rights_does_not_consent(cast, values):
    former = GuardianFactory(student=cast.student, **values)

    with pytest.raises(Invalid) as refused:
        record(cast.casey.actor, cast.student, former)
    assert list(refused.value.fields) == ["guardian_id"]


def test_guardian_of_another_student_does_not_consent(cast):
    other = GuardianFactory(student=cast.other_student)

    with pytest.raises(Invalid):
        record(cast.casey.actor, cast.student, other)


def test_one_consent_of_a_kind_is_in_force(cast, guardian):
    record(cast.casey.actor, cast.student, guardian)

    with pytest.raises(ConsentInForce):
        record(cast.casey.actor, cast.student, guardian)
    record(cast.casey.actor, cast.student, guardian, kind="evaluation")


def test_revoked_consent_no_longer_holds_and_may_be_given_again(cast, guardian):
    consent = record(cast.casey.actor, cast.student, guardian)

    revoke_consent(actor=cast.casey.actor, consent_id=consent.id, revoked_on=TODAY, today=TODAY)
    revoke_consent(actor=cast.casey.actor, consent_id=consent.id, revoked_on=TODAY, today=TODAY)

    assert not has_consent(
        actor=cast.casey.actor, student_id=cast.student.id, kind="services", on=date(2025, 12, 1)
    )
    assert AuditEntry.objects.filter(verb="documents.consent.revoked").count() == 1
    record(cast.casey.actor, cast.student, guardian, given_on=TODAY)


@pytest.mark.parametrize("revoked_on", [date(2025, 11, 2), date(2025, 11, 20)])
def test_revocation_is_between_the_consent_and_today(cast, guardian, revoked_on):
    consent = record(cast.casey.actor, cast.student, guardian)

    with pytest.raises(Invalid):
        revoke_consent(actor=cast.casey.actor, consent_id=consent.id, revoked_on=revoked_on, today=TODAY)


@pytest.mark.parametrize("who", ["sam", "paula", "gina", "cory", "vic", "fin", "mina"])
def test_only_case_manager_and_administrators_keep_consents(cast, guardian, who):
    consent = ConsentFactory(student=cast.student, guardian=guardian)
    actor = getattr(cast, who).actor

    with pytest.raises(NotAllowed):
        record(actor, cast.student, guardian, kind="evaluation")
    with pytest.raises(NotAllowed):
        revoke_consent(actor=actor, consent_id=consent.id, revoked_on=TODAY, today=TODAY)


@pytest.mark.parametrize("who", ["omar", "otto"])
def test_outsiders_find_no_consent(cast, guardian, who):
    consent = ConsentFactory(student=cast.student, guardian=guardian)
    player = getattr(cast, who)

    with cast.within(player), pytest.raises(NotFound):
        consents_page(actor=player.actor, student_id=cast.student.id)
    with cast.within(player), pytest.raises(NotFound):
        revoke_consent(actor=player.actor, consent_id=consent.id, revoked_on=TODAY, today=TODAY)
    assert player.client().get(player.url(f"/students/{cast.student.id}/consents/")).status_code == 404


def test_database_holds_one_consent_in_force_per_kind(cast, guardian):
    ConsentFactory(student=cast.student, guardian=guardian)

    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentFactory(student=cast.student, guardian=guardian)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentFactory(
            student=cast.student, guardian=guardian, kind="evaluation", revoked_on=date(2025, 8, 31)
        )


def test_consent_is_recorded_and_revoked_by_pages(cast, guardian):
    client, url = cast.casey.client(), cast.casey.url(f"/students/{cast.student.id}/consents/")
    today = cast.casey.actor.today.isoformat()
    form = {
        "kind": "services",
        "guardian_id": str(guardian.id),
        "given_on": today,
        "paper_reference": "Box 1",
    }

    assert client.get(url).status_code == 200
    wrong = client.post(url, {**form, "given_on": "someday"})
    assert wrong.status_code == 422
    assert 'value="someday"' in wrong.content.decode() and 'value="Box 1"' in wrong.content.decode()
    assert client.post(url, form).status_code == 303
    consent = Consent.objects.get()
    again = client.post(url, form)
    assert (again.status_code, "in force already" in again.content.decode()) == (422, True)
    revoke = cast.casey.url(f"/consents/{consent.id}/revoke/")
    assert client.get(revoke).status_code == 200
    assert client.post(revoke, {"revoked_on": ""}).status_code == 422
    assert client.post(revoke, {"revoked_on": today}).status_code == 303
    assert "Revoked on" in client.get(url).content.decode()
    assert AuditEntry.objects.filter(verb="students.record.opened").exists()


def test_reader_sees_consents_without_a_form(cast, guardian):
    ConsentFactory(student=cast.student, guardian=guardian)

    answer = cast.sam.client().get(cast.sam.url(f"/students/{cast.student.id}/consents/"))

    assert answer.status_code == 200
    assert "consent-form" not in answer.content.decode()
    assert cast.vic.client().get(cast.vic.url(f"/students/{cast.student.id}/consents/")).status_code == 403
