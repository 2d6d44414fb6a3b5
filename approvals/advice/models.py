"""An advice: what is asked about a draft line, the line as it was then, what the bureau says."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django_fsm import FSMField, FSMModelMixin

from approvals.advice.serializers import Verdict
from approvals.advice.workflow import AdviceMachine, AdviceState
from approvals.offices import LEVELS
from approvals.packages.models import CONTRACTOR_MAX
from approvals.seam import OfCase
from core.clock import city_now, local_date
from core.fields import EncryptedTextField
from documents.models import Document
from rules import registry
from rules.city import city
from rules.names import Permit as PermitCode
from rules.policy import Policy, level_of

#: Of its files, among all documents.
ADVICE = "advice"
WAITS = Q(state="asked")


class Advice(OfCase, AdviceMachine, FSMModelMixin, models.Model):
    """`ref` stands for it as a part of its case's record. `permit` is the one that would be applied
    for, by whose bureau it is given.

    The line is a copy of the draft as it was when asked about, its files too, and `sha256` names
    it: the company goes on changing its draft.
    """

    #: Set by whoever tells of what was given before an application (`reading.given_before`).
    changed: bool

    ref = models.UUIDField(default=uuid.uuid4, unique=True)
    case_ref = models.UUIDField()
    application = models.CharField(max_length=40)
    district = models.CharField(max_length=12)
    statutory_district = models.CharField(max_length=12, blank=True)
    permit = models.CharField(max_length=24, choices=[(code, code) for code in PermitCode])
    bureau = models.CharField(max_length=24)
    # Of the bureau's office that answers, by the rules of the day on which it was asked.
    level = models.CharField(max_length=8, choices=LEVELS)
    state = FSMField(
        max_length=10, choices=AdviceState.choices, default=AdviceState.NEW, protected=True
    )
    # Both may name people.
    question = EncryptedTextField(blank=True)
    words = EncryptedTextField(blank=True)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)

    works = models.JSONField(null=True)
    route = models.JSONField(default=list)
    begins_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    contractor = models.CharField(max_length=CONTRACTOR_MAX, blank=True)
    sha256 = models.CharField(max_length=64)

    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_ref", "permit"], condition=WAITS, name="one_advice_waits"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", ended_at=None, verdict="")
                | Q(state="answered", ended_at__gte=F("asked_at")) & ~Q(verdict="")
                | Q(state__in=["withdrawn", "lapsed"], ended_at__gte=F("asked_at"), verdict=""),
                name="advice_ended_whole",
            ),
            models.CheckConstraint(
                condition=Q(level__in=["city", "district"]), name="advice_of_an_office"
            ),
        ]
        indexes = [
            models.Index(fields=["case_ref", "-id"], name="advice_of_case"),
            # What waits for a bureau, as it was asked, and in the one list of what to do.
            models.Index(fields=["bureau", "asked_at", "id"], condition=WAITS, name="advice_waits"),
            models.Index(fields=["bureau", "id"], condition=WAITS, name="advice_to_do"),
            models.Index(
                fields=["bureau", "-ended_at", "-id"],
                condition=Q(state="answered"),
                name="advice_answered",
            ),
            # For programs, which read the newest first.
            models.Index(fields=["bureau", "-id"], name="advice_by_bureau"),
            models.Index(fields=["district", "-id"], name="advice_by_district"),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.permit}"

    @property
    def waits(self) -> bool:
        """For the bureau's answer."""
        return bool(self.state == AdviceState.ASKED)

    @cached_property
    def files(self) -> list[Document]:
        """Those of the draft that the bureau was shown."""
        return list(Document.objects.about(ADVICE, self.pk))

    def office(self) -> tuple[str, str]:
        """The bureau that advises about its permit, and the level of its office that does."""
        level = level_of(self.rules().values, PermitCode(self.permit))
        return city().permit(self.permit).bureau, level.value

    def rules(self) -> Policy:
        """Those of now: nothing is decided by them."""
        return registry.current().in_force(
            on=local_date(city_now()),
            district=self.district,
            statutory=self.statutory_district or None,
        )
