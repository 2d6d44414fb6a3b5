"""The adapters of vendors, held to what the vendors' own SDKs answer and raise."""

import json
import smtplib
from datetime import datetime
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from pytest_django import Settings

from notifications import providers
from notifications.providers.aliyun import Aliyun
from notifications.providers.interface import Answer, Letter, Outcome, Sent
from notifications.providers.mail import Mail
from notifications.providers.tencent import Tencent

LETTER = Letter(
    key="k-1",
    address="13890000001",
    title="【自贡通电】办件 ZG-1 已受理",
    text="【自贡通电】办件 ZG-1 已受理。请您签订。",
    language="zh-hans",
    template="case.accepted",
    values={"number": "ZG-1", "due_on": "2026-12-01"},
)
BEGAN = datetime(2026, 11, 28, 23, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


class Said(SimpleNamespace):
    """A request or a row of an SDK: any attributes."""


class Refusal(Exception):
    def __init__(self, code: str) -> None:
        super().__init__("to 13890000001")
        self.code = code


class Client:
    """Answers as it was told, and keeps what it was asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked = list(answers), []  # type: ignore[var-annotated]

    def __call__(self, request: Any, *_runtime: Any) -> Any:
        self.asked.append(vars(request))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    send_sms_with_options = query_send_details_with_options = __call__
    SendSms = PullSmsSendStatusByPhoneNumber = __call__


SDK = SimpleNamespace(
    SendSmsRequest=Said,
    QuerySendDetailsRequest=Said,
    PullSmsSendStatusByPhoneNumberRequest=Said,
)


@pytest.fixture(autouse=True)
def approved(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "templates.json"
    file.write_text(json.dumps({"case.accepted.zh-hans": "SMS_1"}))
    settings.SMS_TEMPLATES = str(file)


def aliyun(*answers: Any) -> tuple[Aliyun, Client]:
    client = Client(*answers)
    return Aliyun(client, SDK, None, "自贡通电"), client


def tencent(*answers: Any) -> tuple[Tencent, Client]:
    client = Client(*answers)
    return Tencent(client, SDK, "1400", "自贡通电"), client


def body(**said: Any) -> Said:
    return Said(body=Said(**said))


def test_aliyun_is_given_key_signature_and_the_approved_text() -> None:
    carrier, client = aliyun(body(code="OK", biz_id="9^0"))
    assert carrier.send(LETTER) == Answer(Outcome.TAKEN, provider_id="9^0")
    assert client.asked == [
        {
            "phone_numbers": "13890000001",
            "sign_name": "自贡通电",
            "template_code": "SMS_1",
            "template_param": '{"number": "ZG-1", "due_on": "2026-12-01"}',
            "out_id": "k-1",
        }
    ]


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        (body(code="isv.MOBILE_NUMBER_ILLEGAL", biz_id=None), Outcome.REFUSED, "refused"),
        (body(code="isv.BUSINESS_LIMIT_CONTROL", biz_id=None), Outcome.NOT_NOW, "busy"),
        (body(code="isp.SYSTEM_ERROR", biz_id=None), Outcome.UNKNOWN, "strange_answer"),
        (Refusal("Throttling.User"), Outcome.NOT_NOW, "busy"),
        (Refusal("InvalidAccessKeyId.NotFound"), Outcome.REFUSED, "refused"),
        (TimeoutError("read timed out"), Outcome.UNKNOWN, "no_answer"),
    ],
)
def test_what_aliyun_says_is_understood(answer: Any, outcome: Outcome, reason: str) -> None:
    carrier, _client = aliyun(answer)
    said = carrier.send(LETTER)
    assert (said.outcome, said.reason) == (outcome, reason)
    assert "13890000001" not in said.said


def details(*rows: Said) -> Said:
    return body(code="OK", sms_send_detail_dtos=Said(sms_send_detail_dto=list(rows)))


@pytest.mark.parametrize(
    ("status", "outcome"), [(1, Outcome.TAKEN), (2, Outcome.REFUSED), (3, Outcome.ARRIVED)]
)
def test_aliyun_is_asked_by_our_key_also_after_midnight(status: int, outcome: Outcome) -> None:
    other = Said(out_id="k-2", send_status=3, err_code="")
    mine = Said(out_id="k-1", send_status=status, err_code="")
    carrier, client = aliyun(details(other), details(mine))
    assert carrier.find(Sent("k-1", "13890000001", "", BEGAN)).outcome is outcome
    assert [each["send_date"] for each in client.asked] == ["20261128", "20261129"]


def test_aliyun_may_not_know_of_it() -> None:
    carrier, _client = aliyun(details(), details())
    assert carrier.find(Sent("k-1", "1", "", BEGAN)).outcome is Outcome.ABSENT
    carrier, _client = aliyun(TimeoutError())
    assert carrier.find(Sent("k-1", "1", "", BEGAN)).outcome is Outcome.UNKNOWN


def row(**said: Any) -> Said:
    return Said(
        **{"Code": "Ok", "SerialNo": "s1", "Fee": 1, "SessionContext": "k-1", "Message": ""} | said
    )


def test_tencent_is_given_key_signature_and_the_approved_text() -> None:
    carrier, client = tencent(Said(SendStatusSet=[row(Fee=2)]))
    assert carrier.send(LETTER) == Answer(Outcome.TAKEN, provider_id="s1", billed=2)
    assert client.asked == [
        {
            "PhoneNumberSet": ["+8613890000001"],
            "SmsSdkAppId": "1400",
            "SignName": "自贡通电",
            "TemplateId": "SMS_1",
            "TemplateParamSet": ["ZG-1", "2026-12-01"],
            "SessionContext": "k-1",
        }
    ]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Said(SendStatusSet=[]), Outcome.UNKNOWN),
        (Said(SendStatusSet=[row(SessionContext="k-9")]), Outcome.UNKNOWN),
        (Said(SendStatusSet=[row(Code="LimitExceeded.PhoneNumberDailyLimit")]), Outcome.NOT_NOW),
        (
            Said(SendStatusSet=[row(Code="FailedOperation.TemplateIncorrectOrUnapproved")]),
            Outcome.REFUSED,
        ),
        (Refusal("ClientNetworkError"), Outcome.UNKNOWN),
        (Refusal("RequestLimitExceeded"), Outcome.NOT_NOW),
        (Refusal("AuthFailure.SecretIdNotFound"), Outcome.REFUSED),
        (ValueError("no JSON"), Outcome.UNKNOWN),
    ],
)
def test_what_tencent_says_is_understood(answer: Any, outcome: Outcome) -> None:
    carrier, _client = tencent(answer)
    assert carrier.send(LETTER).outcome is outcome


@pytest.mark.parametrize(
    ("known", "rows", "outcome"),
    [
        ("s1", [row(ReportStatus="SUCCESS", SessionContext="")], Outcome.ARRIVED),
        ("s1", [row(ReportStatus="FAIL", SessionContext="")], Outcome.REFUSED),
        ("", [row(ReportStatus="SUCCESS")], Outcome.ARRIVED),
        ("", [row(ReportStatus="SUCCESS", SessionContext="")], Outcome.ABSENT),
        # It lists what the networks have reported; of the others it says nothing.
        ("s1", [], Outcome.TAKEN),
    ],
)
def test_tencent_is_asked_by_its_number_or_our_key(
    known: str, rows: list[Said], outcome: Outcome
) -> None:
    carrier, _client = tencent(Said(PullSmsSendStatusSet=rows))
    assert carrier.find(Sent("k-1", "13890000001", known, BEGAN)).outcome is outcome


@pytest.mark.parametrize("make", [aliyun, tencent])
def test_a_text_without_a_template_is_refused_and_named(make: Any, settings: Settings) -> None:
    Path(settings.SMS_TEMPLATES).write_text("{}")
    carrier, client = make()
    assert carrier.send(LETTER) == Answer(Outcome.REFUSED, reason="template")
    assert client.asked == []


def test_a_vendor_without_its_settings_says_what_it_needs(settings: Settings) -> None:
    for name in ("aliyun", "tencent"):
        providers.forget()
        with pytest.raises(ImproperlyConfigured, match=f"PORTAL_SMS={name} needs"):
            providers.of("sms", name)
    with pytest.raises(ImproperlyConfigured, match="No provider of sms is called 'pigeon'"):
        providers.of("sms", "pigeon")


def test_every_text_by_sms_is_listed_as_each_vendor_writes_it() -> None:
    out = StringIO()
    call_command("sms_templates", stdout=out)
    found = out.getvalue()
    assert (
        "case.plan_replied.zh-hans\n"
        "    aliyun   办件 ${number}：供电方案已答复。请查看方案并确认；如不同意，请说明理由。"
        "退订：${stop}\n"
    ) in found
    assert "tencent  您的验证码是 {1}。{2} 分钟内有效。" in found
    assert "case.rated" not in found


def test_an_email_has_title_text_and_our_key(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "portal@example.cn"
    assert Mail(5).send(LETTER).outcome is Outcome.TAKEN
    [sent] = mail.outbox
    assert (sent.subject, sent.body, sent.to) == (LETTER.title, LETTER.text, [LETTER.address])
    assert str(sent.extra_headers["Message-ID"]).startswith("<k-1@")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no such")}), Outcome.REFUSED),
        (smtplib.SMTPRecipientsRefused({"a": (450, b"later")}), Outcome.NOT_NOW),
        (smtplib.SMTPDataError(552, b"too big"), Outcome.REFUSED),
        (smtplib.SMTPDataError(451, b"later"), Outcome.NOT_NOW),
        (smtplib.SMTPServerDisconnected("gone"), Outcome.UNKNOWN),
        (TimeoutError(), Outcome.UNKNOWN),
    ],
)
def test_what_a_mail_server_says_is_understood(
    monkeypatch: pytest.MonkeyPatch, error: Exception, outcome: Outcome
) -> None:
    def refuse(*_args: Any) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    assert Mail(5).send(LETTER).outcome is outcome


def test_a_mail_server_that_is_not_there_has_taken_nothing(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert Mail(1).send(LETTER) == Answer(Outcome.NOT_NOW, reason="unreachable")
