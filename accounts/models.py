from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor

# Django finds the tables of an app here.
from accounts.identities import ConfirmedIdentity, FaceConsent, IdentityLink  # noqa: F401
from accounts.mandates import ActsForParties
from accounts.parties import Contact, Party, phone_index
from accounts.roles import BUREAU_ROLES, EVERYBODY, STAFF, Role
from core.fields import EncryptedTextField
from core.statements import Given, Read
from rules.city import city
from rules.names import Level


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, username: str, password: str | None = None, *, name: str = "", phone: str = ""
    ) -> "User":
        """Without a password it cannot sign in with one."""
        user = self.model(username=User.normalise(username), name=name, phone=phone)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=User.normalise(username or ""))


class User(ActsForParties, AbstractBaseUser):
    """What a person or a machine client may do is in its role grants."""

    class Language(models.TextChoices):
        ZH = "zh-hans", _("Chinese")
        EN = "en", _("English")

    party = models.OneToOneField(Party, models.PROTECT, related_name="user")
    # Plain characters, so that one index gives both a beginning and the order.
    username = models.CharField(_("username"), max_length=60, unique=True, db_collation="C")
    name = EncryptedTextField(_("name"), blank=True)
    phone = EncryptedTextField(_("mobile phone"), blank=True)
    phone_index = models.BinaryField(max_length=32, null=True, editable=False, db_index=True)
    language = models.CharField(
        _("language"), max_length=10, choices=Language.choices, default=Language.ZH
    )
    is_active = models.BooleanField(_("active"), default=True)
    # Raised to end every session of the account at once: it is part of the session's hash.
    session_epoch = models.PositiveIntegerField(default=0)
    synthetic = models.BooleanField(
        default=False, help_text=_("A person made up for a demonstration.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    #: The index of the phone that a code has shown to be at hand, for the one act that rests on it.
    shown_phone: bytes | None = None
    #: The case that was offered to the phone that has shown itself, for the one act that takes it.
    offered_case: UUID | None = None
    #: The case whose number and phone a customer has said at this counter, for the one act that
    #: takes it there.
    said_case: UUID | None = None

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        constraints = [
            models.CheckConstraint(
                condition=Q(username__regex=r"^[a-z0-9][a-z0-9._-]*$"), name="username_is_plain"
            ),
            # Numbers below are those of parties without an account (`accounts.actor`).
            models.CheckConstraint(condition=Q(id__gt=0), name="account_number_above_zero"),
        ]

    def __str__(self) -> str:
        return self.username

    @staticmethod
    def normalise(username: str) -> str:
        """Lower case, so that two accounts cannot look the same."""
        return username.strip().lower()

    def save(self, *args: object, **kwargs: object) -> None:
        self.phone_index = phone_index(self.phone) if self.phone else None
        new = self._state.adding and self.party_id is None
        with transaction.atomic():
            if new:
                self.party = Party.objects.create()
            super().save(*args, **kwargs)  # type: ignore[arg-type]
            if new and self.phone:
                self.party.contacts.create(channel=Contact.Channel.SMS, address=self.phone)

    @property
    def has_account(self) -> bool:
        """False for a party that acts without one (`accounts.visitor`), which is never a row."""
        return self.pk > 0

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return salted_hmac(
            "accounts.User.session",
            f"{self.password}:{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @cached_property
    def _grants(self) -> "list[RoleGrant]":
        """Those in force, read once for this instance: a request has one instance."""
        now = timezone.now()
        return _grants_held(self.pk, now, now)

    @property
    def is_staff(self) -> bool:
        """Holds a role at a desk, which asks for a second factor."""
        return any(grant.role in STAFF for grant in self._grants)

    @property
    def works_here(self) -> bool:
        """Holds a role: what it may do is got neither by a phone nor by an identity service."""
        return bool(self._grants)

    def role_in(
        self,
        *roles: Role,
        district: str | None = None,
        bureau: str | None = None,
        level: str | None = None,
    ) -> Role | None:
        """The first of `roles` that is held now; a grant without a district holds in every one.

        `level`: of the bureau's office at which it is held; None: at any of them.
        """
        if not self.is_active:
            return None
        wanted = (district, bureau, level)
        for role in roles:
            if role == EVERYBODY or any(g.covers(role, *wanted) for g in self._grants):
                return role
        return None

    def role_at(self, organisation: int | None, *roles: Role) -> Role | None:
        """The first of `roles` that is held now at an organisation, whatever the district."""
        held = {g.role for g in self._held(roles) if g.organisation_id == organisation}
        return next((role for role in roles if role in held), None)

    def organisations(self, *roles: Role) -> list[int]:
        """Ids of those where one of `roles` is held now; of the first of them first."""
        held = self._held(roles)
        return [g.organisation_id for role in roles for g in held if g.role == role]

    def bureaus(self) -> set[str]:
        return {
            grant.organisation.code
            for grant in self._held(BUREAU_ROLES)
            if grant.organisation.kind == Organisation.Kind.BUREAU
        }

    def bureau_offices(self, *roles: Role) -> set[tuple[str, str | None]]:
        """Bureau and district (None: the city's own) of each office where one of `roles` is held
        for all that it decides."""
        return {
            (grant.organisation.code, grant.organisation.district)
            for grant in self._held(roles)
            if grant.organisation.kind == Organisation.Kind.BUREAU
            and grant.district == grant.organisation.district
        }

    def districts(self, *roles: Role, bureau: str | None = None) -> set[str] | None:
        """Codes of the districts where one of `roles` is held now, at a bureau if one is named;
        None means all."""
        held = self._held(roles)
        found = {grant.district for grant in held if grant.covers(Role(grant.role), None, bureau)}
        return None if None in found else {code for code in found if code is not None}

    def _held(self, roles: Iterable[Role]) -> "list[RoleGrant]":
        wanted = set(roles)
        return [g for g in self._grants if g.role in wanted] if self.is_active else []

    def acting_as(self, role: Role, district: str = "") -> Actor:
        return Actor(self.pk, role.value, district, self.party_id)


class Organisation(models.Model):
    class Kind(models.TextChoices):
        SUPPLIER = "supplier", _("Supply company")
        OFFICE = "office", _("Office of the supply company")
        HALL = "hall", _("Service hall")
        BUREAU = "bureau", _("Bureau")
        DIGITAL = "digital", _("Government service and digital bureau")
        REGULATOR = "regulator", _("Regulator")
        LEAD_AGENCY = "lead_agency", _("Lead agency")
        DISTRICT = "district", _("District government")
        PRICE_AUTHORITY = "price_authority", _("Price authority")
        SYSTEM = "system", _("Connected system")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=40)
    # Of a bureau's office in a district, which decides there what the rules leave to it; the
    # city's own offices have none.
    district = models.CharField(_("district"), max_length=12, null=True)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120)

    class Meta:
        verbose_name = _("organisation")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code", "district"], nulls_distinct=False, name="organisation_once"
            ),
            models.CheckConstraint(
                condition=Q(district=None) | Q(kind="bureau") & ~Q(district=""),
                name="organisation_of_a_district_is_a_bureau",
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh

    @property
    def level(self) -> Level:
        return Level.DISTRICT if self.district else Level.CITY

    @property
    def place(self) -> str:
        """The district whose office it is; empty for one of the whole city."""
        return str(city().district(self.district).name) if self.district else ""


_KIND = Organisation.Kind
#: At which kind of organisation each role is held.
HOMES: Final[dict[Role, str]] = {
    Role.CLERK: _KIND.OFFICE,
    Role.MANAGER: _KIND.SUPPLIER,
    Role.PROJECT: _KIND.SUPPLIER,
    Role.SUPPLY_LEAD: _KIND.SUPPLIER,
    Role.OFFICER: _KIND.BUREAU,
    Role.BUREAU_LEAD: _KIND.BUREAU,
    Role.HALL_CLERK: _KIND.HALL,
    Role.DIGITAL: _KIND.DIGITAL,
    Role.REGULATOR: _KIND.REGULATOR,
    Role.LEAD_AGENCY: _KIND.LEAD_AGENCY,
    Role.DISTRICT_LEAD: _KIND.DISTRICT,
    Role.PRICE_AUTHORITY: _KIND.PRICE_AUTHORITY,
    Role.MACHINE: _KIND.SYSTEM,
    # Whoever runs the portal for the city.
    Role.ADMINISTRATOR: _KIND.DIGITAL,
}


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def held_at(self, instant: datetime) -> "RoleGrantQuerySet":
        return self.filter(Q(to_at=None) | Q(to_at__gt=instant), from_at__lte=instant)

    def in_district(self, district: str) -> "RoleGrantQuerySet":
        """Its own grants and those for all."""
        return self.filter(Q(district=None) | Q(district=district))


class RoleGrant(models.Model):
    """Ended by `to_at` and never deleted: who could do what at any past moment stays known."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="grants")
    district = models.CharField(
        _("district"), max_length=12, null=True, blank=True, help_text=_("Empty means all.")
    )
    from_at = models.DateTimeField(_("from"), default=timezone.now)
    to_at = models.DateTimeField(_("to"), null=True, blank=True)

    objects: ClassVar = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_at=None) | Q(from_at__lt=F("to_at")), name="grant_from_before_to"
            ),
            models.CheckConstraint(
                condition=Q(district=None) | ~Q(district=""), name="grant_district_named_or_all"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "organisation", "district"],
                condition=Q(to_at=None),
                nulls_distinct=False,
                name="grant_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "from_at", "to_at"], name="grant_held"),
            models.Index(fields=["role", "district"], name="grant_who_holds"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.district or '*'}"

    def covers(
        self, role: Role, district: str | None, bureau: str | None, level: str | None = None
    ) -> bool:
        """Whether this grant, which must be in force, is `role` there and at that bureau, in its
        office of that level."""
        if self.role != role or level not in (None, self.organisation.level):
            return False
        if bureau is not None and (
            self.organisation.kind != Organisation.Kind.BUREAU or self.organisation.code != bureau
        ):
            return False
        return district is None or self.district is None or self.district == district


_grants_held = Read(
    lambda: (
        RoleGrant.objects.filter(user_id=Given())
        .held_at(Given())  # type: ignore[arg-type]
        .select_related("organisation")
    )
)


class ApiToken(models.Model):
    """Only the digest is kept: reading this table gives nobody access."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    label = models.CharField(_("label"), max_length=60, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    # Whether a second factor was shown for it: a role at a desk is not used without one.
    second_factor = models.BooleanField(default=False)
    # A day is enough to see whether a token is in use, and costs one write a day.
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("token")
        constraints = [
            models.CheckConstraint(
                condition=Q(created_at__lt=F("expires_at")), name="token_expires_after_creation"
            )
        ]
        indexes = [models.Index(fields=["user", "-created_at"], name="token_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.label}"

    def valid_at(self, instant: datetime) -> bool:
        return self.revoked_at is None and instant < self.expires_at


class SecondFactor(models.Model):
    """A TOTP secret (RFC 6238), sealed at rest; counts from `confirmed_at` on."""

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    key = EncryptedTextField()
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # The last accepted time step: a code that was seen over a shoulder works no second time.
    last_step = models.BigIntegerField(default=-1)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("second factor")

    def __str__(self) -> str:
        return str(self.user_id)


class RecoveryCode(models.Model):
    """One use in place of the second factor, for a lost phone. Kept as a digest."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")
        ]

    def __str__(self) -> str:
        return str(self.user_id)


class Passkey(models.Model):
    """A public key by which an account is known (WebAuthn); its private one is on a device."""

    user = models.ForeignKey(User, models.CASCADE, related_name="passkeys")
    name = EncryptedTextField(_("name"))
    # Attested credential data, as hexadecimal figures; sealed, so that none is planted here.
    credential = EncryptedTextField()
    # SHA-256 of the credential's id, by which it is found.
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    # How often it signed, where its device counts; zero where it does not.
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True)
    # It signed with a count that was seen before: there are two of it, and neither is taken.
    copied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("passkey")
        constraints = [
            models.CheckConstraint(condition=Q(sign_count__gte=0), name="passkey_counts_up")
        ]
        indexes = [models.Index(fields=["user", "-created_at"], name="passkey_of_user")]

    def __str__(self) -> str:
        return str(self.pk)
