"""Settings of the servers that these tests kill: those of all tests, but sign-ins are counted as in production."""

from sped.settings_test import *  # noqa: F403

del ACCOUNT_RATE_LIMITS  # noqa: F821
