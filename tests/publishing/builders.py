"""Texts of published tables, and publications made by the real actions."""

import pytest
from django.utils.translation import override

from accounts.models import User
from core.problems import Invalid
from publishing import actions
from publishing.lines import read
from publishing.models import Draft, Publication
from publishing.tables import table_of

FEES = (
    "code,item,payer,kinds,unit,rate,nature,legal_basis,from_date,until_date,note\n"
    "HR-10,High-reliability supply charge,New two-source customers,hv_single;hv_dual,CNY/kVA,12.5,"
    "market,Order 1,{first},{last},\n"
)
PAYEES = """code,name,affiliated,relation,from_date
GD,市供电公司,no,,2020-01-01
GC,演示电力工程公司,yes,供电公司的全资子公司,2020-01-01
"""
CAPACITY = (
    "code,kind,name,district,fed_from,voltage_kv,rating_kva,max_load_kva,committed_kva,limited,"
    "reason,datum,geometry,data_date\n"
)
LINE = "{code},line,{name} Line 1,510302,,10,8000,{load},0,no,,,,2026-11-01\n"
OUTAGES = (
    "number,district,area,area_class,kind,cause,planned_from,planned_until,started_at,restored_at,"
    "customers,level,excluded_by_policy,regulation,short_notice_reason\n"
    "{number},510302,{area},urban,{kind},Cable work,2026-11-01 08:00,2026-11-01 12:00,{off},{on},"
    "{customers},medium,{excluded},{regulation},{late}\n"
)
CUSTOMERS = """year,district,area_class,level,customers,complete_until
{year},510302,urban,medium,{customers},{year}-12-31
"""
ROADS = (
    "number,district,name,section,cause,since,route,basis\n"
    "{number},{district},Made-up Road,all of it,{cause},{since},{route},Record of acceptance 1\n"
)
SOURCE = "Monthly report 2026-11"


def fees(first: str = "2026-01-01", last: str = "") -> str:
    return FEES.format(first=first, last=last)


def capacity(name: str = "Wuxing", open_kva: int = 3000) -> str:
    """One line of 8,000 kVA that can still take so much."""
    return CAPACITY + LINE.format(code=f"{name}-1", name=name, load=8000 - open_kva)


def road(
    number: str = "R-1",
    *,
    district: str = "510302",
    cause: str = "new",
    since: str = "2025-06-01",
    route: str = "",
) -> str:
    return ROADS.format(number=number, district=district, cause=cause, since=since, route=route)


def outage(
    number: str = "P-1",
    *,
    area: str = "Wuxing Street",
    kind: str = "planned",
    off: str = "2026-11-01 08:00",
    on: str = "2026-11-01 10:00",
    customers: int = 100,
    excluded: str = "no",
    regulation: str = "",
    late: str = "Published before the portal told of notice",
) -> str:
    return OUTAGES.format(
        number=number, area=area, kind=kind, off=off, on=on, customers=customers,
        excluded=excluded, regulation=regulation, late=late,
    )  # fmt: skip


def customers(year: int = 2026, number: int = 1000) -> str:
    return CUSTOMERS.format(year=year, customers=number)


def published(
    kind: str, text: str, by: User, *, note: str = "", whole: bool = False
) -> Publication:
    """The publication of a text."""
    draft = actions.begin(kind=kind, by=by, text=text, source=SOURCE, note=note, whole=whole)
    return in_force(draft, by)


def in_force(draft: Draft, by: User, *, sure: bool = False) -> Publication:
    """The publication of a draft: where it must be checked, by the other lead of the company."""
    if not table_of(draft.kind).checked:
        return actions.publish(draft=draft, by=by, sure=sure)
    offered = actions.offer(draft=draft, by=by, sure=sure)
    return actions.publish(draft=offered, by=second(by), sure=sure)


def second(first: User) -> User:
    """Another lead of the supply company than the first one, for all districts."""
    names = {"supply-lead", "supply-lead-2"} - {first.username}
    return User.objects.filter(username__in=names).latest("id")


def refusals(kind: str, text: str, by: User, note: str = "", source: str = "s") -> list[str]:
    """Why a text is not published, in English."""
    draft = actions.begin(kind=kind, by=by, text=text, source=source, note=note)
    with pytest.raises(Invalid) as refused, override("en"):
        in_force(draft, by)
    with override("en"):
        return [f"{error.pointer} {error.reason}" for error in refused.value.errors]


def troubles(kind: str, text: str) -> list[str]:
    """What is wrong with a text, in English."""
    with override("en"):
        return [trouble.text for trouble in read(table_of(kind), text, source="s").troubles]
