"""What an order tells the apps above, inside its transaction and under its lock."""

from django.dispatch import Signal

#: An order was closed: what it named is put right. Argument: `order` (rectification.models.Order).
order_closed = Signal()
