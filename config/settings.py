"""Settings, read top to bottom; environments differ by variables only (docs/operations.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp import constants as csp

from config.addresses import DATABASE_SCHEMES, REDIS_SCHEMES, django_database, redis_address
from config.door import *  # noqa: F403 - what the libraries around the sign-in ask for
from config.embedded import postgres, redis
from config.embedded.keeping import kept_secret
from config.env import (
    env_bool,
    env_choice,
    env_int,
    env_list,
    env_path,
    env_secret,
    env_text,
    env_url,
)
from config.errors import SettingInvalid
from config.rest import *  # noqa: F403 - how REST framework and its description are set

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where things are kept -----------------------------------------------------------------------
VAR_DIR = env_path("VAR_DIR", BASE_DIR / "var")
SECRETS_DIR = VAR_DIR / "secrets"

# Which part of the house this process is: it decides the database role and the pool.
PROCESS = env_choice(
    "PROCESS",
    "command",
    ("command", "migrate", "web", "worker", "webhooks", "housekeeping", "beat"),
)

# --- Security ------------------------------------------------------------------------------------
DEBUG = env_bool("DEBUG", default=False)
SECRET_KEY = env_secret(
    "SECRET_KEY",
    lambda: kept_secret(SECRETS_DIR, "secret_key"),
    shown_default="made once in var/secrets",
)
API_KEY_PEPPER = env_secret(
    "API_KEY_PEPPER",
    lambda: kept_secret(SECRETS_DIR, "api_key_pepper"),
    shown_default="made once in var/secrets",
)
WEBHOOK_KEY = env_secret(
    "WEBHOOK_KEY",
    lambda: kept_secret(SECRETS_DIR, "webhook_key"),
    shown_default="made once in var/secrets",
)
ALLOWED_HOSTS = env_list(
    "ALLOWED_HOSTS",
    ["localhost", "127.0.0.1", "[::1]"],
    accepts="host names with commas between them",
)
CSRF_TRUSTED_ORIGINS = env_list(
    "CSRF_TRUSTED_ORIGINS",
    [],
    accepts="origins such as https://translate.example.com with commas between them",
)
for origin in CSRF_TRUSTED_ORIGINS:
    if not origin.startswith(("http://", "https://")):
        sentence = f"CSRF_TRUSTED_ORIGINS holds {origin!r}, but accepts origins with https://."
        raise SettingInvalid(sentence)

# Whether people reach the pages by https; a proxy in front says so in X-Forwarded-Proto.
HTTPS = env_bool("HTTPS", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "common.http.csrf_failure"
# Everything a page loads is ours; what is written into a page runs only with the page's nonce.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [csp.NONE],
        "script-src": [csp.SELF, csp.NONCE],
        "style-src": [csp.SELF, csp.NONCE],
        "img-src": [csp.SELF, "data:"],
        "font-src": [csp.SELF],
        "connect-src": [csp.SELF],
        "form-action": [csp.SELF],
        "base-uri": [csp.NONE],
        "frame-ancestors": [csp.NONE],
        "object-src": [csp.NONE],
    },
}

# --- Parts of the product ------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "common",
    "accounts",
    "billing",
    "claude",
    "glossaries",
    "translation",
    "config",
    "csp",
]
MIDDLEWARE = [
    # Static files leave before anything is counted, compressed or named.
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.timing.ServerTimingMiddleware",
    "config.compression.CompressionMiddleware",
    "common.http.RequestContextMiddleware",
    "accounts.call_log.CallLogMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.release.ReleaseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.OrganizationMiddleware",
    "accounts.middleware.TimeZoneMiddleware",
    "accounts.middleware.LastSeenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "accounts.repeating.IdempotencyMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.pages.house",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- PostgreSQL ----------------------------------------------------------------------------------
_given_url = env_url("DATABASE_URL", "", DATABASE_SCHEMES, shown_default="embedded PostgreSQL")
_given_owner_url = env_url(
    "DATABASE_OWNER_URL", "", DATABASE_SCHEMES, shown_default="embedded PostgreSQL"
)
if _given_owner_url and not _given_url:
    sentence = "DATABASE_OWNER_URL is set without DATABASE_URL; set both, or neither."
    raise SettingInvalid(sentence)
DATABASE_IS_EMBEDDED = not _given_url
if PROCESS == "migrate" and _given_url and not _given_owner_url:
    sentence = (
        "DATABASE_OWNER_URL is not set; migrations need the address of the role that owns the"
        " tables (postgresql://interlinear_owner:password@host:5432/database)."
    )
    raise SettingInvalid(sentence)
EMBEDDED_POSTGRES = postgres.Postgres(
    VAR_DIR / "postgres",
    VAR_DIR / "run" / "postgres",
    secrets_dir=SECRETS_DIR,
    log=VAR_DIR / "log" / "postgres.log",
)
if DATABASE_IS_EMBEDDED:
    DATABASE_URL = EMBEDDED_POSTGRES.dsn(postgres.APP_LOGIN)
    DATABASE_OWNER_URL = EMBEDDED_POSTGRES.dsn(postgres.OWNER)
else:
    DATABASE_URL = _given_url
    DATABASE_OWNER_URL = _given_owner_url

DB_POOL_SIZE = env_int("DB_POOL_SIZE", 8, low=2, high=100)
_pool_sizes = {
    "web": DB_POOL_SIZE,
    "worker": DB_POOL_SIZE,
    "webhooks": min(4, DB_POOL_SIZE),
    "housekeeping": min(4, DB_POOL_SIZE),
}
if PROCESS == "migrate":
    _database = django_database("DATABASE_OWNER_URL", DATABASE_OWNER_URL)
    # Row-level security holds for the owner too, except for the process that says it migrates.
    _database["OPTIONS"]["options"] = "-c app.maintenance=on"
else:
    _database = django_database("DATABASE_URL", DATABASE_URL)
if PROCESS in _pool_sizes:
    # Fewer connections than threads, on purpose: the pool is the admission control.
    _database["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": _pool_sizes[PROCESS],
        "timeout": 10,
    }
DATABASES: dict[str, dict[str, Any]] = {
    "default": {**_database, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True},
}

# --- Redis ---------------------------------------------------------------------------------------
_given_redis_url = env_url("REDIS_URL", "", REDIS_SCHEMES, shown_default="embedded Redis")
REDIS_IS_EMBEDDED = not _given_redis_url
EMBEDDED_REDIS = redis.Redis(
    VAR_DIR / "redis", VAR_DIR / "run" / "redis", log=VAR_DIR / "log" / "redis.log"
)
_redis = redis_address(_given_redis_url or EMBEDDED_REDIS.url)
REDIS_URL = _redis.client_url
CELERY_BROKER_URL = _redis.broker_url
CACHES = {
    "default": {
        "BACKEND": "common.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
    },
}

# --- Claude --------------------------------------------------------------------------------------
ANTHROPIC_API_KEY = env_text(
    "ANTHROPIC_API_KEY", "", accepts="a key of the Anthropic console (sk-ant-...)"
)
# Without a key the product talks to the stand-in, and says so on every page.
CLAUDE_SANDBOX = not ANTHROPIC_API_KEY
ANTHROPIC_BASE_URL = env_url(
    "ANTHROPIC_BASE_URL",
    "",
    ("https", "http"),
    shown_default="Anthropic's, or the sandbox without a key",
)
CALL_TIMEOUT_SECONDS = env_int("CALL_TIMEOUT_SECONDS", 120, low=5, high=600)

# --- Work ----------------------------------------------------------------------------------------
WORKER_PROCESSES = env_int("WORKER_PROCESSES", 2, low=1, high=32)
# More threads than call slots: while one waits for Claude another runs gates and commits.
WORKER_THREADS = env_int("WORKER_THREADS", 24, low=1, high=256)
WORKER_CALL_SLOTS = env_int("WORKER_CALL_SLOTS", 16, low=1, high=256)
PACK_LEASE_SECONDS = env_int("PACK_LEASE_SECONDS", 60, low=2, high=3600)
PACK_HEARTBEAT_SECONDS = env_int("PACK_HEARTBEAT_SECONDS", 15, low=1, high=1200)
SWEEP_SECONDS = env_int("SWEEP_SECONDS", 5, low=1, high=300)
DELETE_GRACE_SECONDS = env_int("DELETE_GRACE_SECONDS", 600, low=10, high=2_592_000)
WEBHOOK_THREADS = env_int("WEBHOOK_THREADS", 16, low=1, high=256)
# Plain http, any port and private networks as well: for development and tests.
WEBHOOK_PRIVATE_TARGETS = env_bool("WEBHOOK_PRIVATE_TARGETS", default=False)
SYNC_WAIT_SECONDS = env_int("SYNC_WAIT_SECONDS", 20, low=0, high=120)
TRANSLATE_STREAM_SECONDS = env_int("TRANSLATE_STREAM_SECONDS", 300, low=1, high=600)
JOB_STREAM_SECONDS = env_int("JOB_STREAM_SECONDS", 600, low=1, high=3600)
REQUEST_READ_SECONDS = env_int("REQUEST_READ_SECONDS", 60, low=1, high=3600)
if WORKER_CALL_SLOTS > WORKER_THREADS:
    sentence = (
        f"WORKER_CALL_SLOTS is {WORKER_CALL_SLOTS}, but accepts at most WORKER_THREADS"
        f" ({WORKER_THREADS})."
    )
    raise SettingInvalid(sentence)
if PACK_HEARTBEAT_SECONDS * 2 > PACK_LEASE_SECONDS:
    sentence = (
        f"PACK_HEARTBEAT_SECONDS is {PACK_HEARTBEAT_SECONDS}, but accepts at most half of"
        f" PACK_LEASE_SECONDS ({PACK_LEASE_SECONDS}): one late heartbeat must not lose a claim."
    )
    raise SettingInvalid(sentence)

# --- Web server ----------------------------------------------------------------------------------
BIND_ADDRESS = env_text("BIND_ADDRESS", "127.0.0.1", accepts="an address of this machine")
# 0: port 8000, or the next free one.
PORT = env_int("PORT", 0, low=0, high=65535)

PUBLIC_URL = env_url("PUBLIC_URL", "http://localhost:8000", ("https", "http"))

# --- Files ---------------------------------------------------------------------------------------
MEDIA_ROOT = VAR_DIR / "files"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_MANIFEST = env_bool("STATIC_MANIFEST", default=not DEBUG)
_static_storage = (
    "config.static.StaticFiles"
    if STATIC_MANIFEST
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": MEDIA_ROOT,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": _static_storage},
}
WHITENOISE_USE_FINDERS = not STATIC_MANIFEST
WHITENOISE_AUTOREFRESH = DEBUG
# One over the limits of intake, so that its own sentence is what a person reads.
DATA_UPLOAD_MAX_NUMBER_FILES = 21
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "config.uploads.BoundedFiles",
]

# --- People --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
# How many proxies in front add to X-Forwarded-For; beyond them it is the client's own word.
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 0, low=0, high=10)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SIGN_UP = env_choice("SIGN_UP", "open", ("open", "closed"))
EMAIL_HOST = env_text("EMAIL_HOST", "", accepts="the host name of an SMTP server")
EMAIL_PORT = env_int("EMAIL_PORT", 587, low=1, high=65535)
EMAIL_HOST_USER = env_text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env_text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env_text(
    "DEFAULT_FROM_EMAIL", "interlinear@localhost", accepts="an e-mail address"
)
EMAIL_DELIVERY = env_choice(
    "EMAIL_DELIVERY", "smtp" if EMAIL_HOST else "file", ("console", "file", "smtp")
)
if EMAIL_DELIVERY == "smtp" and not EMAIL_HOST:
    sentence = "EMAIL_DELIVERY is smtp without EMAIL_HOST; set the host name of an SMTP server."
    raise SettingInvalid(sentence)
_mail_backend = {"console": "console", "file": "filebased", "smtp": "smtp"}[EMAIL_DELIVERY]
EMAIL_BACKEND = f"django.core.mail.backends.{_mail_backend}.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"

# Mails to people who are not with us yet, for each organization.
INVITATIONS_PER_DAY = env_int("INVITATIONS_PER_DAY", 100, low=1, high=10_000)

# --- REST API ------------------------------------------------------------------------------------
# Of a key or a person, where no plan says otherwise.
REQUESTS_PER_MINUTE = env_int("REQUESTS_PER_MINUTE", 600, low=1, high=1_000_000)
GLOSSARY_CACHE_MB = env_int("GLOSSARY_CACHE_MB", 256, low=1, high=100_000)
IMPORT_MAX_MB = env_int("IMPORT_MAX_MB", 30, low=1, high=30)
CONCEPTS_PER_ORGANIZATION = env_int("CONCEPTS_PER_ORGANIZATION", 250_000, low=0, high=10_000_000)
STYLE_GUIDES_PER_ORGANIZATION = env_int("STYLE_GUIDES_PER_ORGANIZATION", 100, low=0, high=10_000)

# --- Logs ----------------------------------------------------------------------------------------
LOG_LEVEL = env_choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOG_FORMAT = env_choice("LOG_FORMAT", "console" if DEBUG else "json", ("json", "console"))
LOGGING_CONFIG = None  # config.apps hands both to common.telemetry
