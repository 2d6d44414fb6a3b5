"""Who acts in a simulated city: the demonstration's people, and deputies of those who are away."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from accounts.actions import create_person, grant
from accounts.actor import SYSTEM
from accounts.models import Organisation, User
from accounts.roles import Role
from applications.assignments import absences
from tools.scenarios import manager_for
from tools.simulation.mix import Size, mix

#: Who can be away, and as what; the deputy's username is made of it.
AWAY = {"manager": Role.MANAGER, "project": Role.PROJECT}


@dataclass(frozen=True)
class Cast:
    """Everybody by username, and from when to when whom of the company somebody stands in for."""

    people: dict[str, User]
    away: dict[str, list[tuple[date, date]]]

    def manager(self, kind: str, action: str, today: date) -> User:
        """Who of the supply company takes an act of a kind of case today."""
        name = manager_for(kind, action)
        absent = any(first <= today <= last for first, last in self.away[name])
        return self.people[deputy_of(name) if absent else name]


def deputy_of(name: str) -> str:
    return f"{name}-deputy"


def call_together(size: Size) -> Cast:
    """The people of a city; who will be away has entered it with a deputy."""
    for name, role in AWAY.items():
        _make_deputy(name, role)
    people = {user.username: user for user in User.objects.all()}
    away = {name: _away(name, size) for name in AWAY}
    for name, spans in away.items():
        who, deputy = people[name], people[deputy_of(name)]
        for former in absences.seen_by(who).filter(user=who):  # of a city that was stopped
            absences.end(former, by=who)
        for first, last in spans:
            days = {"first": first.isoformat(), "last": last.isoformat()}
            absences.enter({"user": who.pk, "deputy": deputy.pk, **days}, by=who)
    return Cast(people, away)


def _make_deputy(name: str, role: Role) -> None:
    if User.objects.filter(username=deputy_of(name)).exists():
        return
    absent = User.objects.get(username=name)
    user = create_person(username=deputy_of(name), password=None, name=f"{absent.name} B")
    place = Organisation.objects.get(pk=absent.organisations(role)[0])
    grant(user=user, role=role, organisation=place, district=None, by=SYSTEM)


def _away(name: str, size: Size) -> list[tuple[date, date]]:
    """The first days are among the first ones of a small city, too."""
    said, by = mix()["away"], Random(f"{size.seed}:{name}")
    length, start = timedelta(days=said["days"] - 1), by.randrange(min(said["days"], size.days))
    begins = range(start, size.days, said["every"])
    firsts = [size.first + timedelta(days=n) for n in begins]
    return [(first, min(first + length, size.last)) for first in firsts]
