from celery import shared_task

from applications.contracts import keeping
from applications.facts import count_facts as run


@shared_task(name="applications.tasks.count_facts", ignore_result=True)
def count_facts() -> int:
    """Losing or doubling this task changes nothing but promptness."""
    return run()


@shared_task(name="applications.tasks.keep_contracts", ignore_result=True)
def keep_contracts() -> int:
    """What is due stands in the database: the same holds."""
    return keeping.keep_contracts()
