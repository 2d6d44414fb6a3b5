"""Following a case without an account: one answer for every wrong pair, nothing personal."""

from typing import Any

import pytest
from django.core.cache import cache

from accounts.models import User
from applications.models import Application
from applications.states import State
from rules.limits import Meter, limits
from rules.names import Kind
from tests.applications.pages import nobody
from tests.builders import Ready, case_at, drafted, filed
from tools.scenarios import PHONE

pytestmark = pytest.mark.django_db

URL = "/progress/"
TRIES = limits().windows[Meter.PROGRESS_ADDRESS].most


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


def ask(number: str, phone: str = PHONE, address: str = "127.0.0.1") -> Any:
    """Ask for a case, without an account."""
    return nobody(address).post(URL, {"number": number, "phone": phone})


def test_number_and_phone_show_the_case_without_an_account(
    people: dict[str, User], ready: Ready
) -> None:
    case = ready(Kind.HV_SINGLE, State.PERMITS)
    response = ask(f" {case.number.lower()} ", "138 0000 1234")
    assert response.status_code == 200
    page = response.content.decode()
    assert case.number in page
    permits = response.context["permits"]
    assert len(permits.needed + permits.others) == 7
    assert [step.what for step in response.context["steps"]][-1]
    assert response.context["header"].holder == "government"


def test_the_page_has_nothing_personal(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    page = ask(case.number).content.decode()
    for secret in (case.applicant_name, case.id_number, case.phone, case.address_line):
        assert secret not in page


def test_unknown_number_wrong_phone_and_draft_get_the_same_answer(
    people: dict[str, User],
) -> None:
    case, draft = filed(people, Kind.RESIDENTIAL), drafted(people, Kind.RESIDENTIAL)
    answers = [
        ask("ZG20260101999999"),
        ask(case.number, "13900009999"),
        ask(draft.number),
    ]
    assert {answer.status_code for answer in answers} == {422}
    errors = {str(answer.context["form"].errors["__all__"]) for answer in answers}
    assert len(errors) == 1


def test_numbers_in_the_address_of_the_page_are_not_read(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    response = nobody().get(URL, {"number": case.number, "phone": PHONE})
    assert (response.status_code, "header" in response.context) == (200, False)


def test_after_too_many_wrong_pairs_the_address_waits_even_with_the_right_one(
    people: dict[str, User],
) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    for index in range(TRIES):
        assert ask(f"ZG2026010100{index:04}").status_code == 422
    refused = ask(case.number)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900


def test_guessing_at_one_case_slows_every_client_and_never_locks_its_owner_out(
    people: dict[str, User],
) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    for index in range(TRIES):
        assert ask(case.number, f"1390000{index:04}", f"10.0.0.{index}").status_code == 422
    assert ask(case.number, PHONE, "10.0.1.1").status_code == 200
    # A client has one answer a minute about it, the right one too; other cases are not concerned.
    assert ask(case.number, "13900009999", "10.0.2.1").status_code == 422
    slowed = ask(case.number, "13900009998", "10.0.2.1")
    assert (slowed.status_code, 0 < int(slowed.headers["Retry-After"]) <= 60) == (429, True)
    assert ask("ZG20260101009999", PHONE, "10.0.2.1").status_code == 422


def test_right_answers_are_not_counted(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    answers = {ask(case.number).status_code for _time in range(TRIES + 2)}
    assert answers == {200}


def test_the_page_costs_the_same_with_more_permits_and_steps(
    people: dict[str, User], django_assert_max_num_queries: Any
) -> None:
    few = filed(people, Kind.RESIDENTIAL)
    many = case_at(people, Kind.HV_DUAL, State.PERMITS)
    for case in (few, many):
        with django_assert_max_num_queries(21):
            assert ask(case.number).status_code == 200
    assert Application.objects.count() == 2
