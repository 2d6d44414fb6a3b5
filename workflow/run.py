"""The one path of every act: hold, late, refusals in order, entry, move, what follows, messages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.models import User
from accounts.roles import Role
from core.bodies import read
from core.events import ON_SITE, OWN, event_of
from core.problems import Faster, FieldError, Forbidden, Invalid, Missing, Stale, Text, WrongState
from core.statements import Given, Read, save
from deadlines.sweep import hold_case
from ledger.queries import last_step
from ledger.record import NewEntry, append
from notifications import outbox
from workflow.machine import Act, acts_of, events_of, sources, state_words

T = TypeVar("T", bound=models.Model)
Uploads = Sequence["UploadedFile[Any]"]


class Workflow(Generic[T]):
    """What the kernel asks of one kind of thing that moves; it has `state` and `version`."""

    model: type[T]
    #: What an act does besides moving the thing: it calls `Step.record` once. None: only that.
    verbs: Mapping[str, Callable[["Step[T]"], Any]] = {}
    #: What somebody is told who came second; `%(state)s` is where the thing is now.
    overtaken: Text
    #: The parties that can be told of an event, by the names that the catalogue gives them.
    circles: Mapping[str, Callable[[T], Iterable[int]]] = {}
    #: What a message is about, for its link (`notifications.texts.register_link`).
    subject: str
    #: What is said of an act that only other machines of this kind of thing have.
    not_mine: Text = ""

    def ref(self, thing: T) -> tuple[UUID, UUID | None]:
        """The case's reference, and the thing's own part of its record."""
        raise NotImplementedError

    def machine(self, thing: T) -> type[T]:
        """The class whose transitions the thing has."""
        return self.model

    @cached_property
    def row(self) -> Read[T]:
        return Read(lambda: self.model._base_manager.filter(pk=Given()))  # noqa: SLF001 (Django's documented API)

    def read_anew(self, thing: T) -> T:
        """Its record is held. Raises Missing where the thing is gone."""
        found = self.row.first(thing.pk)
        if found is None:
            raise Missing
        return found

    def may_see(self, thing: T, user: User) -> bool:
        """Asked where the door has not asked yet."""
        return True

    def district(self, thing: T) -> str:
        return str(thing.district)  # type: ignore[attr-defined]

    def acts(self, thing: T) -> dict[str, Act]:
        """Those that things like this one have, as their buttons stand."""
        return {
            name: said
            for name, said in acts_of(self.machine(thing)).items()
            if said.who and (said.belongs is None or said.belongs.holds(thing))
        }

    def label(self, thing: T, said: Act) -> str:
        return str(said.label)

    def not_now(self, thing: T, said: Act) -> str:
        """Why the state of a thing does not allow an act, where no guard says it."""
        state = state_words(thing)
        return _("This cannot be done now: it is “%(state)s”.") % {"state": state}

    def identity(self, thing: T) -> dict[str, Any]:
        """What every entry commits to: which thing it is, so that a receipt says so."""
        return {}

    def on_behalf(self, step: "Step[T]") -> dict[str, Any]:
        """For whom the step is taken, and by what paper, where another party takes it."""
        return {}

    def make_ready(self, thing: T, name: str) -> None:
        """Ask of other systems what an act rests on: before it, in no transaction."""

    def fields(self, step: "Step[T]") -> dict[str, Any]:
        """Further fields of the entry, such as the holder; the thing has moved in memory."""
        return {}

    def follow(self, step: "Step[T]") -> None:
        """Let clocks and other rows follow a step that is written and saved."""

    def context(self, thing: T) -> dict[str, Any]:
        """What messages about a thing say: numbers, codes; no name and no address."""
        return {}

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        """What a message is about for a circle, and what its link asks for besides."""
        return self.subject, {}

    def tell(self, kind: str, thing: T, by: int | None) -> None:
        """Leave the messages of an event with those whom it names; whoever did it gets at most a
        confirmation."""
        event = event_of(kind)
        message = event.message if event else None
        if message is None or (message.where and not message.where(thing)):
            return
        said = self.context(thing)
        for name in message.to:
            subject, more = self.seen_by(name)
            people = set(self.circles[name](thing))
            put = partial(
                outbox.addressed,
                kind=kind,
                subject_kind=subject,
                subject_id=thing.pk,
                case_ref=self.ref(thing)[0],
                version=thing.version,  # type: ignore[attr-defined]
            )
            context = said | more
            rows = put(
                recipients=people - {by},
                context=context,
                channels=ON_SITE if name in message.on_site else message.channels,
            )
            if OWN in message.variants and by is not None:
                rows += put(
                    recipients=people & {by},
                    context=context | {"variant": OWN},
                    channels=[each for each in message.channels if each not in ON_SITE],
                )
            outbox.leave(rows)

    def why_not(self, thing: T, name: str) -> str | None:
        """Why the machine does not allow an act now, as a sentence; None where it does."""
        said = acts_of(self.machine(thing)).get(name)
        if said is None:
            return str(self.not_mine)
        if reason := said.why_stopped(thing):
            return str(reason)
        if thing.state in sources(self.machine(thing), name):  # type: ignore[attr-defined]
            return None
        return self.not_now(thing, said)

    def perform(
        self,
        thing: T,
        name: str,
        *,
        by: User,
        body: Any = None,
        uploads: Uploads = (),
        version: int | None = None,
    ) -> T:
        """Carry out one act in one transaction, or nothing at all.

        Args:
            thing: as it was found; it is read again under the lock of its record.
            version: the version that the person saw, if the request says so.

        Raises:
            Missing: no such act, or the person may not see the thing.
            Forbidden: the person may not do this.
            WrongState, Faster: not from where the thing stands.
            Stale: the thing has moved since `version`.
            Invalid: refused values. ClockBehind: a demonstration's clock was set back.
        """
        with transaction.atomic():
            held = self.hold_seen(thing, by)
            said = acts_of(self.machine(held)).get(name) or self.foreign(held, name)
            role = self.role_in(held, said, by)
            self.check_state(held, said, by)
            if version is not None and version != held.version:  # type: ignore[attr-defined]
                raise Stale
            if uploads and not said.files:
                raise Invalid([FieldError("/files", _("This step takes no files."))])
            values = read(said.body, {} if body is None else body, thing=held)
            actor = Actor(by.pk, role, self.district(held), by.party_id)
            step = Step(self, held, said, actor, values, uploads)
            step.take()
        return step.thing

    def foreign(self, thing: T, name: str) -> Act:
        """An act that only other machines of this kind have; raises Missing where none has."""
        raise Missing

    def hold(self, thing: T) -> T:
        """Hold the record of a thing, write down what is late in it, and read the thing anew."""
        hold_case(self.ref(thing)[0])
        return self.read_anew(thing)

    def hold_seen(self, thing: T, by: User) -> T:
        """As `hold`; raises Missing where it is not for this person's eyes."""
        held = self.hold(thing)
        if not self.may_see(held, by):
            raise Missing
        return held

    def role_in(self, thing: T, said: Act, by: User) -> Role:
        """Raises Missing where only the system does the act, Forbidden where it is for others."""
        if said.who is None:
            raise Missing
        role = said.who(thing, by)
        if role is None:
            raise Forbidden(said.refusal)
        if reason := said.why_barred(thing, by):
            raise Forbidden(reason)
        return role

    def check_state(self, thing: T, said: Act, by: User) -> None:
        """Raises Faster if it could be done until somebody else's last step, else WrongState."""
        reason = self.why_not(thing, said.name)
        if reason is None:
            return
        begins = sources(self.machine(thing), said.name)
        last = last_step(*self.ref(thing), types=events_of(self.machine(thing)))
        if (
            last
            and said.name in self.acts(thing)
            and last.actor_id not in (None, by.pk)
            and last.from_state in begins
        ):
            state = state_words(thing)
            winner = {"role": last.role, "at": last.at.isoformat()}
            raise Faster(self.overtaken % {"state": state}, winner=winner)
        raise WrongState(reason)

    def move(self, thing: T, name: str, by: Actor, **values: Any) -> "Step[T]":
        """Carry out an act of the system on a thing that is held and read anew."""
        step = Step(self, thing, acts_of(self.machine(thing))[name], by, values)
        step.take()
        return step


@dataclass
class Step(Generic[T]):
    """One act of one thing, under the lock of its record; `before` are its columns until then."""

    workflow: Workflow[T]
    thing: T
    act: Act
    actor: Actor
    values: dict[str, Any] = field(default_factory=dict)
    uploads: Uploads = ()
    stamps: list[str] = field(init=False)
    #: What the body said, whatever the verb makes of `values`.
    said: dict[str, Any] = field(init=False)
    before: dict[str, Any] = field(init=False)
    at: datetime = field(init=False)
    seq: int = field(init=False)

    def __post_init__(self) -> None:
        self.stamps, self.before = list(self.act.stamps), dict(self.thing.__dict__)
        self.said = dict(self.values)

    @property
    def from_state(self) -> str:
        return str(self.before["state"])

    def take(self) -> None:
        """Moving the thing is all of it where no verb says more."""
        verb = self.workflow.verbs.get(self.act.name)
        if verb is None:
            self.record()
        else:
            verb(self)

    def record(
        self,
        *,
        clock: str | None = None,
        data: Mapping[str, Any] | None = None,
        effective_at: datetime | None = None,
    ) -> datetime:
        """Move the thing, write the entry, save, and let follow; returns the instant of the act.

        Args:
            clock: what happens to which clock, for the record.
            data: what the entry commits to besides which thing it is; None: the body's values.
            effective_at: the instant that the entry is dated at, where the law says another one.
        """
        entry = self.prepare(clock=clock, data=data, effective_at=effective_at)
        written = append(entry)[0]
        return self.finish(written.at, written.case_seq)

    def prepare(
        self,
        *,
        clock: str | None = None,
        data: Mapping[str, Any] | None = None,
        effective_at: datetime | None = None,
    ) -> NewEntry:
        """Move the thing in memory and return the entry that records it; see `record`."""
        thing: Any = self.thing
        on_behalf = self.workflow.on_behalf(self)
        getattr(thing, self.act.method)(**self.values)
        case_ref, part = self.workflow.ref(thing)
        return NewEntry(
            case_ref=case_ref,
            part=part,
            type=self.act.event,
            actor=self.actor,
            from_state=self.from_state,
            to_state=str(thing.state),
            data=self.workflow.identity(thing)
            | on_behalf
            | dict(self.values if data is None else data),
            effective_at=effective_at,
            **({} if clock is None else {"clock": clock}) | self.workflow.fields(self),
        )

    def finish(self, at: datetime, seq: int = 0) -> datetime:
        """Save what has changed of the moved thing, and nothing else; then all that follows. What
        its first act brings into being is written whole."""
        thing: Any = self.thing
        self.at, self.seq = at, seq
        for column in self.stamps:
            setattr(thing, column, at)
        thing.version += 1
        names = [each.attname for each in thing._meta.concrete_fields]
        now = thing.__dict__
        changed = [name for name in names if now.get(name) != self.before.get(name)]
        if thing._state.adding:  # noqa: SLF001 (Django's documented API)
            thing.save(force_insert=True)
        else:
            save(thing, changed)
        self.workflow.tell(self.act.event, thing, self.actor.party_id)
        self.workflow.follow(self)
        return at


def record_together(*steps: Step[Any]) -> datetime:
    """Record several steps in one statement, at one instant, in their order."""
    written = append(*(step.prepare() for step in steps))
    for step, entry in zip(steps, written, strict=True):
        step.finish(entry.at, entry.case_seq)
    return written[0].at
