"""Settings, all from the home and the environment; no value here is a secret.

``REDSHANK_HOME``          the home (set by ``redshank serve``)
``REDSHANK_DATABASE_URL``  ``postgres://user:password@host:port/name``; without it SQLite in ``HOME/web``
``REDSHANK_ORIGIN``        the address that people type, ``https://…``; needed beyond loopback
``REDSHANK_OIDC_…``        the force's own provider of sign-ins, where there is one: :mod:`redshank.web.provider`
``REDSHANK_SMTP_…``        the force's own mail server, for notices without personal data: :mod:`redshank.web.mailing`
``REDSHANK_HOOKS_ALLOW``   where events may go that something waits: :mod:`redshank.web.hooks.allowed`
``REDSHANK_METRICS_TOKEN_FILE``, ``REDSHANK_LOG_FORMAT``: for machines that watch; every one stands in :mod:`redshank.settings`
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from redshank import logs
from redshank.errors import UsageError
from redshank.settings import refuse_made_up
from redshank.web import homes, mailing, provider
from redshank.web.hooks import allowed
from redshank.web.watched import token

HERE = Path(__file__).resolve().parent
HOME = Path(os.environ.get("REDSHANK_HOME") or "redshank-home").absolute()
SECRET_KEY = homes.read_secret(HOME)
DEBUG = False
ORIGIN = os.environ.get("REDSHANK_ORIGIN", "").rstrip("/")
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = [*LOOPBACK_HOSTS, *([urlsplit(ORIGIN).hostname or ""] if ORIGIN else [])]
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN else []
IS_HTTPS = ORIGIN.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "redshank.web.accounts",
    "redshank.web.policy",
    "redshank.web.trail",
    "redshank.web.heads",
    "redshank.web.flags",
    "redshank.web.searching",
    "redshank.web.judgements",
    "redshank.web.childfile",
    "redshank.web.register",
    "redshank.web.pages",
    "redshank.web.access",
    "redshank.web.worklist",
    "redshank.web.meetings",
    "redshank.web.concerns",
    "redshank.web.matrix",
    "redshank.web.missing",
    "redshank.web.makesafe",
    "redshank.web.disruption",
    "redshank.web.lines",
    "redshank.web.vvol",
    "redshank.web.products",
    "redshank.web.returns",
    "redshank.web.notices",
    "redshank.web.sharing",
    "redshank.web.tracker",
    "redshank.web.audits",
    "redshank.web.rights",
    "redshank.web.retention",
    "redshank.web.erasure",
    "redshank.web.learning",
    "redshank.web.policies",
    "redshank.web.api",
    "redshank.web.hooks",
]

MIDDLEWARE = [
    "redshank.web.watched.measures.Counted",
    "redshank.web.security.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "redshank.web.security.WithoutNul",
    "redshank.web.policy.gate.Gate",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "redshank.web.urls"
WSGI_APPLICATION = "redshank.web.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "redshank.web.pages.around.around",
            ],
            "libraries": {"words": "redshank.web.pages.words"},
            "builtins": [
                "redshank.web.pages.words",
                "redshank.web.judgements.tags",
                "redshank.web.lines.tags",
                "redshank.web.vvol.tags",
                "redshank.web.products.tags",
                "redshank.web.meetings.tags",
                "redshank.web.sharing.tags",
                "redshank.web.rights.tags",
                "redshank.web.trail.tags",
                "redshank.web.worklist.tags",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"


def _database() -> dict[str, Any]:
    url = os.environ.get("REDSHANK_DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(homes.folder(HOME) / "redshank.sqlite3"),
            # A write lock is asked for at the start, so that two writers wait instead of failing half-way.
            "OPTIONS": {
                "timeout": 5,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise UsageError(
            "REDSHANK_DATABASE_URL is no address of a PostgreSQL database",
            "write postgres://user:password@host:port/name, or leave it away for SQLite",
        )
    refuse_made_up(unquote(parts.password or ""), "REDSHANK_DATABASE_URL")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "redshank.web.accounts.asserted.Asserted",
]
PROVIDER = provider.read(os.environ)
MAIL_SERVER = mailing.read(os.environ)
HOOKS_ALLOWED = allowed.read(os.environ)
METRICS_TOKEN = token.read(os.environ.get("REDSHANK_METRICS_TOKEN_FILE", ""))
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign-in"
AXES_FAILURE_LIMIT = 5  # local default
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# What the lock-out keeps of a failed try: neither a password nor what the provider's answer carries.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "state"]
OTP_TOTP_ISSUER = "Redshank"

SESSION_COOKIE_NAME = "redshank_session"
SESSION_COOKIE_AGE = 10 * 3600  # a shift
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_NAME = "redshank_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_FAILURE_VIEW = "redshank.web.pages.errors.expired"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static", *([("vendor", HERE / "assets")] if (HERE / "assets").is_dir() else [])]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 300

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]  # transport is the origin's affair: see IS_HTTPS

# Nothing of a record or a request's content goes to a log: the path's kind and the error's kind alone.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"bare": {"()": "redshank.web.security.Bare"}},
    "formatters": {
        "plain": {"format": "{levelname} {name} {message}", "style": "{"},
        "json": {"()": "redshank.web.logs.AsJson"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["bare"],
            "formatter": "json" if logs.as_json() else "plain",
        },
    },
    # Django's own handlers would mail an error with all its values; ours says where in the code it was.
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
