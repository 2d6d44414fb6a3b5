"""Reads of corrections of name and number."""

from collections import defaultdict
from collections.abc import Iterable

from applications.corrections.actions import SUBJECT
from applications.corrections.models import IdentityCorrection
from documents.models import Document


def with_files(rows: Iterable[IdentityCorrection]) -> list[IdentityCorrection]:
    """The same, each with what was handed in with it (`files`): one statement for all."""
    found, files = list(rows), defaultdict[int, list[Document]](list)
    kept = Document.objects.filter(subject_kind=SUBJECT, subject_id__in=[each.pk for each in found])
    for file in kept.order_by("id") if found else ():
        files[file.subject_id].append(file)
    for each in found:
        each.files = files[each.pk]
    return found
