"""Everything that has a state is held to its record."""

from django.apps import apps
from django_fsm import FSMField

from portal.invariants import INVARIANTS


def test_each_machine_is_in_the_state_that_its_record_says() -> None:
    """A new machine is a line in `portal.states`, or has a query of its own that says more."""
    machines = {
        model._meta.db_table
        for model in apps.get_models()
        if any(isinstance(field, FSMField) for field in model._meta.get_fields())
    }
    held = " ".join(query for query in INVARIANTS.values() if "to_state" in query).split()
    assert {table for table in machines if table not in held} == set()
