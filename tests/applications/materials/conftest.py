from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

if TYPE_CHECKING:
    from tests.applications.materials.ordering import SupplyChain


@pytest.fixture
def chain(tmp_path: Path, settings: Settings) -> Iterator["SupplyChain"]:
    """A city that is connected to the supply chain's system: the counterpart."""
    from notifications import providers
    from tests.applications.materials.ordering import SECRETS, SupplyChain
    from tests.servers import answering
    from tools.counterparts import supply_chain

    with answering(supply_chain.serving(0, tmp_path)) as url:
        for name, value in {"SUPPLY_CHAIN_URL": url, **SECRETS}.items():
            setattr(settings, name, value)
        providers.forget()
        yield SupplyChain(url)
    providers.forget()
