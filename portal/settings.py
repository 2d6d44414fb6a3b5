"""One settings module. With nothing set it uses the embedded servers that `make run` keeps under
var/; production sets DATABASE_URL, REDIS_URL, SECRET_KEY and PORTAL_ALLOWED_HOSTS."""

from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from portal import environment
from portal.logs import not_watched, without_addresses
from portal.outside import *  # noqa: F403
from portal.places import OWNER_ROLE, ROOT, WEB_ROLE, default_places

BASE_DIR = ROOT
PLACES = default_places()

# --- Which database, and what kind of installation --------------------------------------------

DATABASE_URL = environment.text("DATABASE_URL")
MIGRATION_DATABASE_URL = environment.text("MIGRATION_DATABASE_URL")
REDIS_URL = environment.text("REDIS_URL") or PLACES.redis_url()

EMBEDDED = not DATABASE_URL
if EMBEDDED:
    DATABASE_URL = PLACES.database_url(WEB_ROLE)
    MIGRATION_DATABASE_URL = PLACES.database_url(OWNER_ROLE)

# Whether an empty database becomes a demonstration. What a database *is* stands in its ledger.
DEMONSTRATION = environment.flag("PORTAL_DEMONSTRATION", default=EMBEDDED)
HTTPS = environment.flag("PORTAL_HTTPS", default=not DEMONSTRATION)
# How many proxies of ours append to X-Forwarded-For: one where TLS is ended in front of us.
TRUSTED_PROXIES = environment.count("PORTAL_TRUSTED_PROXIES", default=1 if HTTPS else 0)
CITY = environment.text("PORTAL_CITY", "zigong")

DEBUG = False
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = environment.text("SECRET_KEY")
if not SECRET_KEY and PLACES.secret_key.is_file():
    SECRET_KEY = PLACES.secret_key.read_text(encoding="ascii").strip()
elif not SECRET_KEY and not EMBEDDED:
    raise ImproperlyConfigured(
        "DATABASE_URL is set but SECRET_KEY is not: set it, or SECRET_KEY_FILE to a file."
    )
# Before the first `make run` there is nothing to sign or encrypt yet.
SECRET_KEY = SECRET_KEY or get_random_secret_key()
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS")
# Keys of encrypted fields, newest first; kept apart from SECRET_KEY where that is to be rotated.
FIELD_KEYS = environment.words("PORTAL_FIELD_KEYS") or [SECRET_KEY, *SECRET_KEY_FALLBACKS]
# Never rotated with them: digests by which encrypted values are found again.
BLIND_INDEX_KEY = environment.text("PORTAL_BLIND_INDEX_KEY") or FIELD_KEYS[-1]

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *environment.words("PORTAL_ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = [
    f"https://{host.replace('.', '*.', 1) if host.startswith('.') else host}"
    for host in environment.words("PORTAL_ALLOWED_HOSTS")
    if host != "*"
]

# Where the portal is, as papers say it: its first host, where nothing else is said.
_NAMED = [host.lstrip(".") for host in environment.words("PORTAL_ALLOWED_HOSTS") if host != "*"]
PUBLIC_ADDRESS = environment.text("PORTAL_ADDRESS").rstrip("/") or (
    f"https://{_NAMED[0]}" if _NAMED else f"http://127.0.0.1:{environment.text('PORT', '8000')}"
)

# --- Apps, lowest first -----------------------------------------------------------------------

INSTALLED_APPS = [
    "tools",
    "portal",
    "core",
    "rules",
    "accounts",
    "ledger",
    "deadlines",
    "documents",
    "notifications",
    "workflow",
    "publishing",
    "money",
    "grid",
    "approvals",
    "reliability",
    "applications",
    "oversight",
    "desk",
    "disclosure",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "csp",
]

MIDDLEWARE = [
    "portal.logs.access_line",
    # Then those that give every answer its headers, the early refusals of the others included.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.Compressed",
    "portal.middleware.Conditional",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.shared_without_cookies",
    "portal.middleware.same_for_everybody",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.middleware.ChosenLanguage",
    "portal.middleware.readable_addresses",
    "portal.middleware.whole_bodies",
    "portal.middleware.known_place",
    "portal.middleware.SlashedAddresses",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sign_in.session_limits",
    "accounts.visits.visiting",
    "accounts.kept.kept_forms",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.middleware.private_pages",
    "portal.middleware.ProblemPages",
    "desk.middleware.FirstFilter",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
        },
    }
]
FORM_RENDERER = "portal.forms.Renderer"

# --- Databases: the web role for everything, the owner for migrations and rule loading --------

DATABASES: dict[str, dict[str, Any]] = {"default": environment.database(DATABASE_URL)}
if MIGRATION_DATABASE_URL:
    DATABASES["owner"] = environment.database(MIGRATION_DATABASE_URL) | {"CONN_MAX_AGE": 0}

# --- People -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.sessions.Accounts"]
PASSWORD_HASHERS = ["accounts.hashing.BoundedPBKDF2"]
# Of the threads of a process (portal/server.py): two go on answering, however many sign in.
PASSWORDS_AT_WORK = 2
PASSWORDS_TAKEN_IN = 6
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "home"

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- Headers ----------------------------------------------------------------------------------

SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# The proxy that ends TLS sets this header and drops what a client sent under its name.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Language and time ------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "Simplified Chinese"), ("en", "English")]
LOCALE_PATHS = sorted(path for path in (BASE_DIR / "locale").iterdir() if path.is_dir())
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# --- Files ------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = environment.text("PORTAL_STATIC_ROOT") or None
# An image for production collects and compresses once, when it is built (Dockerfile).
STATIC_COLLECTED = STATIC_ROOT is not None
WHITENOISE_USE_FINDERS = not STATIC_COLLECTED
STORAGE_URL = environment.text("STORAGE_URL")
MEDIA_ROOT = STORAGE_URL.removeprefix("file://") if STORAGE_URL else PLACES.media
STORAGES = {
    "default": environment.storage(STORAGE_URL, S3_KEYS),  # noqa: F405
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DOCUMENT_MAX_BYTES = 20 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "documents.actions.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- The published record ---------------------------------------------------------------------

# Private keys, what was signed, and the public folder (ledger/folders.py).
RECORD_DIR = environment.text("PORTAL_RECORD_DIR") or PLACES.record
# The name of this city's log; by its first entry where none is given. Fixed by the first key.
RECORD_ORIGIN = environment.text("PORTAL_RECORD_ORIGIN").strip("/")
if any(letter.isspace() or letter == "+" for letter in RECORD_ORIGIN):
    raise ImproperlyConfigured("PORTAL_RECORD_ORIGIN may hold neither spaces nor plus signs.")
# A receipt promises that its entry stands under a checkpoint by then; /healthz watches it.
RECORD_WITHIN_SECONDS = 120
# A bought certificate for the PDF of receipts, as PKCS #12; our own, made on first use, else.
RECEIPT_PDF_PKCS12 = environment.text("PORTAL_RECEIPT_PDF_PKCS12")
RECEIPT_PDF_PKCS12_PASSWORD = environment.text("PORTAL_RECEIPT_PDF_PKCS12_PASSWORD")

# --- Maps ------------------------------------------------------------------------------------

# The number under which a map of the city by room left was approved (审图号). Unset: no map is
# drawn in public, and the table says the same.
MAP_APPROVAL_NUMBER = environment.text("PORTAL_MAP_APPROVAL_NUMBER")

# --- Open data ---------------------------------------------------------------------------------

# Under which licence the city gives its data: a name and the address of its text. Unset: every
# place says that it is not yet decided.
DATA_LICENCE_NAME = environment.text("PORTAL_DATA_LICENCE_NAME")
DATA_LICENCE_URL = environment.text("PORTAL_DATA_LICENCE_URL")

# --- Cache, broker, background work -----------------------------------------------------------

# Seconds that a request or a look at its health waits for Redis, which may be frozen.
REDIS_WAITS = 1
CACHES: dict[str, dict[str, Any]] = {
    # Public pages as they are sent: of each process its own, for they are asked for most often.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 86_400,
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "tongdian",
        "OPTIONS": {"socket_timeout": REDIS_WAITS, "socket_connect_timeout": REDIS_WAITS},
    },
}
# For so long a process takes what it knows of the time and of the last publication for new.
PUBLIC_RECHECK_SECONDS = 1
# How long the last version of a public page is told without the database; what nobody has asked
# for in so long would say too little of today.
LAST_GOOD_SECONDS = 14 * 24 * 60 * 60
CELERY_BROKER_URL = environment.celery_broker(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
# `expires`: a worker that was away need not run yesterday's pokes, the next one does their work.
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "deadlines.tasks.sweep", "schedule": 15.0, "options": {"expires": 14}},
    "warnings": {"task": "deadlines.tasks.warn", "schedule": 60.0, "options": {"expires": 59}},
    "deliver": {
        "task": "notifications.tasks.deliver",
        "schedule": 15.0,
        "options": {"expires": 14},
    },
    # Whoever asked for a code waits for it.
    "send": {"task": "notifications.tasks.send", "schedule": 5.0, "options": {"expires": 4}},
    "webhooks": {
        "task": "notifications.tasks.send_webhooks",
        "schedule": 5.0,
        "options": {"expires": 4},
    },
    "broadcasts": {
        "task": "notifications.tasks.send_broadcasts",
        "schedule": 5.0,
        "options": {"expires": 4},
    },
    "record": {"task": "ledger.tasks.integrate", "schedule": 10.0, "options": {"expires": 9}},
    "reconciliation": {
        "task": "money.tasks.reconcile",
        "schedule": 300.0,
        "options": {"expires": 299},
    },
    "signs": {"task": "oversight.tasks.scan", "schedule": 60.0, "options": {"expires": 59}},
    "facts": {
        "task": "applications.tasks.count_facts",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    "statistics": {
        "task": "applications.tasks.release_statistics",
        "schedule": 300.0,
        "options": {"expires": 299},
    },
    "contracts": {
        "task": "applications.tasks.keep_contracts",
        "schedule": 15.0,
        "options": {"expires": 14},
    },
    "permits": {
        "task": "approvals.tasks.keep_permits",
        "schedule": 15.0,
        "options": {"expires": 14},
    },
    # Until it is scanned nobody can open a file.
    "scan": {"task": "documents.tasks.scan", "schedule": 5.0, "options": {"expires": 4}},
    "referrals": {
        "task": "applications.tasks.remind_offices",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    "reminders": {
        "task": "applications.tasks.remind_applicants",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    "appointments": {
        "task": "applications.tasks.remind_of_appointments",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    "cosign": {"task": "ledger.tasks.cosign", "schedule": 15.0, "options": {"expires": 14}},
    "lapsed": {"task": "grid.tasks.end_lapsed", "schedule": 60.0, "options": {"expires": 59}},
    "room": {
        "task": "applications.tasks.serve_waiting",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    "indices": {
        "task": "reliability.tasks.count_interruptions",
        "schedule": 15.0,
        "options": {"expires": 14},
    },
    "monitoring": {
        "task": "reliability.tasks.link_known_faults",
        "schedule": 30.0,
        "options": {"expires": 29},
    },
    "digest": {"task": "desk.tasks.send_digests", "schedule": 60.0, "options": {"expires": 59}},
    "payments": {"task": "money.tasks.ask_providers", "schedule": 5.0, "options": {"expires": 4}},
    "data": {
        "task": "disclosure.tasks.note_changes",
        "schedule": 600.0,
        "options": {"expires": 599},
    },
    "heartbeat": {"task": "portal.tasks.heartbeat", "schedule": 10.0, "options": {"expires": 9}},
    "tidy": {"task": "portal.tasks.tidy", "schedule": 86_400.0},
}

# --- The API ----------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "core.api.handle",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.parsers.JsonBody"],
    "DEFAULT_PAGINATION_CLASS": "core.paging.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "COERCE_DECIMAL_TO_STRING": False,
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tongdian",
    "DESCRIPTION": "Getting electricity in the city: cases, permits, the record, what is public. "
    "A program uses an account: who applies without one does so on the pages.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "CaseKind": "applications.declaration.KINDS",
        "CaseState": "applications.states.State",
        "PublishedKind": "publishing.models.Kind",
        "FileFormat": "publishing.models.Format",
        "ElementKind": "grid.models.ElementKind",
        "Right": "accounts.mandates.Right",
        "OfferedRight": "accounts.mandates.Offer.RIGHTS",
        "RatingStage": "applications.serializers.RATED_STAGES",
        "FieldActOfCase": "applications.field.jobs.OF_CASE",
        "FieldActOfAppointment": "applications.field.jobs.AT_APPOINTMENT",
        "ReportPart": "applications.field.answers.PARTS",
        "PartEnum": "applications.plans.models.Part",
        "DocumentStage": "disclosure.serializers.STAGES",
        "Channel": "applications.models.Application.Channel",
        "ClockKind": "deadlines.serializers.CLOCKS",
        "MessageChannel": "rules.delivery.PERSONAL",
        "BroadcastState": "notifications.bulk.models.STATES",
        "DeliveryState": "notifications.webhooks.queries.STATES",
        "MessageTopic": "notifications.choices.CODES",
        "TopicEnum": "applications.enquiries.workflow.Topic",
        "QuietMode": "notifications.quiet.MODES",
        "BoundChannel": "notifications.bindings.models.CHOICES",
        "KeyPurpose": ["log", "receipt"],
        "Scan": "documents.models.Document.Scan",
        "Holder": "applications.states.Holder",
        "IdentityMeans": "accounts.identities.ConfirmedIdentity.Means",
        "Purpose": "applications.models.Application.Purpose",
        "PermitState": "approvals.workflow.State",
        "OfficeLevel": ["city", "district"],
        "LevelEnum": "reliability.models.Level",
        "OutageKind": "reliability.outages.kinds.OutageKind",
        "OutageNature": "reliability.outages.kinds.Nature",
        "SuggestionState": "reliability.monitoring.workflow.STATES",
        "SuggestionAside": "reliability.monitoring.kinds.Aside",
        "MonitoringEventType": "reliability.monitoring.kinds.EventType",
        "MonitoringProblem": "reliability.monitoring.kinds.Problem",
        "MonitoringOutcome": "reliability.monitoring.kinds.Outcome",
        "RepairCrewState": "reliability.crews.filters.STATES",
        "PatrolState": "reliability.patrols.filters.PATROL_STATES",
        "DefectState": "reliability.patrols.filters.DEFECT_STATES",
        "DefectSeverity": "reliability.patrols.bodies.Severity",
        "OutageState": "reliability.outages.answers.STATES",
        "AreaClass": "grid.points.models.AreaClass",
        "LineWorksState": "approvals.models.LineWorks.State",
        "AdviceState": "approvals.advice.workflow.AdviceState",
        "AdviceVerdict": "approvals.advice.serializers.Verdict",
        "FindingState": "oversight.workflow.FindingState",
        "OrderState": "oversight.workflow.OrderState",
        "ComplaintState": "money.complaints.workflow.ComplaintState",
        "OrderlyPlanState": "oversight.orderly.workflow.PlanState",
        "OrderlyDistrictState": "oversight.orderly.workflow.DistrictState",
        "OrderlyExecutionState": "oversight.orderly.workflow.ExecutionState",
        "TaskState": "oversight.task_ledger.workflow.TaskState",
        "TaskLedger": "oversight.task_ledger.owners.Ledger",
        "TaskNoteKind": "oversight.task_ledger.models.TaskNote.Kind",
        "DistrictEnum": "oversight.orderly.bodies.DISTRICTS",
        "OrderlyReason": "oversight.orderly.bodies.Reason",
        "InterruptionState": "oversight.interruptions.workflow.InterruptionState",
        "GroundEnum": "applications.plans.serializers.CODES",
        "ComplaintGround": "money.complaints.workflow.Ground",
        "ReportState": "reliability.reports.workflow.ReportState",
        "ReportKind": "reliability.reports.kinds.ReportKind",
        "ReportWhere": "reliability.reports.kinds.Where",
        "ReportOutcome": "reliability.reports.kinds.Outcome",
        "EnquiryState": "applications.enquiries.workflow.EnquiryState",
        "FollowUpState": "applications.follow_ups.workflow.FollowUpState",
        "AppointmentState": "applications.appointments.workflow.AppointmentState",
        "AppointmentPurpose": "applications.appointments.serializers.Purpose",
        "OpinionStanding": "approvals.opinions.models.Standing",
        "OpinionPosition": "approvals.opinions.serializers.Position",
        "OpinionPart": "approvals.opinions.serializers.Part",
        "ReferralState": "applications.referrals.workflow.ReferralState",
        "PaymentState": "money.payments.workflow.PaymentState",
        "RefundState": "money.payments.workflow.RefundState",
        "ChargeState": "money.charges.workflow.ChargeState",
        "RentalState": "applications.rentals.workflow.RentalState",
        "ReferralConsent": "applications.referrals.models.Referral.Consent",
        "CallOutcome": "applications.correspondence.models.Attempt.Outcome",
        "CorrectionOutcome": "applications.corrections.models.IdentityCorrection.Outcome",
        "LicenceOutcome": "applications.licences.models.LicenceFetch.Outcome",
        "Side": "applications.plans.models.SIDES",
        "NatureEnum": "money.models.Nature",
        "PriceNature": "money.prices.models.NATURES",
        "TypeEnum": "applications.models.Application.ApplicantType",
        "SupplyChainEventType": "applications.materials.serializers.TYPES",
        "MaterialOrderState": "applications.materials.workflow.MaterialOrderState",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.schema.with_refusals",
    ],
}

# --- Logs: one readable line per event, no personal data --------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)-7s %(name)s: %(message)s"}},
    "filters": {
        name: {"()": "django.utils.log.CallbackFilter", "callback": callback}
        for name, callback in (
            ("not_watched", not_watched),
            ("without_addresses", without_addresses),
        )
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["not_watched", "without_addresses"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # Its messages carry paths and so case numbers; failures are logged by django.request.
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
        # One line a task and a poke every ten seconds would bury what matters.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        # That no certificate is trusted is no news: whom to trust, a reader says.
        "pyhanko": {"level": "ERROR"},
    },
}
