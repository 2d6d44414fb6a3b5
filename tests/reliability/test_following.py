"""Word of outages: whoever follows is told once, of what is, and nobody who has left."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts import visits
from accounts.models import User
from core.events import Topic
from core.problems import Invalid, Missing, QuotaReached
from ledger.actions import move_clock
from notifications import asking, delivery
from notifications.bulk.handing import Hands
from notifications.bulk.models import Batch, Broadcast
from notifications.bulk.planning import plan_next
from notifications.bulk.sending import claim, park_overtaken, send_broadcasts, send_claimed
from notifications.choices import decline
from notifications.models import Delivery, Message, Outbox
from reliability.following.actions import forget_ended, stop
from reliability.following.models import Follower, Following
from reliability.following.queries import followed_by
from rules.delivery import Channel
from rules.limits import Keeping, limits
from tests.builders import People
from tests.notifications.counterpart import At
from tests.reliability.followers import broadcasts, follows, phone, states, told, visitor
from tests.reliability.outages import announced, at, do, grid, plan, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]


@pytest.fixture
def project(people: People) -> User:
    return grid(people)


# Whom it is for


def test_followers_of_all_that_an_outage_touches_are_told_once(project: User, outside: At) -> None:
    everywhere, there, street, meter, twice = (visitor(number) for number in range(5))
    elsewhere, nobody = visitor(5), visitor(6)
    follows(everywhere, "city")
    follows(there)
    follows(street, "street", district="510302", street="五星街")
    follows(meter, "element", customer_number="M-1")
    for scope, more in (("city", {}), ("element", {"customer_number": "M-2"}), ("district", {})):
        follows(twice, scope, **more)
    follows(elsewhere, "element", customer_number="M-3")
    follows(nobody, "district", district="510303")
    announced(project)
    assert broadcasts() == [("outage.announced", "waiting", 5)]
    send_broadcasts()
    assert sorted(told(outside)) == [(phone(number), "自流井区计划停电") for number in range(5)]
    assert broadcasts() == [("outage.announced", "done", 5)]


def test_a_fault_on_the_line_reaches_who_hangs_below_it(project: User, outside: At) -> None:
    follows(visitor(1), "element", customer_number="M-1")
    follows(visitor(2), "element", customer_number="M-3")
    reported(project)
    send_broadcasts()
    assert sorted(told(outside)) == [(phone(1), "自流井区停电"), (phone(2), "自流井区停电")]


def test_one_phone_is_one_follower_whoever_comes_with_it(project: User, outside: At) -> None:
    follows(visitor(1))
    follows(visitor(1), "city")
    assert Follower.objects.count() == 1
    assert sorted(followed_by(visitor(1)).values_list("scope", flat=True)) == ["city", "district"]
    announced(project)
    send_broadcasts()
    assert len(outside.messages()) == 1


def test_an_account_takes_over_what_its_phone_follows_and_is_told_on_the_site_too(
    project: User, people: People, outside: At
) -> None:
    applicant = people["shop"]
    [own] = applicant.party.contacts.filter(channel="sms")
    before = visits.person_of(visits.new_contact(own.address))
    follows(before, "city")
    follows(applicant)
    assert list(Follower.objects.values_list("party", "former")) == [
        (applicant.party_id, before.party_id)
    ]
    assert followed_by(applicant).count() == 2
    announced(project)
    send_broadcasts()
    assert [to for to, _text in outside.texts()] == [own.address]
    assert Message.objects.filter(recipient=applicant.party, kind="outage.announced").count() == 1


def test_whoever_stops_by_the_link_gets_nothing_more_until_he_follows_anew(
    project: User, people: People, outside: At, client: Client
) -> None:
    """A scanner of mail that opens the link changes nothing."""
    someone = visitor(1)
    follows(someone)
    one = announced(project)
    send_broadcasts()
    [message] = outside.messages()
    text = message["text"]
    address = f"/stop/{text.partition('/stop/')[2].partition('/')[0]}/"
    for _time in range(2):
        assert client.get(address).status_code == 200
    do(one, "start", project)
    [broadcast] = Broadcast.objects.filter(current=True)
    plan_next(broadcast.pk)
    for _time in range(2):
        assert client.post(address).status_code == 200
    send_broadcasts()
    assert states() == {"parked left": 1, "sent": 1}
    do(one, "restore", project)
    send_broadcasts()
    assert len(outside.messages()) == 1
    follows(visitor(1), "city")
    announced(project, elements=["P-2"], area="檀木林街")
    send_broadcasts()
    assert len(outside.messages()) == 2


def test_the_stop_link_of_before_holds_for_the_account_that_took_the_phone_over(
    project: User, people: People, outside: At
) -> None:
    applicant = people["shop"]
    [own] = applicant.party.contacts.filter(channel="sms")
    before = visits.person_of(visits.new_contact(own.address))
    follows(before)
    follows(applicant)
    decline(before.party_id, Channel.SMS, Topic.OUTAGES)
    announced(project)
    send_broadcasts()
    assert outside.messages() == []


def test_what_is_followed_is_known_and_not_without_end(project: User) -> None:
    for body, field in (
        ({"scope": "district", "district": "999999"}, "district"),
        ({"scope": "street", "district": "510302", "street": "无此街"}, "street"),
        ({"scope": "street", "district": "510302", "street": "檀木林街道"}, "street"),
        ({"scope": "element", "customer_number": "M-9"}, "customer_number"),
        ({"scope": "element"}, "customer_number"),
        ({"scope": "country"}, "scope"),
        ({}, "scope"),
    ):
        with pytest.raises(Invalid) as refused:
            follows(visitor(1), **({"scope": ""} | body))
        assert [error.pointer for error in refused.value.errors] == [f"/{field}"], body
    assert not Follower.objects.exists()


def test_somebody_follows_no_more_than_the_quota(project: User) -> None:
    someone = visitor(1)
    follower = follows(someone, "city").follower
    Following.objects.bulk_create(
        Following(follower=follower, scope="element", value=f"X-{number}") for number in range(19)
    )
    follows(someone, "city")
    with pytest.raises(QuotaReached):
        follows(someone)


def test_a_snapshot_never_grows(project: User, outside: At) -> None:
    follows(visitor(1))
    announced(project)
    follows(visitor(2))
    send_broadcasts()
    assert [to for to, _text in outside.texts()] == [phone(1)]
    [batch] = Batch.objects.all()
    with pytest.raises(DatabaseError), transaction.atomic():
        Batch.objects.create(broadcast=batch.broadcast, number=9, members=[1])
    with pytest.raises(DatabaseError), transaction.atomic():
        Batch.objects.update(members=[1])


def test_followers_are_not_told_of_what_has_not_changed(project: User) -> None:
    follows(visitor(1))
    one = announced(project)
    body = {
        name: value for name, value in plan().items()
        if name in {"area", "elements", "planned_from", "planned_until", "not_live_reason"}
    }  # fmt: skip
    do(one, "change", project, **body)
    assert [kind for kind, *_rest in broadcasts()] == ["outage.announced"]
    do(one, "change", project, **body | {"planned_until": at(days=8, hours=6)})
    assert broadcasts() == [
        ("outage.announced", "superseded", 1), ("outage.changed", "waiting", 1),
    ]  # fmt: skip


def test_what_nobody_follows_any_more_is_forgotten(project: User) -> None:
    """Not at once: what is on its way just then must not reach him."""
    ended, kept = visitor(1), visitor(2)
    follows(kept)
    one = follows(ended)
    stop(one.pk, ended)
    days = limits().days[Keeping.FOLLOWINGS]
    move_clock(offset=timedelta(days=days) - timedelta(minutes=1))
    assert forget_ended() == 0
    move_clock(offset=timedelta(days=days) + timedelta(minutes=1))
    assert forget_ended() == 1
    assert [each.party_id for each in Follower.objects.all()] == [kept.party_id]
    assert followed_by(ended).count() == 0
    follows(ended)
    assert followed_by(ended).count() == 1


# The last word


def test_what_was_told_is_corrected_also_where_the_outage_no_longer_is(
    project: User, outside: At
) -> None:
    """Whoever heard that his street would be without power hears that it is another one."""
    follows(visitor(1), "element", customer_number="M-1")
    follows(visitor(2), "element", customer_number="M-3")
    one = announced(project)
    send_broadcasts()
    do(one, "change", project, area="檀木林街", elements=["P-2"], planned_from=at(days=8),
       planned_until=at(days=8, hours=4), not_live_reason="电缆沟内空间不足")  # fmt: skip
    assert told(outside) == [(phone(1), "自流井区计划停电")]
    send_broadcasts()
    # Several go out at once: which of two people hears first is promised to nobody.
    assert sorted(told(outside)[1:]) == [
        (phone(1), "自流井区停电有变"),
        (phone(2), "自流井区停电有变"),
    ]


def test_restored_while_it_is_announced(project: User, outside: At) -> None:
    """Nothing of the older one is sent any more, and whoever has it gets the newer one."""
    for number in range(40):
        follows(visitor(number))
    one = reported(project)
    [older] = Broadcast.objects.all()
    plan_next(older.pk)
    rows = claim(older.pk, Channel.SMS, 60)
    outside.behave("well")
    with Hands(4) as hands:
        assert send_claimed(older.pk, rows[:15], hands) == 15
        do(one, "restore", project)
        newer = Broadcast.objects.get(current=True)
        plan_next(newer.pk)
        # Something of the older one is on its way: nothing of the newer one overtakes it.
        assert claim(newer.pk, Channel.SMS, 60) == []
        assert send_claimed(older.pk, rows[15:], hands) == 0
    send_broadcasts()
    heard: dict[str, list[str]] = {}
    for to, words in told(outside):
        heard.setdefault(to, []).append(words)
    assert {words[-1] for words in heard.values()} == {"自流井区来电"}
    assert sorted(len(words) for words in heard.values()) == [1] * 25 + [2] * 15
    assert states() == {"parked superseded": 25, "sent": 55}
    assert broadcasts() == [
        ("outage.reported", "superseded", 40), ("outage.restored", "done", 40),
    ]  # fmt: skip


def test_an_unknown_one_is_not_sent_again_after_a_newer_one(project: User, outside: At) -> None:
    follows(visitor(1))
    one = reported(project)
    outside.behave("mute", times=1)
    send_broadcasts()
    assert states() == {"unknown no_answer": 1}
    do(one, "restore", project)
    send_broadcasts()
    Delivery.objects.exclude(due_at=None).update(due_at="2026-11-01T00:00:00Z")
    for asked in asking.claim([Channel.SMS], 20, of_many=True):
        asking.learn([asked], [asking.found(asked)])
    send_broadcasts()
    assert park_overtaken() == 0
    assert told(outside) == [(phone(1), "自流井区来电")]
    assert states() == {"confirmed": 1, "parked superseded": 1}


def test_who_leaves_while_it_is_sent_gets_nothing_more(project: User, outside: At) -> None:
    for number in range(3):
        follows(visitor(number))
    both = visitor(1)
    follows(both, "city")
    one = reported(project)
    [broadcast] = Broadcast.objects.all()
    plan_next(broadcast.pk)
    [district] = followed_by(both).filter(scope="district")
    stop(district.pk, both)
    for followed in followed_by(visitor(2)):
        stop(followed.pk, visitor(2))
    send_broadcasts()
    assert sorted(to for to, _text in outside.texts()) == [phone(0), phone(1)]
    assert states() == {"parked left": 1, "sent": 2}
    do(one, "restore", project)
    send_broadcasts()
    assert sorted(to for to, _text in outside.texts()) == [phone(0), phone(0), phone(1), phone(1)]


def test_who_leaves_after_the_claim_and_before_the_handing_gets_nothing(
    project: User, outside: At
) -> None:
    for number in range(3):
        follows(visitor(number))
    reported(project)
    [broadcast] = Broadcast.objects.all()
    plan_next(broadcast.pk)
    rows = claim(broadcast.pk, Channel.SMS, 60)
    [followed] = followed_by(visitor(2))
    stop(followed.pk, visitor(2))
    with Hands(4) as hands:
        assert send_claimed(broadcast.pk, rows, hands) == 2
    assert sorted(to for to, _text in outside.texts()) == [phone(0), phone(1)]
    assert states() == {"parked left": 1, "sent": 2}


def test_who_ends_just_this_is_told_no_more_of_it(project: User, outside: At) -> None:
    someone = visitor(1)
    follows(someone, "element", customer_number="M-3")
    followed = follows(someone, "element", customer_number="M-1")
    announced(project)
    stop(followed.pk, someone)
    stop(followed.pk, someone)
    send_broadcasts()
    assert outside.messages() == []
    assert Batch.objects.get().left == 1


def test_nobody_ends_what_others_follow(project: User) -> None:
    followed = follows(visitor(1))
    with pytest.raises(Missing):
        stop(followed.pk, visitor(2))
    with pytest.raises(Missing):
        stop(0, visitor(1))
    assert Following.objects.filter(ended_at=None).count() == 1


def test_danger_goes_first(project: User, outside: At) -> None:
    follows(visitor(1))
    announced(project)
    announced(project, kind="safety", nature="safety", regulation="《电力设施保护条例》第十条",
              elements=["P-2"], area="檀木林街")  # fmt: skip
    send_broadcasts()
    assert ["檀木林街" in text for _to, text in outside.texts()] == [True, False]


# Beside others


def test_what_goes_to_many_waits_behind_no_code_and_no_code_behind_it(project: User) -> None:
    follows(visitor(1))
    reported(project)
    [one] = Broadcast.objects.all()
    plan_next(one.pk)
    assert delivery.claim(Channel.SMS) == []


def test_nobody_is_named(project: User, outside: At) -> None:
    follows(visitor(1), "element", customer_number="M-1")
    reported(project)
    send_broadcasts()
    [context] = {str(sorted(row.context)) for row in Outbox.objects.filter(kind="outage.reported")}
    assert context == "['area', 'at', 'number', 'place']"
    [(_to, text)] = outside.texts()
    assert "M-1" not in text
    assert phone(1) not in text


def test_an_outage_that_nobody_follows_is_done_at_once(project: User) -> None:
    one = announced(project)
    send_broadcasts()
    assert broadcasts() == [("outage.announced", "done", 0)]
    do(one, "cancel", project, reason="施工改期")
    send_broadcasts()
    assert broadcasts()[1] == ("outage.cancelled", "done", 0)
