"""Sessions end by themselves; the cache survives Redis; logs keep to ids."""

import json
import logging
import time
from unittest import mock

import pytest
import redis
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sped import logs, processes
from sped.cache import RedisOrLocalCache
from sped.middleware import SEEN_EVERY_SECONDS
from tests.factories.accounts import PersonFactory

PAGE = "/accounts/password/change/"


@pytest.fixture
def somebody(db):
    client = Client()
    client.force_login(PersonFactory())
    client.get(PAGE)
    return client


def later(seconds):
    """The clock of the session, moved on."""
    return mock.patch("sped.middleware.time.time", return_value=time.time() + seconds)


def is_signed_in(client, **headers):
    return client.get(PAGE, headers=headers).status_code == 200


def test_session_ends_after_half_an_hour_without_work(somebody):
    with later(settings.SESSION_IDLE_SECONDS - 5):
        assert is_signed_in(somebody)
    with later(2 * settings.SESSION_IDLE_SECONDS - 10):
        assert is_signed_in(somebody)
    with later(3 * settings.SESSION_IDLE_SECONDS):
        assert not is_signed_in(somebody)


def test_open_page_alone_does_not_keep_a_session(somebody):
    with later(settings.SESSION_IDLE_SECONDS - 5):
        assert is_signed_in(somebody, X_Live="1")
    with later(settings.SESSION_IDLE_SECONDS + 5):
        assert not is_signed_in(somebody)


def test_session_ends_after_twelve_hours_of_work(somebody):
    step = settings.SESSION_IDLE_SECONDS - 60
    for seconds in range(step, settings.SESSION_COOKIE_AGE, step):
        with later(seconds):
            assert is_signed_in(somebody)

    with later(settings.SESSION_COOKIE_AGE + 1):
        assert not is_signed_in(somebody)


def test_reading_pages_writes_the_session_once_a_minute(somebody):
    def writes():
        with CaptureQueriesContext(connection) as seen:
            somebody.get(PAGE)
        return [query["sql"] for query in seen if query["sql"].startswith('UPDATE "accounts_session"')]

    assert writes() == []
    with later(SEEN_EVERY_SECONDS):
        assert len(writes()) == 1


def test_session_changes_its_key_when_somebody_signs_in(client, db):
    person = PersonFactory(password="correct horse battery staple")
    client.get("/accounts/login/")
    before = client.cookies.get(settings.SESSION_COOKIE_NAME)

    client.post("/accounts/login/", {"login": person.email, "password": "correct horse battery staple"})

    after = client.cookies[settings.SESSION_COOKIE_NAME]
    assert before is None or before.value != after.value
    assert after["httponly"]
    assert after["samesite"] == "Lax"


def test_cache_is_shared_through_redis():
    caches["default"].set("word", "kept", 30)

    with redis.Redis.from_url(settings.REDIS_URL) as bus:
        assert [key for key in bus.scan_iter() if key.endswith(b"word")]
    assert caches["default"].get("word") == "kept"
    caches["default"].delete("word")


def test_cache_counts_in_memory_while_redis_is_away():
    nowhere = f"redis://127.0.0.1:{processes.free_port()}/0"
    cache = RedisOrLocalCache(nowhere, {"OPTIONS": {"socket_connect_timeout": 1}})

    assert cache.add("tries", 1, 30)
    assert cache.incr("tries") == 2
    cache.set_many({"a": 1, "b": 2}, 30)
    assert cache.get_many(["a", "b"]) == {"a": 1, "b": 2}
    assert cache.has_key("tries")
    assert cache.touch("tries", 60)
    assert cache.delete("tries")
    assert cache.get("tries", "none") == "none"
    cache.delete_many(["a", "b"])


def test_signing_in_works_while_redis_is_away(client, db, settings):
    person = PersonFactory(password="correct horse battery staple")
    nowhere = f"redis://127.0.0.1:{processes.free_port()}/0"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": nowhere}}

    answer = client.post(
        "/accounts/login/", {"login": person.email, "password": "correct horse battery staple"}
    )

    assert answer.status_code == 302


def line_of(record):
    handler = logging.StreamHandler()
    formatter = logs.LOGGING["formatters"]["json"]
    kwargs = {name: value for name, value in formatter.items() if name != "()"}
    handler.setFormatter(formatter["()"](**kwargs))
    return json.loads(handler.format(record))


def record(message, *args, error=None, **extra):
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("core.x", logging.WARNING, __file__, 1, message, args, info)
    made.__dict__.update(extra)
    return made


def test_log_line_keeps_listed_fields_only():
    said = line_of(record("job failed", job="4711", student="Ada Canary", request=object()))

    assert said["event"] == "job failed"
    assert said["job"] == "4711"
    assert said["level"] == "warning"
    assert "Canary" not in json.dumps(said)


def test_log_line_of_an_exception_has_its_place_but_not_its_words():
    try:
        raise ValueError("Key (name)=(Ada Canary) already exists")
    except ValueError as error:
        said = line_of(record("broke", error=error))

    assert said["exception"] == "ValueError"
    assert any("test_middleware.py" in frame for frame in said["frames"])
    assert "Canary" not in json.dumps(said)


def test_log_line_cannot_be_forged():
    said = line_of(record("a\nb\x1b[31m"))

    assert said["event"] == "a\nb\x1b[31m"


def test_log_of_an_address_has_no_query():
    made = logging.LogRecord(
        "django.request", logging.WARNING, __file__, 1, "Not Found: %s", ("/x?token=Canary",), None
    )

    assert line_of(made)["event"] == "Not Found: /x"
