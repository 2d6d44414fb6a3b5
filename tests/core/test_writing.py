"""How days, durations, figures, money and masked names read in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from core.templatetags import city

DAY = date(2026, 11, 23)
# 23:30 in London is the next morning in the city.
LATE = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("write", "value", "chinese", "english"),
    [
        (city.day, DAY, "2026年11月23日（周一）", "Mon 23 Nov 2026"),
        (city.day, None, "", ""),
        (city.short_day, DAY, "11月23日（周一）", "Mon 23 Nov"),
        (city.tiny_day, DAY, "11-23", "23 Nov"),
        (city.instant, LATE, "2026年11月23日（周一）07:30", "Mon 23 Nov 2026, 07:30"),
        (city.short_instant, LATE, "11月23日（周一）07:30", "Mon 23 Nov, 07:30"),
        (city.due_day, date(2026, 11, 27), "11月27日（周五）24:00 前", "by the end of Fri 27 Nov"),
        (city.working_days, 1, "1 个工作日", "1 working day"),
        (city.working_days, 3, "3 个工作日", "3 working days"),
        (city.calendar_days, 0, "0 天", "0 days"),
        (city.figure, 1_000_000, "1,000,000", "1,000,000"),
        (city.figure, Decimal("0.125"), "0.125", "0.125"),
        (city.figure, Decimal("160.0"), "160", "160"),
        (city.figure, None, "–", "–"),
        (city.money, Decimal("1000000.00"), "1,000,000 元", "CNY 1,000,000"),
        (city.money, Decimal("12.5"), "12.50 元", "CNY 12.50"),
        (city.holder_name, "supplier", "供电公司", "Supply company"),
        (city.pick, {"zh": "居民", "en": "Home"}, "居民", "Home"),
    ],
)
def test_it_reads(write: Any, value: Any, chinese: str, english: str) -> None:
    with override("zh-hans"):
        assert write(value) == chinese
    with override("en"):
        assert write(value) == english


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [(3.417, 2, "3.42"), (2.675, 2, "2.68"), (5, 2, "5.00"), (214_530, 0, "214,530")],
)
def test_a_figure_is_rounded_half_up_to_its_places(value: Any, places: int, written: str) -> None:
    assert city.figure(value, places) == written


@pytest.mark.parametrize(
    ("mask", "value", "masked"),
    [
        (city.masked_phone, "13812345678", "138****5678"),
        (city.masked_phone, "12345", "*****"),
        (city.masked_name, "张三", "张*"),
        (city.masked_name, "欧阳小明", "欧***"),
        (city.masked_name, "自贡盐化机械有限公司", "自贡****公司"),
        (city.masked_name, "", ""),
        (city.masked_id, "510302199001011234", "510***********1234"),
        (city.masked_id, "12345678", "********"),
    ],
)
def test_masked_it_shows_only_what_its_owner_knows_it_by(
    mask: Any, value: str, masked: str
) -> None:
    assert mask(value) == masked
