#!/usr/bin/env python
"""Django's command line for Throughline."""

import os
import sys


def main() -> None:
    """Run a management command against the configured or the project's own servers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sped.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
