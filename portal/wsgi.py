import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402 (once the settings are there)

from portal.database import keep_time  # noqa: E402

keep_time()
# All views are loaded before the first request is taken, not by it.
get_resolver().url_patterns  # noqa: B018 (reading it loads them)
