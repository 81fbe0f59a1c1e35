"""One shape of an error for pages and programs; no input and no broken part makes a 500."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError
from django.test import RequestFactory
from psycopg import errors as postgres

from core.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    PreconditionFailed,
    SpedError,
    from_validation_error,
)
from core.middleware import as_refusal
from sped.errors import server_error

NOWHERE = ("We cannot find this page", '"code": "not_found"')


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (NotFound(), "not_found", 404),
        (NotAllowed(), "not_allowed", 403),
        (NotSignedIn(), "not_signed_in", 401),
        (Conflict(), "conflict", 409),
        (PreconditionFailed(), "precondition_failed", 412),
        (Invalid(), "invalid", 422),
    ],
)
def test_error_has_one_shape(error, code, status):
    shape = error.as_dict()

    assert (shape["code"], shape["status"]) == (code, status)
    assert set(shape) == {"code", "message", "status", "details"}
    assert json.loads(json.dumps(shape)) == shape


def test_error_keeps_its_words_out_of_tracebacks():
    """R28: a message may name a student; `str` of the exception is its code."""
    assert str(SpedError("Zoë Núñez-Abbott is archived")) == "error"


def test_invalid_says_which_field_and_why():
    error = from_validation_error(ValidationError({"grade": ["Choose one."], "name": ["Too long.", "Odd."]}))

    assert error.fields == {"grade": ["Choose one."], "name": ["Too long.", "Odd."]}
    assert from_validation_error(ValidationError("No.")).fields == {"__all__": ["No."]}


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (caused(OperationalError(), postgres.LockNotAvailable()), 409),
        (caused(OperationalError(), postgres.DeadlockDetected()), 409),
        (caused(OperationalError(), postgres.SerializationFailure()), 409),
        (caused(OperationalError(), postgres.QueryCanceled()), 503),
        (OperationalError(), 503),
        (caused(DataError(), postgres.NumericValueOutOfRange()), 422),
        (caused(IntegrityError(), postgres.ForeignKeyViolation()), 409),
    ],
)
def test_database_refusals_are_answers(error, status):
    """R63, R65."""
    assert as_refusal(error).status == status


@pytest.mark.parametrize(
    "cause", [postgres.LockNotAvailable, postgres.DeadlockDetected, postgres.QueryCanceled]
)
def test_database_that_refuses_before_any_view_is_no_defect(cause):
    """R65: as in reading the session, where Django knows only a page for defects."""
    request = RequestFactory().get("/d/larkspur/")
    refused = caused(OperationalError(), cause())
    try:
        raise refused
    except OperationalError:
        response = server_error(request)

    assert response.status_code == as_refusal(refused).status


def test_defects_stay_defects():
    assert as_refusal(ProgrammingError()) is None
    assert as_refusal(ZeroDivisionError()) is None


@pytest.mark.parametrize(
    ("accept", "kind"), [("text/html", "text/html"), ("application/json", "application/json")]
)
def test_same_error_as_page_and_as_json(cast, accept, kind):
    response = cast.omar.client().get(
        cast.omar.url(f"/students/{cast.student.id}/edit/"), headers={"Accept": accept}
    )

    assert response.status_code == 404
    assert response["Content-Type"].startswith(kind)
    assert any(words in response.content.decode() for words in NOWHERE)
    assert response["Cache-Control"] == "no-store"


def test_address_that_leads_nowhere_is_the_same_error(cast, client):
    for path in ("/nowhere/", "/d/larkspur/nowhere/", "/d/no-such-district/", "/api/v1/nowhere/"):
        response = cast.casey.client().get(path)
        assert response.status_code == 404, path
        assert any(words in response.content.decode() for words in NOWHERE), path
    assert client.get("/nowhere/").status_code == 404


def test_nul_in_an_address_is_refused(cast):
    """R63."""
    for path in (
        "/d/larkspur/caseload/?grade=%00",
        "/d/larkspur/caseload/?%00=1",
        "/api/v1/students/?q=a%00b",
    ):
        assert cast.casey.client().get(path).status_code == 400, path


def test_page_of_a_district_asks_to_sign_in_and_comes_back(cast, client):
    response = client.get("/d/larkspur/caseload/?grade=03")

    assert (response.status_code, response["Location"]) == (
        302,
        "/accounts/login/?next=/d/larkspur/caseload/%3Fgrade%3D03",
    )


def test_region_that_refreshes_itself_is_told_that_the_session_ended(cast, client):
    response = client.get("/d/larkspur/caseload/", headers={"HX-Request": "true"})

    assert response.status_code == 401


def test_database_away_is_said_and_asks_to_try_again(committed_cast, monkeypatch):
    """R65: 503 with Retry-After, never a 500."""
    from students import queries

    def away(**_arguments):
        raise OperationalError

    monkeypatch.setattr(queries, "roster", away)

    response = committed_cast.casey.client().get("/d/larkspur/roster/")

    assert (response.status_code, response["Retry-After"]) == (503, "2")


def test_request_has_an_id_in_the_answer_and_in_the_audit(cast):
    from core.models import AuditEntry

    client = cast.ada.client()
    client.get(cast.ada.url(f"/students/{cast.student.id}/edit/"), headers={"X-Request-Id": "from-a-proxy-1"})
    response = client.get("/nowhere/", headers={"X-Request-Id": "bad id\r\nX-Evil: 1"})

    assert AuditEntry.objects.get().request_id == "from-a-proxy-1"
    assert "Evil" not in response["X-Request-Id"]


@pytest.mark.parametrize("path", ["/d/larkspur/preferences/", "/api/v1/students/"])
def test_defect_is_a_500_that_tells_nothing(cast, monkeypatch, path):
    from accounts import queries as people
    from students import queries

    def defect(**_arguments):
        raise ZeroDivisionError("Zoë Núñez-Abbott")

    monkeypatch.setattr(people, "own_person", defect)
    monkeypatch.setattr(queries, "students_of", defect)
    client = cast.casey.client()
    client.raise_request_exception = False

    response = client.get(path)

    assert response.status_code == 500
    assert "Núñez" not in response.content.decode()
    if path.startswith("/api/"):
        assert response.json()["code"] == "server_error"
