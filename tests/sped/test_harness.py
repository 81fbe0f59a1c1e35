"""The harness itself: who the tests are in the database, and that a wipe leaves nothing but what migrations made."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from accounts.models import Session
from tests.conftest import personal_in


def one(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()


@pytest.mark.django_db
def test_tests_run_as_a_role_that_owns_nothing():
    assert one("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user") == (
        "sped_app",
        False,
        False,
    )
    assert one("SELECT count(*) FROM pg_tables WHERE tableowner = current_user") == (0,)


def test_cast_acts_as_the_application_would_read_them(cast):
    for player in cast.players.values():
        with cast.within(player) as actor:
            assert actor == player.acting(), actor.name


@pytest.mark.django_db
def test_application_role_cannot_make_a_table():
    with pytest.raises(ProgrammingError), transaction.atomic():
        one("CREATE TABLE mine (id int)")


@pytest.mark.django_db
def test_statements_are_limited():
    assert one("SHOW lock_timeout") == ("2s",)
    assert one("SHOW idle_in_transaction_session_timeout") == ("30s",)
    assert one("SHOW statement_timeout") == ("30s",)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", [1, 2])
def test_committed_rows_do_not_reach_the_next_test(round_):
    assert not Session.objects.exists()
    assert ContentType.objects.exists()
    assert Permission.objects.exists()
    Session.objects.create(session_key=f"key{round_}", session_data="", expire_date=timezone.now())


def test_browser_opens_a_page(browser):
    page = browser.new_page()
    page.set_content("<h1>Caseload</h1>")

    assert page.inner_text("h1") == "Caseload"
    page.close()


def test_personal_words_in_a_servers_log_would_be_found(tmp_path):
    (tmp_path / "web.log").write_text('{"route": "students/", "status": 200}\n')
    assert not personal_in(tmp_path)

    (tmp_path / "worker.log").write_text("INFO told ada@example.org of Ximena Quillfeather\n")
    assert personal_in(tmp_path) == {"@example.org", "Quillfeather"}
