"""What the portal must refuse, in the contract's order, with nothing changed."""

import uuid
from typing import Any

from portal.tour.client import Client
from portal.tour.walk import Walk, same


def check_refusals(walk: Walk, nobody: Client) -> None:
    """Try what must not work on a case that was just submitted."""
    path = f"/applications/{walk.number}/"
    before = walk.applicant.expect(200, "GET", path)
    for what, client, action, body, headers, status in _attempts(walk, nobody):
        answer = client.send("POST", f"{path}actions/{action}/", body, headers=headers)
        same(what, answer.status, status)
        same(f"type of the answer to {what}", _is_problem(answer.body), True)
    same("the case after refusals", walk.applicant.expect(200, "GET", path), before)
    _check_repeats(walk)


def _attempts(
    walk: Walk, nobody: Client
) -> list[tuple[str, Client, str, Any, dict[str, str], int]]:
    stranger = walk.clients["resident" if walk.story.who != "resident" else "shop"]
    off_list = {"items": [{"requirement": "completion_report", "reason": "想看看"}]}
    if walk.story.kind == "hv_single":
        off_list = {"items": [{"requirement": "design", "reason": "想看看"}]}
    manager = walk.manager
    return [
        ("nobody", nobody, "accept", {}, {}, 401),
        ("a stranger", stranger, "accept", {}, {}, 404),
        ("the applicant accepting", walk.applicant, "accept", {}, {}, 403),
        ("energising at once", manager, "energise", {"meter_number": "1"}, {}, 409),
        ("a stale version", manager, "accept", {}, {"If-Match": '"0"'}, 412),
        ("a document off the list", manager, "request_supplement", off_list, {}, 422),
    ]


def _is_problem(body: Any) -> bool:
    return isinstance(body, dict) and {"type", "title", "status", "detail"} <= set(body)


def _check_repeats(walk: Walk) -> None:
    """The same request twice is one case; the same key with another body is refused."""
    key = {"Idempotency-Key": uuid.uuid4().hex}
    body = {
        **walk.story.case,
        "applicant": walk.story.case["applicant"] | {"phone": "13800001234"},
        "address": {"district": "510302", "line": f"演示路重复{key['Idempotency-Key']}号"},
        "channel": "online",
    }
    first = walk.applicant.send("POST", "/applications/", body, headers=key)
    again = walk.applicant.send("POST", "/applications/", body, headers=key)
    same("a repeated request", (again.status, again.body), (201, first.body))
    other = walk.applicant.send("POST", "/applications/", body | {"capacity_kw": 9}, headers=key)
    same("the same key with another body", other.status, 422)
