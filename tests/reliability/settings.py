"""Settings of the servers that these tests kill: those of all tests."""

from sped.settings_test import *  # noqa: F403
