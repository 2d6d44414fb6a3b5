from tests.approvals.people import LONG_LINE, Cast, post


def test_posting_receives_every_permit_at_one_instant(people: Cast) -> None:
    opened = post(people, LONG_LINE)
    assert {permit.received_at for permit in opened.live} == {opened.opened_at}
