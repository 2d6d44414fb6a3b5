import json
import os
from datetime import UTC, datetime
from typing import Any

from portal.places import ROOT

RESULTS = ROOT / "bench" / "results"
AIM = 0.10


def keep(section: str, found: dict[str, Any]) -> None:
    path = RESULTS / "record.json"
    everything = json.loads(path.read_text()) if path.is_file() else {}
    everything[section] = found
    save("record", everything, table(everything))


def save(name: str, found: dict[str, Any], page: str) -> None:
    """Keep what was measured, for a program and as the page that is printed, too."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(found, indent=2) + "\n")
    (RESULTS / f"{name}.md").write_text(page)
    print(page)


def machine() -> dict[str, Any]:
    """Processors, and how many processes wanted one."""
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "processors": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
    }


def table(everything: dict[str, Any]) -> str:
    parts = [("cost", _cost), ("log", _log)]
    drawn = [draw(everything[name]) for name, draw in parts if name in everything]
    return "# The record\n\n" + "\n".join(drawn)


def _ran(found: dict[str, Any]) -> str:
    where = found["machine"]
    return (
        f"{where['day']}, {where['processors']} processors, load {where['load_before']} when it "
        "began. Compare ratios, not times."
    )


def _cost(found: dict[str, Any]) -> str:
    rows = "\n".join(
        f"| {row['name']} | {row['ms']} | {row['processor_ms']} |" for row in found["ways"]
    )
    log, whole = found["added_by_the_log"], found["added_by_the_record"]
    return f"""## What it adds to one unit of work

{found["unit"]}. {found["entries_per_unit"]} entries a unit. {found["rounds"]} rounds of \
{found["units_per_round"]} units a way, the ways in turn, so that all meet the same machine. \
{_ran(found)}

| | a unit, ms (a tenth were faster) | its processor time, ms (mean; portal and server process) |
|---|---:|---:|
{rows}

Waiting for the log and keeping what opens an entry add **{log["time"]:.1%}** to a unit's time \
and {log["processor"]:.1%} to its processor time (limit {AIM:.0%}). Together with sealing (number, \
chain, hash, guards) it is **{whole["time"]:.1%}** and {whole["processor"]:.1%} more than the same \
statements without any of it.
"""


def _log(found: dict[str, Any]) -> str:
    small, large = found["sizes"]
    return f"""## The log at {small["entries"]:,} and at {large["entries"]:,} entries

{_ran(found)} {found["made"]}

| | {small["entries"]:,} | {large["entries"]:,} | ratio |
|---|---:|---:|---:|
{_row("integrate, tile and sign what waited, entries a second", small, large, "drained_per_second")}
{_row("integrate, tile and sign 1,000 more, seconds", small, large, "thousand_more_s")}
{_row("proof of inclusion, ms", small, large, "proof_ms")}
{_row("files read for a proof", small, large, "proof_files")}
{_row("hashes in a proof", small, large, "proof_hashes")}
{_verified("verify_ledger (database)", found["verify_ledger"])}
{_verified("tongdian_verify.py log (published files, no library)", found["stand_alone"])}
"""


def _row(name: str, small: dict[str, Any], large: dict[str, Any], key: str) -> str:
    a, b = small[key], large[key]
    return f"| {name} | {a:,} | {b:,} | {b / a:.2f} |"


def _verified(name: str, rows: list[dict[str, Any]]) -> str:
    a, b = rows
    shown = [
        f"{one['seconds']:,} s, {one['per_second']:,} a second, {one['mb']} MB" for one in rows
    ]
    return f"| {name} | {shown[0]} | {shown[1]} | {b['per_second'] / a['per_second']:.2f} |"
