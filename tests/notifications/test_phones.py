"""WeChat and the company's app: bound by a code, told once, never twice what may have come."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.models import User
from applications.closing import close
from applications.owndata import own_data_json
from notifications import asking, delivery, outbox, providers, receipts
from notifications.bindings import actions, grants
from notifications.bindings.models import Binding, BindingCode, Grant, digest_of
from notifications.models import Delivery, Outbox, Receipt
from notifications.providers.interface import Answer, Outcome
from notifications.providers.wechat import refused
from portal.outside import played_wechat
from rules.delivery import Channel
from tests import people
from tests.notifications.counterpart import At
from tests.notifications.phones import FORGED, phone, told
from tests.notifications.test_outbox import put
from tests.notifications.test_outside import of
from tools.counterparts import app, wechat
from tools.counterparts.gateway import EVENTS

pytestmark = pytest.mark.django_db
OPENID, DEVICE = wechat.ADDRESS, app.ADDRESS
CHANNELS = ["site", "wechat", "app"]
PAGE = "/account/messages/channels/"
SUBMITTED = "demonstration-submitted-zh-hans"


@pytest.fixture
def at_wechat(tmp_path: Path, settings: Settings) -> Iterator[At]:
    with phone(wechat, tmp_path) as at:
        settings.WECHAT_PROVIDER = "subscription"
        settings.WECHAT_MESSAGES = played_wechat(at.url)
        settings.CHANNEL_SECRETS = {"wechat": [EVENTS]}
        providers.forget()
        yield at
    providers.forget()


@pytest.fixture
def at_app(tmp_path: Path, settings: Settings) -> Iterator[At]:
    with phone(app, tmp_path) as at:
        settings.APP_URL, settings.APP_SECRETS = at.url, [app.PORTAL]
        settings.CHANNEL_SECRETS = {"app": [EVENTS]}
        providers.forget()
        yield at
    providers.forget()


def bind(user: User, channel: str, address: str) -> Any:
    code = actions.ask_code(user.party_id, channel).code
    return told(channel, "binding.asked", code=code, address=address)


@pytest.fixture
def on_wechat(at_wechat: At) -> User:
    user = people.applicant()
    assert bind(user, "wechat", OPENID).json() == {"outcome": "bound"}
    Outbox.objects.filter(kind="account.bound").update(planned_at=Now())
    return user


@pytest.fixture
def on_app(at_app: At) -> User:
    user = people.applicant()
    assert bind(user, "app", DEVICE).json() == {"outcome": "bound"}
    Outbox.objects.filter(kind="account.bound").update(planned_at=Now())
    return user


def tell(user: User, **changes: Any) -> None:
    known = {"kind": "case.submitted", "channels": CHANNELS, "context": {"number": "ZG-1"}}
    put(user, **known | changes)
    outbox.deliver()


def run() -> None:
    Delivery.objects.exclude(due_at=None).update(due_at=Now())
    delivery.send_outside()


def taps(count: int, template: str = SUBMITTED) -> None:
    answer = told("wechat", "grant.given", address=OPENID, template=template, count=count)
    assert answer.json() == {"outcome": "taken"}


# Bindings


def test_a_code_typed_in_wechat_binds_it_once_and_the_person_is_told(at_wechat: At) -> None:
    user, other = people.applicant("one"), people.applicant("two")
    code = actions.ask_code(user.party_id, "wechat").code
    assert told("wechat", "binding.asked", code=code, address=OPENID).json() == {"outcome": "bound"}
    again = told("wechat", "binding.asked", code=code, address="o-somebody-else")
    assert again.json() == {"outcome": "no_such_code"}
    [one] = Binding.objects.open()
    assert (one.party_id, one.channel, one.address) == (user.party_id, "wechat", OPENID)
    assert not Binding.objects.filter(party=other.party).exists()
    outbox.deliver()
    page = people.browser(user).get("/account/messages/").content.decode()
    assert "今后也会通过微信通知您" in page


def test_a_newer_code_ends_the_older_and_one_that_is_too_old_binds_nothing(at_wechat: At) -> None:
    user = people.applicant()
    old = actions.ask_code(user.party_id, "wechat").code
    new = actions.ask_code(user.party_id, "wechat").code
    for code in {old} - {new}:
        answer = told("wechat", "binding.asked", code=code, address=OPENID)
        assert answer.json() == {"outcome": "no_such_code"}
    BindingCode.objects.update(expires_at=Now())
    assert told("wechat", "binding.asked", code=new, address=OPENID).json() == {
        "outcome": "no_such_code"
    }
    assert (actions.forget_codes(), Binding.objects.count()) == (1, 0)


def test_a_code_of_one_channel_is_none_of_another(
    at_wechat: At, at_app: At, settings: Settings
) -> None:
    settings.CHANNEL_SECRETS = {"wechat": [EVENTS], "app": [EVENTS]}
    code = actions.ask_code(people.applicant().party_id, "wechat").code
    assert told("app", "binding.asked", code=code, address=DEVICE).json() == {
        "outcome": "no_such_code"
    }


def test_codes_are_not_found_by_trying(at_wechat: At) -> None:
    code = actions.ask_code(people.applicant().party_id, "wechat").code
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    found = [
        told("wechat", "binding.asked", code=wrong, address=OPENID).json()["outcome"]
        for _time in range(6)
    ]
    assert found == [*["no_such_code"] * 5, "too_many"]
    assert told("wechat", "binding.asked", code=code, address=OPENID).json() == {
        "outcome": "too_many"
    }
    # Somebody else's wrong codes keep nobody out.
    assert told("wechat", "binding.asked", code=code, address="o-owner").json() == {
        "outcome": "bound"
    }


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"secret": FORGED}, 401),
        ({"at": 0}, 401),
        ({"at": time.time() + 3600}, 401),
        ({"message_id": "with.point"}, 401),
    ],
)
def test_what_is_not_signed_now_by_the_gateway_is_not_heard(
    at_wechat: At, how: dict[str, Any], status: int
) -> None:
    code = actions.ask_code(people.applicant().party_id, "wechat").code
    answer = told("wechat", "binding.asked", code=code, address=OPENID, **how)
    assert (answer.status_code, Binding.objects.count()) == (status, 0)


def test_what_is_told_twice_is_taken_once(at_wechat: At) -> None:
    for _time in range(2):
        answer = told(
            "wechat", "grant.given", message_id="m-1", address=OPENID, template="t", count=2
        )
        assert answer.json() == {"outcome": "taken"}
    assert Grant.objects.get().left == 2
    other = told("wechat", "grant.given", message_id="m-1", address=OPENID, template="t", count=9)
    assert (other.status_code, Grant.objects.get().left) == (422, 2)


@pytest.mark.parametrize(
    ("type_", "data", "pointer"),
    [
        ("binding.asked", {"address": OPENID}, "/data/code"),
        ("binding.asked", {"address": OPENID, "code": "1234"}, "/data/code"),
        ("binding.asked", {"code": "12345678"}, "/data/address"),
        ("grant.given", {"address": OPENID, "template": "t", "count": 0}, "/data/count"),
        ("grant.given", {"address": OPENID, "template": "t", "count": 101}, "/data/count"),
        ("message.delivered", {"key": "x"}, "/data/key"),
        ("message.delivered", {}, "/data/key"),
        ("message.sung", {}, "/type"),
        ("binding.ended", {"address": OPENID, "why": "x"}, "/data/why"),
    ],
)
def test_what_is_told_wrongly_is_refused_by_its_place(
    at_wechat: At, type_: str, data: dict[str, Any], pointer: str
) -> None:
    answer = told("wechat", type_, **data)
    assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (
        422,
        [pointer],
    )


def test_a_phone_is_bound_by_no_event_and_a_channel_without_secrets_hears_nobody(
    settings: Settings,
) -> None:
    settings.CHANNEL_SECRETS = {"sms": [EVENTS]}
    answer = told("sms", "binding.asked", code="12345678", address="13890000001")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/type")
    assert told("wechat", "binding.ended", address=OPENID).status_code == 404
    assert told("pigeon", "binding.ended", address=OPENID).status_code == 404


def test_another_phone_takes_the_place_of_the_first(on_app: User) -> None:
    bind(on_app, "app", "another-device")
    assert [one.address for one in Binding.objects.open()] == ["another-device"]
    ended = Binding.objects.exclude(ended_at=None).get()
    assert ended.address == ""


def test_the_page_shows_the_code_and_disconnects(at_app: At) -> None:
    user = people.applicant()
    client = people.browser(user)
    assert client.post(f"{PAGE}app/code/").status_code == 302
    code = BindingCode.objects.get().code
    assert code in client.get(PAGE).content.decode()
    told("app", "binding.asked", code=code, address=DEVICE)
    text = client.get(PAGE).content.decode()
    assert ("***0001" in text, DEVICE in text, code in text) == (True, False, False)
    assert client.post(f"{PAGE}app/end/").status_code == 302
    assert not Binding.objects.open().exists()
    assert client.post(f"{PAGE}sms/code/").status_code == 404


def test_the_api_makes_a_code_and_ends_a_binding(at_app: At) -> None:
    client = people.browser(people.applicant())
    answer = client.post("/api/v1/account/channels/app/")
    row = BindingCode.objects.get()
    assert (answer.status_code, answer.json()["code"]) == (201, row.code)
    told("app", "binding.asked", code=row.code, address=DEVICE)
    assert client.delete("/api/v1/account/channels/app/").status_code == 204
    assert client.delete("/api/v1/account/channels/app/").status_code == 404
    assert client.post("/api/v1/account/channels/sms/").status_code == 404
    # WeChat is closed here.
    assert client.post("/api/v1/account/channels/wechat/").status_code == 503


def test_what_is_taken_away_over_there_or_closed_here_is_told_no_more(
    on_wechat: User, at_wechat: At
) -> None:
    taps(3)
    told("wechat", "binding.ended", address=OPENID)
    assert (Binding.objects.open().count(), Grant.objects.count()) == (0, 0)
    bind(on_wechat, "wechat", OPENID)
    close(on_wechat)
    assert [one.address for one in Binding.objects.all()] == ["", ""]


def test_the_copy_of_ones_data_names_what_is_bound(on_app: User) -> None:
    told = own_data_json(on_app)["contacts"]
    assert [(row["channel"], row["address"], row["ended_at"]) for row in told] == [
        ("sms", on_app.phone, None),
        ("app", DEVICE, None),
    ]
    page = people.browser(on_app).get("/account/data/").content.decode()
    assert DEVICE in page


def test_no_address_and_no_code_stands_in_a_log(
    at_wechat: At, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    user = people.applicant()
    code = actions.ask_code(user.party_id, "wechat").code
    told("wechat", "binding.asked", code=code, address=OPENID)
    taps(1)
    tell(user)
    at_wechat.behave("error")
    run()
    carrier: Any = providers.of("wechat")
    assert [word for word in (code, OPENID, carrier.token) if word in caplog.text] == []


# WeChat


def test_wechat_gets_the_approved_template_in_the_persons_language(
    on_wechat: User, at_wechat: At
) -> None:
    taps(1)
    tell(on_wechat)
    run()
    [message] = at_wechat.messages()
    assert (message["to"], message["title"], message["channel"]) == (OPENID, SUBMITTED, "subscribe")
    assert message["text"].startswith("character_string1: ZG-1 · thing2: ")
    assert of("wechat") == [("sent", "")]
    assert Delivery.objects.get(channel="wechat").due_at is None
    User.objects.update(language="en")
    taps(1, "demonstration-submitted-en")
    tell(on_wechat, version=2)
    run()
    assert at_wechat.messages()[1]["title"] == "demonstration-submitted-en"


def test_a_tap_is_one_message(on_wechat: User, at_wechat: At) -> None:
    taps(1)
    for version in (1, 2):
        tell(on_wechat, version=version)
    run()
    assert (len(at_wechat.messages()), of("wechat")) == (1, [("sent", ""), ("parked", "grant")])
    taps(1)
    assert Grant.objects.get().left == 1


def test_what_has_no_template_goes_the_other_ways(on_wechat: User) -> None:
    tell(on_wechat, kind="case.accepted")
    assert (of("wechat"), of("site")) == ([], [("confirmed", "")])


@pytest.mark.parametrize("mode", ["garbled", "error", "other", "silent", "mute", "broken"])
def test_what_wechat_may_have_taken_is_never_sent_again_by_itself(
    on_wechat: User, at_wechat: At, mode: str
) -> None:
    taps(5)
    tell(on_wechat)
    at_wechat.behave(mode)
    for _time in range(10):
        run()
    row = Delivery.objects.get(channel="wechat")
    assert (row.state, row.due_at, row.tries) == ("unknown", None, 1)
    assert len(at_wechat.messages()) == (0 if mode in {"mute", "broken"} else 1)
    assert Grant.objects.get().left == 4


def test_a_slow_answer_is_unknown(
    on_wechat: User, at_wechat: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier: Any = providers.of("wechat")
    taps(1)
    tell(on_wechat)
    monkeypatch.setattr(carrier.peer, "wait", 0.5)
    at_wechat.behave("slow", seconds=1.5)
    for _time in range(3):
        run()
    assert (len(at_wechat.messages()), of("wechat")) == (1, [("unknown", "no_answer")])


@pytest.mark.parametrize(
    ("code", "outcome", "reason"),
    [
        (43101, Outcome.REFUSED, "grant"),
        (40003, Outcome.REFUSED, "refused"),
        (40037, Outcome.REFUSED, "template"),
        (47003, Outcome.REFUSED, "template"),
        (45009, Outcome.NOT_NOW, "busy"),
        (45047, Outcome.NOT_NOW, "busy"),
        (-1, Outcome.NOT_NOW, "busy"),
        (99999, Outcome.REFUSED, "refused"),
    ],
)
def test_errcodes_are_told_apart(code: int, outcome: Outcome, reason: str) -> None:
    assert refused(code) == Answer(outcome, reason=reason, said=f"wechat {code}")


@pytest.mark.parametrize(
    ("code", "state", "left"),
    [
        (43101, ("parked", "grant"), 0),
        (45009, ("pending", "busy"), 2),
        (40003, ("parked", "refused"), 1),
    ],
)
def test_a_grant_comes_back_where_nothing_was_sent_and_all_go_where_wechat_knows_of_none(
    on_wechat: User, at_wechat: At, code: int, state: tuple[str, str], left: int
) -> None:
    taps(2)
    tell(on_wechat)
    at_wechat.behave("error", errcode=code)
    run()
    assert (of("wechat"), Grant.objects.get().left) == ([state], left)


def tokens(at: At) -> int:
    return int(at._ask("/tokens"))


def test_a_token_is_kept_and_fetched_anew_once_when_it_holds_no_more(
    on_wechat: User, at_wechat: At
) -> None:
    taps(4)
    for version in (1, 2):
        tell(on_wechat, version=version)
    run()
    assert (tokens(at_wechat), len(at_wechat.messages())) == (1, 2)
    at_wechat.behave("well", times=0, stale=True)
    tell(on_wechat, version=3)
    run()
    assert (tokens(at_wechat), len(at_wechat.messages())) == (2, 3)
    assert of("wechat") == [("sent", "")] * 3
    # It refuses the new one too: that is no reason for a third.
    at_wechat.behave("error", errcode=42001, times=2)
    tell(on_wechat, version=4)
    run()
    assert (tokens(at_wechat), of("wechat")[-1]) == (3, ("pending", "busy"))


def test_a_token_that_ends_soon_is_fetched_anew(on_wechat: User, at_wechat: At) -> None:
    taps(2)
    tell(on_wechat)
    run()
    carrier: Any = providers.of("wechat")
    carrier.token_ends = time.monotonic()
    at_wechat.behave("well", times=0, stale=True)
    tell(on_wechat, version=2)
    run()
    assert (tokens(at_wechat), len(at_wechat.messages())) == (2, 2)


def test_an_official_account_needs_no_taps(
    on_wechat: User, at_wechat: At, settings: Settings
) -> None:
    settings.WECHAT_PROVIDER = "template"
    providers.forget()
    tell(on_wechat)
    run()
    assert [each["channel"] for each in at_wechat.messages()] == ["template"]


def test_a_value_that_is_too_long_for_wechat_is_cut(on_wechat: User, at_wechat: At) -> None:
    taps(1, "demonstration-appointment-zh-hans")
    what = "字" * 21
    tell(
        on_wechat, kind="appointment.booked", context={"what": what, "when": "周二", "number": "1"}
    )
    run()
    assert at_wechat.messages()[0]["text"].startswith(f"thing1: {'字' * 19}… · ")


def test_wechat_that_cannot_be_reached_is_tried_again(on_wechat: User, settings: Settings) -> None:
    settings.WECHAT_MESSAGES = played_wechat("http://127.0.0.1:9")
    providers.forget()
    taps(1)
    tell(on_wechat)
    run()
    assert (of("wechat"), Grant.objects.get().left) == ([("pending", "unreachable")], 1)


def test_wechat_without_its_settings_is_refused(settings: Settings) -> None:
    settings.WECHAT_PROVIDER = "subscription"
    settings.WECHAT_MESSAGES = played_wechat("http://x") | {"secret": ""}
    providers.forget()
    with pytest.raises(ImproperlyConfigured, match="PORTAL_WECHAT_MESSAGES_APP"):
        providers.of("wechat")


def test_grants_are_used_up_and_never_less_than_none() -> None:
    grants.give("wechat", OPENID, "t", 1)
    assert [grants.take("wechat", OPENID, "t") for _time in range(3)] == [True, False, False]
    assert Grant.objects.get(digest=digest_of("wechat", OPENID)).left == 0


# The company's app


@pytest.mark.parametrize(
    "mode", ["well", "twice", "garbled", "error", "other", "silent", "mute", "broken", "busy"]
)
def test_the_app_is_told_once_whatever_its_gateway_answers(
    on_app: User, at_app: At, mode: str
) -> None:
    tell(on_app)
    at_app.behave(mode)
    for _time in range(4):
        run()
    [message] = at_app.messages()
    assert (message["to"], message["channel"], of("app")) == (DEVICE, "app", [("confirmed", "")])


def test_the_gateway_hears_only_what_we_have_signed(
    on_app: User, at_app: At, settings: Settings
) -> None:
    settings.APP_SECRETS = [FORGED]
    providers.forget()
    tell(on_app)
    run()
    assert (at_app.messages(), of("app")) == ([], [("unknown", "strange_answer")])


def test_the_app_is_read_in_the_persons_language(on_app: User, at_app: At) -> None:
    User.objects.update(language="en")
    tell(on_app)
    run()
    assert at_app.messages()[0]["text"].startswith("【自贡通电】Case ZG-1")


# Receipts


def sent_to_app(user: User) -> Delivery:
    tell(user)
    delivery.send_outside()
    return Delivery.objects.get(channel="app")


@pytest.mark.parametrize(
    ("reports", "state"),
    [
        ([(1, True), (2, True)], ("confirmed", "")),
        ([(2, True), (1, True)], ("confirmed", "")),
        ([(1, True)], ("sent", "")),
        ([(1, True), (2, False)], ("parked", "undelivered")),
        ([(2, False), (1, True)], ("parked", "undelivered")),
        ([(1, False), (2, False)], ("parked", "undelivered")),
        ([(1, True), (1, True)], ("sent", "")),
        ([(0, True), (0, False)], ("confirmed", "")),
        ([(0, False), (0, True)], ("parked", "undelivered")),
        ([(1, False), (1, True), (2, True)], ("parked", "undelivered")),
    ],
)
def test_a_message_arrived_when_all_parts_have_and_failed_with_the_first(
    on_app: User, at_app: At, reports: list[tuple[int, bool]], state: tuple[str, str]
) -> None:
    row = sent_to_app(on_app)
    for part, arrived in reports:
        parts: dict[str, Any] = {"part": part, "parts": 2} if part else {}
        type_ = "message.delivered" if arrived else "message.failed"
        answer = told("app", type_, key=str(row.key), **parts)
        assert (answer.status_code, answer.json()) == (200, {"outcome": "taken"})
    assert of("app") == [state]


def test_a_receipt_of_nothing_we_know_is_taken_and_changes_nothing(on_app: User) -> None:
    row = sent_to_app(on_app)
    unknown = told("app", "message.failed", key="00000000-0000-4000-8000-000000000000")
    assert (unknown.status_code, Receipt.objects.count(), of("app")) == (200, 0, [("sent", "")])
    # Nor does one over another channel's door.
    receipts.take("sms", receipts.Told(row.key, arrived=False))
    assert of("app") == [("sent", "")]


def test_a_receipt_that_overtakes_the_answer_stays(on_app: User, at_app: At) -> None:
    tell(on_app)
    [row] = delivery.claim(Channel.APP)
    told("app", "message.delivered", key=str(row.key))
    assert not delivery.settle(row, Answer(Outcome.UNKNOWN, reason="no_answer"))
    assert of("app") == [("confirmed", "")]


def test_asking_moves_no_end_back(on_app: User, at_app: At) -> None:
    row = sent_to_app(on_app)
    Delivery.objects.filter(pk=row.pk).update(due_at=Now())
    [asked] = asking.claim(delivery.PEOPLE, 20)
    told("app", "message.failed", key=str(row.key), said="off")
    asking.learn([asked], [asking.found(asked)])
    row.refresh_from_db()
    assert (row.state, row.reason, row.said) == ("parked", "undelivered", "off")


def test_the_page_of_a_phone_shows_its_messages_as_text(on_app: User, at_app: At) -> None:
    tell(on_app, context={"number": "<b>1</b>"})
    run()
    assert "&lt;b&gt;1&lt;/b&gt;" in at_app.page()


def test_an_adapter_cuts_by_what_wechat_calls_a_value() -> None:
    from notifications.providers.wechat import _cut

    assert _cut("character_string1", "x" * 33) == "x" * 31 + "…"
    assert _cut("time2", "x" * 50) == "x" * 50


def test_a_letter_bears_its_stop_link_where_the_template_has_a_place(
    on_wechat: User, at_wechat: At, tmp_path: Path, settings: Settings
) -> None:
    file = tmp_path / "templates.json"
    template = {"id": "T", "variables": {"thing1": "title", "remark": "stop"}, "once": False}
    file.write_text(json.dumps({"case.submitted.zh-hans": template}))
    settings.WECHAT_MESSAGES = settings.WECHAT_MESSAGES | {"templates": str(file)}
    providers.forget()
    tell(on_wechat)
    run()
    [message] = at_wechat.messages()
    assert (
        f"remark: {settings.PUBLIC_ADDRESS}/stop/{on_wechat.party_id}.cases.wechat."
        in (message["text"])
    )
