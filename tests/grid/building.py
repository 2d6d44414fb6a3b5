"""A small grid, and points on it, as texts of published tables."""

from tests.publishing.builders import CAPACITY

#: S-1 feeds L-1, which feeds P-1 (400 kVA, half of it loaded) and P-2 (no load known).
TREE = (
    CAPACITY
    + "S-1,substation,Wuxing,510302,,110,40000,10000,0,no,,,,2026-11-01\n"
    + "L-1,line,Wuxing Line 1,510302,S-1,10,8000,4000,0,no,,,,2026-11-01\n"
    + "P-1,public_transformer,Wuxing 1,510302,L-1,0.4,400,200,0,no,,,,2026-11-01\n"
    + "P-2,public_transformer,Wuxing 2,510302,L-1,0.4,630,,0,no,,,,2026-11-01\n"
)
POINTS = "code,district,town,area,element,area_class,level,customers,data_date\n"


def points(*rows: str) -> str:
    return POINTS + "".join(f"{row}\n" for row in rows)
