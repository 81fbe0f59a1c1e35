"""The project: settings, addresses, the servers and how they are started."""

from sped.celery import app as celery_app

__all__ = ["celery_app"]
