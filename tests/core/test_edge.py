"""The edge of every address: what is not there, what is not sent, what two send at once."""

import json
import statistics
import time

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from students.models import Student
from tests.core.test_routes import CANARY, OURS, ask, is_like_nothing, nothing
from tests.reliability.conftest import say
from tests.reliability.scale import IS_FULL
from tests.routes import furnish, ids_of, routes

ROUTES = routes()
OURS_ONLY = {
    "accounts",
    "students",
    "documents",
    "assessments",
    "ieps",
    "progress",
    "notifications",
    "integrations",
}
# Fields that some address takes: they are no surprise in a body.
EXTRAS = sorted(
    {
        field.attname
        for model in apps.get_models()
        if model._meta.app_label in OURS_ONLY
        for field in model._meta.concrete_fields
    }
    | {"organization", "is_staff", "is_superuser", "role", "approved_by", "permissions"}
)


@pytest.fixture
def world(cast):
    furnish(cast.student, cast.casey, OURS)
    furnish(cast.stranger, cast.otto, CANARY)
    cast.ours, cast.theirs = ids_of(cast.district.id), ids_of(cast.elsewhere.id)
    return cast


def known(route, ids):
    """Whether there is a row for each name in the address: `tests/routes.py` has them all, or says so elsewhere."""
    return set(route.names) <= set(ids)


def statements(player, route, ids):
    """The answer to a GET, and the kinds of statements that it sends, in order."""
    connection.queries_log.clear()  # it holds no more than 9,000
    with CaptureQueriesContext(connection) as seen:
        answer = ask(player, route, ids)
    kinds = [query["sql"].split(" WHERE ")[0][:200] for query in seen]
    return answer, [kind for kind in kinds if not kind.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]


def test_what_is_another_districts_costs_the_same_statements_as_what_is_not_there(world):
    """R12, R13: the same answer, to the byte, by the same code path, seen from the database."""
    wrong = []
    for route in (route for route in ROUTES if route.names and known(route, world.theirs)):
        for _ in range(2):  # where they differ, once more: what is read once a process is not about the id
            theirs, random = (
                statements(world.ada, route, ids) for ids in (world.theirs, nothing(world.theirs))
            )
            if len(theirs[1]) == len(random[1]):
                break
        if len(theirs[1]) != len(random[1]) or not is_like_nothing(route, "get", theirs[0], random[0]):
            more = [kind for kind in theirs[1] if kind not in random[1]]
            fewer = [kind for kind in random[1] if kind not in theirs[1]]
            codes = theirs[0].status_code, random[0].status_code
            wrong.append((route.pattern, codes, len(theirs[1]), len(random[1]), more, fewer))

    assert wrong == []


def medians(world, route, times):
    """How long another district's takes and how long nothing does, asked in turns, in milliseconds."""
    found = {"theirs": [], "random": []}
    for _ in range(times):
        for name, ids in (("theirs", world.theirs), ("random", nothing(world.theirs))):
            began = time.perf_counter()
            ask(world.ada, route, ids)
            found[name].append(time.perf_counter() - began)
    return [round(statistics.median(one) * 1000, 1) for one in found.values()]


@pytest.mark.skipif(not IS_FULL, reason="times belong to a quiet machine: FAULTS=full")
def test_what_is_another_districts_takes_as_long_as_what_is_not_there(world):
    """R13: interleaved medians within 25 %. Of hundreds of addresses chance moves some: those are asked four times
    as often before they count.
    """
    asked = [route for route in ROUTES if route.names and known(route, world.theirs)]
    wrong = {}
    for times in (15, 60):
        found = {route: medians(world, route, times) for route in asked}
        wrong = {route: (a, b) for route, (a, b) in found.items() if not 0.75 <= a / b <= 1.25}
        say(f"{len(found)} addresses asked {times} times each, {len(wrong)} beyond 25 %")
        asked = list(wrong)

    assert {route.pattern: both for route, both in wrong.items()} == {}


def rows():
    """A sum of every table of ours in the district; that somebody has signed in is no change."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if model._meta.app_label in OURS_ONLY and table != "accounts_session":
                words = f"SELECT (to_jsonb(t) - 'last_login')::text AS words FROM \"{table}\" t"
                cursor.execute(
                    f"SELECT md5(coalesce(string_agg(words, '' ORDER BY words), '')) FROM ({words}) w"
                )
                found[table] = cursor.fetchone()[0]
    return found


def fields_of(route):
    """What an endpoint says that it takes."""
    view = getattr(route.view, "view_class", None)
    inputs = [
        value
        for name, value in vars(view or object).items()
        if isinstance(value, type) and "put" in name.lower()
    ]
    return set().union(*({*one().fields} for one in inputs if hasattr(one(), "fields")), set())


def test_no_field_of_any_model_can_be_slipped_into_an_endpoint(world):
    """R15: every writing address of the API, every name that a column has: refused as unknown, and nothing changes."""
    wrong = []
    before = rows()
    for route in (route for route in ROUTES if route.is_api and known(route, world.ours)):
        taken = fields_of(route)
        extras = {name: "1" for name in EXTRAS if name not in taken}
        for method in ("post", "patch", "put"):
            answer = ask(
                world.ada, route, world.ours, method, data=json.dumps(extras), content_type="application/json"
            )
            if answer.status_code < 400:
                wrong.append((method, route.pattern, answer.status_code))
            elif answer.status_code == 422:
                refused = set(answer.json()["details"].get("fields", {}))
                if taken and not refused >= set(extras) - {"__all__"}:
                    wrong.append((method, route.pattern, sorted(set(extras) - refused)[:5]))

    assert wrong == []
    assert rows() == before


def test_no_field_of_any_model_can_be_slipped_into_the_form_of_a_student(world):
    """R15: forms ignore what they do not ask for; a page that is posted anew changes what it shows and nothing else."""
    client = world.ada.client()
    student = Student.objects.get(id=world.student.id)
    path = world.ada.url(f"/students/{student.id}/edit/")
    shown = {
        "given_name": student.given_name,
        "family_name": student.family_name,
        "preferred_name": student.preferred_name,
        "grade": student.grade,
        "school": str(student.school_id),
        "version": student.version,
    }
    before = Student.objects.filter(id=student.id).values().get()
    extras = {name: "1" for name in EXTRAS if name not in shown and name not in {"pronouns", "middle_name"}}

    client.post(path, extras | shown)

    after = Student.objects.filter(id=student.id).values().get()
    assert {name for name in after if after[name] != before[name]} <= {"pronouns", "middle_name", "version"}


def test_second_of_two_writers_is_refused_at_every_patch(world):
    """R68: both have read the same version; the first changes it, the second is told, and nothing of theirs is kept."""
    client, wrong, tried = world.ada.client(), [], 0
    for route in (route for route in ROUTES if route.is_api and known(route, world.ours)):
        path = route.path(world.ours)
        answer = client.get(path)
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        if (
            answer.status_code != 200
            or "ETag" not in answer
            or not is_json
            or not isinstance(answer.json(), dict)
        ):
            continue
        stale = '"0-nobody-has-ever-read-this"'
        refused = client.patch(path, data="{}", content_type="application/json", headers={"If-Match": stale})
        if refused.status_code == 405:
            continue
        tried += 1
        if refused.status_code != 412:
            wrong.append((route.pattern, refused.status_code))

    assert wrong == []
    assert tried >= 3
