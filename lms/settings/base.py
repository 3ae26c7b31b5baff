"""Settings common to every place the project runs. What differs between places comes from the environment (.env.example).

With no environment at all this is the small installation: one SQLite file, tasks in process, cache in memory.
"""

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))

SITE_URL = os.environ.get("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
DEMO = os.environ.get("DEMO") == "1"
"""True only in the demo world: load_demo and demo_accounts refuse elsewhere, and accounts marked is_demo cannot sign in."""

INSTALLED_APPS = [
    "lms",
    "home",
    "reports",
    "api",
    "training",
    "courses",
    "quizzes",
    "certificates",
    "ledger",
    "guide",
    "notices",
    "enterprises",
    "accounts",
    "core",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "core.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.csp.PolicyMiddleware",
    "core.page_cache.PageCacheMiddleware",
    "core.page_routing.SiteMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.SessionLimitMiddleware",
    "accounts.middleware.SettleFirstMiddleware",
    "enterprises.capacities.CmsGroupsMiddleware",
    "core.csp.AdminPolicyMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"

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
                "wagtail.contrib.settings.context_processors.settings",
                "home.context_processors.site",
            ],
            "builtins": ["core.templatetags.words"],
        },
    },
]

# Widgets are looked up in templates/ too: Wagtail's date pickers get their nonce there (core.csp).
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database ------------------------------------------------------------------------------------------------------------

SQLITE_OPTIONS = {
    # IMMEDIATE takes the write lock at BEGIN: with the default, simultaneous registrations die with "database is locked".
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
    ),
}


def _postgresql_options():
    from core.pooled import Connection  # SQLite needs no psycopg

    size = {"min_size": 1, "max_size": int(os.environ.get("DATABASE_POOL", "8"))}
    return {
        "pool": {**size, "timeout": 20, "connection_class": Connection},
        # Holds for the statements of core.prepared only: Django's own cursors write the values into the statement.
        "prepare_threshold": 0,
    }


def database(url):
    """The DATABASES entry for a URL, with the options each engine needs to be exact under concurrency."""
    config = dj_database_url.parse(url)
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = dict(SQLITE_OPTIONS)
        config["CONN_MAX_AGE"] = None
    else:
        config["OPTIONS"] = config.get("OPTIONS", {}) | _postgresql_options()
        config["CONN_HEALTH_CHECKS"] = True  # a restarted server costs no request an error
    return config


DATABASES = {"default": database(os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache, sessions, tasks ------------------------------------------------------------------------------------------------

REDIS_URL = os.environ.get("REDIS_URL", "")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "core.cache.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# An emptied or dead Redis must not sign an exam room out: the database keeps a copy of every session.
SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 7 * 24 * 3600


def broker_url(redis_url):
    """Celery's name for the database after the cache's on the same server: ``cache.clear()`` must not empty the queue.

    ``redis://host/0`` becomes ``redis://host/1``, ``unix:///path?db=0`` becomes ``redis+socket:///path?virtual_host=1``.
    """
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        number = int(parse_qs(parts.query).get("db", ["0"])[0])
        return f"redis+socket://{parts.path}?virtual_host={number + 1}"
    number = int(parts.path.strip("/") or 0)
    return urlunsplit(parts._replace(path=f"/{number + 1}"))


CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or (broker_url(REDIS_URL) if REDIS_URL else "memory://")
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_EAGER_PROPAGATES = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
# Every job is idempotent and also runs by hand: manage.py run_due.
CELERY_BEAT_SCHEDULE = {
    "certificates": {"task": "certificates.tasks.render_pending", "schedule": 60},
    "certificates in one file": {"task": "certificates.tasks.resume_batches", "schedule": 300},
    "certificates that end": {"task": "certificates.tasks.remind", "schedule": crontab(hour=9, minute=20)},
    "overdue attempts": {"task": "quizzes.tasks.finish_overdue", "schedule": 60},
    "text message codes": {"task": "accounts.tasks.forget_codes", "schedule": 3600},
    "rounds": {"task": "training.tasks.advance", "schedule": 300},
    "archives of rounds": {"task": "training.tasks.resume_archives", "schedule": 300},
    "offered seats": {"task": "training.tasks.release_offers", "schedule": 300},
    "messages": {"task": "notices.tasks.send", "schedule": 60},
    "messages of the day": {"task": "notices.tasks.send_digests", "schedule": crontab(hour=18, minute=0)},
    "reminders": {"task": "training.tasks.remind", "schedule": crontab(hour=9, minute=0)},
    "pages on a timetable": {"task": "core.tasks.publish_due", "schedule": 60},
    "study": {"task": "courses.tasks.every_morning", "schedule": crontab(hour=7, minute=30)},
    "study left over": {"task": "courses.tasks.finish_what_waits", "schedule": 3600},
    "packed ledger": {"task": "ledger.tasks.repack", "schedule": 900},
    "monthly returns": {"task": "reports.tasks.prepare_returns", "schedule": crontab(hour=0, minute=5)},
    "returns delivered": {"task": "reports.tasks.deliver_returns", "schedule": crontab(hour=8, minute=10)},
    "retention": {"task": "core.tasks.enforce_retention", "schedule": crontab(hour=3, minute=20)},
}

# The ledger --------------------------------------------------------------------------------------------------------------

# A ledger of this many entries is packed for counting (docs/decisions/0004); all processes of a machine share the folder.
LEDGER_COLUMNS = VAR_DIR / "ledger"
LEDGER_COLUMNS_FROM = int(os.environ.get("LEDGER_COLUMNS_FROM", "100000"))

# People and doors ------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.AccountBackend"]
PASSWORD_HASHERS = ["accounts.hashers.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.password_rules.HouseRules"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/my/"
LOGOUT_REDIRECT_URL = "/"
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL
# Passwords are changed on our page, by the house rules.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# A class of forty signs in from one Wi-Fi: limits per account are tight, limits per address are in the hundreds.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "300/m/ip,5/15m/key", "signup": "300/m/ip"}
MFA_ADAPTER = "accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_REQUIRED = os.environ.get("MFA_REQUIRED") == "1"
"""Whether everyone with rights over others must have a second factor. Production settings leave no choice."""

SMS_BACKEND = os.environ.get("SMS_BACKEND", "accounts.sms.ConsoleBackend")
SMS_FILE = Path(os.environ.get("SMS_FILE", VAR_DIR / "sms.log"))
SMS_WEBHOOK_URL = os.environ.get("SMS_WEBHOOK_URL", "")
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "noreply@localhost")

# Language and time: stored in UTC, shown and counted in Asia/Shanghai ----------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", _("简体中文"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "lms.formats"

# Files -----------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "static-root"))
STATICFILES_DIRS = [BASE_DIR / "lms" / "static"]
FONT_DIR = Path(os.environ.get("FONT_DIR", BASE_DIR / "var" / "fonts"))
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", BASE_DIR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.static_files.StaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 1 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Security --------------------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "home.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
    },
}
# Wagtail's admin templates hold inline scripts and styles; django-csp adds the nonce where a template asks for one.
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": [SELF, NONCE],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
}

# The register of a class of a thousand is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

# Wagtail ---------------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "质量学堂"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_I18N_ENABLED = False
# A time to publish is a time in Tianjin, whoever types it.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["h3", "bold", "ol", "ul", "link", "document-link"]},
    }
}
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "pdf", "pptx", "xlsx"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "core.search"}}
TAGGIT_CASE_INSENSITIVE = True

# Logs: one JSON object a line with the request id; no personal data -----------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "core.request_id.RequestIdFilter"}},
    "formatters": {"json": {"()": "core.request_id.JsonFormatter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["request_id"], "formatter": "json"},
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO"), "propagate": False},
        "django_tasks": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "xhtml2pdf": {"level": "WARNING"},
    },
}

# The programme ---------------------------------------------------------------------------------------------------------

CERTIFICATE_PREFIX = os.environ.get("CERTIFICATE_PREFIX", "TJXW")
CERTIFICATE_ORGANISER = os.environ.get("CERTIFICATE_ORGANISER", "天津市小微企业质量管理培训平台")
# Ed25519 seed in base64 for what the QR codes of certificates say (manage.py signing_key makes one); without it none is signed.
CERTIFICATE_SIGNING_KEY = os.environ.get("CERTIFICATE_SIGNING_KEY", "")
CERTIFICATE_SIGNING_KEY_FILE = os.environ.get("CERTIFICATE_SIGNING_KEY_FILE", "")
# A PKCS#12 file and its passphrase for signing the PDFs themselves; without it they are not signed.
CERTIFICATE_PDF_KEY_FILE = os.environ.get("CERTIFICATE_PDF_KEY_FILE", "")
CERTIFICATE_PDF_KEY_PASSPHRASE = os.environ.get("CERTIFICATE_PDF_KEY_PASSPHRASE", "")
CHECK_IN_ROTATION_SECONDS = 30
# Never published (notice of 2025: 严禁以“免费发证”名义宣传). Regular expressions over text without blanks; 打包过程 and
# 面包过期 are no promise; a quotation block may cite the rule itself.
FORBIDDEN_PHRASES = [
    "免费(?:发|拿|领|办|颁)证",
    "免费认证",
    "(?:花钱|交钱|付费)(?:拿|买|办)证",
    "(?<![打面红钱书背腰荷外承大小])包过(?![程来去期磅秤滤敏渡夜冬])",
    "包(?:通过|拿证|取证|发证|下证)",
    "(?:快速|当天|三天|七天|立即|轻松)(?:拿|取|出|下|办)证",
    "保证(?:通过|拿证|过审|取证|过关)",
    "(?:百分之百|100%)(?:通过|拿证|过审)",
    "(?:不用|免)审核(?:拿|发|出|就)证",
]
# What of an address may change a page that visitors share (core.page_cache).
PAGE_CACHE_QUERY = {"edition": ("2015", "2026")}
CHECK_IN_TICKET_MINUTES = 45
LESSON_READING_SHARE = float(os.environ.get("LESSON_READING_SHARE", "0.2"))
