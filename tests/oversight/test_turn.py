"""Whose turn it is at a finding or an order reads it in the second person, the button under it."""

import pytest

from oversight.workflow import FindingState, OrderState
from tests.oversight.findings import lead_of, signal_at
from tests.oversight.orders import order_at
from tests.oversight.scenes import People
from tests.people import again, browser


def shown(people: People, who: str, url: str, asked: str, button: str) -> bool:
    """Whether a person is asked on a page; where so, the button comes next."""
    answer = browser(again(people[who])).get(url)
    assert answer.status_code == 200
    page = answer.content.decode()
    if "请您" not in page:
        return False
    place = page.index(asked)
    rest = page.index("</article>", place)
    assert place < page.index(button, place) < rest
    return True


@pytest.mark.parametrize(
    ("state", "leader", "asked", "button"),
    [
        (FindingState.OPEN, True, "请您作出说明；监管部门也可以直接认定。", 'href="#answer"'),
        (FindingState.EXPLAINED, False, "已说明情况，请您决定：采纳说明，或认定属实。", "/accept/"),
        (FindingState.CONFIRMED, False, "已认定属实，请您责令整改。", "/order/"),
    ],
)
def test_a_finding_asks_whose_turn_it_is(
    city: People, state: str, leader: bool, asked: str, button: str
) -> None:
    signal = signal_at(city, state)
    lead = lead_of(city, signal).username
    own, watched = f"/signals/{signal.number}/", f"/oversight/signals/{signal.number}/"
    assert (
        shown(city, lead, own, asked, button),
        shown(city, "regulator", watched, asked, button),
        shown(city, "district-lead", watched, asked, button),
    ) == (leader, not leader, False)


@pytest.mark.parametrize(
    ("state", "leader", "asked", "button"),
    [
        (OrderState.ISSUED, True, "请您整改并答复，还有", 'href="#answer"'),
        (OrderState.ANSWERED, False, "已答复，请您办结，或退回重新整改。", "/close/"),
    ],
)
def test_an_order_asks_whose_turn_it_is(
    city: People, state: str, leader: bool, asked: str, button: str
) -> None:
    order = order_at(city, state)
    own, watched = f"/orders/{order.number}/", f"/oversight/orders/{order.number}/"
    assert (
        shown(city, "supply-lead", own, asked, button),
        shown(city, "regulator", watched, asked, button),
        shown(city, "district-lead", watched, asked, button),
    ) == (leader, not leader, False)
