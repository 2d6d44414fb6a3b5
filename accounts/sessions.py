"""Who asks, read at the beginning of every request: the session and its account.

Both as Django has them, by statements that are written and planned once (decision 0029).
"""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User
from core.statements import Given, Read

_account = Read(lambda: User.objects.filter(pk=Given()))
_open_session = Read(
    lambda: Session.objects.filter(session_key=Given()).filter(expire_date__gt=Given())
)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = _open_session.first(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found


class Accounts(ModelBackend):
    def get_user(self, user_id: Any) -> User | None:
        found = _account.first(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None
