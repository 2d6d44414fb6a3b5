"""What the API gives of referrals: to the counter that took them in, name and numbers masked."""

from typing import Any

from rest_framework import serializers
from rest_framework.serializers import CharField, Serializer

from applications.referrals.actions import REFERRALS
from applications.referrals.models import Referral
from applications.referrals.package import declared
from applications.referrals.reading import is_late
from applications.referrals.workflow import ReferralState
from core.answers import Count, Instant, MaybeInstant, MaybeText
from core.templatetags.city import masked_id, masked_name, masked_phone
from workflow.buttons import WithButtons


class OfficeAnswer(Serializer[Any]):
    """A registered office of another city."""

    id = serializers.IntegerField(source="pk")
    city_zh = CharField()
    city_en = CharField()
    name_zh = CharField()
    name_en = CharField()
    telephone = CharField()


class ReferralRow(Serializer[Any]):
    """A referral as the list has it."""

    number = CharField()
    office = OfficeAnswer()
    state = serializers.ChoiceField(choices=ReferralState.choices)
    consent = serializers.ChoiceField(choices=Referral.Consent.choices)
    sent_at = Instant()
    opened_at = MaybeInstant()
    ended_at = MaybeInstant()
    remind_at = MaybeInstant(help_text="From then on the office is reminded.")
    reference = MaybeText(help_text="The office's own number.")
    late = serializers.SerializerMethodField()
    version = Count()

    def get_late(self, referral: Referral) -> bool:
        return is_late(referral)


class ReferralMoved(ReferralRow, WithButtons):
    """Without anything personal: it is kept for whoever repeats a request."""

    workflow = REFERRALS


class ReferralAnswer(ReferralMoved):
    """A referral whole, masked; empty texts once it is erased."""

    name = serializers.SerializerMethodField()
    id_number = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField()
    address = serializers.SerializerMethodField()
    wanted = serializers.SerializerMethodField()
    reason = MaybeText(help_text="Why it was declined or taken back.")

    def get_name(self, referral: Referral) -> str:
        return masked_name(declared(referral).get("name"))

    def get_id_number(self, referral: Referral) -> str:
        return masked_id(declared(referral).get("id_number"))

    def get_phone(self, referral: Referral) -> str:
        return masked_phone(declared(referral).get("phone"))

    def get_address(self, referral: Referral) -> str:
        return str(declared(referral).get("address", ""))

    def get_wanted(self, referral: Referral) -> str:
        return str(declared(referral).get("wanted", ""))
