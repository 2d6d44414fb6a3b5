"""What narrows the one list; all of it by GET, and nothing of it personal."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from core.clock import CityNowOnce
from core.filters import ALL, FilterForm, numbered
from desk.feed import Feed
from desk.queries import FEEDS, Stream, feeds_of
from rules.city import city

#: By filter, in the order of the form: those that are columns of what is listed.
COLUMNS: Final = ("kind", "district", "town")
#: What is typed.
NUMBER: Final = "q"


class TodoFilter(FilterForm):
    """Each narrows by one thing; what a thing does not have, it is not listed for."""

    q = forms.CharField(
        label=_("Number"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"data-rows-search": True, "class": "td-input--width-10"}),
    )
    module = forms.ChoiceField(label=pgettext_lazy("desk", "From"), required=False)
    asked = forms.ChoiceField(label=_("What is asked"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)
    town = forms.ChoiceField(label=_("Town"), required=False)
    late = forms.ChoiceField(label=_("Time"), required=False)

    def __init__(self, data: QueryDict, user: User) -> None:
        super().__init__(data)
        self.user, self.feeds = user, feeds_of(user)
        for name, choices in self.choices():
            if choices:
                field: Any = self.fields[name]
                field.choices = [("", ALL), *choices]
            else:
                del self.fields[name]

    def choices(self) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
        """Of each filter; a filter that tells nothing apart has none."""
        place, known = city(), {name for feed in self.feeds for name in feed.columns}
        asked = [
            (f"{feed.code}.{act}", said.label)
            for feed in self.feeds
            for act, said in feed.asks().items()
        ]
        modules = [(feed.code, feed.name) for feed in self.feeds]
        yield "module", modules if len(modules) > 1 else []
        yield "asked", asked if len(asked) > 1 else []
        yield "kind", [(each.code, each.name) for each in place.kinds] if "kind" in known else []
        yield "district", list(place.district_choices) if "district" in known else []
        yield "town", self.towns() if "town" in known else []
        yield "late", [("1", _("Late only"))]

    def towns(self) -> list[tuple[str, Any]]:
        """Of the district that is chosen: those of a whole city are too many to look through."""
        chosen, town = self.data.get("district"), self.data.get("town")
        return [
            (str(each.name), [(one.code, one.name) for one in each.townships])
            for each in city().districts
            if (each.code == chosen if chosen else town)
        ]

    @property
    def folded(self) -> bool:
        """Whether the choices below the search field may stay folded."""
        return not any(self.wanted(name) or self[name].errors for name in self.chosen)

    @property
    def chosen(self) -> list[str]:
        """The filters below the search field."""
        return [name for name in self.fields if name != NUMBER]

    def streams(self) -> list[Stream]:
        """What is left; nothing where a value does not exist."""
        if self.errors:
            return []
        act = self.wanted("asked").partition(".")[2]
        return [
            Stream(FEEDS.index(feed), self.narrowed(feed, found), self.by(feed, act))
            for feed in self.feeds
            if self.fits(feed)
            for found in (feed.asked(self.user, act) if act else feed.streams(self.user))
        ]

    def by(self, feed: Feed, act: str) -> str:
        """The column of the order in which a feed's things are listed."""
        if self.wanted("late"):
            return feed.late
        return feed.asks()[act].by if act else "runs_out"

    def fits(self, feed: Feed) -> bool:
        """Whether what is listed of a feed has all that is asked for."""
        needed = [name for name in COLUMNS if self.wanted(name)]
        module = self.wanted("module") in ("", feed.code)
        late = not self.wanted("late") or feed.late
        asked = self.wanted("asked").partition(".")[0] in ("", feed.code)
        known = not self.wanted(NUMBER) or feed.number
        return (
            bool(late and known)
            and module
            and asked
            and all(name in feed.columns for name in needed)
        )

    def narrowed(self, feed: Feed, found: QuerySet[Any]) -> QuerySet[Any]:
        for name in COLUMNS:
            if value := self.wanted(name):
                found = found.filter(**{feed.columns[name]: value})
        if number := self.wanted(NUMBER):
            found = found.filter(numbered(feed.number, number))
        if self.wanted("late"):
            found = found.filter(**{f"{feed.late}__lte": CityNowOnce()})
        return found
