"""What a scan tells the apps above, inside the transaction that notes it."""

from django.dispatch import Signal

#: A virus was found in a file. Argument: `document`; its case is held.
infected = Signal()
