"""One city for a module: what a test changes in it is taken back after the test."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from pytest_django import DjangoDbBlocker

if TYPE_CHECKING:
    from tests.security.city import City


@pytest.fixture(scope="module", autouse=True)
def _pages_only() -> Iterator[None]:
    """An answer is what came over the wire: nobody here reads from which templates it was made.

    Else Django's own test set-up copies the context of every one of them and keeps it with the
    answer, as long as that is looked at.
    """
    from django.template import Context, Template

    def rendered(template: Template, context: Context) -> str:
        return template.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", rendered)
        yield


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator["City"]:
    from django.test import override_settings

    from core import demonstration
    from tests.accounts.identity import identity_service
    from tests.applications.materials.ordering import SECRETS
    from tests.security.city import build, taken_back

    # Nothing is sent from here.
    connected = override_settings(SUPPLY_CHAIN_URL="http://127.0.0.1:9/", **SECRETS)
    with connected, identity_service(), django_db_blocker.unblock(), taken_back():
        yield build()
    demonstration._known.clear()


@pytest.fixture
def city(_built: "City", django_db_blocker: DjangoDbBlocker) -> Iterator["City"]:
    """The people, the cases and the browsers of a city."""
    from django.core.cache import cache

    from tests.security.city import taken_back

    cache.clear()
    with django_db_blocker.unblock(), taken_back():
        yield _built
