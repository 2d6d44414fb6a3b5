"""What people do to a case whoever plays them, by the portal's own actions: tests and the
simulation."""

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from applications import documents
from applications.checklist import wanted
from applications.models import Application
from core.clock import city_now
from tools.scenarios import PDF, PDF_NAME


def pdf(name: str = PDF_NAME) -> SimpleUploadedFile:
    """A small whole PDF."""
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def hand_in(case: Application, action: str, by: User | None = None) -> int:
    """Hand in every document that an action asks for, as who filed it if nobody is named; return
    how many."""
    needs = wanted(case, case.rules(city_now()), action)
    for need in needs:
        filer = by or case.filed_by.user
        documents.add(application=case, requirement=need.code, upload=pdf(), by=filer)
    return len(needs)
