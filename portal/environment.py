"""Reads the environment for the settings, with a plain sentence where a value is wrong."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The value of a variable, or of the file that NAME_FILE points to (for mounted secrets)."""
    if value := os.environ.get(name):
        return value
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE points to {path}, which cannot be read: {error.strerror}."
            ) from error
    return default


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return value in {"1", "true", "yes", "on"} if value else default
    raise ImproperlyConfigured(f"{name} is {value!r}; use 1 or 0.")


def count(name: str, *, default: int) -> int:
    value = os.environ.get(name, "").strip()
    if value and not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} is {value!r}; use a whole number.")
    return int(value) if value else default


def words(name: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def database(url: str) -> dict[str, object]:
    """A percent-encoded host is a socket folder."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"The portal keeps its record in PostgreSQL; {parts.scheme!r} is none of its addresses."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.netloc.rpartition("@")[2].partition(":")[0]),
        "PORT": str(parts.port or ""),
        "OPTIONS": _options(dict(parse_qsl(parts.query))),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def _options(given: dict[str, str]) -> dict[str, str]:
    """With PostgreSQL's compiler off: our statements are short, and compiling one that is thought
    to be dear took 1.8 s once on every connection. Its disks turn no more: a row by index costs
    hardly more than the next one. What the address says itself comes later."""
    ours = "-c jit=off -c random_page_cost=1.1"
    return given | {"options": f"{ours} {given.get('options', '')}".strip()}


def storage(url: str, keys: Mapping[str, str]) -> dict[str, Any]:
    """Where documents are: in MEDIA_ROOT, or as STORAGE_URL says in
    `s3://BUCKET/PREFIX?endpoint=https://…&region=…&addressing=path|virtual`, with its keys."""
    parts = urlsplit(url)
    if parts.scheme in {"", "file"}:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    said = dict(parse_qsl(parts.query))
    addressing = said.pop("addressing", "path")
    names = {"endpoint": "endpoint_url", "region": "region_name"}
    unknown = set(said) - set(names)
    if parts.scheme != "s3" or unknown or addressing not in {"path", "virtual"}:
        raise ImproperlyConfigured(
            "STORAGE_URL is file:///PATH or "
            "s3://BUCKET/PREFIX?endpoint=https://…&region=…&addressing=path|virtual."
        )
    options = {names[name]: value for name, value in said.items()}
    if not all(keys.values()):
        raise ImproperlyConfigured(
            "STORAGE_URL names S3: set PORTAL_S3_KEY_ID and PORTAL_S3_KEY_SECRET, or ..._FILE."
        )
    where = {"bucket_name": parts.netloc, "location": parts.path.strip("/")}
    return {
        "BACKEND": "documents.s3.Bucket",
        "OPTIONS": {**where, **options, **keys, "addressing": addressing},
    }


def celery_broker(redis_url: str) -> str:
    """Celery's spelling of a Redis URL: it names a socket `redis+socket://`, redis-py `unix://`."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    number = dict(parse_qsl(query)).get("db", "0")
    return f"redis+socket://{path}?virtual_host={number}"
