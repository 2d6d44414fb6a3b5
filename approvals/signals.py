"""What a step of a permit tells the apps above, inside its transaction and under its lock."""

from django.dispatch import Signal

#: A permit took a step. Arguments: `line_works`, `round`, `permit`, `action` (name of the step),
#: `at` (instant of its entry), `actor` (accounts.actor.Actor), `waiting_for_bureau` (whether any
#: permit of the round waits for a bureau now, so the government holds the case),
#: `waiting_before` (the same before the step), `joined` (this was the round's last decision),
#: `refused` (the round has a refusal), `said` (what the step said, such as a ground).
permits_moved = Signal()
