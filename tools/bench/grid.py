"""The grid with 100,000 lines (or BENCH_LINES): imported, searched, promised, shown."""

import io
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import uuid4

from tools.bench.grid_city import LINES, MadeUpGrid
from tools.bench.record import machine, save
from tools.bench.unit import say
from tools.city import open_city

PLACES, SCANS, PAGES, OPENINGS, CORRECTIONS = 200, 15, 30, 5, 3
NEED: Final = Decimal(800)
MORE_THAN_A_LINE: Final = Decimal(9000)
LIST: Final = "/disclosure/capacity/"

#: What is near and has room by its own figures, without an index: measured line by line.
SCAN: Final = """
SELECT r.id, r.shape <-> point(%s, %s) AS metres FROM grid_elementrow r
WHERE r.replaced_in_id IS NULL AND r.kind IN ('line', 'bus') AND r.voltage_kv >= 1
    AND r.shape IS NOT NULL AND r.rating_kva - r.max_load_kva - r.committed_kva >= %s
ORDER BY 2, 1 LIMIT 8
"""
#: What fills every transformer, so that its lines have room by their own figures alone.
FILLED: Final = """
WITH promised AS (
    INSERT INTO grid_reservation (case_ref, number, source, element_id, kva, from_at, ending)
    SELECT gen_random_uuid(), 'bench', 1, e.id, 43000, city_now(), ''
    FROM grid_element e JOIN grid_elementrow r ON r.id = e.row_id
    WHERE r.kind = 'transformer' AND r.rating_kva = 63000 AND e.code LIKE 'T%'
    RETURNING id, element_id
) INSERT INTO grid_hold (reservation_id, element_id)
  SELECT promised.id, way.id FROM promised, LATERAL grid_way(promised.element_id) way
"""
Seconds = list[float]


def main() -> None:
    where = machine()
    with open_city("bench"):
        found = measure()
        # The sample comes last: by then every made-up transformer is full.
        found |= {"sample": sample(), "machine": where}
    save("grid", found, table(found))


def measure() -> dict[str, Any]:
    made = MadeUpGrid()
    found: dict[str, Any] = {"lines": LINES, "import": imported(made)}
    places = made.places(PLACES)
    say("searching ...")
    found["nearest"] = nearest_ms(places)
    say("opening pages ...")
    found["list_ms"] = spread(lists())
    found["proposal_ms"] = spread(proposals(places[:PAGES]))
    found["reservation_ms"] = spread(reservations(places[:100]))
    say("filling every transformer ...")
    _as_owner(FILLED)
    found["nearest"]["all_full_ms"] = spread(timed(lambda at: _nearest(at, NEED), places[:20]))
    return found


# --- import -----------------------------------------------------------------------------------


def imported(made: MadeUpGrid) -> dict[str, float]:
    """Of one publication of all lines: its draft's page as it is opened first and later, and rows a
    second that are judged and published, beside COPY of the same rows into a table of the same
    indexes and constraints. The same lines are then corrected, each, as every month."""
    say("publishing what feeds the lines ...")
    publish(made.upstream())
    text = made.lines_text()
    draft = begun(text)
    say(f"opening the draft of {LINES:,} lines ...")
    pages = opened(draft)
    say(f"publishing {LINES:,} lines, {1 + CORRECTIONS} times ...")
    first, locked = published(draft)
    copy = copied()
    corrected = [published(begun(later(text, number))) for number in range(CORRECTIONS)]
    publish(made.public_transformers())
    _as_owner("ANALYZE grid_element", "ANALYZE grid_elementrow")
    return {
        **pages,
        "portal_per_second": round(LINES / first),
        "corrected_per_second": round(LINES / statistics.median(each[0] for each in corrected)),
        "locked_share": round(locked / first, 3),
        "copy_per_second": round(LINES / copy),
        "share_of_copy": round(copy / first, 4),
    }


def later(text: str, number: int) -> str:
    """The same figures as of another day."""
    return text.replace(",2026-11-01\n", f",2026-11-{number + 2:02}\n")


def opened(draft: Any) -> dict[str, float]:
    """Seconds of the first opening of a draft's page, and of later ones and pages of its rows."""
    from tools.lists import Listing, ask, opened_by

    page = f"/work/publish/drafts/{draft.pk}/"
    client = opened_by(Listing("supply-lead", page))

    def seconds(address: str) -> float:
        begun = time.perf_counter()
        answer = ask(client, Listing("supply-lead", address))
        if answer.status_code != 200:
            raise AssertionError(f"{address} answers {answer.status_code}")
        return time.perf_counter() - begun

    rows = f"{page}changes/?of=added&from={LINES - LINES // 10}"
    return {
        "first_opening_s": round(seconds(page), 2),
        "opening_s": round(statistics.median(seconds(page) for _ in range(OPENINGS)), 2),
        "rows_s": round(statistics.median(seconds(rows) for _ in range(OPENINGS)), 2),
    }


def begun(text: str) -> Any:
    """A draft of elements."""
    from publishing import actions

    return actions.begin(kind="capacity", by=_lead(), text=text, source="Made up", note="Newer")


def published(draft: Any) -> tuple[float, float]:
    """Seconds of publishing a draft, and those of them with the city's lock held."""
    from django.db import connection

    from core.locks import case_key
    from ledger.record import CITY_REF
    from publishing import actions

    locked: Seconds = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if "pg_advisory_xact_lock" in sql and params == [case_key(CITY_REF)]:
            locked.append(time.perf_counter())
        return answer

    begun = time.perf_counter()
    with connection.execute_wrapper(watch):
        actions.publish(draft=draft, by=_lead(), sure=True)
    done = time.perf_counter()
    return done - begun, done - locked[0]


def publish(text: str) -> None:
    """Publishing makes the preview that it publishes itself."""
    published(begun(text))


def _lead() -> Any:
    from accounts.models import User

    return User.objects.get(username="supply-lead")


def copied() -> float:
    """Seconds."""
    from django.db import connections

    out = io.StringIO()
    with connections["owner"].cursor() as cursor:
        lines = "SELECT * FROM grid_elementrow WHERE kind = 'line' AND code LIKE 'L%'"
        cursor.copy_expert(f"COPY ({lines} LIMIT {LINES}) TO STDOUT", out)
        cursor.execute("CREATE TABLE bench_copy (LIKE grid_elementrow INCLUDING ALL)")
        out.seek(0)
        begun = time.perf_counter()
        cursor.copy_expert("COPY bench_copy FROM STDIN", out)
        taken = time.perf_counter() - begun
        cursor.execute("DROP TABLE bench_copy")
    return taken


def _as_owner(*statements: str) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


# --- a real grid ------------------------------------------------------------------------------


def sample() -> dict[str, Any]:
    """The public grid of `tools.grid_sample`, imported as anybody would, proposed on and drawn."""
    import gzip

    from django.db.models import Count

    from grid.models import Element, ElementRow
    from publishing.models import Publication
    from tools.grid_sample import files
    from tools.lists import Listing, ask, opened_by

    say("publishing the sample of a real grid ...")
    begun = time.perf_counter()
    publish(gzip.decompress(files.ELEMENTS.read_bytes()).decode())
    seconds = time.perf_counter() - begun
    rows = ElementRow.objects.standing().filter(source__startswith="SimBench")
    kinds = rows.values_list("kind").annotate(n=Count("pk"))
    lines = rows.filter(kind="line", voltage_kv__lt=100)
    places = [_beside(row.geometry) for row in lines.order_by("code")[:: max(1, PLACES)][:PLACES]]
    counted = [_possible(place) for place in places]
    west, south = places[0][0] - 0.02, places[0][1] - 0.02
    box = f"?bbox={west:.3f},{south:.3f},{west + 0.04:.3f},{south + 0.04:.3f}"
    page = Listing("manager", f"/api/v1/grid/map/{box}")
    drawn = ask(opened_by(page), page).json()["features"]
    return {
        "elements": Element.objects.filter(row__source__startswith="SimBench").count(),
        "kinds": dict(kinds.order_by("kind")),
        "rows_per_second": round(Publication.objects.latest("id").added / seconds),
        "places": len(places),
        "places_with_room": sum(found > 0 for found in counted),
        "drawn": len(drawn),
    }


def _beside(wkt: str) -> tuple[float, float]:
    """A hundred metres from where a line begins."""
    from grid import geometry

    east, north = geometry.read(wkt).degrees[0]
    return east + 0.001, north


def _possible(place: tuple[float, float]) -> int:
    from grid.proposals import candidates

    return sum(each.possible for each in candidates(place, kva=Decimal(50), voltage="low"))


# --- search -----------------------------------------------------------------------------------


def nearest_ms(places: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """The search with room, beside the scan, in turn."""
    from django.db import connection

    from grid.projection import projected

    def scan(place: tuple[float, float]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(SCAN, [*projected(*place), NEED])
            cursor.fetchall()

    ours, plain = [], []
    for number, place in enumerate(places):
        ours += timed(lambda at: _nearest(at, NEED), [place])
        if number < SCANS:
            plain += timed(scan, [place])
    nothing = timed(lambda at: _nearest(at, MORE_THAN_A_LINE), places[:20])
    return {
        "with_room_ms": spread(ours),
        "plain_scan_ms": spread(plain),
        "times_faster": round(statistics.median(plain) / statistics.median(ours), 1),
        "no_line_has_room_ms": spread(nothing),
    }


def _nearest(place: tuple[float, float], kva: Decimal) -> None:
    from grid.proposals import nearest

    nearest(place, kva=kva, voltage="high", with_room=True)


# --- pages and promises -----------------------------------------------------------------------


def lists() -> Seconds:
    """The first page of the public list; each time another one, so that none is kept ready."""
    from django.test import Client

    client = Client(HTTP_HOST="localhost")

    def ask(number: int) -> None:
        answer = client.get(LIST, {"element": "line", "district": f"51030{2 + number % 3}"})
        if answer.status_code != 200:
            raise AssertionError(f"{LIST} answers {answer.status_code}")

    return timed(ask, range(PAGES))


def proposals(places: Sequence[tuple[float, float]]) -> Seconds:
    """The page of the supply of a case of high voltage, as its manager opens it."""
    from accounts.models import User
    from applications import drafts
    from applications.actions import CASES
    from applications.checklist import wanted
    from applications.supply.actions import set_place
    from core.clock import city_now
    from tools.lists import Listing, ask, opened_by
    from tools.patterns import add_documents
    from tools.scenarios import address, declaration

    people = {user.username: user for user in User.objects.all()}
    case = drafts.draft(body=declaration("hv_single", address(1)), by=people["factory"])
    needs = tuple(need.code for need in wanted(case, case.rules(city_now()), "submit"))
    add_documents(case.pk, case.ref, case.filed_by_id, needs)
    case = CASES.perform(case, "submit", by=people["factory"])
    case = CASES.perform(case, "accept", by=people["manager"])
    page = Listing("manager", f"/work/cases/{case.number}/supply/")
    client, taken = opened_by(page), []
    for east, north in places:
        set_place(case, f"{east:.6f} {north:.6f}", by=people["manager"])
        taken += timed(lambda _: _shown(ask(client, page)), [0])
    return taken


def _shown(answer: Any) -> None:
    if answer.status_code != 200 or b"kVA" not in answer.content:
        raise AssertionError(f"the page of a supply answers {answer.status_code}")


def reservations(places: Sequence[tuple[float, float]]) -> Seconds:
    """One committed promise of the nearest line with room."""
    from django.db import transaction

    from core.clock import city_now
    from grid.models import Element
    from grid.proposals import nearest
    from grid.reservations import Wanted, reserve

    def promise(code: str) -> None:
        with transaction.atomic():
            wanted = [Wanted(code, Decimal(10))]
            reserve(case_ref=uuid4(), number="bench", wanted=wanted, at=city_now())

    near = [next(iter(nearest(at, kva=NEED, voltage="high", with_room=True))) for at in places]
    codes = Element.objects.in_bulk(near)
    return timed(promise, [codes[key].code for key in near])


def timed(call: Callable[[Any], None], given: Iterable[Any]) -> Seconds:
    taken = []
    for each in given:
        begun = time.perf_counter()
        call(each)
        taken.append(time.perf_counter() - begun)
    return taken


def spread(taken: Seconds) -> dict[str, float]:
    """In ms."""
    ordered = sorted(each * 1000 for each in taken)
    p95 = ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]
    return {"median": round(statistics.median(ordered), 1), "p95": round(p95, 1)}


def table(found: dict[str, Any]) -> str:
    near, where, rows = found["nearest"], found["machine"], found["import"]
    real = found["sample"]
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in real["kinds"].items())
    measured = {
        "the nearest 8 with room, exact": near["with_room_ms"],
        "the same by a plain SQL scan of every line's own figures": near["plain_scan_ms"],
        "the nearest where no line has room": near["no_line_has_room_ms"],
        "the nearest where every transformer is full of promises": near["all_full_ms"],
        "the page of proposals for a case": found["proposal_ms"],
        "a promise, committed": found["reservation_ms"],
        "the first page of the public list": found["list_ms"],
    }
    lines = "\n".join(f"| {name} | {ms['median']} | {ms['p95']} |" for name, ms in measured.items())
    return f"""# The grid

{found["lines"]:,} lines with what feeds them, three in four of them full. {where["day"]}, \
{where["processors"]} processors, load {where["load_before"]} when it began. Compare ratios, not \
times.

| | median, ms | p95, ms |
|---|---:|---:|
{lines}

The search is **{near["times_faster"]}** times as fast as the scan.

Imported, judged and published: {rows["portal_per_second"]:,} rows a second; COPY of the \
same rows into a table of the same indexes {rows["copy_per_second"]:,}, of which the portal's \
reading, judging and comparing leaves **{rows["share_of_copy"]:.1%}**. The city's lock is held for \
{rows["locked_share"]:.0%} of that time. Correcting every line: {rows["corrected_per_second"]:,} \
rows a second.

The page of the draft opens in {rows["first_opening_s"]} s at first, when its text is read, and in \
{rows["opening_s"]} s later; a page of its rows in {rows["rows_s"]} s.

A real public grid (docs/grid-sample.md): {real["elements"]:,} elements ({kinds}) imported with \
{real["rows_per_second"]:,} rows a second; for {real["places_with_room"]} of {real["places"]} \
places beside its lines an element of low voltage can take 50 kVA; a map of four kilometres draws \
{real["drawn"]} of them.
"""


if __name__ == "__main__":
    main()
