"""Approved IEPs take effect by themselves, once, on the day of their district."""

from datetime import timedelta

from core.models import AuditEntry
from core.tenant import organization
from ieps.models import Iep
from ieps.tasks import activate_due, activate_waiting
from sped.celery import app
from tests.factories.ieps import GoalFactory, IepFactory, ServiceFactory
from tests.ieps.conftest import consent


def waiting(student, today, **values):
    iep = IepFactory(
        student=student,
        approved=True,
        effective_on=today,
        meeting_on=today,
        expires_on=today + timedelta(days=300),
        **{"number": 2, "kind": "annual", **values},
    )
    GoalFactory(iep=iep, number=1)
    ServiceFactory(iep=iep)
    return iep


def test_iep_takes_effect_on_its_day_and_supersedes(cast, active):
    iep = waiting(cast.student, cast.casey.actor.today)

    activate_due()
    activate_due()

    iep.refresh_from_db()
    active.refresh_from_db()
    assert (iep.status, active.status) == ("active", "superseded")
    entry = AuditEntry.objects.get(verb="ieps.iep.activated")
    assert (entry.actor_kind, entry.actor_name) == ("system", "Throughline")


def test_iep_of_tomorrow_goes_on_waiting(cast, active):
    iep = waiting(cast.student, cast.casey.actor.today + timedelta(days=1))

    activate_due()

    iep.refresh_from_db()
    assert iep.status == "approved"


def test_one_that_is_kept_back_does_not_stop_the_others(cast):
    today = cast.casey.actor.today
    first = waiting(cast.student, today, kind="initial", number=1)
    second = waiting(cast.other_student, today)

    activate_due()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("approved", "active")

    consent(cast.student)
    activate_due()
    first.refresh_from_db()
    assert first.status == "active"


def test_district_looks_at_its_own_only(cast):
    mine = waiting(cast.student, cast.casey.actor.today)
    with organization(cast.elsewhere.id):
        theirs = waiting(cast.stranger, cast.otto.actor.today)

    assert activate_waiting(actor=cast.casey.actor) == 1
    mine.refresh_from_db()
    assert mine.status == "active"
    with organization(cast.elsewhere.id):
        assert Iep.objects.get(id=theirs.id).status == "approved"


def test_clock_knows_the_task():
    entry = app.conf.beat_schedule["ieps.activate_due"]

    app.loader.import_default_modules()
    assert entry["task"] in app.tasks
    assert entry["schedule"] <= 600
