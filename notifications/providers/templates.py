"""Which of our texts a vendor has approved under which of its own numbers.

Vendors in mainland China send approved texts only. The operator's file (`PORTAL_SMS_TEMPLATES`,
JSON) maps the names that `manage.py sms_templates` lists to the vendor's numbers.
"""

import json
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def load() -> dict[str, str]:
    """Raises ImproperlyConfigured where the file cannot be read."""
    path = settings.SMS_TEMPLATES
    if not path:
        raise ImproperlyConfigured("This SMS vendor needs PORTAL_SMS_TEMPLATES, a file.")
    try:
        read = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"PORTAL_SMS_TEMPLATES: {path} cannot be read.") from error
    if not isinstance(read, dict) or not all(isinstance(each, str) for each in read.values()):
        raise ImproperlyConfigured(f"PORTAL_SMS_TEMPLATES: {path} maps no names to numbers.")
    return read
