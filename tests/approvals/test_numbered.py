from uuid import uuid4

import pytest
from django.db.models import QuerySet

from approvals import filters
from approvals.models import LineWorks


@pytest.mark.django_db
def test_few_line_works_of_a_number_are_read_at_once_and_many_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = [
        LineWorks.objects.create(
            case_ref=uuid4(), application=number, district="510302", voltage="10"
        )
        for number in ("ZG0001004711", "4711ZG", "ZG0001004712")
    ]
    wanted = {line.pk for line in lines[:2]}
    few = filters.lines_numbered("4711")
    assert isinstance(few, list)
    assert set(few) == wanted
    monkeypatch.setattr(filters, "FEW", 1)
    many = filters.lines_numbered("4711")
    assert isinstance(many, QuerySet)
    assert {line.pk for line in many} == wanted
