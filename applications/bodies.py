"""Reading the bodies of the actions: each returns plain values or refuses with pointers."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.standing import policy_of
from core.clock import city_now
from core.problems import FieldError, Invalid
from rules.names import Kind, Stage

TEXT_MAX = 2_000
METER_MAX = 40
Body = Mapping[str, Any]


def nothing(case: Application, body: Body) -> dict[str, Any]:
    """An action without a body."""
    return {}


def _text(body: Body, name: str, *, longest: int = TEXT_MAX, needed: bool = True) -> str:
    value = body.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise Invalid([FieldError(f"/{name}", _("This is needed."))])
    if len(value) > longest:
        reason = _("At most %(count)d characters.") % {"count": longest}
        raise Invalid([FieldError(f"/{name}", reason)])
    return value.strip()


def _truth(body: Body, name: str) -> bool:
    value = body.get(name)
    if not isinstance(value, bool):
        raise Invalid([FieldError(f"/{name}", _("Say yes or no."))])
    return value


def summary(case: Application, body: Body) -> dict[str, Any]:
    """`{summary}` of a supply plan."""
    return {"summary": _text(body, "summary")}


def agreement(case: Application, body: Body) -> dict[str, Any]:
    """`{agree, reason?}`."""
    return {"agree": _truth(body, "agree"), "reason": _text(body, "reason", needed=False)}


def reason(case: Application, body: Body) -> dict[str, Any]:
    """`{reason?}`."""
    return {"reason": _text(body, "reason", needed=False)}


def review(case: Application, body: Body) -> dict[str, Any]:
    """`{passed, findings: [text]}`; a review that is not passed names its findings."""
    passed = _truth(body, "passed")
    findings = body.get("findings") or []
    if not isinstance(findings, list) or not all(isinstance(one, str) for one in findings):
        raise Invalid([FieldError("/findings", _("A list of texts."))])
    findings = [one.strip() for one in findings if one.strip()]
    if any(len(one) > TEXT_MAX for one in findings):
        reason = _("At most %(count)d characters.") % {"count": TEXT_MAX}
        raise Invalid([FieldError("/findings", reason)])
    if not passed and not findings:
        raise Invalid([FieldError("/findings", _("Say what was found, all at one time."))])
    return {"passed": passed, "findings": findings}


def meter(case: Application, body: Body) -> dict[str, Any]:
    """`{meter_number}`."""
    return {"meter_number": _text(body, "meter_number", longest=METER_MAX)}


def rating(case: Application, body: Body) -> dict[str, Any]:
    """`{level: 1..5, comment?}`."""
    level = body.get("level")
    if isinstance(level, bool) or not isinstance(level, int) or not 1 <= level <= 5:
        raise Invalid([FieldError("/level", _("A level from 1 to 5."))])
    return {"level": level, "comment": _text(body, "comment", needed=False)}


def supplement(case: Application, body: Body) -> dict[str, Any]:
    """`{items: [{requirement, reason}]}`: only documents of the case's own checklist.

    Raises:
        Invalid: nothing named, no reason, or a document that may not be asked for (plan 3(2)2).
    """
    items = body.get("items")
    if not isinstance(items, list) or not items:
        raise Invalid([FieldError("/items", _("Name everything that is missing at one time."))])
    checklist = policy_of(case, city_now()).checklist(Kind(case.kind), Stage.APPLICATION)
    clause = checklist[0].clause
    known = {need.code for need in checklist}
    errors, wanted = [], []
    for index, item in enumerate(items):
        code, why = _item(item)
        if code not in known:
            refusal = _("This document may not be asked for: it is not on the checklist.")
            errors.append(FieldError(f"/items/{index}/requirement", refusal, clause))
        elif not why:
            errors.append(FieldError(f"/items/{index}/reason", _("This is needed.")))
        wanted.append({"requirement": code, "reason": why})
    if errors:
        raise Invalid(errors)
    return {"items": wanted}


def _item(item: Any) -> tuple[str, str]:
    if not isinstance(item, Mapping):
        return "", ""
    code, why = item.get("requirement"), item.get("reason")
    return (
        code if isinstance(code, str) else "",
        why.strip()[:TEXT_MAX] if isinstance(why, str) else "",
    )
