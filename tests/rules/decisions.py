"""Decision files as short texts, for tests that add one to the city's own."""

HEAD = """
[decision]
code = "test"
title = {{ zh = "试验决定", en = "Decision under test" }}
issuer = {{ zh = "试验机关", en = "Body under test" }}
issued = 2021-06-01
level = "{level}"

[[source]]
code = "paper"
title = {{ zh = "试验文件", en = "Paper under test" }}
"""

ROW = """
[[row]]
key = "{key}"
value = {value}
clause = {{ zh = "试验一", en = "Test 1" }}
source = "paper"
trust = "{trust}"
from = {since}
adopted = {adopted}
{more}
"""


def row(
    key: str,
    value: str,
    *,
    since: str = "2021-06-01",
    trust: str = "V",
    adopted: str = "true",
    more: str = "",
    unit: str = "",
    district: str = "",
) -> str:
    """One row; `value` is TOML."""
    lines = [
        more,
        f'unit = "{unit}"' if unit else "",
        f'district = "{district}"' if district else "",
    ]
    return ROW.format(
        key=key, value=value, since=since, trust=trust, adopted=adopted, more="\n".join(lines)
    )


def decision(level: str, *rows: str) -> str:
    """A decision of a level with rows."""
    return HEAD.format(level=level) + "".join(rows)


def district_days(
    key: str, days: int, *, district: str = "510321", since: str = "2021-06-01"
) -> str:
    """A district's decision that sets one number of working days."""
    return decision(
        "district", row(key, str(days), unit="working_day", district=district, since=since)
    )
