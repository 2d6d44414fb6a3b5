"""The form of a row reads a line of a file as it reads the page, whatever stood above."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from publishing.models import Kind
from publishing.tables import table_of

#: Cells of every column, good ones, bad ones, and such as mean the same.
CELLS = st.sampled_from(
    [
        "", " ", "\u2800", "é", "A", "A ", "Ａ", "x" * 301, "a\u202eb", "-", "NaN", "0", "00", "1",
        "1.0", "１",
        "1.234", "12,345", "1,23", "-1", "9" * 20, "1e3", "yes", "No", "是", "on",
        "perhaps",        "line", "Line",
        "线路", "bus", "substation", "510302", "510303", "自流井区", "2026-11-01",
        "2026年11月1日", "2026-02-30", "2026-11-01 08:00", "2026-11-01T08:00+02:00", "market",
        "urban", "medium", "planned", "fault", "new", "cgcs2000", "WGS 84", "POINT (104.77 29.35)",
        "point( 104.77  29.35 )", "POINT (29.35 104.77)", "LINESTRING (104.77 29.35, 104.78 29.36)",
        "POLYGON ((104.7 29.3, 104.8 29.3, 104.8 29.4, 104.7 29.3))", "104.77 29.35; 104.78 29.36",
    ]
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(Kind))
@given(data=st.data())
def test_a_line_is_read_as_the_page_reads_it(kind: Kind, data: st.DataObject) -> None:
    form = table_of(kind).form
    lines = data.draw(
        st.lists(st.fixed_dictionaries(dict.fromkeys(form.base_fields, CELLS)), max_size=4)
    )
    reading = form()
    with override("en"):
        for cells in lines:
            page = form(cells)
            reading.read(dict(zip(cells, cells.values(), strict=True)))
            assert reading.errors == page.errors
            assert reading.cleaned_data == page.cleaned_data
