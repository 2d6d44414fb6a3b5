"""Things of a demonstration, entered and taken on by the real acts of its people."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models

from accounts.models import User
from core.clock import city_now, local_date
from core.demonstration import dated
from workflow.run import Workflow


@dataclass(frozen=True, slots=True)
class Way:
    """How one sort of thing comes about.

    Args:
        model: of the things; where there is one already, nothing of the sort is made.
        enter: makes one of what is said and of who says it, or finds the one that is meant.
        workflow: of the acts that follow, if any do.
    """

    model: type[models.Model]
    enter: Callable[[Mapping[str, Any], User], Any]
    workflow: Workflow[Any] | None = None


def play(file: Path, ways: Mapping[str, Way], people: Mapping[str, User]) -> None:
    """Do what a file says, sort by sort in the order of `ways`.

    Args:
        file: TOML; its days are around today (`core.demonstration.dated`). Of each thing, `by` is
            who enters it, `then` its acts with the `by` and the body of each.
        ways: by the name of the sort in the file.
        people: of the demonstration, by their usernames.
    """
    story = tomllib.loads(dated(file.read_text(encoding="utf-8"), local_date(city_now())))
    wanted = {sort: way for sort, way in ways.items() if not way.model._default_manager.exists()}
    for sort, way in wanted.items():
        for said in story[sort]:
            then = said.pop("then", ())
            one = way.enter(said, people[said.pop("by")])
            for step in then:
                assert way.workflow is not None
                by, act = people[step.pop("by")], step.pop("act")
                one = way.workflow.perform(one, act, by=by, body=step or None)
