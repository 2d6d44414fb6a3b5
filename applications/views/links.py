"""Links in messages. Following one only reads: what looks at links before a person does sends no
code, and the link alone opens nothing."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.fields import token_digest
from core.problems import Missing


def lead_on(page: str) -> HttpResponseBase:
    """To a page that is not told from which address one came: the link's has its secret."""
    response = redirect(page)
    response["Referrer-Policy"] = "no-referrer"
    return response


def follow(
    request: HttpRequest, token: str, found: QuerySet[Any], *, key: str, page: str
) -> HttpResponseBase:
    """Note in the session the thing whose `link` has this token, and lead on.

    Args:
        key: of the session.

    Raises:
        Missing: nothing has this link.
    """
    pk = found.filter(link=token_digest(token)).values_list("pk", flat=True).first()
    if pk is None:
        raise Missing(_("There is no such link. Perhaps it was cut off: open it from the message."))
    request.session[key] = pk
    return lead_on(page)
