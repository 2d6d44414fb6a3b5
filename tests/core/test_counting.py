import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.counting import Each, counted_each


@pytest.mark.django_db
def test_a_list_is_written_once_for_all_its_values() -> None:
    for username in ("one", "two"):
        User.objects.create(username=username)
    lists = {"all": User.objects.filter(username=Each()), "none": User.objects.none()}
    with CaptureQueriesContext(connection) as asked:
        found = counted_each(["one", "two", "three"], lists)
    assert found == {
        ("one", "all"): 1, ("one", "none"): 0,
        ("two", "all"): 1, ("two", "none"): 0,
        ("three", "all"): 0, ("three", "none"): 0,
    }  # fmt: skip
    [one] = asked.captured_queries
    assert one["sql"].count("LIMIT") == 1
