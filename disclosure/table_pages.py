"""The public pages of published tables."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from applications.rentals.availability import told
from disclosure.forms import CapacityForm, OutageForm, PlaceForm, PolicyForm, RoadForm
from disclosure.governance import (
    practice_columns,
    project_columns,
    seat_columns,
    training_columns,
)
from disclosure.tables import (
    Shown,
    area_columns,
    capacity_columns,
    fee_columns,
    outage_columns,
    payee_columns,
    policy_columns,
    price_columns,
    rental_columns,
    road_columns,
)
from publishing.models import Kind


@dataclass(frozen=True)
class PublicTable:
    """The page of a published table; `form` is what the reader may narrow it by, `told` adds to
    the rows what is computed of them."""

    lead: str | Promise
    columns: Callable[[], Sequence[Shown]]
    form: type[PlaceForm] | type[PolicyForm] | None = None
    told: Callable[[Iterable[Any]], Iterable[Any]] = lambda rows: rows


PAGES = {
    Kind.FEES: PublicTable(
        gettext_lazy(
            "Nobody else may be charged anything but an item of this catalogue that is in force "
            "that day, at its rate (Regulation on Optimizing the Business Environment, article 25)."
        ),
        fee_columns,
    ),
    Kind.PAYEES: PublicTable(
        gettext_lazy(
            "Who may be paid for a connection, and which of them are affiliated with the supply "
            "company. Nobody else may be paid; an affiliate only by an item of the catalogue that "
            "names it (plan, part 3 (3), item 3)."
        ),
        payee_columns,
    ),
    Kind.PRICES: PublicTable(
        gettext_lazy(
            "Retail prices of electricity as the city's price authority sets or adjusts them, at "
            "least a month before they take effect (plan, part 3 (5), item 1). What begins later "
            "is below the price that it follows, with the day from which it holds."
        ),
        price_columns,
    ),
    Kind.CAPACITY: PublicTable(
        gettext_lazy(
            "How much load lines and transformers can still take, on their whole way from the "
            "substation: rating less load, less what was committed, less what is offered to cases "
            "by plans that hold. An application is needed all the same, and nobody is turned away "
            "because of these figures."
        ),
        capacity_columns,
        CapacityForm,
    ),
    Kind.AREAS: PublicTable(
        gettext_lazy(
            "How much load an area can still take at once, over everything that feeds it; what is "
            "limited or unknown is left out. An area of few lines and transformers says its class "
            "alone. An application is needed all the same."
        ),
        area_columns,
        PlaceForm,
    ),
    Kind.OUTAGES: PublicTable(
        gettext_lazy(
            "Outages from before they were recorded here as they happened. Their times are those "
            "that the supply company published."
        ),
        outage_columns,
        OutageForm,
    ),
    Kind.ROADS: PublicTable(
        gettext_lazy(
            "A road that was newly built, widened or rebuilt may not be dug for some years after "
            "it came into use, nor an overhauled one after the works ended. Where it must be, a "
            "city's government of county level or above has to approve it (Regulations on "
            "Municipal Roads, article 33)."
        ),
        road_columns,
        RoadForm,
    ),
    Kind.POLICIES: PublicTable(
        gettext_lazy(
            "The documents by which bureaus and their offices in the districts decide permits, as "
            "the plan asks them to publish (part 3 (5), item 1). A title leads to the page of the "
            "office that issued it, away from here. What is no longer in force stays, with the "
            "document that took its place."
        ),
        policy_columns,
        PolicyForm,
    ),
    Kind.GROUP: PublicTable(
        gettext_lazy(
            "Which posts make up the working group that answers for the plan, and who is the "
            "liaison of each member. Posts are told and no people (working mechanism, parts 1 "
            "and 3)."
        ),
        seat_columns,
    ),
    Kind.PROJECTS: PublicTable(
        gettext_lazy(
            "What is built in the distribution and rural network, for how much, in which "
            "urban-rural plan it stands, and what its evaluations found and changed (plan, part 3 "
            "(4), item 1). What stood before is in the history."
        ),
        project_columns,
        PlaceForm,
    ),
    Kind.TRAINING: PublicTable(
        gettext_lazy(
            "When the people of the counters and bureaus are trained, and when the public can hear "
            "how to get electricity (plan, part 4 (3)); afterwards how many came."
        ),
        training_columns,
    ),
    Kind.PRACTICES: PublicTable(
        gettext_lazy(
            "What the supply company, a bureau or a district does well, told by itself or "
            "collected by the lead agency, for others to do likewise (plan, part 4 (2))."
        ),
        practice_columns,
    ),
    Kind.RENTAL: PublicTable(
        gettext_lazy(
            "Equipment for temporary supply that the supply company rents out, so that nobody has "
            "to buy it (plan, part 3 (3), item 1). Whoever has applied for temporary use asks for "
            "it on the page of the case. The price is that of the fee catalogue, and no other."
        ),
        rental_columns,
        PlaceForm,
        told,
    ),
}


def page_of_table(kind: str) -> str:
    """The name of the page that shows a published table."""
    own = {Kind.CUSTOMERS: "reliability", Kind.OUTAGES: "outages-earlier"}
    return f"disclosure:{own.get(Kind(kind), kind)}"
