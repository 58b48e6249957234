"""Django's settings, all derived from `config.env`; nothing else reads the environment."""

from pathlib import Path
from typing import Any

from celery.schedules import crontab
from psycopg.conninfo import make_conninfo

from config.env import read_env
from config.logs import logging_config

ENV = read_env()
BASE_DIR = Path(__file__).resolve().parent.parent

# -- The desk ---------------------------------------------------------------------------------------------------------

CART_DEMO = ENV.cart_demo
CART_DEMO_PASSWORD = ENV.cart_demo_password.get_secret_value()
CART_TODAY = ENV.cart_today
CART_STATE = ENV.cart_state
CART_URL = ENV.url

SECRET_KEY = ENV.cart_secret_key.get_secret_value()
DEBUG = ENV.cart_debug
ALLOWED_HOSTS = ENV.hosts
CSRF_TRUSTED_ORIGINS = [ENV.url]

INSTALLED_APPS = [
    "evaluation",
    "applications",
    "centres",
    "accounts",
    "jobs",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "oauth2_provider",
    "rest_framework",
    "drf_spectacular",
    "drf_standardized_errors",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "django_tables2",
    "pgtrigger",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "config.middleware.RequestLog",
    "config.middleware.no_store",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.user_language",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.no_nul",
    "config.middleware.ErrorPages",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.demo_day.demo_day",
                "accounts.navigation.navigation",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# -- Database, cache, files -------------------------------------------------------------------------------------------

_database = dict(ENV.database)
_pool = {"min_size": 1, "max_size": ENV.cart_pool_size, "timeout": 10} if ENV.cart_pool_size else False
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.pop("dbname"),
        "USER": _database.pop("user", ""),
        "PASSWORD": _database.pop("password", ""),
        "HOST": _database.pop("host", ""),
        "PORT": _database.pop("port", ""),
        "OPTIONS": {**_database, "pool": _pool},
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}
CART_WEBHOOK_HOSTS = ENV.cart_webhook_hosts
CART_WEBHOOK_CA = str(ENV.cart_webhook_ca) if ENV.cart_webhook_ca else None
CART_UPLOAD_BYTES = ENV.cart_upload_mib * 1024 * 1024
CART_UPLOAD_ROWS = ENV.cart_upload_rows
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entry"}}

STATIC_URL = "/static/"
STATIC_ROOT = ENV.cart_state / "static"
STATICFILES_DIRS = [path for path in [BASE_DIR / "static"] if path.is_dir()]
MEDIA_ROOT = ENV.media
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(ENV.media)}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# -- Language and time ------------------------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "Europe/Brussels"
USE_I18N = True
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("fr", "Français"), ("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"

# -- Who signs in -----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_validation = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": _validation + "UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["email", "name"]}},
    {"NAME": _validation + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": _validation + "CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "config.adapter.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# -- Headers and cookies ----------------------------------------------------------------------------------------------

_prefix = "__Host-" if ENV.https else ""
SESSION_COOKIE_NAME = f"{_prefix}session"
CSRF_COOKIE_NAME = f"{_prefix}csrf"
LANGUAGE_COOKIE_NAME = "language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = ENV.https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = ENV.https
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if ENV.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = ENV.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.cart_behind_proxy else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in ("camera", "display-capture", "fullscreen", "geolocation", "microphone", "midi", "payment", "usb")
}

# -- Mail -------------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.cart_mail_from
if ENV.cart_mail_host:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT, EMAIL_USE_TLS, EMAIL_TIMEOUT = ENV.cart_mail_host, ENV.cart_mail_port, True, 20
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENV.cart_mail_user, ENV.cart_mail_password.get_secret_value()
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = ENV.cart_state / "mail"

# -- The interface for machines ---------------------------------------------------------------------------------------

OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.ApiClient"
OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 15 * 60,
    "SCOPES_BACKEND_CLASS": "accounts.api.scopes.ClientScopes",
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "SCOPES": {
        "uploads:write": "Upload files and commit them",
        "applications:read": "Read applications",
        "applications:write": "Draft and submit applications",
        "centres:write": "Load centres, certificates and listings",
        "counts:write": "Load yearly counts",
        "evaluations:read": "Read evaluations, dossiers and outcomes",
        "prechecks:write": "Run pre-checks",
    },
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.ClientAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["accounts.api.renderers.AnyTextJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "accounts.api.openapi.DeskSchema",
    "DEFAULT_PAGINATION_CLASS": None,
    "DEFAULT_METADATA_CLASS": "accounts.api.abilities.Abilities",
    "EXCEPTION_HANDLER": "config.problems.answer_problem",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api.throttles.PerClient"],
    "DEFAULT_THROTTLE_RATES": {
        "client": f"{ENV.cart_api_rate}/min",
        "pre-checks": "1200/min",
        "public": "600/min",
        "refused-tokens": "120/min",
        "tokens": "60/min",
        "verify": "60/min",
    },
    "NUM_PROXIES": int(ENV.cart_behind_proxy),
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
DRF_STANDARDIZED_ERRORS = {"ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": False, "NESTED_FIELD_SEPARATOR": "/"}
SPECTACULAR_SETTINGS = {
    "TITLE": "CAR-T admissions",
    "DESCRIPTION": (
        "Requests to add hospital sites to the list of reimbursed CAR-T centres in Belgium.\n\n"
        "Version 1 only grows: bear with fields, calls and codes that you do not know; what will go says so by "
        "`Deprecation`, `Sunset` and `Link` in every answer for at least a year. What you send and the desk does not "
        "know is refused. Errors are problems (RFC 9457) with a stable `code`; 422 names every fault at once. A `POST` "
        "bears an `Idempotency-Key` of your own, the same at every try. What two could overwrite for each other asks "
        "for its `ETag` as `If-Match`. After 429 wait for `Retry-After`. Lists are read to their end by `next`."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "OAUTH2_FLOWS": ["clientCredentials"],
    "OAUTH2_TOKEN_URL": "/api/v1/oauth/token",
    "OAUTH2_REFRESH_URL": None,
    "ENUM_NAME_OVERRIDES": {
        "AdmissibilityResult": "applications.enums.AdmissibilityState",
        "AnnexUploadState": "applications.enums.AnnexUploadState",
        "ApplicationState": "applications.enums.ApplicationState",
        "BallotState": "evaluation.enums.BallotState",
        "BatchState": "applications.enums.BatchState",
        "Capacity": "evaluation.enums.CapacityValue",
        "DeliveryState": "jobs.enums.DeliveryState",
        "DifferenceKind": "evaluation.enums.DifferenceKind",
        "EventType": "jobs.enums.EventType",
        "EvidenceSlot": "applications.enums.EvidenceSlot",
        "FigureField": ["billed", "billed_paed"],
        "FoundResult": "evaluation.api.admissibility.FOUND",
        "JobState": "jobs.enums.JobState",
        "JudgedValue": "evaluation.enums.JudgedValue",
        "Language": "applications.enums.DossierLanguage",
        "Outcome": "evaluation.rules.enums.Outcome",
        "Population": "centres.enums.Population",
        "ProposalKind": "evaluation.enums.ProposalKind",
        "ProposalOutcome": "evaluation.enums.ProposalOutcome",
        "RescoringKind": "evaluation.enums.RescoringKind",
        "SourceKind": "evaluation.enums.SourceKind",
        "StatementField": "applications.enums.StatementField",
        "Stage": "evaluation.enums.Stage",
        "UploadState": "applications.enums.UploadState",
        "UploadKind": "applications.api.upload_shapes.UPLOAD_KINDS",
        "Verdict": "evaluation.rules.enums.Verdict",
        "VintageKind": "centres.enums.VintageKind",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.openapi_tus.add_silent_calls",
        "config.openapi.describe_problems",
        "config.openapi_examples.add_examples",
    ],
}

# -- Background work --------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = ENV.celery_broker_url.get_secret_value()
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"visibility_timeout": 900}
if CELERY_BROKER_URL.startswith("pgmq:"):
    CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "conn_string": make_conninfo(**ENV.database),  # pgmq does not read the host of a socket from an address
        "init_extension": False,
        "wait_time_seconds": 0,
        "polling_interval": 0.1,
        "pool_size": 4,
        "pool_timeout": 5,  # a database that is started again is asked anew, instead of waited for
    }
elif CELERY_BROKER_URL.startswith(("redis:", "rediss:")):
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"unacked_restore_interval": 3, "unacked_restore_throttle": 1}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # however long the database is away, the worker finds it again
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(ENV.cart_state / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "jobs.sweep", "schedule": 15.0, "options": {"expires": 15}},
    "fail lost uploads": {"task": "applications.fail_lost_uploads", "schedule": 60.0, "options": {"expires": 60}},
    "sweep annex uploads": {
        "task": "applications.sweep_annex_uploads",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
    "turn rounds": {"task": "applications.turn_rounds", "schedule": 900.0, "options": {"expires": 900}},
    "refresh register": {
        "task": "evaluation.refresh_register_nightly",
        "schedule": crontab(hour=3, minute=40),
        "options": {"expires": 3600},
    },
}

# -- Logs -------------------------------------------------------------------------------------------------------------

LOGGING = logging_config(level=ENV.cart_log_level)
DJANGO_STRUCTLOG_CELERY_ENABLED = False
