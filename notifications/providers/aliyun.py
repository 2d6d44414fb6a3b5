"""Alibaba Cloud SMS (dysmsapi 2017-05-25), by its own SDK: requirements-aliyun.txt.

It does not send one key once: a message of which nobody knows is asked about by `OutId` and day,
and never sent again by itself.
"""

import json
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.timezone import localtime

from notifications.providers import templates
from notifications.providers.interface import Answer, Letter, Outcome, Provider, Sent
from rules.delivery import Channel, delivery_rules

#: Of `SendStatus`.
WAITS, FAILED, ARRIVED = 1, 2, 3
PAGE: Final = 50
PAGES: Final = 5
#: Refusals that pass: too many for one number or account, or the service itself.
PASSING: Final = (
    "isv.BUSINESS_LIMIT_CONTROL", "isv.DAY_LIMIT_CONTROL", "isv.OUT_OF_SERVICE",
    "isv.AMOUNT_NOT_ENOUGH", "Throttling",
)  # fmt: skip
#: Of the service's own trouble nobody knows whether it came before or after the message.
UNSURE: Final = ("isp.SYSTEM_ERROR", "ServiceUnavailable", "InternalError")


class Aliyun:
    name = "aliyun"
    deduplicates = False
    can_be_asked = True

    def __init__(self, client: Any, sdk: Any, runtime: Any, signature: str) -> None:
        self.client, self.sdk, self.runtime, self.signature = client, sdk, runtime, signature
        self.templates = templates.load()

    def send(self, letter: Letter) -> Answer:
        template = self.templates.get(f"{letter.template}.{letter.language}")
        if template is None:
            return Answer(Outcome.REFUSED, reason="template")
        request = self.sdk.SendSmsRequest(
            phone_numbers=letter.address,
            sign_name=self.signature,
            template_code=template.id,
            template_param=json.dumps(template.filled(letter.values), ensure_ascii=False),
            out_id=letter.key,
        )
        try:
            body = self.client.send_sms_with_options(request, self.runtime).body
        except Exception as error:  # noqa: BLE001 (the SDK's errors have no common ancestor)
            return _of_error(error)
        if body.code == "OK" and body.biz_id:
            return Answer(Outcome.TAKEN, provider_id=str(body.biz_id)[:80])
        return _refused(str(body.code))

    def find(self, sent: Sent) -> Answer:
        """By our key: the `BizId` is not known of a message whose answer was lost."""
        began = localtime(sent.began_at)
        # What was begun just before midnight may be dated at the day after.
        days = dict.fromkeys(
            f"{began + after:%Y%m%d}" for after in (timedelta(), timedelta(hours=1))
        )
        for day in days:
            for page in range(1, PAGES + 1):
                rows = self._sent_on(day, page, sent.address)
                if isinstance(rows, Answer):
                    return rows
                for row in rows:
                    if row.out_id == sent.key:
                        return _state(row)
                if len(rows) < PAGE:
                    break
        return Answer(Outcome.ABSENT)

    def _sent_on(self, day: str, page: int, address: str) -> "list[Any] | Answer":
        request = self.sdk.QuerySendDetailsRequest(
            phone_number=address, send_date=day, current_page=page, page_size=PAGE
        )
        try:
            body = self.client.query_send_details_with_options(request, self.runtime).body
        except Exception as error:  # noqa: BLE001 (as above)
            return _of_error(error)
        if body.code != "OK":
            return Answer(Outcome.UNKNOWN, reason="strange_answer", said=str(body.code)[:60])
        return list(body.sms_send_detail_dtos.sms_send_detail_dto or [])


def _state(row: Any) -> Answer:
    if row.send_status == ARRIVED:
        return Answer(Outcome.ARRIVED)
    if row.send_status == FAILED:
        said = str(row.err_code or "")[:60]
        return Answer(Outcome.REFUSED, reason="undelivered", said=said)
    return Answer(Outcome.TAKEN)


def _of_error(error: Exception) -> Answer:
    """The SDK raises what the service refuses, and what kept it from asking."""
    code = str(getattr(error, "code", "") or "")
    if not code:
        return Answer(Outcome.UNKNOWN, reason="no_answer", said=type(error).__name__[:60])
    return _refused(code)


def _refused(code: str) -> Answer:
    if code.startswith(UNSURE) or not code:
        return Answer(Outcome.UNKNOWN, reason="strange_answer", said=code[:60])
    if code.startswith(PASSING):
        return Answer(Outcome.NOT_NOW, reason="busy", said=code[:60])
    return Answer(Outcome.REFUSED, reason="refused", said=code[:60])


def provider(channel: str) -> Provider:
    try:
        from alibabacloud_dysmsapi20170525 import models  # noqa: PLC0415 (an extra)
        from alibabacloud_dysmsapi20170525.client import Client  # noqa: PLC0415
        from alibabacloud_tea_openapi.utils_models import Config  # noqa: PLC0415
        from darabonba.runtime import RuntimeOptions  # noqa: PLC0415
    except ImportError as error:
        raise ImproperlyConfigured(
            "PORTAL_SMS=aliyun needs `pip install -r requirements-aliyun.txt`."
        ) from error
    if not (settings.SMS_KEY_ID and settings.SMS_KEY_SECRET):
        raise ImproperlyConfigured("PORTAL_SMS=aliyun needs PORTAL_SMS_KEY_ID and _KEY_SECRET.")
    wait = delivery_rules().ways[Channel(channel)].wait * 1000 // 2
    client = Client(
        Config(
            access_key_id=settings.SMS_KEY_ID,
            access_key_secret=settings.SMS_KEY_SECRET,
            endpoint=settings.SMS_ENDPOINT or "dysmsapi.aliyuncs.com",
            protocol=settings.SMS_PROTOCOL,
        )
    )
    # It would try again by itself what may have been taken.
    runtime = RuntimeOptions(
        autoretry=False, max_attempts=1, connect_timeout=wait, read_timeout=wait
    )
    return Aliyun(client, models, runtime, delivery_rules().signature.zh)
