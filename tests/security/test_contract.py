"""The API against its own document: made-up requests, as everybody, through the real WSGI app.

Every answer has a documented status and the documented shape, a refusal is a problem document,
and nothing is a fault.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.actions import issue_token
from tests.security.city import City, taken_back

# A part of a file is bytes as any other.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
EXAMPLES = 15
DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.yaml"
PATHS = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))["paths"]
OPERATIONS = [(path, method.upper()) for path, methods in PATHS.items() for method in methods]
CHECKS: list[Any] = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
#: What the arguments of addresses are called by things of the city; others are made up.
REAL = {
    "number": (
        "draft",
        "filed",
        "replied",
        "confirmed",
        "permits",
        "replanning",
        "order",
        "answered-order",
    ),
    "id": ("permit", "works", "table-draft", "row"),
    "pk": ("permit", "works", "table-draft", "row"),
    "ref": ("upload",),
}
WORDS = {"name": ("submit", "accept", "withdraw", "reply_plan", "confirm_plan", "rate"),
         "action": ("accept", "grant", "refuse", "request_supplement", "exclude_time", "answer",
                    "return", "close", "escalate"),
         "kind": ("fees", "capacity"), "ext": ("csv", "xlsx")}  # fmt: skip


@pytest.fixture(scope="module")
def document(_built: City) -> Iterator[Any]:
    """The OpenAPI document as the portal hands it out, which leaves us our connection."""
    from portal.wsgi import application

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def tokens(city: City) -> dict[str, str]:
    """A bearer token for everybody."""
    return {
        who: issue_token(user=city.people[who], life=timedelta(hours=1), second_factor=True)[0]
        for who in ("owner", "other", "manager", "officer", "regulator", "keeper")
    }


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_the_api_keeps_to_its_document(
    city: City, document: Any, tokens: dict[str, str], path: str, method: str
) -> None:
    operation = document[path][method]
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in MODES))

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=cases, who=st.sampled_from([*tokens, "nobody"]), data=st.data())
    def ask(case: Any, who: str, data: Any) -> None:
        for name in case.path_parameters or {}:
            known = [city.things[thing] for thing in REAL.get(name, ())] + [*WORDS.get(name, ())]
            if known and data.draw(st.integers(0, 3)):
                case.path_parameters[name] = data.draw(st.sampled_from(known))
        # Read as it is: this way to ask unpacks nothing.
        headers = {"Accept-Encoding": "identity"}
        if who in tokens:
            headers["Authorization"] = f"Bearer {tokens[who]}"
        with taken_back():
            case.call_and_validate(headers=headers, checks=CHECKS)

    ask()
