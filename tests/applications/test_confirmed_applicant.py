"""The question of name and number, filled in from what an identity service has confirmed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.identities import ConfirmedIdentity, FaceConsent, confirm
from accounts.models import User
from accounts.parties import Party
from applications.erasure import end_identities
from applications.models import Application, Draft
from rules.names import Kind
from tests.accounts.identity import FACE, OWN, ZHOU, Service, answer_of, identity_service
from tests.applications.pages import of, press
from tests.applications.visiting import begun, entered
from tests.builders import drafted
from tests.notifications.counterpart import At
from tests.page import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]
FACE_BUTTON = "刷脸办电"
FACES = ConfirmedIdentity.Means.FACE


@pytest.fixture
def service() -> Iterator[Service]:
    with identity_service() as found:
        yield found


def question(draft: Draft | Application) -> str:
    return f"/apply/{draft.number}/questions/applicant/"


def filled_in(client: Client, page: str) -> tuple[str, ...]:
    """Name and number as they stand in the form."""
    found = Page(client.get(page))
    return tuple(found.field(name).get("value") or "" for name in ("姓名或名称", "身份证件号码"))


def test_a_visitor_has_name_and_number_filled_in_by_a_face_check(sms: At, service: Service) -> None:
    client = entered(sms)
    draft = begun(client, applicant_name="", id_number="")
    page = question(draft)
    assert Page(client.get(page)).button(FACE_BUTTON).get("value") == "national"
    asked = press(client, page, face="national", applicant_name="周明", phone="139")
    consent = Page(client.get(asked["Location"]))
    assert consent.link("不同意，继续办理") == f"{page}?confirmed=1"
    sent = consent.hidden(consent.tree.xpath("//main//form")[0])
    back = client.get(answer_of(service, client, FACE, **sent))["Location"]
    # What was typed before is kept; the form shows what is confirmed, until it is saved.
    draft.refresh_from_db()
    assert json.loads(draft.typed)["applicant"]["name"] == "周明"
    assert (back, filled_in(client, back)) == (f"{page}?confirmed=1", ZHOU)
    assert filled_in(client, page)[0] == "周明"
    assert "替别人申请" in Page(client.get(page)).text
    press(client, back, applicant_name=ZHOU[0], id_number=ZHOU[1], phone="13912340001")
    text = Page(client.get(page)).text
    assert "已按国家政务服务平台（演示）" in text
    assert FACE_BUTTON not in text
    party = draft.filed_by
    assert [row.party for row in FaceConsent.objects.all()] == [party]
    found = ConfirmedIdentity.objects.of(party.pk)
    assert found is not None
    assert (found.name, found.id_number) == ZHOU
    # It is told, and ended, without an account too.
    told = Page(client.get("/account/data/"))
    assert "周敏 510***********0022" in told.text
    assert OWN in told.links(OWN)
    client.post(f"{OWN}end/")
    assert ConfirmedIdentity.objects.of(party.pk) is None


def test_it_is_offered_to_a_person_who_applies_online_and_to_nobody_else(
    people: dict[str, User], service: Service
) -> None:
    def offered(username: str, draft: Any) -> bool:
        text = Page(of(people, username).get(question(draft))).text
        return FACE_BUTTON in text or "周敏" in text

    home, shop = drafted(people, Kind.RESIDENTIAL), drafted(people, Kind.LV_SMALL)
    assert (offered("resident", home), offered("shop", shop)) == (True, False)
    for user in people.values():
        confirm(user.party, FACES, "national", *ZHOU)
    assert "替别人申请" in Page(of(people, "resident").get(question(home))).text
    assert not offered("shop", shop)
    press(of(people, "hall"), "/apply/", purpose="residential")
    assert not offered("hall", Draft.objects.latest("pk"))
    refused = of(people, "resident").post(question(home), {"version": "1", "face": "provincial"})
    assert refused.status_code in (404, 412)


def test_one_sees_and_takes_along_what_was_confirmed(
    people: dict[str, User], service: Service, django_assert_num_queries: Any
) -> None:
    user, client = people["resident"], of(people, "resident")
    confirm(user.party, FACES, "national", *ZHOU)
    client.get(answer_of(service, client, FACE))
    client.get(
        answer_of(service, client, f"{OWN}provincial/link/", current="tongdian-demo", do="link")
    )
    told = client.get("/api/v1/account/data/").json()
    assert [(row["means"], row["name"], row["id_number"]) for row in told["identities"]] == [
        ("sign_in", *ZHOU), ("face", None, None),
    ]  # fmt: skip
    assert [row["service"] for row in told["face_consents"]] == ["national"]
    assert [row["service"] for row in told["account"]["identity_links"]] == ["provincial"]
    with django_assert_num_queries(6):
        client.get(OWN)


def test_of_whoever_has_nothing_here_any_more_it_ends_by_itself(sms: At) -> None:
    client = entered(sms)
    draft = begun(client)
    parties = [draft.filed_by, Party.objects.create(), User.objects.first().party]  # type: ignore[union-attr]
    for party in parties:
        confirm(party, FACES, "national", *ZHOU)
    assert end_identities() == 0
    later = ConfirmedIdentity.objects.all()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("applications.erasure.VISIT_ABSOLUTE", timedelta(0))
        assert end_identities() == 1
        assert [row.party for row in later.filter(ended_at=None).order_by("id")] == [
            parties[0], parties[2],
        ]  # fmt: skip
