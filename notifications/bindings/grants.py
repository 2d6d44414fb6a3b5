"""How many messages of one template somebody has granted: given by taps, used up by sendings."""

from django.db.models import F

from notifications.bindings.models import Grant, digest_of


def give(channel: str, address: str, template: str, count: int) -> None:
    """In one statement each: two taps at once are two."""
    known = {"channel": channel, "digest": digest_of(channel, address), "template": template}
    _grant, new = Grant.objects.get_or_create(**known, defaults={"left": count})
    if not new:
        Grant.objects.filter(**known).update(left=F("left") + count)


def take(channel: str, address: str, template: str) -> bool:
    """Use one up; False where there is none."""
    held = Grant.objects.filter(
        channel=channel, digest=digest_of(channel, address), template=template, left__gt=0
    )
    return bool(held.update(left=F("left") - 1))


def clear(channel: str, address: str, template: str) -> None:
    """There are none any more: WeChat says so."""
    Grant.objects.filter(
        channel=channel, digest=digest_of(channel, address), template=template
    ).update(left=0)


def forget(channel: str, digest: bytes) -> None:
    Grant.objects.filter(channel=channel, digest=digest).delete()
