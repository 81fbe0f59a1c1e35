"""Health and safety: who sees and keeps it, and that its words stand nowhere but encrypted."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.errors import NotAllowed, NotFound
from core.tenant import organization
from students import mutations, queries
from students.models import Allergy, Guardian
from students.rules import access
from tests.conftest import tables

CANARY = "zebrafinch"


def everything(cast):
    """Write all that can be known of a student's health."""
    own = {"actor": cast.casey.actor, "student_id": cast.student.id}
    mutations.add_health_entry(
        **own, noun="allergy", substance=f"Peanut {CANARY}", reaction=f"Hives {CANARY}", severity="severe"
    )
    mutations.add_health_entry(**own, noun="allergy", substance="Pollen", severity="mild")
    mutations.add_health_entry(**own, noun="condition", name=f"Epilepsy {CANARY}", notes="After noon")
    mutations.add_health_entry(
        **own, noun="medication", name=f"Drops {CANARY}", dose="2", is_given_at_school=True
    )
    mutations.set_health_plan(**own, changes={"diet": "No nuts", "emergency_plan": f"Call {CANARY}"})
    guardian = Guardian.objects.get(student=cast.student, person=cast.mina.person)
    mutations.set_court_restrictions(
        **own,
        guardian_id=guardian.id,
        changes={"may_pick_up": False, "court_restrictions": f"Order {CANARY}"},
    )
    return cast.student


@pytest.fixture
def known(cast):
    """A student of whose health everything is known."""
    return everything(cast)


def path(cast, student, rest=""):
    return f"/d/{cast.district.slug}/students/{student.id}/record/health/{rest}"


def client_of(player):
    client = Client()
    client.force_login(player.person)
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["ada", "casey", "sam", "cory"])
def test_those_who_see_the_whole_record_see_health_and_court_orders(cast, known, who):
    """R16"""
    player = getattr(cast, who)
    found = queries.health_page(actor=player.actor, student_id=known.id)

    assert [row.substance for row in found.allergies] == [f"Peanut {CANARY}", "Pollen"]
    assert found.conditions[0]["notes"] == "After noon" and found.medications[0]["is_given_at_school"]
    assert found.diet == "No nuts" and found.emergency_plan == f"Call {CANARY}"
    assert {row["text"] for row in found.guardians} >= {f"Order {CANARY}"}
    assert found.may_write_health is (who in {"ada", "casey"})


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["paula", "mina"])
def test_paraprofessional_and_family_see_what_to_do_and_not_why(cast, known, who):
    """R16: allergies, diet and emergency plan; no condition, no medication, no court order."""
    player = getattr(cast, who)
    found = queries.health_page(actor=player.actor, student_id=known.id)
    page = client_of(player).get(path(cast, known)).content.decode()

    assert f"Peanut {CANARY}" in page and f"Call {CANARY}" in page
    assert (found.conditions, found.medications, found.guardians) == ((), (), ())
    assert not any(word in page for word in ("Epilepsy", "Drops", f"Order {CANARY}"))
    assert not found.may_write_health


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["gina", "vic", "fin", "omar"])
def test_others_find_no_such_page_and_no_word_of_it(cast, known, who):
    """R16: teacher of regular classes, viewer, finance, outsider."""
    player = getattr(cast, who)
    with pytest.raises(NotFound):
        queries.health_page(actor=player.actor, student_id=known.id)
    client = client_of(player)

    assert client.get(path(cast, known)).status_code == 404
    for place in ("", "record/", "record/contacts/", "record/about/"):
        answer = client.get(f"/d/{cast.district.slug}/students/{known.id}/{place}")
        assert CANARY not in answer.content.decode()


@pytest.mark.django_db
def test_only_who_keeps_the_file_writes(cast, known):
    row = Allergy.objects.order_by("id").first()
    for player in (cast.sam, cast.cory, cast.paula, cast.mina):
        with pytest.raises(NotAllowed):
            mutations.add_health_entry(
                actor=player.actor, student_id=known.id, noun="allergy", substance="Milk"
            )
        answer = client_of(player).post(path(cast, known, f"allergy/{row.id}/end/"))
        assert answer.status_code == 403
    assert Allergy.objects.get(id=row.id).ended_on is None


@pytest.mark.django_db
def test_pages_keep_change_and_end_an_entry(cast, known):
    client = client_of(cast.casey)
    row = Allergy.objects.order_by("id").first()

    bad = client.post(path(cast, known, "allergy/new/"), {"substance": "", "severity": "mild"})
    assert bad.status_code == 422
    made = client.post(path(cast, known, "allergy/new/"), {"substance": "Latex", "severity": "moderate"})
    assert made.status_code == 303
    kept = client.post(
        path(cast, known, f"allergy/{row.id}/"), {"substance": "Peanuts", "severity": "severe"}
    )
    assert kept.status_code == 303
    assert client.post(path(cast, known, f"allergy/{row.id}/end/")).status_code == 303
    substances = {row.substance for row in queries.allergies_of(actor=cast.casey.actor, student=known)}
    assert substances == {"Pollen", "Latex"}
    assert Allergy.objects.get(id=row.id).substance == "Peanuts"
    assert client.get(path(cast, known, "spell/new/")).status_code == 404
    assert client.get(path(cast, known, "medication/new/")).status_code == 200
    assert client.get(path(cast, known, "plan/")).status_code == 200


@pytest.mark.django_db
def test_court_order_ends_sight_at_once(cast, known):
    """R10: the effect can be asked for without opening a word."""
    guardian = Guardian.objects.get(student=known, person=cast.mina.person)
    mutations.set_court_restrictions(
        actor=cast.casey.actor,
        student_id=known.id,
        guardian_id=guardian.id,
        changes={"may_see_records": False},
    )

    assert client_of(cast.mina).get(path(cast, known)).status_code in {403, 404}
    assert not access(cast.mina.actor, known).relations
    assert Guardian.objects.get(id=guardian.id).court_restrictions == f"Order {CANARY}"


@pytest.mark.django_db
def test_a_part_that_cannot_be_opened_is_said_and_the_page_stands(cast, known, settings):
    settings.STUDENT_DATA_ENCRYPTION_KEYS = ["ab" * 32]
    answer = client_of(cast.casey).get(path(cast, known))

    assert answer.status_code == 200
    assert "cannot be opened" in answer.content.decode() and CANARY not in answer.content.decode()
    assert "cannot be opened" in str(queries.allergy_alert(actor=cast.casey.actor, student=known))


@pytest.mark.django_db
def test_the_alert_names_severe_allergies_to_who_may_see_them(cast, known):
    assert queries.allergy_alert(actor=cast.paula.actor, student=known) == f"Peanut {CANARY}"
    assert queries.allergy_alert(actor=cast.gina.actor, student=known) == ""


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "sees"), [("paula", True), ("casey", True), ("gina", False), ("vic", False)])
def test_the_first_alert_above_every_tab_names_them(cast, known, who, sees):
    player = getattr(cast, who)
    page = client_of(player).get(f"/d/{cast.district.slug}/students/{known.id}/team/").content.decode()
    alerts = re.findall(r'<li id="(alert-[a-z]+)"', page)

    assert (alerts[:1] == ["alert-allergies"]) is sees
    assert (f"Allergies: Peanut {CANARY}" in page) is sees


@pytest.mark.django_db
def test_the_alert_costs_one_statement(cast, known):
    with CaptureQueriesContext(connection) as seen:
        client_of(cast.paula).get(f"/d/{cast.district.slug}/students/{known.id}/")

    assert sum("students_allergy" in row["sql"] for row in seen) == 1


def test_no_word_stands_anywhere_but_encrypted(committed_cast, deliver, caplog, bus, administrator):
    """R25, R26, R28: not in the audit, outbox, jobs, logs, Redis, nor in any column of any table."""
    with organization(committed_cast.district.id):
        student = everything(committed_cast)
    client_of(committed_cast.casey).get(path(committed_cast, student))
    deliver()

    assert CANARY not in caplog.text
    for key in bus.scan_iter("*"):
        assert CANARY.encode() not in (bus.dump(key) or b"")
    for table in tables(administrator):
        held = administrator.execute(
            f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', [f"%{CANARY}%"]
        )
        assert held.fetchone()[0] == 0, table
    fields = administrator.execute("SELECT values FROM core_auditentry WHERE verb = 'students.court.changed'")
    assert fields.fetchone()[0] == {"fields": ["court_restrictions", "may_pick_up"]}
