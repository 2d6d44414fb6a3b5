"""Who acts for a party besides itself, and what is offered until somebody takes it."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.parties import Party
from core.clock import local_date
from core.fields import EncryptedTextField
from core.statements import Given, Read


class Right(models.TextChoices):
    """What a mandate allows, each with all that those before it allow; for which act which is
    needed, the machine of a case says (`applications.workflow`)."""

    READ = "read", _("Read")
    ACT = "act", _("Act")
    SIGN = "sign", _("Act and sign")
    #: As the party itself.
    MANAGE = "manage", _("Everything")

    def includes(self, other: "Right") -> bool:
        return ORDER.index(self) >= ORDER.index(other)


ORDER: Final = list(Right)


def last_day(until: datetime | None) -> date | None:
    """The last whole day, as people say it, of what holds until an instant; None: no end."""
    return None if until is None else local_date(until - timedelta(microseconds=1))


class MandateQuerySet(models.QuerySet["Mandate"]):
    def in_force(self) -> "MandateQuerySet":
        return self.filter(Q(until=None) | Q(until__gt=Now()), ended_at=None)

    def covering(self, party: int, case_ref: UUID) -> "MandateQuerySet":
        return self.filter(Q(case_ref=None) | Q(case_ref=case_ref), party=party)


class Mandate(models.Model):
    """An account acts for a party: in all its cases or in one, with a right, until an end.

    A member of a company and an agent differ in these alone. Ended and never deleted: who acted for
    whom stays known.
    """

    party = models.ForeignKey(Party, models.PROTECT, related_name="mandates")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="mandates")
    right = models.CharField(_("right"), max_length=8, choices=Right)
    # Of the one case or draft that it is for; it holds there while the case is the party's.
    case_ref = models.UUIDField(null=True)
    from_at = models.DateTimeField(db_default=Now(), editable=False)
    # By the real clock, as roles and sessions.
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "party", "case_ref"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="mandate_open_once",
            ),
            models.CheckConstraint(
                condition=Q(right__in=["read", "act", "sign", "manage"]),
                name="mandate_of_known_right",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("from_at")), name="mandate_until_after_from"
            ),
            # Whoever is as the party itself is so in everything.
            models.CheckConstraint(
                condition=~Q(right="manage") | Q(case_ref=None), name="mandate_manages_all"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="mandate_of_user"),
            models.Index(fields=["party", "-id"], name="mandate_of_party"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.right} {self.party_id}"

    def holds_at(self, instant: datetime) -> bool:
        return self.ended_at is None and (self.until is None or self.until > instant)

    @property
    def over_at(self) -> datetime | None:
        """When it ended, by itself or by somebody; None while it holds."""
        if self.ended_at is not None:
            return self.ended_at
        return self.until if not self.holds_at(timezone.now()) else None

    @property
    def last_day(self) -> date | None:
        return last_day(self.until)

    def covers(self, party: int, case_ref: UUID) -> bool:
        return self.party_id == party and self.case_ref in (None, case_ref)


_mandates_of = Read(lambda: Mandate.objects.filter(user_id=Given()))


class ActsForParties:
    """Of an account: for which parties it acts, the own one among them."""

    party_id: int

    @cached_property
    def _mandates(self) -> list[Mandate]:
        """All that it was ever given, read once for this instance, as its roles."""
        account: Any = self
        return _mandates_of(account.pk) if account.has_account else []

    def right_for(self, party: int, case_ref: UUID) -> Right | None:
        """The widest right that is held now in a case of a party; in one's own it is everything."""
        if party == self.party_id:
            return Right.MANAGE
        now = timezone.now()
        held = [each for each in self._mandates if each.holds_at(now)]
        rights = [Right(each.right) for each in held if each.covers(party, case_ref)]
        return max(rights, key=ORDER.index, default=None)

    def manages(self, party: int) -> bool:
        """Whether it is as the party itself now: its own, or with a mandate for everything."""
        return self.acts_for(Right.MANAGE).get(party, ()) is None

    def manages_until(self, party: int) -> datetime | None:
        """Until when it is as the party itself, which it is now; None: without an end."""
        if party == self.party_id:
            return None
        now = timezone.now()
        held = [
            each.until
            for each in self._mandates
            if each.party_id == party and each.right == Right.MANAGE and each.holds_at(now)
        ]
        return None if None in held else max(until for until in held if until is not None)

    def acts_for(self, right: Right, *, ever: bool = False) -> dict[int, set[UUID] | None]:
        """The parties in whose cases a right is held now, or was ever: in all of them (None), or
        in those of these references. The own one comes first."""
        now, found = timezone.now(), dict[int, set[UUID] | None]({self.party_id: None})
        for each in self._mandates:
            if not (ever or each.holds_at(now)) or not Right(each.right).includes(right):
                continue
            refs = found.setdefault(each.party_id, set())
            if each.case_ref is None:
                found[each.party_id] = None
            elif refs is not None:
                refs.add(each.case_ref)
        return found


class Offer(models.Model):
    """What a phone is offered by SMS: a mandate, or to take over a case; or what its customer is
    asked for, the mandate of an account. The link says which, a code that the phone is at hand.

    Only the digest of the link's token is kept. The phone goes when it is answered.
    """

    class Outcome(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        ACCEPTED = "accepted", pgettext_lazy("offer", "Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    #: The case itself is offered, instead of a right in it.
    HAND_OVER: Final = "hand_over"
    RIGHTS: Final = [*Right.choices, (HAND_OVER, _("Take over the case"))]

    # For whom somebody is to act; where an agent asks for it, known once the customer has agreed.
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="offers")
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    right = models.CharField(_("right"), max_length=10, choices=RIGHTS)
    case_ref = models.UUIDField(null=True)
    until = models.DateTimeField(null=True)
    phone = EncryptedTextField(_("mobile phone"), blank=True)
    digest = models.CharField(max_length=64, unique=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("offer")
        constraints = [
            models.CheckConstraint(
                condition=Q(party=None, asked_by__isnull=False)
                | Q(party__isnull=False, asked_by=None),
                name="offer_by_one_side",
            ),
            models.CheckConstraint(
                condition=Q(right__in=["read", "act", "sign", "manage"])
                | Q(right="hand_over", case_ref__isnull=False, party__isnull=False, until=None),
                name="offer_of_known_right",
            ),
            models.CheckConstraint(
                condition=Q(outcome="open") & ~Q(phone="")
                | Q(outcome__in=["accepted", "declined", "withdrawn"], phone=""),
                name="offer_answered_without_phone",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "-id"], name="offer_of_party"),
            models.Index(fields=["asked_by", "-id"], name="offer_of_agent"),
            models.Index(fields=["expires_at"], name="offer_by_end"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def last_day(self) -> date | None:
        return last_day(self.until)

    @property
    def is_open(self) -> bool:
        now = timezone.now()
        in_time = self.expires_at > now and (self.until is None or self.until > now)
        return self.outcome == self.Outcome.OPEN and in_time
