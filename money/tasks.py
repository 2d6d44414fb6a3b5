from celery import shared_task

from money.payments.rounds import ask_due
from money.reconciliation import rounds


@shared_task(name="money.tasks.ask_providers", ignore_result=True)
def ask_providers() -> int:
    """When a provider is asked next stands in the database: losing or doubling this task changes
    nothing but promptness."""
    return ask_due()


@shared_task(name="money.tasks.reconcile", ignore_result=True)
def reconcile() -> int:
    """As `ask_providers`."""
    return rounds.run()
