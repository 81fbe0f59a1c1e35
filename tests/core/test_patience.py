"""One request waits in vain for so long in all, whatever it waits for (R65, F5)."""

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from bench.proxy import Proxy
from core.patience import LEAST_SECONDS, Patience, patience_of_request, patient_for
from sped.database import PatientConnection, patient
from sped.postgresql.base import PatientPool


@pytest.fixture
def limits(monkeypatch):
    """The limits that connections were given for their waits, in order."""
    given, usual = [], psycopg.Connection.wait

    def wait(self, gen, interval=0.1, timeout=None):
        given.append(timeout)
        return usual(self, gen, interval, timeout)

    monkeypatch.setattr(psycopg.Connection, "wait", wait)
    return given


@pytest.fixture
def through():
    """A proxy before the PostgreSQL of the tests, and the arguments of a connection through it."""
    told = psycopg.conninfo.conninfo_to_dict(settings.ADMIN_URL)
    proxy = Proxy(int(told["port"]))
    yield proxy, {**told, "port": proxy.port, "autocommit": True}
    proxy.close()


def test_waits_of_a_request_share_its_budget():
    with patient_for(5.0) as patience:
        assert patience_of_request() is patience
        patience.waited(3.0)
        assert patience.left == 2.0
        patience.came_to_nothing(4.5)
        assert patience.left == 0.5
        patience.came_to_nothing(1.0)
        patience.waited(9.0)
        assert patience.left == LEAST_SECONDS
    assert patience_of_request() is None


def test_who_only_looks_whether_the_database_is_back_waits_less():
    with patient_for(5.0, most_unanswered=3.0) as patience:
        patience.waited(1.0)
        assert patience.left == 2.0
        patience.was_answered = True
        assert patience.left == 4.0


def test_wait_inside_of_a_wait_counts_once():
    patience = Patience(60.0)
    with patience.waiting():
        patience.waited(30.0)
        assert patience.left <= 60.0
    assert patience.spent < 30.0


def test_silence_after_a_wait_lasts_only_what_is_left(through, limits):
    """F5: first for a connection and then for a statement was 3 s and 5 s, and nobody had promised 8."""
    proxy, arguments = through
    lasting = type("Lasting", (PatientConnection,), {"silence_seconds": 60.0})
    with lasting.connect(**arguments) as lost:
        proxy.switch("silent")
        with patient_for(20.0) as patience:
            patience.waited(19.5)
            limits.clear()
            with pytest.raises(psycopg.OperationalError, match="has not answered"):
                lost.execute("SELECT 1")
            assert limits and max(limits) <= 0.5
            assert patience.left == LEAST_SECONDS
        assert lost.closed


def test_connection_that_is_silent_when_it_is_lent_costs_no_more_than_the_rest(through, limits):
    """F5: the look whether a connection still answers is a part of the wait for it."""
    proxy, arguments = through
    pool = PatientPool(
        kwargs=arguments,
        min_size=1,
        max_size=1,
        check=PatientPool.check_connection,
        connection_class=patient(60_000),
        timeout=60,
        reconnect_timeout=1,
        open=False,
    )
    with pool:
        pool.wait()
        proxy.switch("silent")
        with patient_for(20.0) as patience:
            patience.waited(19.0)
            limits.clear()
            with pytest.raises(psycopg.OperationalError):
                pool.getconn()
            assert limits and max(limits) <= 1.0
            assert patience.left == LEAST_SECONDS


@pytest.mark.django_db
def test_work_that_is_answered_costs_no_patience():
    with patient_for(5.0) as patience, connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.2)")
        assert patience.spent == 0.0


@pytest.mark.django_db(transaction=True)
def test_whoever_got_a_connection_knows_that_the_database_is_there():
    connection.close()
    with patient_for(5.0) as patience:
        assert not patience.was_answered
        connection.ensure_connection()
        assert patience.was_answered
        assert isinstance(connection.pool, PatientPool)
