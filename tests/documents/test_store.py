"""Taking in a file: file and row together or not at all."""

import errno
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from pytest_django import Settings

from accounts.models import User
from core.clock import city_now
from core.place import acting_from
from core.problems import Invalid, TooMany
from documents import queries, storage
from documents.actions import store
from documents.models import Document
from documents.storage import NoRoom
from rules.limits import Limit, Meter, Quota, limits
from tests import people
from tests.documents.samples import jpeg, pdf, png

CASE = UUID("11111111-2222-4333-8444-555555555555")


def upload(data: bytes, name: str = "身份证.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/html")


def take(user: User, data: bytes | None = None, **changes: Any) -> Document:
    wanted: dict[str, Any] = {
        "subject_kind": "application",
        "subject_id": 7,
        "case_ref": CASE,
        "requirement": "identity",
        "upload": upload(pdf() if data is None else data),
        "by": user,
    }
    return store(**(wanted | changes))


def on_disk(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.django_db
def test_a_document_is_kept_with_all_that_is_known_of_it(folder: Path) -> None:
    user, before = people.applicant(), city_now()
    document = Document.objects.get(pk=take(user).pk)
    (path,) = on_disk(folder)
    assert path.read_bytes() == pdf()
    assert path.relative_to(folder).as_posix() == document.stored_name
    assert (document.size, document.content_type) == (len(pdf()), "application/pdf")
    assert document.sha256 == storage.sha256(pdf())
    assert document.original_name == "身份证.pdf"
    assert before <= document.uploaded_at <= city_now()


@pytest.mark.django_db
def test_names_on_the_disk_are_random_and_say_nothing(folder: Path) -> None:
    user = people.applicant()
    names = {take(user, upload=upload(pdf(), "王小明.pdf")).stored_name for _ in range(3)}
    assert len(names) == 3
    assert all(len(name) == 43 and name.isascii() and "." not in name for name in names)
    assert [path.stat().st_mode & 0o077 for path in on_disk(folder)] == [0, 0, 0]


@pytest.mark.django_db
def test_the_original_name_is_sealed() -> None:
    take(people.applicant(), upload=upload(pdf(), "王小明.pdf"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT d::text FROM documents_document d")
        assert "王小明" not in cursor.fetchone()[0]


@pytest.mark.django_db
def test_the_digest_of_each_file_is_known_as_it_came_and_as_it_is_kept() -> None:
    user = people.applicant()
    take(user)
    take(user, requirement="property", upload=upload(jpeg(), "a.jpg"))
    take(user, requirement="property", upload=upload(png(text=b"x"), "a.png"))
    take(user, requirement="design", subject_id=8)
    assert queries.on_file("application", 7) == [
        {"requirement": "identity", "sha256": storage.sha256(pdf())},
        *(
            {
                "requirement": "property",
                "sha256": storage.sha256(storage.read(row.stored_name)),
                "received_sha256": storage.sha256(came),
            }
            for row, came in zip(
                queries.about("application", 7)[1:], (jpeg(), png(text=b"x")), strict=True
            )
        ),
    ]


@pytest.mark.django_db
def test_a_refused_file_leaves_nothing(folder: Path) -> None:
    with pytest.raises(Invalid):
        take(people.applicant(), b"<html>")
    assert on_disk(folder) == []
    assert Document.objects.count() == 0


@pytest.mark.django_db
def test_there_is_an_end_to_how_many(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setitem(limits().quotas, Quota.FILES, 2)
    user = people.applicant()
    take(user)
    take(user)
    with pytest.raises(Invalid):
        take(user)
    assert len(on_disk(folder)) == 2
    take(user, subject_id=8)


@pytest.mark.django_db
def test_there_is_an_end_to_how_much(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setitem(limits().quotas, Quota.MEGABYTES, 1)
    monkeypatch.setattr("documents.room.MEGABYTE", len(pdf()))
    user = people.applicant()
    take(user)
    with pytest.raises(Invalid):
        take(user)
    assert len(on_disk(folder)) == 1
    take(user, subject_id=8)


@pytest.mark.django_db
def test_an_account_hands_in_so_much_a_day(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setitem(limits().windows, Meter.UPLOAD_ACCOUNT, Limit(most=2, minutes=60))
    user = people.applicant()
    take(user)
    take(user, subject_id=8)
    with pytest.raises(TooMany):
        take(user, subject_id=9)
    take(people.applicant("li"), subject_id=9)
    assert len(on_disk(folder)) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("meter", "words"),
    [(Meter.UPLOAD_ADDRESS, "此网络今天"), (Meter.UPLOAD_SITE, "目前提交的文件过多")],
)
def test_a_network_and_the_site_hand_in_so_much_a_day(
    monkeypatch: pytest.MonkeyPatch, folder: Path, meter: Meter, words: str
) -> None:
    monkeypatch.setitem(limits().windows, meter, Limit(most=2, minutes=60))
    for number, name in enumerate(("wang", "li")):
        with acting_from("192.0.2.1"):
            take(people.applicant(name), subject_id=number)
    with pytest.raises(TooMany) as refused, acting_from("192.0.2.1"):
        take(people.applicant("zhao"), subject_id=9)
    assert words in str(refused.value.detail)
    with acting_from("192.0.2.2"):
        if meter is Meter.UPLOAD_SITE:
            with pytest.raises(TooMany):
                take(people.applicant("qian"), subject_id=9)
        else:
            take(people.applicant("qian"), subject_id=9)
    assert len(on_disk(folder)) == (2 if meter is Meter.UPLOAD_SITE else 3)


@pytest.mark.django_db
def test_a_full_disk_is_said_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    def half(self: FileSystemStorage, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read()[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    user = people.applicant()
    monkeypatch.setattr(FileSystemStorage, "_save", half)
    with pytest.raises(NoRoom):
        take(user)
    assert on_disk(folder) == []
    assert Document.objects.count() == 0


def test_a_rollback_takes_the_file_with_it(committed_db: str, folder: Path) -> None:
    user = people.applicant()

    def fail_later() -> None:
        with transaction.atomic():
            take(user)
            assert len(on_disk(folder)) == 1
            raise RuntimeError("the caller's next step failed")

    with pytest.raises(RuntimeError):
        fail_later()
    assert on_disk(folder) == []
    assert Document.objects.count() == 0


def test_the_rollback_of_a_part_takes_only_its_own_file(committed_db: str, folder: Path) -> None:
    user = people.applicant()

    def fail() -> None:
        with transaction.atomic():
            take(user)
            User.objects.create(username="Not Plain")

    with transaction.atomic():
        kept = take(user)
        with pytest.raises(IntegrityError):
            fail()
    assert [path.name for path in on_disk(folder)] == [kept.stored_name.partition("/")[2]]
    assert list(storage.findings()) == []


def test_a_row_that_is_refused_takes_the_file_with_it(committed_db: str, folder: Path) -> None:
    user = people.applicant()
    with pytest.raises(DatabaseError):
        take(user, requirement="x" * 100)
    assert on_disk(folder) == []


def test_after_the_commit_the_file_stays(committed_db: str, folder: Path) -> None:
    document = take(people.applicant())
    assert storage.read(document.stored_name) == pdf()


def test_a_connection_that_broke_leaves_the_file_for_the_check(
    committed_db: str, folder: Path
) -> None:
    user = people.applicant()

    def break_off() -> None:
        with transaction.atomic():
            take(user)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(DatabaseError):
        break_off()
    connection.close()
    assert len(on_disk(folder)) == 1
    assert Document.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken", [{"size": 0}, {"content_type": "text/html"}, {"stored_name": "taken"}]
)
def test_the_database_refuses_an_impossible_row(broken: dict[str, Any]) -> None:
    user = people.applicant()
    first, second = take(user), take(user)
    values = {"stored_name": "another", **broken}
    if broken.get("stored_name") == "taken":
        values["stored_name"] = first.stored_name
    for name, value in {"pk": None, "ref": uuid4(), **values}.items():
        setattr(second, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save(force_insert=True)


# --- The check ----------------------------------------------------------------------------------


def check() -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("check_documents", stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


@pytest.mark.django_db
def test_the_check_finds_what_does_not_belong_together(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = people.applicant()
    take(user)
    assert check() == (0, ["documents are whole"])
    gone, changed = take(user), take(user)
    (folder / gone.stored_name).unlink()
    (folder / changed.stored_name).write_bytes(b"something else")
    stray = folder / "ab" / "stray"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"x")
    monkeypatch.setattr(storage, "YOUNG", timedelta(seconds=-5))
    assert check() == (
        1,
        [
            f"row without file: {gone.stored_name}",
            f"wrong digest: {changed.stored_name}",
            "file without row: ab/stray",
            "3 findings",
        ],
    )
    assert storage.remove_strays() == 1
    assert not stray.exists()
    assert (folder / changed.stored_name).exists()


@pytest.mark.django_db
def test_a_file_that_is_being_taken_in_is_no_stray(folder: Path) -> None:
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "young").write_bytes(b"x")
    assert check() == (0, ["documents are whole"])
    assert storage.remove_strays() == 0


@pytest.mark.django_db
def test_nothing_stored_yet_is_whole() -> None:
    assert check() == (0, ["documents are whole"])


# --- Much too large -----------------------------------------------------------------------------


def test_no_more_than_the_limit_is_kept_of_a_large_upload(settings: Settings) -> None:
    from django.http import QueryDict
    from django.test import RequestFactory

    settings.DOCUMENT_MAX_BYTES = 100_000
    settings.FILE_UPLOAD_HANDLERS = [
        "documents.actions.Bounded",
        "django.core.files.uploadhandler.TemporaryFileUploadHandler",
    ]
    request = RequestFactory().post("/", {"file": upload(b"x" * 3_000_000)})
    assert isinstance(request.POST, QueryDict)
    got = request.FILES["file"]
    assert isinstance(got, UploadedFile)
    assert 100_000 < (got.size or 0) < 300_000
    with pytest.raises(Invalid):
        store(
            subject_kind="application", subject_id=1, case_ref=uuid4(), requirement="x",
            upload=got, by=User(),
        )  # fmt: skip
