from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

if TYPE_CHECKING:
    from tests.applications.licences.counterpart import At


@pytest.fixture
def library(tmp_path: Path, settings: Settings) -> Iterator["At"]:
    """A city that has a licence library: the counterpart."""
    from tests.applications.licences.counterpart import At
    from tests.servers import answering
    from tools.counterparts.licences import serving

    with answering(serving(0, tmp_path)) as url:
        settings.LICENCES_URL = url
        yield At(url)
