"""The published record over HTTP: the files of the public folder and nothing beside them."""

import hashlib
import re

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from core.problems import Missing
from ledger import folders

NUMBER = r"(?:0|[1-9][0-9]{0,18})"
WIDTH = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9][0-9]?)"
TILE = rf"(?:x[0-9]{{3}}/){{0,6}}[0-9]{{3}}(?:\.p/{WIDTH})?"
#: Every address there is: whatever else is asked for never reaches the file system.
KEYS = re.compile(r"keys\.json")
HEAD = re.compile(rf"{NUMBER}/(?:checkpoint|checkpoints/{NUMBER})")
LEAVES = re.compile(rf"{NUMBER}/tile/(?:{NUMBER}|entries)/{TILE}")

FOREVER = 365 * 24 * 60 * 60
JSON, TEXT, BYTES = (
    "application/json", "text/plain; charset=utf-8", "application/octet-stream"
)  # fmt: skip


@require_safe
@gzip_page
def published(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with one file of the public folder, the same for everybody.

    A tile never changes, so it may be kept for good. Keys and checkpoints are asked for anew:
    rotation and cosignatures come to them.

    Raises:
        Missing: there is no such file.
    """
    kind = content_type(path)
    content = folders.read(folders.public() / path) if kind else None
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


def content_type(path: str) -> str:
    """Return the content type of a published path; empty where there is no such address."""
    if KEYS.fullmatch(path):
        return JSON
    if HEAD.fullmatch(path):
        return TEXT
    return BYTES if LEAVES.fullmatch(path) else ""
