"""`/metrics`: how the installation is doing, for Prometheus: numbers by route template and state, and of nobody.

Each web process counts for itself in files of its own; the page adds them up, whichever process answers (`sped.web`
names the folder). What the database knows is asked when the page is read.
"""

import hmac
import os
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from core.errors import NotFound
from core.models import AuditWaiting, Job, OutboxEvent
from core.outbox import oldest_waiting_seconds

GetResponse = Callable[[HttpRequest], HttpResponse]
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

REQUESTS = Counter("http_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "http_request_seconds", "From the first middleware to the answer.", ["route"], buckets=BUCKETS
)
STATEMENTS = Counter("sql_statements", "Statements sent to PostgreSQL by requests.", ["route"])
SOCKETS = Gauge("live_sockets", "Sockets that are open.", multiprocess_mode="livesum")
POOL = Gauge(
    "database_pool_connections",
    "Connections of the pools of the web processes.",
    ["state"],
    multiprocess_mode="livesum",
)


class MetricsMiddleware:
    """Count each request under the template of its route."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        statements = 0

        def counted(execute: Callable[..., Any], *args: Any) -> Any:
            nonlocal statements
            statements += 1
            return execute(*args)

        began = time.perf_counter()
        with connection.execute_wrapper(counted):
            response = self.get_response(request)
        route = route_of(request)
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, route, response.status_code).inc()
        SECONDS.labels(route).observe(time.perf_counter() - began)
        if statements:
            STATEMENTS.labels(route).inc(statements)
            note_pool()
        return response


def route_of(request: HttpRequest) -> str:
    """The template of the address that was asked, without what was put in."""
    match = request.resolver_match
    if match is None:
        return "unmatched"
    is_of_district = getattr(request, "urlconf", None) == "sped.urls_district"
    return f"/d/<slug>/{match.route}" if is_of_district else f"/{match.route}"


def note_pool() -> None:
    """How the connections of this process are used."""
    pool = getattr(connection, "pool", None)
    if pool is None:
        return
    found = pool.get_stats()
    open_now, idle = found.get("pool_size", 0), found.get("pool_available", 0)
    POOL.labels("used").set(open_now - idle)
    POOL.labels("idle").set(idle)
    POOL.labels("waited_for").set(found.get("requests_waiting", 0))


class InDatabase(Collector):
    """What waits in PostgreSQL, over all districts."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Ask it now. While it is away there is one number: that it is."""
        try:
            found = list(self._ask())
        except (DatabaseError, InterfaceError):
            yield GaugeMetricFamily("database_up", "Whether PostgreSQL answers.", 0)
            return
        yield GaugeMetricFamily("database_up", "Whether PostgreSQL answers.", 1)
        yield from found

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is asked when the page is put together."""
        return []

    def _ask(self) -> Iterator[GaugeMetricFamily]:
        waiting = OutboxEvent.objects.filter(delivered_at=None).count()
        yield GaugeMetricFamily("outbox_waiting", "News that was not delivered yet.", waiting)
        age = oldest_waiting_seconds()
        yield GaugeMetricFamily("outbox_oldest_seconds", "How long the oldest of it has waited.", age)
        jobs = GaugeMetricFamily(
            "jobs", "Jobs that wait for a worker, and those that were given up.", labels=["state"]
        )
        unfinished = Job.objects.exclude(state=Job.State.DONE).order_by()
        counts = dict(unfinished.values_list("state").annotate(Count("id")))
        for state in (Job.State.WAITING, Job.State.PARKED):
            jobs.add_metric([state.value], counts.get(state, 0))
        yield jobs
        unsealed = AuditWaiting.objects.count()
        yield GaugeMetricFamily(
            "audit_unsealed_entries", "Entries of the audit that wait for their seal.", unsealed
        )


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """GET /metrics, for a collector on this machine or one with the token; for everybody else there is no such page."""
    if not may_collect(request):
        raise NotFound
    registry = CollectorRegistry()
    if FOLDER in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    registry.register(InDatabase())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_collect(request: HttpRequest) -> bool:
    """Whether it comes from this machine itself and not through a proxy on it, or shows the token."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    shown = token.strip().encode() if scheme.lower() == "bearer" else b""
    if any(hmac.compare_digest(shown, wanted.encode()) for wanted in settings.METRICS_TOKENS):
        return True
    is_passed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not is_passed_on and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
