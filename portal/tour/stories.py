"""The five cases of the tour, as data: what is filed, what is built, what must come of it."""

from dataclasses import dataclass, field
from typing import Any

PERSON = {"type": "person", "name": "演示居民", "id_number": "510302199003070013"}
SHOP = {
    "type": "company",
    "name": "演示小吃店",
    "id_number": "91510300MA60000014",
    "enterprise_size": "small",
}
FACTORY = {
    "type": "company",
    "name": "演示制造厂",
    "id_number": "125103004504000000",
    "enterprise_size": "large",
}
PHONE = "13800001234"

NOT_NEEDED = dict.fromkeys(
    (
        "planning", "construction", "road_occupation", "municipal_occupation",
        "municipal_excavation", "highway_excavation", "greening",
    ),
    "not_needed",
)  # fmt: skip


@dataclass(frozen=True)
class Story:
    """One case.

    Attributes:
        kind: that the rules must give.
        who: the account that files.
        limit: (measure, working days) that the service standard must show.
        case: the declaration, without applicant's phone and address.
        works: the line works, or None for none at all.
        routes: the route of each of the seven permits.
        refuse: a permit that is refused in the first round.
        change: what the changed line differs in.
        carried: permits that the change must carry over.
    """

    kind: str
    who: str
    limit: tuple[str, int]
    case: dict[str, Any]
    works: dict[str, Any] | None
    routes: dict[str, str]
    refuse: str = ""
    change: dict[str, Any] = field(default_factory=dict)
    carried: tuple[str, ...] = ()


STORIES = (
    Story(
        kind="residential",
        who="resident",
        limit=("whole_process", 3),
        case={"applicant": PERSON, "capacity_kw": 8, "voltage": "low", "sources": 1,
              "purpose": "residential"},
        works={"length_m": 60, "excavation_m": 4, "investment_yuan": 20_000},
        routes=NOT_NEEDED | {"planning": "exempt"},
    ),
    Story(
        kind="lv_small",
        who="shop",
        limit=("whole_process", 7),
        case={"applicant": SHOP, "capacity_kw": 60, "voltage": "low", "sources": 1,
              "purpose": "commercial"},
        works={"length_m": 300, "excavation_m": 20, "investment_yuan": 400_000,
               "in_planned_area": True, "along_municipal_road_or_duct": True,
               "road": "municipal", "occupies_road": True},
        routes=NOT_NEEDED
        | {"planning": "review", "construction": "exempt", "road_occupation": "commitment",
           "municipal_occupation": "commitment", "municipal_excavation": "commitment"},
    ),
    Story(
        kind="lv_other",
        who="shop",
        limit=("handling", 6),
        case={"applicant": FACTORY, "capacity_kw": 90, "voltage": "low", "sources": 1,
              "purpose": "commercial"},
        works={"length_m": 200, "excavation_m": 0, "investment_yuan": 100_000,
               "existing_road": True, "greening": "ordinary", "choose_review": ["greening"]},
        routes=NOT_NEEDED | {"planning": "instant", "greening": "review"},
    ),
    Story(
        kind="hv_single",
        who="factory",
        limit=("handling", 16),
        case={"applicant": FACTORY, "capacity_kw": 800, "voltage": "high", "sources": 1,
              "purpose": "industrial"},
        works={"length_m": 800, "excavation_m": 50, "investment_yuan": 2_000_000,
               "in_planned_area": True, "along_municipal_road_or_duct": True,
               "road": "municipal", "occupies_road": True, "greening": "ordinary"},
        routes=NOT_NEEDED
        | dict.fromkeys(
            ("planning", "construction", "road_occupation", "municipal_occupation",
             "municipal_excavation", "greening"), "review",
        ),
        refuse="greening",
        change={"greening": "none"},
        carried=("planning", "construction", "road_occupation", "municipal_occupation",
                 "municipal_excavation"),
    ),
    Story(
        kind="hv_dual",
        who="factory",
        limit=("handling", 30),
        case={"applicant": FACTORY, "capacity_kw": 3000, "voltage": "high", "sources": 2,
              "purpose": "industrial"},
        works={"length_m": 1200, "excavation_m": 0, "investment_yuan": 5_000_000,
               "in_adopted_plan": True, "road": "highway", "highway_class": "expressway",
               "crosses_road": True},
        routes=NOT_NEEDED
        | {"planning": "review", "construction": "review", "highway_excavation": "special"},
    ),
)  # fmt: skip

PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    b"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
)
