"""The relay: carries committed news, wakes workers, seals the audit. Run one or several; they share the work."""

import logging
import signal
import time
from types import FrameType
from typing import Any

import psycopg
import redis
from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from kombu.exceptions import KombuError
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.models import Heartbeat
from core.outbox import BATCH, deliver
from core.queue import due_jobs, offer_again, run_job
from core.sealer import Sealer

log = logging.getLogger("core.relay")

SWEEP_SECONDS = 1.0
MOST_WAKE_UPS = 200  # that wait for a worker: more would say again what was said
PAUSE_SECONDS = 1.0  # after PostgreSQL or Redis went away
# Django wraps the errors of queries, psycopg's own come from waiting for notices, Celery's from waking workers.
AWAY = (redis.RedisError, KombuError, DatabaseError, InterfaceError, psycopg.Error, OSError)


class Command(BaseCommand):
    help = "Deliver committed events, wake workers for waiting jobs and seal the audit, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        self.running = True
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        bus = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 1)
        )
        sealer = Sealer()
        sealer.start()
        while self.running:
            try:
                self._work(bus)
            except AWAY as error:
                log.warning("relay waits", extra={"error": type(error).__name__})
                connection.close()
                time.sleep(PAUSE_SECONDS)
        sealer.stop()

    def _work(self, bus: "redis.Redis") -> None:
        """Listen, deliver what waits, and sweep at least once a second."""
        with connection.cursor() as cursor:
            cursor.execute("LISTEN outbox")
        swept_at = 0.0
        while self.running:
            while deliver(bus).events == BATCH:
                pass
            if time.monotonic() - swept_at >= SWEEP_SECONDS:
                swept_at = time.monotonic()
                Heartbeat.objects.update_or_create(name="relay", defaults={"at": timezone.now()})
            self._wake_workers(bus)
            for _notice in connection.connection.notifies(timeout=SWEEP_SECONDS, stop_after=1):
                pass

    def _wake_workers(self, bus: "redis.Redis") -> None:
        """Tell workers of the jobs that are due, while they keep up; what could not be told is due again at once."""
        free = MOST_WAKE_UPS - bus.llen(_wake_ups())
        waiting = due_jobs(limit=free) if free > 0 else []
        try:
            while waiting:
                run_job.apply_async((waiting[-1],), retry=False)
                waiting.pop()
        except (redis.RedisError, KombuError, OSError):
            offer_again(waiting)
            raise

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.running = False


def _wake_ups() -> str:
    """The list in Redis where Celery keeps what no worker has taken yet."""
    conf = current_app.conf
    return f"{conf.broker_transport_options['global_keyprefix']}{conf.task_default_queue}"
