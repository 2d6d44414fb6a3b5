"""Files in S3-compatible storage, by django-storages (`requirements-s3.txt`). What goes wrong with
it is an OSError, as with a disk."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

#: Seconds; a case is held meanwhile, so nobody waits for long.
CONNECT: Final = 3
ANSWER: Final = 10
TRIES: Final = 2
#: A file goes in one request, whole or not at all.
IN_ONE: Final = TransferConfig(multipart_threshold=1024**3, use_threads=False)


class Bucket(S3Storage):  # type: ignore[misc]  # it ships no types
    def __init__(self, *, addressing: str, **said: Any) -> None:
        """`addressing`: whether a bucket is named in the `path` of an address, or `virtual`, as a
        host."""
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": addressing},
            connect_timeout=CONNECT,
            read_timeout=ANSWER,
            retries={"total_max_attempts": TRIES, "mode": "standard"},
            # Newer than what most compatible storages know.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        # Names are random: none is ever written twice, and asking for it first says nothing.
        super().__init__(client_config=config, transfer_config=IN_ONE, file_overwrite=True, **said)

    def stored(self) -> Iterator[tuple[str, datetime]]:
        """Yield all names with when they were written, as many a request as there may be."""
        prefix = f"{self.location.strip('/')}/" if self.location else ""
        with as_os_error():
            for found in self.bucket.objects.filter(Prefix=prefix):
                yield found.key.removeprefix(prefix), found.last_modified

    def exists(self, name: str) -> bool:
        with as_os_error():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with as_os_error():
            super().delete(name)

    def _save(self, name: str, content: "File[Any]") -> str:
        with as_os_error():
            return str(super()._save(name, content))

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        """Read it whole, in one request: what is read later would fail later."""
        with as_os_error():
            answer = self.bucket.Object(self._normalize_name(name)).get()
            return File(io.BytesIO(answer["Body"].read()), name)


@contextmanager
def as_os_error() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        raise (FileNotFoundError if code == 404 else OSError)(f"S3 answered {code}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise OSError(type(error).__name__) from error
