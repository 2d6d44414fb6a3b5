"""Where a text is needed something in it must be seen, and nothing in it turns the writing."""

import pytest
from django import forms

from accounts.forms import OrganisationForm, RegistrationForm, TokenForm
from core.bodies import Body, WordsField
from core.bodies import read as read_body
from core.forms import NumberField, TextField
from core.problems import Invalid
from publishing.columns import Text
from publishing.forms import NOTE, SOURCE

UNSEEN = ["\u200b", "\u2800", "\u3164", " \u00ad\ufeff"]
TURNED = ["a\u202eb", "a\x07b", "a\u2066b"]
FIELDS = [
    RegistrationForm.base_fields["name"],
    TokenForm.base_fields["label"],
    OrganisationForm.base_fields["name_zh"],
    OrganisationForm.base_fields["name_en"],
    SOURCE,
    Text("甲", longest=20),
]


class Reason(Body):
    reason = WordsField()


@pytest.mark.parametrize("typed", [*UNSEEN, *TURNED])
@pytest.mark.parametrize("field", FIELDS)
def test_a_form_refuses_it(field: forms.Field, typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        field.clean(typed)


@pytest.mark.parametrize("typed", [*UNSEEN, *TURNED])
def test_a_body_refuses_it(typed: str) -> None:
    with pytest.raises(Invalid):
        read_body(Reason, {"reason": typed})


def test_a_longer_text_keeps_its_lines() -> None:
    assert (NOTE.clean("甲\n乙"), read_body(Reason, {"reason": "甲\n乙"})) == (
        "甲\n乙",
        {"reason": "甲\n乙"},
    )
    with pytest.raises(forms.ValidationError):
        TextField().clean("甲\n乙")


@pytest.mark.parametrize("typed", ["8,5", "1_200", "1,2"])
def test_the_staff_s_form_refuses_a_doubtful_number(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        NumberField().clean(typed)
