"""Settings of the servers that these tests kill: those of all tests, with the patience of an installation."""

from sped.database import patient, silence_seconds
from sped.settings_test import *  # noqa: F403

DATABASES["default"]["OPTIONS"]["pool"]["connection_class"] = patient(5_000)  # noqa: F405
SECONDS_IN_VAIN = silence_seconds(5_000)
MIDDLEWARE = [*MIDDLEWARE, "tests.reliability.storm.LockInOrder"]  # noqa: F405
