"""What the portal takes from one client, account or phone in a while, how much one may have, and
how long what is not finished is kept.

No decision of the city: the portal's own protection. So it is read from the city's file of limits
once a process, is not part of a version of the rules, and holds before any decision is in force.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from typing import Final

from rules.city import LIMITS_FILE, ROOT, city_code
from rules.files import RuleError, Table, parse_toml
from rules.tries import Tries, tries_of


class Meter(StrEnum):
    """What is counted for a while; after the point, for whom."""

    SIGN_IN_PAIR = "sign_in.pair"
    SIGN_IN_ADDRESS = "sign_in.address"
    PASSWORD_PAIR = "password.pair"  # noqa: S105 (a name)
    PROGRESS_ADDRESS = "progress.address"
    PROGRESS_CASE = "progress.case"
    PROGRESS_PAIR = "progress.pair"
    REGISTER_PHONE = "register.phone"
    REGISTER_ADDRESS = "register.address"
    REGISTER_SITE = "register.site"
    #: Wrong tries of one code, and how long it holds: counted in its own row.
    CODE_TRIES = "code.tries"
    CODE_PAUSE = "code.pause"
    CODE_PAIR = "code.pair"
    CODE_PHONE = "code.phone"
    CODE_ADDRESS = "code.address"
    CODE_SITE = "code.site"
    LINK_PHONE = "link.phone"
    #: Tries of one challenge of a passkey, and how long it holds.
    PASSKEY_CHALLENGE = "passkey.challenge"
    PASSKEY_ADDRESS = "passkey.address"
    #: Answers of an identity service to one question, and how long a question holds.
    IDENTITY_STATE = "identity.state"
    IDENTITY_ADDRESS = "identity.address"
    UPLOAD_ACCOUNT = "upload.account"
    UPLOAD_ADDRESS = "upload.address"
    UPLOAD_SITE = "upload.site"
    EXPORT_PARTY = "export.party"
    LICENCE_PARTY = "licence.party"
    OFFER_PARTY = "offer.party"
    SEARCH_ACCOUNT = "search.account"
    OFFER_PHONE = "offer.phone"
    MESSAGE_PARTY = "message.party"
    MESSAGE_CASE = "message.case"
    ENQUIRY_PERSON = "enquiry.person"
    ENQUIRY_ADDRESS = "enquiry.address"
    OUTAGE_ADDRESS = "outage.address"
    INTERRUPTION_PERSON = "interruption.person"
    INTERRUPTION_ADDRESS = "interruption.address"
    #: Answers and files of open data.
    DATA_ADDRESS = "data.address"
    REPORT_PERSON = "report.person"
    REPORT_ADDRESS = "report.address"
    #: Photos on which a barcode is looked for.
    BARCODE_ACCOUNT = "barcode.account"
    #: Requests for an opinion to one phone.
    OPINION_PHONE = "opinion.phone"
    #: Unknown numbers of permits.
    PERMIT_ADDRESS = "permit.address"
    #: How long a code holds that binds WeChat or the app, and wrong ones from one address and all.
    BINDING_CODE = "binding.code"
    BINDING_ADDRESS = "binding.address"
    BINDING_SITE = "binding.site"
    #: Times that people have a provider asked about one payment.
    PAYMENT_LOOK = "payment.look"


class Quota(StrEnum):
    """What one may have at once."""

    DRAFTS = "drafts.account"
    FILES = "files.subject"
    MEGABYTES = "megabytes.subject"
    PASSKEYS = "passkeys.account"
    #: Of one part of a file that comes in parts, in megabytes.
    PART = "megabytes.part"
    MANDATES = "mandates.account"
    MANDATES_OF_PARTY = "mandates.party"
    #: Cases that are handed to somebody else by one click.
    HAND_OVER = "cases.hand_over"
    #: Questions of one case or person that wait for an answer.
    ENQUIRIES = "enquiries.open"
    #: Reports of one person that are not closed, and photos of one of them.
    REPORTS = "reports.open"
    REPORT_PHOTOS = "photos.public"
    #: Of all that were ever made about one charge.
    COMPLAINTS = "complaints.charge"
    #: What one person or phone follows of outages.
    FOLLOWINGS = "followings.person"
    #: Of one person or phone about interruptions of supply, that wait for a decision.
    INTERRUPTIONS = "interruptions.open"
    #: Rows of the list of what is to be done that one act is taken of at once.
    ROWS = "rows.act"
    #: Saved filters, of all lists of a person.
    FILTERS = "filters.account"
    PLAN_LINES = "lines.plan"
    #: Points of the route in one application package.
    ROUTE_POINTS = "points.route"
    #: How near in metres a line comes to the line of a road that it meets.
    ROAD_METRES = "metres.road"
    #: Of all that were asked about one permit.
    OPINIONS = "opinions.permit"
    #: Orders of materials and meters of one case that have not come yet, and the quantity of one.
    MATERIAL_ORDERS = "orders.case"
    MATERIAL_QUANTITY = "quantity.order"
    #: Of one report from a site; and the longer edge of each, in pixels, before it is sent.
    PHOTOS = "photos.report"
    PHOTO_EDGE = "pixels.photo"
    #: Cases whose meters one account takes along on one day.
    TAKEN_ALONG = "cases.along"
    #: Elements that are proposed for a place, and of how many the room is looked at.
    CANDIDATES = "elements.proposal"
    CANDIDATES_LOOKED_AT = "elements.looked_at"
    #: Units of temporary supply that one case asks for or has at once.
    RENTALS = "rentals.case"
    #: Days from today on of which it is told when a unit is free, and which can be asked for.
    RENTAL_DAYS = "days.rental"
    #: Of how many, those with the most room of their own first, it is said before applying whether
    #: they can take a load.
    ABLE_LOOKED_AT = "elements.able"
    #: Elements that the map of the desks draws at once.
    MAP_ELEMENTS = "elements.map"
    #: Of one file of a published table; and of one of the network, which has more rows than others.
    TABLE_ROWS = "rows.table"
    TABLE_MEGABYTES = "megabytes.table"
    NETWORK_ROWS = "rows.network"
    NETWORK_MEGABYTES = "megabytes.network"
    #: Of one file of a data set of open data.
    DATA_ROWS = "rows.data"
    #: Of a spreadsheet: its columns, and all of it unpacked.
    SHEET_COLUMNS = "columns.sheet"
    SHEET_MEGABYTES = "megabytes.sheet"


class Keeping(StrEnum):
    """What is kept for so many days after its last change."""

    DRAFTS = "drafts"
    UPLOADS = "uploads"
    OFFERS = "offers"
    #: The longest that somebody may have for an opinion.
    OPINIONS = "opinions"
    FOLLOWINGS = "followings"


@dataclass(frozen=True, slots=True)
class Limit:
    most: int
    minutes: int

    @property
    def seconds(self) -> int:
        return self.minutes * 60


@dataclass(frozen=True, slots=True)
class Scanning:
    """How files are handed to the scanner; `late`: seconds after which one waits for too long."""

    tries: Tries
    late: int


@dataclass(frozen=True, slots=True)
class Webhooks:
    """What is taken of other systems.

    Attributes:
        tolerance: seconds by which the time of a message may differ from ours.
        kilobytes: of one message.
        batch_kilobytes: of one that tells many things.
    """

    tolerance: int
    kilobytes: int
    batch_kilobytes: int


@dataclass(frozen=True, slots=True)
class PaymentLimits:
    """How a provider of payments is heard and asked.

    Attributes:
        tolerance, ahead: seconds that a signed message may be old, and that it may be ahead of us.
        bill_kilobytes: of one day's bill.
        bill_hour: of the day after, in the city, from which on a day's bill is asked for.
        bill_days: for how many days a bill that is not there is asked for.
        minutes: for which an order can be paid.
        kilobytes: of one notice.
        tries: of asking what has become of an order or a refund.
    """

    tolerance: int
    ahead: int
    bill_kilobytes: int
    bill_hour: int
    bill_days: int
    minutes: int
    kilobytes: int
    tries: Tries

    @property
    def wait(self) -> int:
        return self.tries.wait


#: Every month has this day.
SHORTEST_MONTH: Final = 28


@dataclass(frozen=True, slots=True)
class MapRules:
    """How the map by room left is made.

    Attributes:
        ample_percent: of the rating, from which on the room is ample.
        fewest: elements that an area has at least for its figures to be public.
    """

    ample_percent: int
    fewest: int


@dataclass(frozen=True, slots=True)
class StatisticsRules:
    """How the figures of real timings are published.

    Attributes:
        day: of the next month, on which they are frozen.
        smallest: the smallest count but zero that is shown.
        least: of how many a percentile is told.
    """

    day: int
    smallest: int
    least: int


@dataclass(frozen=True, slots=True)
class Limits:
    windows: dict[Meter, Limit]
    quotas: dict[Quota, int]
    days: dict[Keeping, int]
    scanning: Scanning
    webhooks: Webhooks
    payments: PaymentLimits
    #: Minutes for which a person who has shown once more who it is need not do so again.
    confirming: int
    #: How the papers of permits are tried to be made.
    permit_papers: Tries
    #: Smallest and largest rating of a kind of element, in kVA, about which nobody is asked.
    ratings: dict[str, tuple[int, int]]
    map: MapRules
    statistics: StatisticsRules


@lru_cache(maxsize=4)
def limits(code: str = "") -> Limits:
    """Read from its file once per process."""
    return parse_limits((ROOT / (code or city_code()) / LIMITS_FILE).read_text(encoding="utf-8"))


def parse_limits(text: str) -> Limits:
    """Raises RuleError at a limit that is missing, unknown, double, or below one."""
    top = Table(LIMITS_FILE, "(file)", parse_toml(LIMITS_FILE, text))
    windows: dict[Meter, Limit] = {}
    for table in top.tables("limit"):
        meter = Meter(_name(table, set(Meter), set(windows)))
        windows[meter] = Limit(table.positive("most"), table.positive("minutes"))
        table.end()
    quotas: dict[Quota, int] = {}
    for table in top.tables("quota"):
        quota = Quota(_name(table, set(Quota), set(quotas)))
        quotas[quota] = table.positive("most")
        table.end()
    days: dict[Keeping, int] = {}
    for table in top.tables("keeping"):
        keeping = Keeping(_name(table, set(Keeping), set(days)))
        days[keeping] = table.positive("days")
        table.end()
    scanning = _scanning(Table(LIMITS_FILE, "scanning", top.take("scanning", dict)))
    webhooks = _webhooks(Table(LIMITS_FILE, "webhooks", top.take("webhooks", dict)))
    payments = _payments(Table(LIMITS_FILE, "payments", top.take("payments", dict)))
    confirming = Table(LIMITS_FILE, "confirming", top.take("confirming", dict))
    minutes = confirming.positive("minutes")
    confirming.end()
    papers = Table(LIMITS_FILE, "permit_papers", top.take("permit_papers", dict))
    # Three, for the time stamps of one PDF.
    tries = tries_of(papers, asks=3)
    papers.end()
    ratings = {}
    for table in top.tables("rating"):
        kind = table.take("kind", str)
        ratings[kind] = (table.positive("smallest"), table.positive("largest"))
        table.end()
    drawn = Table(LIMITS_FILE, "map", top.take("map", dict))
    mapping = MapRules(drawn.positive("ample_percent"), drawn.positive("fewest"))
    drawn.end()
    statistics = _statistics(Table(LIMITS_FILE, "statistics", top.take("statistics", dict)))
    top.end()
    known: set[str] = {*Meter, *Quota, *Keeping}
    for missing in sorted(known - {*windows, *quotas, *days}):
        raise RuleError(LIMITS_FILE, missing, "is missing")
    return Limits(
        windows, quotas, days, scanning, webhooks, payments, minutes, tries, ratings, mapping,
        statistics,
    )  # fmt: skip


def _statistics(table: Table) -> StatisticsRules:
    rules = StatisticsRules(*map(table.positive, ("day", "smallest", "least")))
    table.end()
    if rules.day > SHORTEST_MONTH:
        raise table.refuse("day: not every month has it")
    return rules


def _scanning(table: Table) -> Scanning:
    scanning = Scanning(tries_of(table), table.positive("late"))
    table.end()
    return scanning


def _webhooks(table: Table) -> Webhooks:
    sizes = (table.positive("kilobytes"), table.positive("batch_kilobytes"))
    webhooks = Webhooks(table.positive("tolerance"), *sizes)
    table.end()
    return webhooks


def _payments(table: Table) -> PaymentLimits:
    # An order that has run out is asked about, and closed.
    tries = tries_of(table, asks=2)
    named = [each.name for each in fields(PaymentLimits) if each.name != "tries"]
    payments = PaymentLimits(**{name: table.positive(name) for name in named}, tries=tries)
    table.end()
    return payments


def _name(table: Table, known: set[str], seen: set[str]) -> str:
    name = table.one_of("name", sorted(known))
    if name in seen:
        raise table.refuse(f"{name} stands twice")
    return name
