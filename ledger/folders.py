"""The folders of the record, and the public one over HTTP: its files and nothing beside them.

keys/log, keys/receipt   private keys, 0600
signed/<epoch>           the last signed checkpoint, apart from the database
public/                  what everybody may read: keys.json, <epoch>/…
"""

import hashlib
import re
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from core.problems import Missing
from tlog.files import read

NUMBER = r"(?:0|[1-9][0-9]{0,18})"
WIDTH = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9][0-9]?)"
TILE = rf"(?:x[0-9]{{3}}/){{0,6}}[0-9]{{3}}(?:\.p/{WIDTH})?"
BYTES = "application/octet-stream"
#: Every address there is, with its content type: whatever else is asked for never reaches the
#: file system.
ADDRESSES = (
    (re.compile(r"keys\.json"), "application/json"),
    (re.compile(rf"{NUMBER}/(?:checkpoint|checkpoints/{NUMBER})"), "text/plain; charset=utf-8"),
    (re.compile(rf"{NUMBER}/tile/(?:{NUMBER}|entries)/{TILE}"), BYTES),
)
FOREVER = 365 * 24 * 60 * 60


def home() -> Path:
    return Path(settings.RECORD_DIR)


def public() -> Path:
    return home() / "public"


def epoch_folder(epoch: int) -> Path:
    return public() / str(epoch)


def signed() -> Path:
    """What was signed, which no restore of the database turns back."""
    return home() / "signed"


def private(purpose: str) -> Path:
    return home() / "keys" / purpose


@require_safe
@gzip_page
def published(request: HttpRequest, path: str) -> HttpResponseBase:
    """One file of the public folder. A tile never changes and may be kept for good; keys and
    checkpoints are asked for anew: rotation and cosignatures come to them."""
    kind = next((kind for address, kind in ADDRESSES if address.fullmatch(path)), "")
    content = read(public() / path) if kind else None
    if content is None:
        raise Missing
    response = HttpResponse(content, content_type=kind)
    if kind == BYTES:
        patch_cache_control(response, public=True, max_age=FOREVER, immutable=True)
    else:
        patch_cache_control(response, public=True, no_cache=True)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["ETag"] = tag
    return get_conditional_response(request, etag=tag, response=response) or response
