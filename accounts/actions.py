"""What is done to accounts, roles and tokens. Sessions and tokens live by the real clock."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.dispatch import Signal
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.actor import SYSTEM, Actor
from accounts.models import HOMES, ApiToken, Organisation, RoleGrant, User
from accounts.parties import Contact, phone_index
from accounts.roles import GRANTABLE, Role
from core.fields import token_digest
from core.locks import lock_case
from core.problems import FieldError, Forbidden, Invalid, WrongState

#: Sent inside the transaction in which somebody got or lost a role. Arguments: `grant`
#: (RoleGrant), `granted` (bool: False when it ended, or its person's account was closed), `by`
#: (accounts.actor.Actor).
role_changed = Signal()

TOKEN_PREFIX = "tdt_"  # noqa: S105 (what scanners for lost secrets look for)
#: Life of a token asked for over the API, and the choices on the page (days).
TOKEN_LIFE = timedelta(hours=24)
TOKEN_DAYS = (1, 30, 90)
#: Not a case: the name under which two first persons wait for each other.
FIRST_PERSON = UUID("f1e57000-0000-4000-8000-000000000001")
#: How often another ending is drawn where a username is taken already.
REGISTRATION_TRIES = 20
LAST_ADMINISTRATOR = _("This is the last administrator. Name another one first.")


def register(*, username: str, password: str, name: str, phone: str) -> User:
    """Makes an account under the wanted name with a few random figures after it.

    They always come after it: so nobody learns here which usernames are taken.

    Raises:
        Invalid: the name is not plain.
    """
    for _try in range(REGISTRATION_TRIES):
        own = f"{username}-{secrets.randbelow(9 * 10**4) + 10**4}"
        if not User.objects.filter(username=User.normalise(own)).exists():
            break
    return create_person(username=own, password=password, name=name, phone=phone)


def create_person(*, username: str, password: str | None, name: str, phone: str = "") -> User:
    """An account without any granted role; without a password none fits. See `register` for the
    errors."""
    try:
        with transaction.atomic():
            return User.objects.create_user(username, password, name=name, phone=phone)
    except IntegrityError as error:
        reason = _("This username is taken.")
        if "username_is_plain" in str(error):
            reason = _("Use small letters, figures, dots, hyphens and underscores.")
        raise Invalid([FieldError("/username", reason)]) from error


def confirm_phone(*, user: User, phone: str) -> None:
    """Note that a code came back from the phone of an account: it is told there from now on."""
    contacts = user.party.contacts.filter(ended_at=None, confirmed_at=None)
    shown = contacts.filter(channel=Contact.Channel.SMS, address_digest=phone_index(phone))
    shown.update(confirmed_at=timezone.now())


def create_organisation(
    *, kind: str, code: str, name_zh: str, name_en: str, district: str = ""
) -> Organisation:
    """`district`: of a bureau's office there. Raises Invalid where there is one of this kind with
    this code there, or where what is no bureau has a district."""
    if district and kind != Organisation.Kind.BUREAU:
        raise Invalid([FieldError("/district", _("Only a bureau has offices in districts."))])
    names = {"name_zh": name_zh, "name_en": name_en}
    try:
        with transaction.atomic():
            return Organisation.objects.create(
                kind=kind, code=code, district=district or None, **names
            )
    except IntegrityError as error:
        raise Invalid([FieldError("/code", _("There is one with this code already."))]) from error


def grant(
    *, user: User, role: Role, organisation: Organisation, district: str | None, by: Actor
) -> RoleGrant:
    """Gives a role from now on, in all districts where `district` is None; at an office of a
    district, there.

    Raises:
        Forbidden: somebody gives a role to himself.
        Invalid: the role is none that can be granted, or does not fit the organisation; or the
            district is not that of its office.
        WrongState: the person holds it there already.
    """
    if by.user_id == user.pk:
        raise Forbidden(_("Nobody gives a role to the own account: another administrator does."))
    if role not in GRANTABLE:
        raise Invalid([FieldError("/role", _("This role is not given by hand."))])
    if organisation.kind != HOMES[role]:
        home = Organisation.Kind(HOMES[role]).label
        reason = _("This role is held at: %(kind)s.") % {"kind": home}
        raise Invalid([FieldError("/organisation", reason)])
    if organisation.district and district not in (None, "", organisation.district):
        raise Invalid([FieldError("/district", _("This office is that of another district."))])
    place = organisation.district or district or None
    try:
        with transaction.atomic():
            given = RoleGrant.objects.create(
                user=user, role=role, organisation=organisation, district=place
            )
            role_changed.send(sender=RoleGrant, grant=given, granted=True, by=by)
    except IntegrityError as error:
        raise WrongState(_("This person holds this role there already.")) from error
    return given


def end_role(*, grant: RoleGrant, by: Actor) -> RoleGrant:
    """Takes effect with the person's next request.

    Raises:
        WrongState: it has ended already, or it is the last administrator's.
    """
    with transaction.atomic():
        administrators = _administrators()
        held = RoleGrant.objects.select_for_update().get(pk=grant.pk)
        if held.to_at is not None:
            raise WrongState(_("This role has ended already."))
        if [row.pk for row in administrators] == [held.pk]:
            raise WrongState(LAST_ADMINISTRATOR)
        held.to_at = timezone.now()
        held.save(update_fields=["to_at"])
        role_changed.send(sender=RoleGrant, grant=held, granted=False, by=by)
    return held


def _administrators() -> list[RoleGrant]:
    """Locked until the transaction ends, in one order, so that two cannot end each other."""
    rows = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, to_at=None, user__is_active=True)
    return list(rows.select_for_update(of=("self",)).order_by("id"))


def disable(*, user: User, by: Actor) -> None:
    """Ends sessions and tokens at once; roles stay on record, and nobody acts in them.

    Raises:
        WrongState: it is the last administrator's.
    """
    with transaction.atomic():
        if {row.user_id for row in _administrators()} == {user.pk}:
            raise WrongState(LAST_ADMINISTRATOR)
        now = timezone.now()
        user.is_active = False
        user.session_epoch += 1
        user.save(update_fields=["is_active", "session_epoch"])
        user.tokens.filter(revoked_at=None).update(revoked_at=now)
        for held in user.grants.filter(to_at=None):
            role_changed.send(sender=RoleGrant, grant=held, granted=False, by=by)


def enable(*, user: User) -> None:
    """Former sessions and tokens stay ended."""
    user.is_active = True
    user.save(update_fields=["is_active"])


def check_no_administrator() -> None:
    """Raises WrongState where there is one: that one makes the others, on the page."""
    if RoleGrant.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True).exists():
        raise WrongState(_("There is an administrator already. Let that person add others."))


def make_first_person(*, username: str, password: str) -> User:
    """Makes the first administrator of a database that has none.

    Raises:
        Invalid: the username is taken or not plain.
        WrongState: there is an administrator.
    """
    with transaction.atomic():
        lock_case(FIRST_PERSON)
        check_no_administrator()
        user = create_person(username=username, password=password, name="")
        names = {}
        for field, language in (("name_zh", "zh-hans"), ("name_en", "en")):
            with translation.override(language):
                names[field] = str(Organisation.Kind.DIGITAL.label)
        office, _made = Organisation.objects.get_or_create(
            kind=Organisation.Kind.DIGITAL,
            code="digital",
            defaults=names,
        )
        grant(user=user, role=Role.ADMINISTRATOR, organisation=office, district=None, by=SYSTEM)
    return user


def change_password(*, user: User, password: str) -> None:
    """Ends all other sessions and every token of the account."""
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        user.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())


def issue_token(
    *, user: User, life: timedelta, second_factor: bool, label: str = ""
) -> tuple[str, ApiToken]:
    """Returns the token, which is shown once and kept nowhere, and its row."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    now: datetime = timezone.now()
    row = ApiToken.objects.create(
        user=user,
        label=label,
        digest=token_digest(token),
        created_at=now,
        expires_at=now + life,
        second_factor=second_factor,
    )
    return token, row


def revoke_token(*, token: ApiToken) -> None:
    """A token that has ended stays as it is."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
