"""Storing a session when it ended meanwhile, and when the database cannot."""

import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError, connection, transaction

from accounts.models import Session
from accounts.session_store import SessionStore


@pytest.fixture
def session(transactional_db):
    store = SessionStore()
    store.create()
    return store


def test_session_that_ended_meanwhile_is_not_stored_again(session):
    Session.objects.filter(session_key=session.session_key).delete()

    with pytest.raises(UpdateError):
        session.save()


def test_database_that_cannot_store_a_session_says_so(session):
    """F3: it was answered as if the session had ended, with 400 instead of 503."""
    address = settings.OWNER_URL.rpartition("/")[0] + f"/{connection.settings_dict['NAME']}"
    with psycopg.connect(address) as other:
        other.execute(
            "SELECT 1 FROM accounts_session WHERE session_key = %s FOR UPDATE", [session.session_key]
        )
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
            with pytest.raises(OperationalError):
                session.save()
