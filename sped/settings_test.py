"""Settings of the tests: the same application, deaf to the developer's own environment.

Importing them starts the project's own PostgreSQL and Redis, once: the workers of pytest-xdist and the server
processes of the browser tests are told where these listen. Each worker has its own database, Redis number and channels.
"""

import atexit
import os

from sped import embedded, processes

os.environ["ENV_FILE"] = "none"
for _name in (
    "DEBUG",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "STUDENT_DATA_ENCRYPTION_KEYS",
    "BLIND_INDEX_KEY",
    "STORAGE_URL",
):
    os.environ.pop(_name, None)
os.environ.pop("DATABASE_ROLE", None)

if "TEST_ADMIN_URL" not in os.environ:
    _servers = embedded.first_free("test", is_lasting=False)
    _addresses = _servers.start()
    atexit.register(_servers.stop)
    os.environ |= {
        "TEST_ADMIN_URL": _addresses.admin,
        "TEST_OWNER_URL": _addresses.owner,
        "TEST_APP_URL": _addresses.app,
        "TEST_REDIS_URL": _addresses.redis,
    }

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
ADMIN_URL, OWNER_URL = os.environ["TEST_ADMIN_URL"], os.environ["TEST_OWNER_URL"]
TEST_DATABASE = f"test_{WORKER}"
_redis_number = int(WORKER.removeprefix("gw")) + 1 if WORKER.startswith("gw") else 0
os.environ["DATABASE_URL"] = f"{os.environ['TEST_APP_URL'].rpartition('/')[0]}/{TEST_DATABASE}"
os.environ["REDIS_URL"] = (
    f"{os.environ['TEST_REDIS_URL'].rpartition('/')[0]}/{_redis_number % embedded.REDIS_DATABASES}"
)
os.environ["LIVE_PREFIX"] = f"{TEST_DATABASE}:"
os.environ["STATEMENT_TIMEOUT_MS"] = "30000"  # two busy cores are slower than a server

from sped.settings import *  # noqa: E402, F403
from sped.settings import ALLOWED_HOSTS as _HOSTS  # noqa: E402
from sped.settings import LOCAL_DIR as _LOCAL  # noqa: E402
from sped.settings import SOCIALACCOUNT_PROVIDERS as _PROVIDERS  # noqa: E402
from sped.settings import STUDENT_DATA_ENCRYPTION_KEYS as _KEYS  # noqa: E402

ALLOWED_HOSTS = [*_HOSTS, "testserver"]
STUDENT_DATA_ENCRYPTION_KEYS = [*_KEYS, "0f" * 32]  # the second is one that a rotation finds in use
STORAGE_URL = (_LOCAL / "test-files").as_uri()
AUDIT_ANCHOR = str(_LOCAL / f"test-anchors-{WORKER}.jsonl")
WHITENOISE_MAX_AGE = 60  # as in production: no page of the browser tests asks again for each file
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Factories write past all mutations, and tell no page. Tests of what is kept turn it on.
KEPT_UNTIL_NEWS_SECONDS = 0
# Providers of sign-in are a server of our own on this machine (tests/accounts/provider.py).
PROVIDER_PORT = int(os.environ.setdefault(f"TEST_PROVIDER_PORT_{WORKER}", str(processes.free_port())))
_provider = f"http://127.0.0.1:{PROVIDER_PORT}"
SOCIALACCOUNT_PROVIDERS = {
    "google": {
        **_PROVIDERS["google"],
        "AUTHORIZE_URL": f"{_provider}/authorize",
        "ACCESS_TOKEN_URL": f"{_provider}/token",
        "IDENTITY_URL": f"{_provider}/userinfo",
        "CERTS_URL": f"{_provider}/certs",
        "ID_TOKEN_ISSUER": _provider,
    },
    "github": {**_PROVIDERS["github"], "GITHUB_URL": f"{_provider}/github"},
}
