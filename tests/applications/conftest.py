from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

if TYPE_CHECKING:
    from tests.notifications.counterpart import At


@pytest.fixture
def sms(tmp_path: Path, settings: Settings) -> Iterator["At"]:
    """A city whose SMS go to a counterpart server."""
    from notifications import providers
    from tests.notifications.counterpart import counterpart

    with counterpart(tmp_path) as at:
        settings.COUNTERPART_URL, settings.SMS_PROVIDER = at.url, "counterpart"
        providers.forget()
        yield at
    providers.forget()
