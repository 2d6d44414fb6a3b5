import pytest
from django.urls import reverse

from core.links import address, link_to


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("work:case", "ZG2026110000004711"),
        ("bureau:permit", 1050),
        ("bureau:set-chase", 7),
        ("oversight:permit", 10),
        ("oversight-orders:order", "O-2026-0001"),
        ("enquiries:one", 100),
    ],
)
def test_a_row_leads_where_its_page_is(page: str, key: object) -> None:
    for _again in range(2):
        assert link_to(page, key) == reverse(page, args=[key])


def test_what_is_no_number_is_written_as_addresses_are() -> None:
    assert link_to("work:case", "ZG 1") == reverse("work:case", args=["ZG 1"])
    assert address("desk") == reverse("desk")
