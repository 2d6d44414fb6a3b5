"""What can be wrong with a request, as exceptions whose text is fit to show.

The API renders a `Problem` as RFC 9457, a page as a sentence; neither invents a text of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

TYPE_BASE = "/problems/"


@dataclass(frozen=True)
class FieldError:
    """One refused value: where (JSON pointer), why, and the clause behind it if a rule refused."""

    pointer: str
    reason: Text
    clause: object | None = None

    def as_json(self) -> dict[str, str]:
        body = {"pointer": self.pointer, "reason": str(self.reason)}
        return body | ({"clause": str(self.clause)} if self.clause else {})


class Problem(Exception):
    """A refusal; `extra` are further members of its document, without personal data.

    Attributes:
        typed: labels and words of the form that it refuses, for its page and nothing else.
        retry_after: seconds after which asking again makes sense; 0 says nothing of it.
    """

    type = "problem"
    status = 400
    title: Text = _("This could not be done")
    retry_after = 0

    def __init__(
        self,
        detail: Text = "",
        *,
        errors: Sequence[FieldError] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(self.type)
        self.detail = detail
        self.errors = tuple(errors)
        self.extra = dict(extra or {})
        self.typed: Sequence[tuple[Text, str]] = ()

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": TYPE_BASE + self.type,
            "title": str(self.title),
            "status": self.status,
            "detail": str(self.detail),
            **self.extra,
        }
        if self.errors:
            body["errors"] = [error.as_json() for error in self.errors]
        return body

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)} if self.retry_after else {}


class Malformed(Problem):
    type = "malformed"
    status = 400
    title = _("The request could not be read")


class SignInNeeded(Problem):
    type = "sign-in-needed"
    status = 401
    title = _("Please sign in")


class Forbidden(Problem):
    """403: the person may see the thing but may not do this."""

    type = "forbidden"
    status = 403
    title = _("You may not do this")


class Missing(Problem):
    """404: there is no such thing, or the person may not see it (the same answer for both)."""

    type = "not-found"
    status = 404
    title = _("Not found")

    def __init__(self, detail: Text = "") -> None:
        super().__init__(detail or _("There is nothing here that you may see."))


class WrongState(Problem):
    type = "wrong-state"
    status = 409
    title = _("This cannot be done now")


class Faster(WrongState):
    """409: somebody else was faster; `winner` names the role and the time."""

    type = "somebody-was-faster"
    title = _("Somebody was faster")

    def __init__(self, detail: Text, *, winner: Mapping[str, str]) -> None:
        super().__init__(detail, extra={"winner": dict(winner)})


class ClockBehind(WrongState):
    type = "clock-before-last-event"
    title = _("The clock stands before the last event of this case")

    def __init__(self) -> None:
        super().__init__(
            _("The demonstration clock was set back. Move it forward and try once more.")
        )


class InFlight(WrongState):
    type = "in-flight"
    retry_after = 1
    title = _("This request is being carried out")

    def __init__(self) -> None:
        super().__init__(_("Wait a second and ask again; nothing is done twice."))


class Stale(Problem):
    """412: `winner` names the role and the time of who changed it, where the thing itself does not
    list what was done."""

    type = "stale"
    status = 412
    title = _("This has changed since you opened it")

    def __init__(self, detail: Text = "", *, winner: Mapping[str, str] | None = None) -> None:
        super().__init__(
            detail or _("Somebody has changed it. Look at it again."),
            extra={"winner": dict(winner)} if winner else None,
        )


class Invalid(Problem):
    type = "invalid"
    status = 422
    title = _("Some values cannot be accepted")

    def __init__(self, errors: Sequence[FieldError], detail: Text = "") -> None:
        super().__init__(detail or _("Please mend the values named below."), errors=errors)


class TooMany(Problem):
    """429: a limit of the city's `limits.toml` is reached; `retry_after` says until when."""

    type = "too-many-tries"
    status = 429
    title = _("Too many tries")

    def __init__(self, detail: Text, *, seconds: int) -> None:
        super().__init__(detail)
        self.retry_after = seconds


class QuotaReached(Problem):
    """429: as many as one may have; some of them must go first."""

    type = "quota-reached"
    status = 429
    title = _("No more than this")


class Busy(Problem):
    """503: the portal cannot do it now; nothing was done."""

    type = "busy"
    status = 503
    title = _("The portal is busy")
    retry_after = 5

    def __init__(self, detail: Text = "") -> None:
        super().__init__(detail or _("Nothing was lost. Try again in a few seconds."))


class NotSigned(Problem):
    """401: nothing is said of why, to whoever tries."""

    type = "not-signed"
    status = 401
    title = _("The signature does not hold")


class TooLarge(Problem):
    type = "too-large"
    status = 413
    title = _("The body is too large")
