"""`/livez`: the process answers. `/readyz`: everything that it needs does too, each part by name."""

import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.models import Heartbeat
from core.outbox import oldest_waiting_seconds

RELAY_SECONDS = 10  # the relay beats once a second
WAITING_SECONDS = 30  # news older than this is not getting out
LEAST_FREE_BYTES = 256 * 1024 * 1024

Part = dict[str, Any]


@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """The process is alive. Asks nothing of anybody else."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether the application can do its work now: 200, or 503 with the parts that say no."""
    parts: dict[str, Part] = {}
    for name, check in CHECKS.items():
        is_hopeless = name in NEED_DATABASE and not parts["database"]["ok"]
        parts[name] = {"ok": False, "error": "NotAsked", "ms": 0.0} if is_hopeless else _part(check)
    is_ready = all(part["ok"] for part in parts.values())
    body = {"status": "ok" if is_ready else "unavailable", "parts": parts}
    return JsonResponse(body, status=200 if is_ready else 503)


def _part(check: Callable[[], Part]) -> Part:
    """One part and how long it took to answer. What went wrong is said by its type: messages may name hosts."""
    began = time.perf_counter()
    try:
        found = check()
    except (DatabaseError, InterfaceError, redis.RedisError, OSError) as error:
        found = {"ok": False, "error": type(error).__name__}
    return {**found, "ms": round((time.perf_counter() - began) * 1000, 1)}


def _database() -> Part:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return {"ok": cursor.fetchone() == (1,)}


def _redis() -> Part:
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
    ) as client:
        return {"ok": bool(client.ping())}


def _migrations() -> Part:
    """Whether the database has every migration of this code."""
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return {"ok": waiting == 0, "waiting": waiting}


def _relay() -> Part:
    """Whether some relay is alive and news gets out."""
    beat = Heartbeat.objects.filter(name="relay").values_list("at", flat=True).first()
    is_alive = beat is not None and timezone.now() - beat < timedelta(seconds=RELAY_SECONDS)
    waiting = oldest_waiting_seconds()
    return {"ok": is_alive and waiting < WAITING_SECONDS, "oldest_waiting_seconds": round(waiting, 1)}


def _disk() -> Part:
    """Whether files can still be kept."""
    folder = next(path for path in (settings.LOCAL_DIR, settings.BASE_DIR) if path.exists())
    return {"ok": shutil.disk_usage(folder).free >= LEAST_FREE_BYTES}


CHECKS: dict[str, Callable[[], Part]] = {
    "database": _database,
    "redis": _redis,
    "migrations": _migrations,
    "relay": _relay,
    "disk": _disk,
}
NEED_DATABASE = {"migrations", "relay"}  # each would wait for it in turn
