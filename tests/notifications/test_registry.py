"""Templates of vendors beside our texts: what does not fit is told before anything is sent."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from pytest_django import Settings

from accounts.roles import Role
from core.problems import Busy
from notifications import outbox, registry
from notifications.addresses import Address
from notifications.providers import templates
from notifications.providers.templates import Template
from portal.outside import played_wechat
from rules.delivery import Channel
from tests import people
from tests.notifications.test_outside import PHONE, code


@pytest.fixture
def by_aliyun(tmp_path: Path, settings: Settings) -> Any:
    """SMS go over Alibaba Cloud; what is given stands in the operator's file."""

    def set_up(said: object) -> None:
        file = tmp_path / "templates.json"
        file.write_text(said if isinstance(said, str) else json.dumps(said))
        settings.SMS_PROVIDER, settings.SMS_TEMPLATES = "aliyun", str(file)

    return set_up


def test_a_template_is_a_number_or_a_table(by_aliyun: Any) -> None:
    by_aliyun({"a": "SMS_1", "b": {"id": "SMS_2", "variables": ["number", "stop"]}})
    assert templates.load() == {
        "a": Template("SMS_1"),
        "b": Template("SMS_2", {"number": "number", "stop": "stop"}),
    }


@pytest.mark.parametrize(
    "said",
    [
        "{", "[]", {"a": 1}, {"a": {}}, {"a": {"id": 1}}, {"a": {"id": "x", "pages": "y"}},
        {"a": {"id": "x", "once": "yes"}}, {"a": {"id": "x", "variables": {"thing1": 1}}},
    ],
)  # fmt: skip
def test_a_file_that_says_something_else_is_refused(by_aliyun: Any, said: object) -> None:
    by_aliyun(said)
    with pytest.raises(ImproperlyConfigured, match="PORTAL_SMS_TEMPLATES"):
        templates.load()
    [error] = registry.check()
    assert "PORTAL_SMS_TEMPLATES" in error.msg


def test_variables_are_exactly_those_of_the_text(by_aliyun: Any) -> None:
    by_aliyun(
        {
            "case.energised.zh-hans": {"id": "1", "variables": ["number", "stop"]},
            "case.energised.en": {"id": "2", "variables": ["number"]},
            "case.closed.en": {"id": "3", "variables": ["number", "x"]},
            "case.unheard_of.en": "4",
            "contact.code_sent.zh-hans": {"id": "5", "variables": {"code": "code", "m": "minutes"}},
        }
    )
    assert registry.wrong(Channel.SMS) == [
        "case.energised.en: variables are ['number'], the text has ['number', 'stop'].",
        "case.closed.en: variables are ['number', 'x'], the text has ['number', 'stop'].",
        "case.unheard_of.en: there is no such text.",
    ]
    assert len(registry.check()) == 3


def test_variables_of_wechat_are_as_wechat_names_them(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "wechat.json"
    file.write_text(
        json.dumps(
            {
                "case.energised.en": {"id": "1", "variables": {"thing1": "title"}},
                "case.closed.en": {"id": "2"},
                "case.reminded.en": {"id": "3", "variables": {"thing1": "name"}},
                "case.submitted.en": {"id": "4", "variables": {"Thing 1": "number"}},
            }
        )
    )
    settings.WECHAT_PROVIDER = "template"
    settings.WECHAT_MESSAGES = played_wechat("http://x") | {"templates": str(file)}
    assert registry.wrong(Channel.WECHAT) == [
        "case.closed.en: variables are missing.",
        "case.reminded.en: the text has no name.",
        "case.submitted.en: Thing 1: WeChat has no such names.",
    ]


def test_the_templates_of_the_demonstration_fit(settings: Settings) -> None:
    settings.WECHAT_PROVIDER = "subscription"
    settings.WECHAT_MESSAGES = played_wechat("http://x")
    assert registry.check() == []


@pytest.mark.django_db
def test_what_has_no_template_is_listed_for_operators_and_on_the_page(by_aliyun: Any) -> None:
    by_aliyun({"case.energised.zh-hans": "SMS_1"})
    missing = registry.missing(Channel.SMS)
    assert ("case.energised.zh-hans" in missing, "case.energised.en" in missing) == (False, True)
    out = StringIO()
    call_command("sms_templates", "--missing", stdout=out)
    assert out.getvalue().splitlines() == [f"sms  {name}" for name in missing]
    client = people.browser(people.staff(Role.ADMINISTRATOR, username="root-1"))
    page = client.get("/account/messages/deliveries/").content.decode()
    assert "case.energised.en" in page


def test_a_provider_that_sends_any_text_misses_none(settings: Settings) -> None:
    settings.SMS_PROVIDER = "counterpart"
    assert (registry.missing(Channel.SMS), registry.wrong(Channel.SMS)) == ([], [])


@pytest.mark.django_db
def test_a_code_without_a_template_is_refused_before_it_is_queued(by_aliyun: Any) -> None:
    by_aliyun({})
    with pytest.raises(Busy):
        code()
    by_aliyun({"contact.code_sent.zh-hans": "SMS_1"})
    assert code().channels == ["sms"]
    with pytest.raises(Busy):
        outbox.send_code(
            Address(Channel.SMS, PHONE),
            secret={"code": "1"},
            lasts=timedelta(minutes=10),
            language="en",
        )


def test_aliyun_gets_the_values_by_its_own_names() -> None:
    template = Template("1", {"m": "minutes", "code": "code"})
    assert template.filled({"code": "1", "minutes": "10"}) == {"m": "10", "code": "1"}
