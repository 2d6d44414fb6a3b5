"""What this app tells those above it, inside the transaction."""

from django.dispatch import Signal

#: `case`, which has just ended without power; its record is held.
broken_off = Signal()
