"""Settings of the tests: the same application, deaf to the developer's own environment, quick at hashing."""

import os

os.environ["ENV_FILE"] = "none"
for _name in ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "STUDENT_DATA_ENCRYPTION_KEYS", "BLIND_INDEX_KEY", "STORAGE_URL"):
    os.environ.pop(_name, None)

from sped.settings import *  # noqa: E402, F403
from sped.settings import ALLOWED_HOSTS as _HOSTS  # noqa: E402

ALLOWED_HOSTS = [*_HOSTS, "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_RATE_LIMITS = False
