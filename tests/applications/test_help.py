"""Each question says what it is asked for, and by which rule."""

import pytest

from accounts.models import User
from applications.help import HELP
from applications.questions import QUESTIONS
from rules.names import Kind
from tests.applications.pages import of
from tests.builders import drafted
from tests.page import Page

CLAUSES = {
    "purpose": "方案二(一); 方案二(三)",
    "type": "方案三(二)2; 方案二(三)",
    "applicant": "方案三(二)2",
    "district": "方案二(三)",
    "address": "方案三(二)2",
    "capacity": "方案二(三); 方案三(三)1",
    "voltage": "方案二(一); 方案三(二)2",
    "sources": "方案二(一); 方案三(二)2",
}


def test_no_question_is_without_its_reason() -> None:
    assert list(HELP) == list(QUESTIONS) == list(CLAUSES)


@pytest.mark.parametrize("code", list(QUESTIONS))
def test_a_question_tells_its_reason_and_its_clause(people: dict[str, User], code: str) -> None:
    draft = drafted(people, Kind.HV_DUAL)
    text = Page(of(people, "factory").get(f"/apply/{draft.number}/questions/{code}/")).text
    assert f"依据：{CLAUSES[code].replace('; ', '；')}。" in text
