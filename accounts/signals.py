"""What accounts tells the apps above it, inside the transaction in which it happened."""

from django.dispatch import Signal

#: A role was given to somebody or taken away. Arguments: `grant` (RoleGrant), `granted` (bool:
#: True when given, False when ended), `by` (accounts.actor.Actor).
role_changed = Signal()
