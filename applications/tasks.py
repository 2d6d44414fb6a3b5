from celery import shared_task

from applications.facts import count_facts as run


@shared_task(name="applications.tasks.count_facts", ignore_result=True)
def count_facts() -> int:
    """Losing or doubling this task changes nothing but promptness."""
    return run()
