"""In which order cases are listed, and the indexes in which these orders stand.

An index begins with what a list is narrowed by and ends in its order, which is unique: so a page
begins exactly where the one before it ended, and costs what it shows.
"""

from typing import Final

from django.contrib.postgres.indexes import OpClass
from django.db.models import F, Index, Q
from django.db.models.functions import Reverse

from applications.states import LOW
from applications.waiting.queries import LONGEST_FIRST, REMINDED

#: Whose turn it is: ours, or that of the others of whom none waits for us.
OURS: Final = Q(holder="supplier") | Q(state="permits") & ~Q(wanted="")
OPEN: Final = Q(filed_at__isnull=False, ended_at__isnull=True)
ENDED: Final = Q(ended_at__isnull=False)
#: With power, after a limit of it was passed.
DONE_LATE: Final = ENDED & Q(state="energised", passed_at__isnull=False)
_DONE_IN_TIME: Final = ENDED & Q(state="energised", passed_at__isnull=True)
#: What a counter has on paper for the step at hand, and enters.
SIGNED: Final = OPEN & ~Q(signed_papers=[])
_LIMITED: Final = OPEN & Q(late_at__isnull=False)

#: Open cases: our own first, then by the day they run out.
OPEN_ORDER: Final = ("turn", "runs_out", "id")
#: Late ones: the longest first.
LATE_ORDER: Final = ("turn", "late_at", "id")
ENDED_ORDER: Final = ("-ended_at", "-id")


def _open(name: str, *by: str) -> Index:
    return Index(fields=[*by, *OPEN_ORDER], condition=OPEN, name=name)


def _late(name: str, *by: str) -> Index:
    return Index(fields=[*by, *LATE_ORDER], condition=_LIMITED, name=name)


def _ended(name: str, *by: str) -> Index:
    return Index(fields=[*by, *ENDED_ORDER], condition=ENDED, name=name)


INDEXES: Final = (
    # The work list of everybody, of one district, of one office; by whom a case waits for.
    _open("work_order"),
    _open("work_order_district", "district"),
    _open("work_order_office", "office"),
    _open("work_order_holder", "holder"),
    _open("work_district_holder", "district", "holder"),
    _open("work_office_holder", "office", "holder"),
    _open("work_order_state", "state"),
    _open("work_order_kind", "kind"),
    _open("work_kind_district", "kind", "district"),
    _late("work_late"),
    _late("work_late_district", "district"),
    _late("work_late_office", "office"),
    _late("work_late_kind", "kind"),
    _late("work_late_state", "state"),
    # What a counter enters for its customer.
    Index(fields=["office", *OPEN_ORDER], condition=SIGNED, name="work_signed"),
    _open("work_order_town", "town"),
    # Who looks for somebody: whole values alone (`work.search`).
    Index(fields=["name_digest", "-id"], name="case_of_name"),
    Index(fields=["phone_digest", "-id"], name="case_of_phone"),
    Index(fields=["address_digest", "-id"], name="case_of_address"),
    Index(fields=["meter_number", "-id"], condition=~Q(meter_number=""), name="case_of_meter"),
    # What has ended is listed by what became of it.
    _ended("case_ended"),
    _ended("work_ended", "state"),
    _ended("work_ended_district", "state", "district"),
    _ended("work_ended_office", "state", "office"),
    _ended("work_ended_town", "state", "town"),
    _ended("work_ended_kind", "state", "kind"),
    # What was late, for those who watch over time (`oversight.lists`).
    *(
        Index(fields=[*by, *ENDED_ORDER], condition=DONE_LATE, name=f"case_done_late{name}")
        for name, by in (("", ()), ("_kind", ("kind",)), ("_district", ("district",)))
    ),
    # A year has many ends: those of a kind in one district are not looked for among all of it.
    Index(
        fields=["kind", "district", *ENDED_ORDER],
        condition=_DONE_IN_TIME,
        name="case_in_time_kind_at",
    ),
    # Whose person is not erased yet (`erasure`).
    Index(fields=["ended_at"], condition=ENDED & ~Q(id_number=""), name="case_to_erase"),
    # Whose applicant is still to be reminded (`waiting.reminding`).
    Index(
        fields=["state", "held_since"],
        condition=Q(holder="applicant")
        & (Q(reminded_at__isnull=True) | Q(reminded_at__lt=F("held_since"))),
        name="case_to_remind",
    ),
    # What may be closed, by how long it has waited; and in the one list of the desk (`desk.cases`).
    Index(fields=LONGEST_FIRST, condition=REMINDED, name="case_reminded"),
    Index(fields=["district", *LONGEST_FIRST], condition=REMINDED, name="case_reminded_district"),
    Index(
        fields=["runs_out", "id"],
        condition=REMINDED & Q(kind__in=sorted(LOW)),
        name="case_reminded_by_time",
    ),
    Index(fields=["district", "runs_out", "id"], condition=REMINDED, name="case_reminded_there"),
    # Programs read the newest first.
    Index(fields=["district", "-id"], name="case_by_district"),
    Index(fields=["office", "-id"], name="case_of_office"),
    Index(fields=["state", "-id"], name="case_by_state"),
    Index(fields=["kind", "-id"], name="case_by_kind"),
    Index(
        fields=["holder", "-id"],
        condition=Q(holder__in=["applicant", "government", "supplier"]),
        name="case_by_holder",
    ),
    # Who looks for a number types its end.
    Index(OpClass(Reverse("number"), "text_pattern_ops"), name="case_number_end"),
)
