#!/usr/bin/env python
"""Django's command line for Throughline."""

import os
import sys

# What the owner of the tables alone may do.
AS_OWNER = {"migrate", "sqlmigrate", "dbshell", "gather_statistics"}


def main() -> None:
    """Run a management command against the configured servers, or those that `make run` is running."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sped.settings")
    os.environ.setdefault("STATEMENT_TIMEOUT_MS", "600000")
    if len(sys.argv) > 1 and sys.argv[1] in AS_OWNER:
        os.environ.setdefault("DATABASE_ROLE", "owner")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"manage.py: {error}")
    except OperationalError as error:
        from django.conf import settings

        if settings.HAS_DATABASE:
            raise
        sys.exit(f"manage.py: no database. Set DATABASE_URL, or keep `make run` running meanwhile.\n{error}")


if __name__ == "__main__":
    main()
