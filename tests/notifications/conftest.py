from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from notifications import providers
from tests.notifications.counterpart import At, counterpart


@pytest.fixture
def outside(tmp_path: Path, settings: Settings) -> Iterator[At]:
    """SMS and e-mail go to a counterpart server, which sends one key once."""
    with counterpart(tmp_path) as at:
        settings.COUNTERPART_URL = at.url
        settings.SMS_PROVIDER = settings.EMAIL_PROVIDER = "counterpart"
        providers.forget()
        yield at
    providers.forget()
