"""A home filed over HTTP, from the first page to the receipt, beside one form with one table."""

import itertools
import multiprocessing
import statistics
import time
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from http.cookiejar import CookieJar
from multiprocessing.sharedctypes import Synchronized
from typing import Any, Final
from urllib.parse import urlencode, urljoin, urlsplit

from lxml import html

from tools.bench.public import served
from tools.bench.record import machine, save
from tools.bench.unit import say
from tools.city import open_city
from tools.scenarios import PASSWORD, PDF, address, declaration

RUNS: Final = 40
PLAIN: Final = "/bench/filing/"
UPLOADS: Final = "//main//form[.//input[@type='file']]"
_addresses = itertools.count(1)


def main() -> None:
    where = machine()
    counter = multiprocessing.Value("q", 0)
    with open_city("bench"):
        from tools.bench.plain_form import make_table

        make_table()
        count_statements(counter)
        with served() as port:
            found = measure(f"http://127.0.0.1:{port}", counter)
    found["machine"] = where
    save("filing", found, table(found))


def count_statements(counter: "Synchronized[int]") -> None:
    """Of every connection that is opened from now on, in this process and those forked off it."""
    from django.db.backends.signals import connection_created

    def counted(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        with counter.get_lock():
            counter.value += 1
        return execute(sql, params, many, context)

    def opened(*, connection: Any, **_said: object) -> None:
        connection.execute_wrappers.append(counted)

    connection_created.connect(opened, weak=False)


def measure(base: str, counter: "Synchronized[int]") -> dict[str, Any]:
    """One of each in turn, so that both meet the same machine."""
    browser = Browser(base)
    browser.sign_in("resident")
    done: dict[str, list[tuple[float, int, int]]] = {"ours": [], "plain": []}
    for number in range(RUNS):
        say(f"run {number + 1} of {RUNS} ...")
        for name, file in (("ours", file_a_home), ("plain", file_plainly)):
            asked, sent, begun = browser.requests, counter.value, time.perf_counter()
            file(browser)
            spent = 1000 * (time.perf_counter() - begun)
            done[name].append((spent, browser.requests - asked, counter.value - sent))
    middle = {
        name: [statistics.median(each) for each in zip(*runs, strict=True)]
        for name, runs in done.items()
    }
    ratios = [mine[0] / theirs[0] for mine, theirs in zip(*done.values(), strict=True)]
    return {
        "runs": RUNS,
        **{
            name: {"milliseconds": round(spent, 1), "requests": asked, "statements": sent}
            for name, (spent, asked, sent) in middle.items()
        },
        "ratio": round(statistics.median(ratios), 1),
    }


def answers() -> dict[str, str]:
    """What a person types for a home, by field, at an address of its own."""
    body = declaration("residential", address(next(_addresses)))
    who, place = body["applicant"], body["address"]
    return {
        "purpose": body["purpose"], "applicant_type": who["type"], "applicant_name": who["name"],
        "id_number": who["id_number"], "phone": who["phone"], "district": place["district"],
        "address_line": place["line"], "capacity_kw": str(body["capacity_kw"]),
    }  # fmt: skip


def file_a_home(browser: "Browser") -> None:
    """Every page as a person meets it, without scripts: questions, files, last look, receipt."""
    said, page = answers(), browser.get("/apply/")
    while "/documents/" not in page.base_url:
        page = browser.send(page, said)
    for place in range(len(page.xpath(UPLOADS))):
        page = browser.send(page, {}, form=page.xpath(UPLOADS)[place], file=PDF)
    [check] = page.xpath("//main//a[contains(@href, '/check/')]/@href")
    page = browser.send(browser.get(check), {})
    [receipt, *_more] = page.xpath("//main//a[contains(@href, '/receipts/')]/@href")
    browser.get(receipt)


def file_plainly(browser: "Browser") -> None:
    """The form, what it was sent, and the row as a page."""
    browser.send(browser.get(PLAIN), answers())


class Browser:
    """Keeps cookies, follows redirects, counts requests."""

    def __init__(self, base: str) -> None:
        self.base, self.requests = base, 0
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(cookies)

    def get(self, path: str, data: bytes | None = None, kind: str = "") -> Any:
        url = urljoin(self.base, path)
        headers = {"Content-Type": kind} if kind else {}
        with self.opener.open(urllib.request.Request(url, data, headers)) as answer:
            self.requests += 1
            at = urlsplit(answer.url)
            self.requests += at.path != urlsplit(url).path  # led on
            return html.document_fromstring(answer.read().decode(), base_url=answer.url)

    def send(
        self, page: Any, said: Mapping[str, str], *, form: Any = None, file: bytes = b""
    ) -> Any:
        """Fill the form of a page in and send it; of the answers those that it asks for."""
        form = page.xpath("//main//form[@method='post']")[0] if form is None else form
        asked = {field.name for field in form.inputs if field.name}
        values = dict(form.form_values()) | {k: v for k, v in said.items() if k in asked}
        path = form.get("action") or page.base_url
        if not file:
            return self.get(path, urlencode(values).encode())
        mark = uuid.uuid4().hex
        return self.get(
            path, b"".join(_parts(mark, values, file)), f"multipart/form-data; boundary={mark}"
        )

    def sign_in(self, username: str) -> None:
        page = self.get("/account/sign-in/")
        self.send(page, {"username": username, "password": PASSWORD})


def _parts(mark: str, values: Mapping[str, str], file: bytes) -> Iterator[bytes]:
    head = f'--{mark}\r\nContent-Disposition: form-data; name="'
    for name, value in values.items():
        yield f'{head}{name}"\r\n\r\n{value}\r\n'.encode()
    yield f'{head}file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'.encode()
    yield file + f"\r\n--{mark}--\r\n".encode()


def table(found: dict[str, Any]) -> str:
    where = found["machine"]
    what = (
        f"A home from the first page to the receipt, medians of {found['runs']} runs in turn with"
        " one form of the same fields that writes one row with Django and shows it, through all"
        f" the same layers of the same server: {found['ratio']} times as long. {where['day']},"
        f" {where['processors']} processors, load {where['load_before']} when it began."
    )
    lines = [
        "# A filing over HTTP",
        "",
        what,
        "",
        "| | ms | requests | statements |",
        "|---|---:|---:|---:|",
    ]
    for name, words in (
        ("ours", "Tongdian: all pages, two files"),
        ("plain", "one form, one table"),
    ):
        row = found[name]
        lines.append(
            f"| {words} | {row['milliseconds']} | {row['requests']:g} | {row['statements']:g} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
