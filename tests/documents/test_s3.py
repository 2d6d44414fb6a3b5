"""Files in S3-compatible storage: file and row together or not at all, as on a disk."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from pytest_django import Settings

from accounts.roles import Role
from documents import queries, storage, uploads
from documents.models import Document
from documents.storage import NoRoom, Unreachable
from portal import environment
from tests import people, servers
from tests.documents.samples import pdf
from tests.documents.test_store import check, take
from tools.counterparts import s3

KEYS = {"access_key": s3.KEY, "secret_key": "secret"}


@pytest.fixture(autouse=True)
def objects(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[s3.Objects]:
    """A city whose files are in a bucket, under a prefix."""
    monkeypatch.setattr("documents.s3.ANSWER", 0.3)
    server = s3.serving(0, tmp_path)
    with servers.answering(server) as address:
        url = f"s3://tongdian/zigong/files?endpoint={address}&region=cn"
        settings.STORAGES = {**settings.STORAGES, "default": environment.storage(url, KEYS)}
        yield server.RequestHandlerClass.objects


def names(objects: s3.Objects) -> list[str]:
    return [name.removeprefix("tongdian/zigong/files/") for name in objects.kept]


@pytest.mark.django_db
def test_a_file_is_an_object_that_is_found_listed_and_whole(
    objects: s3.Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = take(people.applicant())
    assert names(objects) == [document.stored_name]
    assert storage.read(document.stored_name) == pdf()
    assert [name for name, _at in storage.stored_names()] == [document.stored_name]
    assert check() == (0, ["documents are whole"])
    monkeypatch.setattr(storage, "YOUNG", timedelta(seconds=-5))
    objects.kept["tongdian/zigong/files/ab/stray"] = next(iter(objects.kept.values()))
    monkeypatch.setattr(s3, "MOST", 1)  # of one list
    assert check() == (1, ["file without row: ab/stray", "1 findings"])
    assert storage.remove_strays() == 1
    objects.kept.clear()
    assert check() == (1, [f"row without file: {document.stored_name}", "1 findings"])


def test_a_rollback_takes_the_object_with_it(committed_db: str, objects: s3.Objects) -> None:
    user = people.applicant()

    def fail_later() -> None:
        with transaction.atomic():
            take(user)
            assert len(objects.kept) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_later()
    assert objects.kept == {}


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["slow", "silent", "mute", "error", "refuse"])
def test_what_could_not_be_written_is_said_and_leaves_no_row(
    objects: s3.Objects, mode: str
) -> None:
    user = people.applicant()
    objects.behave({"mode": mode, "times": 2, "seconds": 0.6})  # as often as it is tried
    with pytest.raises(NoRoom):
        take(user)
    assert (Document.objects.count(), objects.kept) == (0, {})


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["silent", "broken"])
def test_what_cannot_be_read_now_is_not_gone(objects: s3.Objects, mode: str) -> None:
    user = people.applicant()
    queries.register("application", lambda _subject, _who: Role.APPLICANT)
    document, client = take(user), people.browser(user)
    objects.behave({"mode": mode, "times": 2})
    assert client.get(f"/documents/{document.ref}/").status_code == 503
    assert client.get(f"/documents/{document.ref}/").content == pdf()
    objects.behave({"mode": mode, "times": 2})
    with pytest.raises(Unreachable):
        list(storage.findings())


@pytest.mark.django_db
def test_a_garbled_answer_is_no_file(objects: s3.Objects) -> None:
    user = people.applicant()
    queries.register("application", lambda _subject, _who: Role.APPLICANT)
    document = take(user)
    objects.behave({"mode": "garbled", "times": 1})
    assert people.browser(user).get(f"/documents/{document.ref}/").status_code == 404


@pytest.mark.django_db
def test_parts_are_objects_until_they_are_a_file(
    objects: s3.Objects, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr("documents.room.MEGABYTE", 200)
    user, data = people.applicant(), pdf()
    about: dict[str, Any] = {
        "subject_kind": "application",
        "subject_id": 7,
        "requirement": "identity",
    }
    begun = uploads.begin(**about, name="a.pdf", size=len(data), sha256="", by=user)
    for at in range(0, len(data), 200):
        uploads.append(begun, offset=at, data=data[at : at + 200])
    assert len(objects.kept) == -(-len(data) // 200)
    assert uploads.whole(begun).read() == data
    # What cannot be deleted after the commit is a stray, and nobody's trouble.
    objects.behave({"mode": "broken", "times": 2})
    with django_capture_on_commit_callbacks(execute=True):
        uploads.discard(begun.pk)
    assert len(objects.kept) == 1


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ("s3://bucket?colour=red", KEYS),
        ("s3://bucket?addressing=dns", KEYS),
        ("ftp://bucket", KEYS),
        ("s3://bucket", {**KEYS, "secret_key": ""}),
    ],
)
def test_a_wrong_setting_is_refused_at_the_start(url: str, keys: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured):
        environment.storage(url, keys)
