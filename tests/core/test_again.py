"""What the database lost is tried again, and nothing is done twice."""

import json
import threading

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import override_settings

from core import again
from core.middleware import Unavailable
from core.models import AuditEntry
from core.patience import Patience
from core.tenant import organization
from students.models import Student
from tests.core.test_api import new, send, token_of

STUDENTS = "/api/v1/students/"


@pytest.fixture(autouse=True)
def _nothing_is_known():
    again.absence.is_known = False
    yield
    again.absence.is_known = False


class Stumbling:
    """A middleware that fails the first requests after their work, as the setting of its class says."""

    left = 0
    seen = 0
    error: type[Exception] = OperationalError

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        type(self).seen += 1
        response = self.get_response(request)
        if type(self).left and response.status_code < 400:
            type(self).left -= 1
            from core.middleware import Collision

            failed = HttpResponse(status=503)
            failed.sped_error = Collision() if type(self).error is DeadlockError else Unavailable()
            return failed
        return response


class DeadlockError(Exception):
    """Stands for PostgreSQL's."""


@pytest.fixture
def stumbling(settings):
    """Inside the transaction of the request: what it says is undone."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Stumbling"]
    Stumbling.left, Stumbling.seen, Stumbling.error = 0, 0, OperationalError
    return Stumbling


def kept(cast):
    with cast.within(cast.casey):
        found = Student.objects.filter(family_name="Haddad").count()
        assert AuditEntry.objects.filter(verb="students.student.added").count() == found
        return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("error", "times"), [(DeadlockError, 3), (OperationalError, 2)])
def test_change_that_the_database_lost_is_made_once(committed_cast, stumbling, error, times):
    """R65, F18: three collisions, or two broken connections, and then it works."""
    stumbling.left, stumbling.error = times, error

    answer = send(committed_cast.casey.client(), STUDENTS, new(committed_cast))

    assert (answer.status_code, stumbling.seen) == (201, times + 1)
    assert kept(committed_cast) == 1


@pytest.mark.django_db(transaction=True)
def test_form_that_the_database_lost_is_sent_once(committed_cast, stumbling):
    cast, stumbling.left = committed_cast, 2
    path = cast.casey.url(f"/students/{cast.student.id}/edit/tags/add/")

    answer = cast.casey.client().post(path, {"label": "again"})

    assert (answer.status_code, stumbling.seen) == (303, 3)
    with cast.within(cast.casey):
        assert cast.student.tags.filter(label="again").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("error", "status", "code"), [(DeadlockError, 409, "conflict"), (OperationalError, 503, "unavailable")]
)
def test_what_goes_on_failing_is_refused_in_words(committed_cast, stumbling, error, status, code):
    stumbling.left, stumbling.error = 99, error

    answer = send(committed_cast.casey.client(), STUDENTS, new(committed_cast))

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert stumbling.seen <= again.MOST_COLLISIONS + 1
    assert kept(committed_cast) == 0


class LosesCommit:
    """A middleware outside the transaction: the work was committed, the answer is lost."""

    left = 0
    seen = 0

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        type(self).seen += 1
        response = self.get_response(request)
        if type(self).left:
            type(self).left -= 1
            raise OperationalError("the connection is lost")
        return response


@pytest.fixture
def losing(settings):
    place = settings.MIDDLEWARE.index("core.again.AgainMiddleware") + 1
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE[:place],
        f"{__name__}.LosesCommit",
        *settings.MIDDLEWARE[place:],
    ]
    LosesCommit.left, LosesCommit.seen = 1, 0
    return LosesCommit


@pytest.mark.django_db(transaction=True)
def test_change_that_may_have_happened_is_not_repeated(committed_cast, losing):
    client = Client(headers=token_headers(committed_cast), raise_request_exception=False)

    answer = send(client, STUDENTS, new(committed_cast))

    assert (answer.status_code, losing.seen) == (503, 1)
    assert kept(committed_cast) == 1


@pytest.mark.django_db(transaction=True)
def test_change_with_a_key_that_may_have_happened_is_repeated_and_happens_once(committed_cast, losing):
    client = Client(headers=token_headers(committed_cast), raise_request_exception=False)

    answer = send(client, STUDENTS, new(committed_cast), **{"Idempotency-Key": "k"})

    assert (answer.status_code, losing.seen, answer["Idempotency-Replayed"]) == (201, 2, "true")
    assert kept(committed_cast) == 1


@pytest.mark.django_db(transaction=True)
def test_page_that_was_lost_is_read_again(committed_cast, losing):
    client = committed_cast.casey.client(raise_request_exception=False)

    assert client.get(committed_cast.casey.url("/caseload/")).status_code == 200
    assert losing.seen == 2


@pytest.mark.django_db(transaction=True)
def test_signing_in_is_never_repeated(committed_cast, losing):
    answer = Client(raise_request_exception=False).post(
        "/accounts/login/", {"login": "a@b.c", "password": "x"}
    )

    assert (answer.status_code, losing.seen) == (503, 1)


def token_headers(cast):
    with organization(cast.district.id):
        return token_of(cast.casey)


@pytest.mark.django_db(transaction=True)
def test_deadlocks_end_in_answers_and_not_in_defects(committed_cast):
    """F18: two rows locked by many in opposite order; everybody is answered, nothing is lost."""
    cast, answers, start = committed_cast, [], threading.Barrier(2)
    with cast.within(cast.casey):
        ids = [cast.student.id, cast.other_student.id]

    def lock_in_order(first, second):
        def middleware(get_response):
            def run(request):
                if request.headers.get("X-Order") == str(first):
                    Student.objects.select_for_update().get(id=first)
                    if not request.tries.collisions:
                        start.wait(5)
                    Student.objects.select_for_update().get(id=second)
                return get_response(request)

            return run

        return middleware

    orders = {f"order{number}": lock_in_order(*pair) for number, pair in enumerate([ids, ids[::-1]])}
    globals().update(orders)

    def work(first):
        try:
            body = json.dumps(
                {"given_name": "Noor", "family_name": "Haddad", "school_id": str(cast.school.id)}
            )
            client = cast.ada.client(raise_request_exception=False)
            answers.append(
                client.post(
                    STUDENTS, data=body, content_type="application/json", headers={"X-Order": str(first)}
                )
            )
        finally:
            connection.close()

    from django.conf import settings

    with override_settings(MIDDLEWARE=[*settings.MIDDLEWARE, *(f"{__name__}.{name}" for name in orders)]):
        threads = [threading.Thread(target=work, args=[first]) for first in ids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert [answer.status_code for answer in answers] == [201, 201]
    assert kept(cast) == 2


def answer_with(refusal=None):
    answer = HttpResponse(status=503 if refusal else 200)
    answer.refusal = refusal
    return answer


def patience(*, spent=0.0, was_answered=False):
    return Patience(5.0, spent=spent, was_answered=was_answered)


def test_absence_that_is_known_costs_nobody_a_wait():
    known, lost = again.Absence(), answer_with(Unavailable())
    known.note(lost, patience(spent=0.1))
    assert not known.tells_to_go()
    known.note(lost, patience(spent=3.0, was_answered=True))
    assert known.tells_to_go()
    known.next_probe = 0.0
    assert [known.tells_to_go(), known.tells_to_go()] == [False, True]


def test_absence_is_over_when_the_database_answers_and_not_before():
    """F5: a page that asks it for nothing says nothing about it, and would send others to wait in vain."""
    known = again.Absence(is_known=True)
    known.note(answer_with(), patience())
    assert known.is_known
    known.note(answer_with(), patience(was_answered=True))
    assert not known.tells_to_go()


def test_who_waited_for_a_turn_does_not_wait_for_the_database_too():
    known = again.Absence(is_known=True)

    assert known.tells_to_go(waited=5.0)
    assert not known.tells_to_go(waited=0.1)


def test_request_is_begun_anew_only_while_it_has_patience():
    """F3, F5: what was done before the connection broke was in vain, and counts."""
    mine = patience()
    tries = again.Tries(is_repeatable=True, patience=mine)
    request = RequestFactory().get("/d/larkspur/caseload/")

    assert tries.allow(request, Unavailable())
    tries.count(Unavailable())
    tries.began -= 4.8
    assert not tries.allow(request, Unavailable())
    assert mine.left < again.LEAST_SECONDS
