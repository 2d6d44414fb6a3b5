"""Tencent Cloud SMS (2021-01-11), by its own SDK: requirements-tencent.txt.

It does not send one key once. It can be asked by number and time; our key comes back as
`SessionContext` only where Tencent has switched that on for the account, else a message whose
answer was lost stays unknown.
"""

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notifications.providers import templates
from notifications.providers.interface import Answer, Letter, Outcome, Provider, Sent
from rules.delivery import Channel, delivery_rules

PAGE: Final = 100
#: How long after its sending a message is looked for.
SPAN: Final = timedelta(hours=24)
PASSING: Final = ("LimitExceeded", "RequestLimitExceeded", "FailedOperation.InsufficientBalance")
UNSURE: Final = ("InternalError", "ClientNetworkError", "ClientParamsError", "ServerNetworkError")


class Tencent:
    name = "tencent"
    deduplicates = False
    can_be_asked = True

    def __init__(self, client: Any, sdk: Any, app: str, signature: str) -> None:
        self.client, self.sdk, self.app, self.signature = client, sdk, app, signature
        self.templates = templates.load()

    def send(self, letter: Letter) -> Answer:
        template = self.templates.get(f"{letter.template}.{letter.language}")
        if template is None:
            return Answer(Outcome.REFUSED, reason="template")
        request = self.sdk.SendSmsRequest()
        request.PhoneNumberSet = [_international(letter.address)]
        request.SmsSdkAppId = self.app
        request.SignName = self.signature
        request.TemplateId = template.id
        request.TemplateParamSet = list(template.filled(letter.values).values())
        request.SessionContext = letter.key
        try:
            found = self.client.SendSms(request).SendStatusSet
        except Exception as error:  # noqa: BLE001 (whatever the SDK lets out)
            return _of_error(error)
        if not found or found[0].SessionContext not in ("", None, letter.key):
            return Answer(Outcome.UNKNOWN, reason="strange_answer")
        if found[0].Code != "Ok":
            return _refused(str(found[0].Code))
        return Answer(Outcome.TAKEN, str(found[0].SerialNo)[:80], billed=found[0].Fee)

    def find(self, sent: Sent) -> Answer:
        request = self.sdk.PullSmsSendStatusByPhoneNumberRequest()
        request.BeginTime = int((sent.began_at - timedelta(minutes=5)).timestamp())
        request.EndTime = int((sent.began_at + SPAN).timestamp())
        request.Offset, request.Limit = 0, PAGE
        request.PhoneNumber = _international(sent.address)
        request.SmsSdkAppId = self.app
        try:
            rows = self.client.PullSmsSendStatusByPhoneNumber(request).PullSmsSendStatusSet or []
        except Exception as error:  # noqa: BLE001 (as above)
            return Answer(Outcome.UNKNOWN, reason="no_answer", said=_code(error))
        for row in rows:
            by_number = sent.provider_id and row.SerialNo == sent.provider_id
            if by_number or row.SessionContext == sent.key:
                return _state(row)
        # Only what the networks have reported is listed.
        return Answer(Outcome.TAKEN if sent.provider_id else Outcome.ABSENT)


def _state(row: Any) -> Answer:
    if row.ReportStatus == "SUCCESS":
        return Answer(Outcome.ARRIVED, provider_id=str(row.SerialNo)[:80])
    # What it was is in `Description`, which may name the number.
    return Answer(Outcome.REFUSED, str(row.SerialNo)[:80], reason="undelivered")


def _code(error: Exception) -> str:
    return str(getattr(error, "code", "") or type(error).__name__)[:60]


def _of_error(error: Exception) -> Answer:
    if not getattr(error, "code", ""):
        return Answer(Outcome.UNKNOWN, reason="no_answer", said=_code(error))
    return _refused(_code(error))


def _refused(code: str) -> Answer:
    if code.startswith(UNSURE):
        return Answer(Outcome.UNKNOWN, reason="no_answer", said=code[:60])
    if code.startswith(PASSING):
        return Answer(Outcome.NOT_NOW, reason="busy", said=code[:60])
    return Answer(Outcome.REFUSED, reason="refused", said=code[:60])


def _international(phone: str) -> str:
    return phone if phone.startswith("+") else f"+86{phone}"


def provider(channel: str) -> Provider:
    try:
        from tencentcloud.common.credential import Credential  # noqa: PLC0415 (an extra)
        from tencentcloud.common.profile.client_profile import ClientProfile  # noqa: PLC0415
        from tencentcloud.common.profile.http_profile import HttpProfile  # noqa: PLC0415
        from tencentcloud.sms.v20210111 import models  # noqa: PLC0415
        from tencentcloud.sms.v20210111.sms_client import SmsClient  # noqa: PLC0415
    except ImportError as error:
        raise ImproperlyConfigured(
            "PORTAL_SMS=tencent needs `pip install -r requirements-tencent.txt`."
        ) from error
    if not (settings.SMS_KEY_ID and settings.SMS_KEY_SECRET and settings.SMS_APP):
        raise ImproperlyConfigured(
            "PORTAL_SMS=tencent needs PORTAL_SMS_KEY_ID, _KEY_SECRET and PORTAL_SMS_APP."
        )
    http = HttpProfile(
        protocol=settings.SMS_PROTOCOL,
        endpoint=settings.SMS_ENDPOINT or "sms.tencentcloudapi.com",
        reqTimeout=delivery_rules().ways[Channel(channel)].wait,
    )
    credential = Credential(settings.SMS_KEY_ID, settings.SMS_KEY_SECRET)
    client = SmsClient(credential, settings.SMS_REGION, ClientProfile(httpProfile=http))
    return Tencent(client, models, settings.SMS_APP, delivery_rules().signature.zh)
