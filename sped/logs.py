"""Logs: one JSON line an event, ids only (R28). An exception keeps its type and frames, never its words."""

import traceback
from typing import Any

import structlog

# What may be passed as `extra=`; anything else on a record stays out of the log.
FIELDS = {
    "job",
    "task",
    "error",
    "count",
    "organization",
    "actor",
    "url_name",
    "status",
    "seconds",
    "seq",
    "digest",
}


def keep_frames(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Replace an exception by its types and the places it passed: messages may quote a row."""
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["exception"] = type(error).__name__
        event["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    return event


def without_query(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Cut what follows a question mark in Django's own lines about addresses."""
    record = event.get("_record")
    if record is not None and record.name.startswith(("django.request", "django.security", "uvicorn")):
        event["event"] = str(event["event"]).partition("?")[0]
    return event


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.ExtraAdder(allow=FIELDS),
            ],
            "processors": [
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                keep_frames,
                without_query,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        name: {"level": "INFO"}
        for name in ("core", "sped", "accounts", "integrations", "live", "celery.beat")
    }
    | {
        # Celery's own lines quote task arguments and error messages.
        "celery.app.trace": {"level": "CRITICAL"},
        "django.server": {"handlers": ["stderr"], "propagate": False},
        "django": {"handlers": [], "level": "WARNING"},
    },
}

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
