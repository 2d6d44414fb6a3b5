"""What a passed deadline tells the apps above, inside the transaction that records it."""

from django.dispatch import Signal

#: Intake clocks ran out: silence is acceptance (行政许可法 32), or late. Argument: `clocks`.
intake_passed = Signal()

#: Clocks were found late and recorded so. Arguments: `clocks`, `at` (when it was noticed).
breached = Signal()

#: The last day of running clocks moved, or became final, by a newer calendar. Argument:
#: `recalculations` (`deadlines.models.Recalculation`), all of one case.
recalculated = Signal()

#: Marks of running clocks were reached. Argument: `warnings` (`deadlines.models.ClockWarning`), the
#: oldest mark first.
warned = Signal()
