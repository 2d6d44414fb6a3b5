"""The receipt of a step of a referral, for the customer: at the counter, or by number and phone."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.roles import role_words
from applications.receipts.content import (
    Reading,
    Row,
    Section,
    Sheet,
    how_to_check,
    issuer,
    received,
    record,
)
from applications.referrals.models import Referral
from applications.referrals.package import declared
from applications.referrals.reading import office_words
from applications.states import NOBODY
from core.clock import city_now
from core.events import has_receipt, words_of
from core.problems import Missing
from core.templatetags.city import instant, masked_name
from ledger.models import Entry
from ledger.receipts.content import Standing, number_of, opening_of, proven
from workflow.machine import state_words


@dataclass(frozen=True, slots=True)
class ReferralReading(Reading):
    """Of a step of a referral."""

    referral: Referral

    def sheet(self) -> Sheet:
        one, to, data = self.referral, self.referral.office, self.opening and self.opening.data
        facts = [
            (_("At what time"), f"{instant(self.entry.at)}:{self.entry.at:%S}"),
            (_("By whom"), role_words(self.entry.actor_role)),
            (_("Number"), one.number),
            (_("Taken in at"), str(one.counter)),
            (_("Passed on to"), office_words(to)),
            (_("Telephone there"), to.telephone),
            (_("Applicant"), masked_name(declared(one).get("name", ""))),
        ]
        said = [
            (_("The customer's consent"), one.get_consent_display(), ""),
            (_("Digest of the text agreed to"), (data or {}).get("consent_text", ""), "digest"),
            (_("The other office's number"), (data or {}).get("reference", ""), ""),
            (_("Reason"), (data or {}).get("reason", ""), ""),
        ]
        stands = [Row(_("Where it stands"), [state_words(one)])]
        return Sheet(
            issuer=issuer(),
            title=_("Receipt"),
            number=self.number,
            what=words_of(self.entry.type),
            sections=[
                Section("", [Row(key, [value]) for key, value in facts if value]),
                Section(
                    _("What it says"),
                    [Row(key, [value], kind) for key, value, kind in said if value],
                    [_("It is no case here: the other city decides on it, by its own rules.")],
                ),
                Section(_("Where it stands"), stands, [_("This part is for information.")]),
                *received(self),
                record(self),
            ],
            check=how_to_check(),
        )


def read(referral: Referral, seq: int) -> ReferralReading:
    """Raises Missing: there is no such step, or it has no receipt."""
    entry = Entry.objects.filter(case_ref=referral.ref, case_seq=seq).first()
    if entry is None or not has_receipt(entry.type):
        raise Missing
    return ReferralReading(
        number=number_of(referral.number, seq),
        entry=entry,
        opening=opening_of(entry),
        proven=proven(entry),
        standing=Standing(NOBODY, None, None, city_now()),
        referral=referral,
    )
