"""The notice for the counter (一次性告知): what an application of a kind takes, on a signed sheet.

It says what the rules say from one day on. Its number names kind, language, day and version of the
rules, so anybody sees by it whether the sheet in their hand is still what holds; nothing is kept.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language_info, gettext_lazy, override
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.answers import Day
from core.clock import begin_of
from core.demonstration import is_demonstration
from core.links import public_address
from core.problems import Busy, Missing
from core.templatetags.city import day
from disclosure import queries
from disclosure.api import PublicView
from disclosure.guide import Takes, takes
from disclosure.public import kept_page, metered, public_file, public_page
from disclosure.serializers import Hotline
from disclosure.tables import Shown, drawn
from ledger.paper import qr_svg, sign, typeset_anyway
from ledger.receipts.render import key
from rules import registry
from rules.book import NotInForce
from rules.names import Kind
from rules.policy import Policy

TEMPLATE: Final = Path(settings.BASE_DIR) / "templates" / "disclosure" / "notice.typ"
FIELD: Final = "NoticeSignature"
#: By the codes of addresses, which numbers have too.
LANGUAGES: Final = {"zh": "zh-hans", "en": "en"}
PARTED: Final = "-"
log = logging.getLogger("tongdian.notices")


@dataclass(frozen=True)
class Notice:
    """Of one kind in one language, by the rules of one version from one day on."""

    kind: str
    language: str
    policy: Policy

    @property
    def since(self) -> date:
        return self.policy.since

    @property
    def number(self) -> str:
        version = self.policy.version.rpartition(PARTED)[2]
        return PARTED.join([self.kind, self.language, f"{self.since:%Y%m%d}", version])

    @property
    def name(self) -> str:
        return str(self.policy.city.kind(self.kind).name)

    @property
    def language_name(self) -> str:
        return str(get_language_info(LANGUAGES[self.language])["name_local"])

    @property
    def is_in_force(self) -> bool:
        return self.number == current(self.kind, self.language).number

    @property
    def pdf_url(self) -> str:
        return reverse("disclosure:notice-pdf", args=[self.kind, self.language])

    @property
    def check_url(self) -> str:
        return reverse("disclosure:notice", args=[self.number])

    def sheet(self) -> dict[str, Any]:
        """All that it says, in its language."""
        with override(LANGUAGES[self.language]):
            return _sheet(self, takes(self.policy, self.kind))


def current(kind: str, language: str) -> Notice:
    """What holds today. Raises Missing where there is no such kind or language."""
    if kind not in set(Kind) or language not in LANGUAGES:
        raise Missing
    return Notice(kind, language, registry.current().in_force(on=queries.today()))


def every() -> Iterator[Notice]:
    """What holds today, of each kind in each language."""
    for kind in Kind:
        for language in LANGUAGES:
            yield current(kind, language)


def numbered(number: str) -> Notice:
    """Raises Missing where no notice has or had this number."""
    try:
        kind, language, since, version = number.split(PARTED)
        on = datetime.strptime(since, "%Y%m%d").date()  # noqa: DTZ007 (a day)
        book = registry.book(f"{registry.current().city.code}{PARTED}{version}")
        found = Notice(kind, language, book.in_force(on=on))
    except (ValueError, LookupError, NotInForce, registry.NotLoaded):
        raise Missing from None
    if kind not in set(Kind) or language not in LANGUAGES or found.number != number:
        raise Missing
    return found


def _sheet(notice: Notice, found: Takes) -> dict[str, Any]:
    lines = queries.hotlines()
    rows = [
        (_("For whom"), [found.conditions]),
        (_("How long"), [found.limit_words, _("(by {clause})").format(clause=found.limit.clause)]),
        (_("Fee"), [found.fee_words]),
        (
            _("Steps in their order"),
            [f"{place}. {step}" for place, step in enumerate(found.steps, 1)],
        ),
        (
            _("Permits"),
            [_("Where the line needs permits, the supply company applies for all of them at once; "
               "you apply for none.")],
        ),
        (
            _("Where to apply"),
            [_("On the portal, or at any counter of the supply company or of the government "
               "service hall, in whatever district you live.")],
        ),
        (_("Whom to ask"), [f"{line['number']}  {line['name']}" for line in lines]),
        (_("In force since"), [day(notice.since)]),
        (_("Rules"), [notice.policy.version]),
    ]  # fmt: skip
    return {
        "language": notice.language,
        "title": _("What to know before you apply"),
        "kind": found.name,
        "number": notice.number,
        "notice": _("Demonstration city: this paper has no legal force.")
        if is_demonstration()
        else "",
        "rows": [{"key": name, "values": values} for name, values in rows],
        "papers": {
            "title": _("Documents: nothing else"),
            "none": _("None"),
            "heads": [_("Document"), _("When it is asked for"), _("Clause")],
            "rows": [[str(need.name), when, str(need.clause)] for need, when in found.papers],
        },
        "check": _(
            "Whether this sheet still holds, and the same text: read the code with a phone, or "
            "enter this address. The file is signed by the portal."
        ),
    }


def pdf_of(notice: Notice) -> bytes:
    """Signed; each process makes it once for each version.

    Raises:
        Busy: it cannot be signed at the moment.
    """
    name = f"notice-{notice.number}"
    kept: bytes | None = caches["pages"].get(name)
    if kept is None:
        url = public_address(notice.check_url)
        told = notice.sheet() | {"url": url, "qr": qr_svg(url)}
        inputs = {"sheet": json.dumps(told, ensure_ascii=False)}
        made = typeset_anyway(TEMPLATE, inputs, begin_of(notice.since).astimezone(UTC))
        try:
            kept = sign(made, key(), FIELD)
        except (OSError, ImproperlyConfigured) as error:
            log.warning("a notice was not signed: %s", type(error).__name__)
            raise Busy(_("The notice cannot be signed at the moment. Try again later.")) from None
        caches["pages"].set(name, kept)
    return kept


# Pages


@metered
@public_page
def pdf(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    notice = current(kind, language)
    response = HttpResponse(pdf_of(notice), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{notice.number}.pdf"'
    return public_file(response)


@kept_page()
def index(request: HttpRequest) -> HttpResponse:
    columns = [
        Shown(_("Kind"), lambda each: {"text": each.name, "url": each.check_url}),
        Shown(_("Language"), lambda each: each.language_name),
        Shown(_("In force since"), lambda each: day(each.since)),
        Shown(_("Sheet"), lambda each: {"text": _("PDF to print"), "url": each.pdf_url}),
    ]
    context = {"table": drawn(columns, every(), _("Notices for the counter")), "title": TITLE}
    return render(request, "disclosure/notices.html", context)


TITLE: Final = gettext_lazy("Notices for the counter")


@public_page
def check(request: HttpRequest, number: str) -> HttpResponse:
    """Whether a sheet still holds, with all that it says."""
    notice = numbered(number)
    context = {
        "notice": notice,
        "sheet": notice.sheet(),
        "newer": None if notice.is_in_force else current(notice.kind, notice.language),
    }
    return render(request, "disclosure/notice.html", context)


# For programs


class NoticeAnswer(serializers.Serializer[Any]):
    """A notice for the counter; `in_force`: it is what holds today."""

    number = serializers.CharField()
    kind = serializers.ChoiceField(list(Kind))
    language = serializers.ChoiceField(list(LANGUAGES))
    since = Day()
    rules_version = serializers.CharField(source="policy.version")
    in_force = serializers.BooleanField(source="is_in_force")
    pdf = serializers.CharField(source="pdf_url", help_text="Path of the sheet that holds today.")


class Notices(serializers.Serializer[Any]):
    results = NoticeAnswer(many=True)
    hotlines = Hotline(many=True)


class NoticesView(PublicView):
    @extend_schema(responses=Notices, operation_id="disclosure_notices")
    def get(self, request: Request) -> Response:
        """What holds today, of each kind in each language."""
        found = {"results": list(every()), "hotlines": queries.hotlines()}
        return Response(Notices(found).data)


class NoticeView(PublicView):
    @extend_schema(responses=NoticeAnswer, operation_id="disclosure_notice")
    def get(self, request: Request, number: str) -> Response:
        """Whether a sheet still holds, by its number."""
        return Response(NoticeAnswer(numbered(number)).data)
