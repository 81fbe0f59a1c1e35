"""Celery: the workers that the relay wakes, and the clock of beat."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sped.settings")

app = Celery("sped")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Celery would end the whole pool of connections before and after each task, and the next would open it anew.
app.conf["CELERY_DB_REUSE_MAX"] = 10_000
# Seconds between two looks. Each task does nothing when nothing is due, and a second run changes nothing.
app.conf.beat_schedule = {
    "ieps.activate_due": {"task": "ieps.activate_due", "schedule": 300.0},
    "students.move_due": {"task": "students.move_due", "schedule": 300.0},
    "progress.evaluate_due": {"task": "progress.evaluate_due", "schedule": 900.0, "args": (0,)},
    "progress.evaluate_due.other": {"task": "progress.evaluate_due", "schedule": 900.0, "args": (1,)},
    "coediting.sweep": {"task": "coediting.sweep", "schedule": 120.0},
    "records.sweep": {"task": "records.sweep", "schedule": 900.0},
    "accounts.sweep": {"task": "accounts.sweep", "schedule": 3600.0},
}


@setup_logging.connect
def keep_our_logging(**_kwargs: Any) -> None:
    """Leave logging as Django has set it up: one shape for every process."""


@task_prerun.connect
@task_postrun.connect
def give_connection_back(**_kwargs: Any) -> None:
    """Put the task's connection back into the pool, which looks whether it is well before it is used again."""
    close_old_connections()
