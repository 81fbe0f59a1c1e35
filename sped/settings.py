"""Settings, from the environment and `.env` (README.md has the table). Safe by default, in one of three modes.

Demonstration: nothing is set; it answers on this machine only, with secrets of its own making.
Development: DEBUG=1. Production: anything else; it refuses to start while a needed setting is missing.
"""

from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from core.crypto import BadKey, KeyRing, read_key
from sped.database import patient, silence_seconds
from sped.environment import BadSetting, Environment, database, origin, own_secrets, running_servers
from sped.logs import LOGGING as LOGGING  # noqa: PLC0414  # Django reads it from here

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = BASE_DIR / ".local"

try:
    _env = Environment.read(BASE_DIR / ".env")
    _debug = _env.flag("DEBUG")
except BadSetting as error:
    raise ImproperlyConfigured(str(error)) from error

# What only a real installation has. The servers are not among them: a demonstration may use servers that exist.
_ONLY_PRODUCTION = (
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "PUBLIC_URL",
    "STUDENT_DATA_ENCRYPTION_KEYS",
    "BLIND_INDEX_KEY",
    "STORAGE_URL",
)
DEBUG = _debug is True
IS_DEMONSTRATION = _debug is None and len(_env.missing(*_ONLY_PRODUCTION)) == len(_ONLY_PRODUCTION)
IS_PRODUCTION = not DEBUG and not IS_DEMONSTRATION

if IS_PRODUCTION and (_missing := _env.missing(*_ONLY_PRODUCTION, "DATABASE_URL", "REDIS_URL")):
    raise ImproperlyConfigured(
        f"In production (DEBUG is off) these settings are needed and missing: {', '.join(_missing)}. "
        "README.md says what each is. With none of them set, the application runs as a demonstration."
    )

_own = {} if IS_PRODUCTION else own_secrets(LOCAL_DIR / "secrets.json")
_servers = {} if IS_PRODUCTION else running_servers(LOCAL_DIR / "run" / "servers.json")

# --- Secrets ------------------------------------------------------------------------------------------------
SECRET_KEY = _env.text("SECRET_KEY") or _own["secret_key"]
# What was signed with an older one still counts while it stands here: nobody is signed out by a new key (R9).
SECRET_KEY_FALLBACKS = _env.words("SECRET_KEY_FALLBACKS")
STUDENT_DATA_ENCRYPTION_KEYS = _env.words("STUDENT_DATA_ENCRYPTION_KEYS") or [_own["data_key"]]
BLIND_INDEX_KEY = _env.text("BLIND_INDEX_KEY") or _own["index_key"]
try:
    KeyRing(STUDENT_DATA_ENCRYPTION_KEYS)
    read_key(BLIND_INDEX_KEY, "BLIND_INDEX_KEY")
except BadKey as error:
    raise ImproperlyConfigured(str(error)) from None
METRICS_TOKENS = _env.words("METRICS_TOKEN")

# --- Addresses ----------------------------------------------------------------------------------------------
PORT = _env.text("PORT", "8000")
try:
    PUBLIC_URL = origin(_env.text("PUBLIC_URL", f"http://127.0.0.1:{PORT}"), "PUBLIC_URL")
    _portal = _env.text("PARENT_PORTAL_ORIGIN")
    PARENT_PORTAL_ORIGIN = origin(_portal, "PARENT_PORTAL_ORIGIN") if _portal else ""
except BadSetting as error:
    raise ImproperlyConfigured(str(error)) from error
ALLOWED_HOSTS = _env.words("ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
# Sockets are accepted from these pages only, by scheme, host and port (R43).
ALLOWED_ORIGINS = [PUBLIC_URL] if IS_PRODUCTION else [PUBLIC_URL, f"http://localhost:{PORT}"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
if IS_PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts exactly; * is refused.")
if IS_PRODUCTION and not PUBLIC_URL.startswith("https://"):
    raise ImproperlyConfigured("PUBLIC_URL must begin with https:// in production.")

# --- The parts ----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "channels",
    "django_htmx",
    "core",
    "accounts",
    "students",
    "coediting",
    "documents",
    "assessments",
    "ieps",
    "progress",
    "notifications",
    "integrations",
    "casefile",
    "audit",
    "records",
    "live",
]
MIDDLEWARE = [
    "sped.middleware.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sped.middleware.StaticFilesMiddleware",
    "core.middleware.RequestIdMiddleware",
    "sped.middleware.TurnMiddleware",
    "core.again.AgainMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sped.middleware.SessionAgeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.ErrorMiddleware",
    "accounts.attempts.AttemptMiddleware",
    "accounts.middleware.TenantMiddleware",
]
ROOT_URLCONF = "sped.urls"
ASGI_APPLICATION = "sped.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "core.templating.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["core.templatetags.addresses"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "casefile.context.shell",
            ],
        },
    }
]

# --- Database -----------------------------------------------------------------------------------------------
# Migrations run in a process of their own as the owner of the tables (manage.py); everything else as a role that owns
# nothing, so that row-level security binds it.
IS_OWNER = _env.text("DATABASE_ROLE") == "owner"
_database_url = _env.text("DATABASE_URL") or _servers.get("DATABASE_URL", "")
if IS_OWNER:
    _database_url = _env.text("DATABASE_OWNER_URL") or _servers.get("DATABASE_OWNER_URL", "") or _database_url
HAS_DATABASE = bool(_database_url)
try:
    _statement_timeout_ms = 0 if IS_OWNER else _env.number("STATEMENT_TIMEOUT_MS", 5_000)
    DATABASES = {
        "default": database(
            _database_url or "postgresql://nobody@127.0.0.1:1/none",
            statement_timeout_ms=_statement_timeout_ms,
            pool_size=0 if IS_OWNER or not HAS_DATABASE else _env.number("DATABASE_POOL_SIZE", 10),
        )
    }
except BadSetting as error:
    raise ImproperlyConfigured(str(error)) from error

# What a request waits in vain for the database, all its waits together: 503 within 6 s.
SECONDS_IN_VAIN = silence_seconds(_statement_timeout_ms or 5_000)
if _statement_timeout_ms and "pool" in DATABASES["default"]["OPTIONS"]:
    DATABASES["default"]["OPTIONS"]["pool"]["connection_class"] = patient(_statement_timeout_ms)

# --- Redis: cache, news between processes, and the wake-up for workers --------------------------------------
REDIS_URL = _env.text("REDIS_URL") or _servers.get("REDIS_URL", "") or "redis://127.0.0.1:1/0"
# Redis has one space of channels for all its databases; this keeps two users of one server apart.
LIVE_PREFIX = _env.text("LIVE_PREFIX", "throughline:")
CACHES = {
    "default": {
        "BACKEND": "sped.cache.RedisOrLocalCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": LIVE_PREFIX,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [REDIS_URL],
            "prefix": f"{LIVE_PREFIX}asgi",
            "symmetric_encryption_keys": [SECRET_KEY, *SECRET_KEY_FALLBACKS],
        },
    }
}

# How long a process may keep what a page shows while no news of it has come (`core.kept`).
KEPT_UNTIL_NEWS_SECONDS = 60

# --- Celery (R52, R53): PostgreSQL remembers the work; a lost or repeated message only costs time -----------
TASK_LIMIT_SECONDS = 600
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": f"{LIVE_PREFIX}celery:",
    "visibility_timeout": 3 * TASK_LIMIT_SECONDS,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "retry_on_timeout": False,
    "max_retries": 1,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_IMPORTS = ["core.queue"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = TASK_LIMIT_SECONDS
CELERY_TASK_TIME_LIMIT = TASK_LIMIT_SECONDS + 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

# --- People and sessions ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "accounts.passwords.GuessablePasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if IS_PRODUCTION else "optional"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_PRODUCTION else "http"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {"signup": "accounts.sign_in_forms.SignUpForm"}
# Attempts are counted by `accounts.attempts`, in PostgreSQL: exactly, and while Redis is away.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
SOCIALACCOUNT_ADAPTER = "accounts.providers.SocialAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form could not lead to another site: the policy of the page forbids it
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True  # in production nobody signs in with an address that is not confirmed
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION  # on this machine only
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "accounts.sign_in_forms.CodeForm",
    "reauthenticate": "accounts.sign_in_forms.CodeAgainForm",
    "activate_totp": "accounts.sign_in_forms.FirstCodeForm",
}

SESSION_ENGINE = "accounts.session_store"
SESSION_IDLE_SECONDS = 30 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "__Host-session" if IS_PRODUCTION else "session"
SESSION_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_PRODUCTION else "csrf"
CSRF_COOKIE_SECURE = IS_PRODUCTION
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = IS_PRODUCTION
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- Answers ------------------------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = IS_PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_PRODUCTION
SECURE_HSTS_PRELOAD = IS_PRODUCTION
# Scripts run by the nonce of their page and by nothing else (R29): neither inline, nor a file that somebody uploaded.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF, PUBLIC_URL.replace("http", "ws", 1)],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.api_access.ActorAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["core.api_access.HasActor"],
    "DEFAULT_PARSER_CLASSES": ["core.api_access.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "sped.openapi.ApiSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "core.api.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Throughline",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "accounts.api.people.ROLES",
        "ProgramRoleEnum": "accounts.api.own.PROGRAM_ROLES",
        "NewsKindEnum": "accounts.api.own.KINDS",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "sped.openapi.finished",
    ],
}

# --- Language and time --------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "sped.formats"
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files --------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = LOCAL_DIR / "static" if IS_PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]
STORAGE_URL = _env.text("STORAGE_URL", (LOCAL_DIR / "files").as_uri())
# Heads of the audit chains are appended to this file, outside the database (docs/adr/0016).
AUDIT_ANCHOR = _env.text("AUDIT_ANCHOR", str(LOCAL_DIR / "audit" / "anchors.jsonl"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 60 if IS_PRODUCTION else 0

# --- Mail, and partners that later parts call ---------------------------------------------------------------
EMAIL_FROM = _env.text("EMAIL_FROM", "Throughline <no-reply@localhost>")
DEFAULT_FROM_EMAIL = EMAIL_FROM
EMAIL_BACKEND = "notifications.mail.OutboxEmailBackend"
RESEND_API_KEY = _env.text("RESEND_API_KEY")
RESEND_API_URL = _env.text("RESEND_API_URL")
RESEND_WEBHOOK_SECRET = _env.text("RESEND_WEBHOOK_SECRET")
OPENAI_API_KEY = _env.text("OPENAI_API_KEY")
OPENAI_BASE_URL = _env.text("OPENAI_BASE_URL")
OPENAI_MODEL = _env.text("OPENAI_MODEL")
OPENAI_EMBEDDING_MODEL = _env.text("OPENAI_EMBEDDING_MODEL")
POLAR_ACCESS_TOKEN = _env.text("POLAR_ACCESS_TOKEN")
POLAR_SERVER_URL = _env.text("POLAR_SERVER_URL")
POLAR_WEBHOOK_SECRET = _env.text("POLAR_WEBHOOK_SECRET")
GOOGLE_CLIENT_ID = _env.text("GOOGLE_CLIENT_ID")
GOOGLE_CLIENT_SECRET = _env.text("GOOGLE_CLIENT_SECRET")
GITHUB_CLIENT_ID = _env.text("GITHUB_CLIENT_ID")
GITHUB_CLIENT_SECRET = _env.text("GITHUB_CLIENT_SECRET")
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {
    "google": {
        "APPS": [{"client_id": GOOGLE_CLIENT_ID, "secret": GOOGLE_CLIENT_SECRET}],
        "OAUTH_PKCE_ENABLED": True,
    },
    "github": {
        "APPS": [{"client_id": GITHUB_CLIENT_ID, "secret": GITHUB_CLIENT_SECRET}],
        "OAUTH_PKCE_ENABLED": True,
        "SCOPE": ["read:user", "user:email"],
    },
}
